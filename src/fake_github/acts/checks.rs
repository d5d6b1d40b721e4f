//! Check suites and check runs.

use crate::fake_github::Unknown;
use crate::fake_github::answer::Answer;
use crate::fake_github::checks::CheckRun;
use crate::fake_github::world::{CheckSuite, World};
use serde_json::Value;

impl World {
    /// The App's suite of a head; made when there is none.
    pub(in crate::fake_github) fn suite_for(
        &mut self,
        repository: u64,
        head_sha: &str,
    ) -> Result<u64, Unknown> {
        let here = self.repo(repository)?;
        if let Some(suite) = here.suites.iter().find(|suite| suite.head_sha == head_sha) {
            return Ok(suite.id);
        }
        let on_branch = here.branches.iter().find(|(_, sha)| *sha == head_sha);
        let head_branch = on_branch.map(|(name, _)| name.clone());
        let (id, created_at) = (self.next_id(), self.now());
        let suite = CheckSuite { id, head_sha: head_sha.to_owned(), head_branch, created_at };
        self.repo_mut(repository)?.suites.push(suite);
        Ok(id)
    }

    /// Makes a check run out of a request; answers its id.
    pub(in crate::fake_github) fn create_check_run(
        &mut self,
        repository: u64,
        name: &str,
        head_sha: &str,
        request: &Value,
    ) -> Result<u64, Answer> {
        let (id, now) = (self.next_id(), self.now());
        let mut run = CheckRun {
            id,
            suite: self.suite_for(repository, head_sha)?,
            head_sha: head_sha.to_owned(),
            name: name.to_owned(),
            status: "queued".to_owned(),
            conclusion: None,
            external_id: None,
            details_url: None,
            started_at: now,
            completed_at: None,
            title: None,
            summary: None,
            text: None,
            annotations: Vec::new(),
            actions: Vec::new(),
        };
        run.apply(request, now)?;
        self.repo_mut(repository)?.check_runs.push(run);
        let bot = self.app.bot;
        self.emit_check_run(repository, id, "created", bot)?;
        self.emit_completion(repository, id, bot)?;
        Ok(id)
    }

    /// Changes a check run; annotations are appended.
    pub(in crate::fake_github) fn update_check_run(
        &mut self,
        repository: u64,
        id: u64,
        request: &Value,
    ) -> Result<(), Answer> {
        let now = self.now();
        let mut runs = self.repo_mut(repository)?.check_runs.iter_mut();
        let run = runs.find(|run| run.id == id).ok_or_else(|| Unknown(format!("check run {id}")))?;
        let was_done = run.status == "completed";
        run.apply(request, now)?;
        if !was_done {
            self.emit_completion(repository, id, self.app.bot)?;
        }
        Ok(())
    }

    fn emit_completion(&mut self, repository: u64, id: u64, sender: u64) -> Result<(), Unknown> {
        let run = self.repo(repository)?.check_runs.iter().find(|run| run.id == id);
        let Some(suite) = run.filter(|run| run.status == "completed").map(|run| run.suite) else {
            return Ok(());
        };
        self.emit_check_run(repository, id, "completed", sender)?;
        let runs = &self.repo(repository)?.check_runs;
        if runs.iter().filter(|run| run.suite == suite).all(|run| run.status == "completed") {
            self.emit_check_suite(repository, suite, "completed", sender)?;
        }
        Ok(())
    }

    /// Somebody presses "Re-run" beside a check run.
    pub(in crate::fake_github) fn rerequest_check_run(
        &mut self,
        repository: u64,
        id: u64,
        by: u64,
    ) -> Result<(), Unknown> {
        self.emit_check_run(repository, id, "rerequested", by)
    }

    /// Somebody presses "Re-run all checks".
    pub(in crate::fake_github) fn rerequest_check_suite(
        &mut self,
        repository: u64,
        id: u64,
        by: u64,
    ) -> Result<(), Unknown> {
        self.emit_check_suite(repository, id, "rerequested", by)
    }
}
