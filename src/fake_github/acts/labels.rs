//! Labels of a repository, and on its pull requests.

use crate::fake_github::Unknown;
use crate::fake_github::world::{Label, World};
use serde_json::json;

/// The colour of a label that was made by being put on something.
const SILENT_COLOR: &str = "ededed";

impl World {
    /// Makes a label; answers its id.
    pub(in crate::fake_github) fn create_label(
        &mut self,
        repository: u64,
        name: &str,
        color: &str,
        description: Option<String>,
    ) -> Result<u64, Unknown> {
        let id = self.next_id();
        let label = Label { id, name: name.to_owned(), color: color.to_owned(), description };
        self.repo_mut(repository)?.labels.push(label);
        Ok(id)
    }

    /// Puts a label on a thread; one that the repository does not have is made silently.
    /// Nothing happens where it is already.
    pub(in crate::fake_github) fn put_label(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        name: &str,
    ) -> Result<(), Unknown> {
        let known = self.repo(repository)?.label(name).map(|label| label.id);
        let id = match known {
            Some(id) => id,
            None => self.create_label(repository, name, SILENT_COLOR, None)?,
        };
        let thread = self.thread_mut(repository, number)?;
        if thread.labels.contains(&id) {
            return Ok(());
        }
        thread.labels.push(id);
        self.label_changed(repository, number, by, id, "labeled")
    }

    /// Takes a label off a thread.
    pub(in crate::fake_github) fn take_label(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        name: &str,
    ) -> Result<(), Unknown> {
        let missing = || Unknown(format!("label {name} on #{number}"));
        let id = self.repo(repository)?.label(name).map(|label| label.id).ok_or_else(missing)?;
        let thread = self.thread_mut(repository, number)?;
        let place = thread.labels.iter().position(|label| *label == id).ok_or_else(missing)?;
        thread.labels.remove(place);
        self.label_changed(repository, number, by, id, "unlabeled")
    }

    /// Takes a label away everywhere. The event for it is none that an App of this kind listens to.
    pub(in crate::fake_github) fn delete_label(
        &mut self,
        repository: u64,
        name: &str,
    ) -> Result<(), Unknown> {
        let missing = || Unknown(format!("label {name}"));
        let id = self.repo(repository)?.label(name).map(|label| label.id).ok_or_else(missing)?;
        let here = self.repo_mut(repository)?;
        here.labels.retain(|label| label.id != id);
        here.threads.values_mut().for_each(|thread| thread.labels.retain(|label| *label != id));
        Ok(())
    }

    fn label_changed(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        label: u64,
        action: &'static str,
    ) -> Result<(), Unknown> {
        let here = self.repo(repository)?;
        let Some(label) = here.labels.iter().find(|one| one.id == label) else { return Ok(()) };
        let (value, name) = (self.label_json(here, label), (label.name.clone(), label.color.clone()));
        self.note(repository, number, by, action, Some(name))?;
        if self.thread(repository, number)?.pull.is_some() {
            return self.emit_pull(repository, number, action, by, json!({"label": value}));
        }
        let issue = self.issue_json(self.repo(repository)?, self.thread(repository, number)?);
        self.emit(repository, "issues", Some(action), by, json!({"issue": issue, "label": value}))
    }
}
