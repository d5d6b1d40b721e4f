//! What can happen in the world: each act changes the state and puts the events that GitHub would send
//! into the outbox. People and the App go through the same acts.

mod checks;
mod comments;
mod events;
mod labels;
mod pulls;
mod repositories;
mod reviews;

pub use pulls::{FileChange, PullRequestSetup};
pub use repositories::{LicenseSetup, RepositorySetup};
pub(super) use reviews::NewReview;

use super::Unknown;
use super::thread::{Pull, Thread, ThreadEvent};
use super::world::{Repository, World};

impl World {
    /// A repository by id.
    pub(super) fn repo(&self, id: u64) -> Result<&Repository, Unknown> {
        self.repositories.get(&id).ok_or_else(|| Unknown(format!("repository {id}")))
    }

    /// A repository by id, to change it.
    pub(super) fn repo_mut(&mut self, id: u64) -> Result<&mut Repository, Unknown> {
        self.repositories.get_mut(&id).ok_or_else(|| Unknown(format!("repository {id}")))
    }

    /// An issue or pull request.
    pub(super) fn thread(&self, repository: u64, number: u64) -> Result<&Thread, Unknown> {
        let found = self.repo(repository)?.threads.get(&number);
        found.ok_or_else(|| Unknown(format!("issue or pull request #{number}")))
    }

    /// An issue or pull request, to change it.
    pub(super) fn thread_mut(&mut self, repository: u64, number: u64) -> Result<&mut Thread, Unknown> {
        let found = self.repo_mut(repository)?.threads.get_mut(&number);
        found.ok_or_else(|| Unknown(format!("issue or pull request #{number}")))
    }

    /// A pull request's own part.
    pub(super) fn pull(&self, repository: u64, number: u64) -> Result<&Pull, Unknown> {
        let pull = self.thread(repository, number)?.pull.as_ref();
        pull.ok_or_else(|| Unknown(format!("pull request #{number}")))
    }

    /// A pull request's own part, to change it.
    pub(super) fn pull_mut(&mut self, repository: u64, number: u64) -> Result<&mut Pull, Unknown> {
        let pull = self.thread_mut(repository, number)?.pull.as_mut();
        pull.ok_or_else(|| Unknown(format!("pull request #{number}")))
    }

    /// Writes a line into a thread's history and moves its `updated_at`.
    fn note(
        &mut self,
        repository: u64,
        number: u64,
        actor: u64,
        event: &'static str,
        label: Option<(String, String)>,
    ) -> Result<(), Unknown> {
        let (id, at) = (self.next_id(), self.now());
        let thread = self.thread_mut(repository, number)?;
        thread.updated_at = at;
        thread.events.push(ThreadEvent { id, actor, event, label, at });
        Ok(())
    }
}
