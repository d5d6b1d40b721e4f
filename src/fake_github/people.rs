//! What people do on GitHub: each method changes the world and sends the webhooks that GitHub would send.

use super::acts::{FileChange, NewReview, PullRequestSetup};
use super::world::World;
use super::{FakeGitHub, Unknown};
use serde_json::json;

impl FakeGitHub {
    /// Lets an account do something in a repository.
    pub(super) fn act<R>(
        &self,
        repository: &str,
        login: &str,
        act: impl FnOnce(&mut World, u64, u64) -> Result<R, Unknown>,
    ) -> Result<R, Unknown> {
        self.shared.change(|world| {
            let (id, account) = (world.repository_id(repository)?, world.account_id(login)?);
            act(world, id, account)
        })
    }

    /// Opens a pull request; answers its number.
    pub fn open_pull_request(&self, repository: &str, setup: PullRequestSetup) -> Result<u64, Unknown> {
        self.shared.change(|world| {
            let id = world.repository_id(repository)?;
            world.open_pull(id, setup)
        })
    }

    /// Opens a plain issue; answers its number.
    pub fn open_issue(&self, repository: &str, author: &str, title: &str) -> Result<u64, Unknown> {
        self.act(repository, author, |world, id, author| world.open_issue(id, author, title))
    }

    /// Adds a commit to a pull request; answers the new head.
    pub fn push(
        &self,
        repository: &str,
        number: u64,
        by: &str,
        changes: Vec<FileChange>,
    ) -> Result<String, Unknown> {
        self.act(repository, by, |world, id, by| world.push_to_pull(id, number, by, changes, None))
    }

    /// Replaces all commits of a pull request by one new on its base; answers the new head.
    pub fn force_push(
        &self,
        repository: &str,
        number: u64,
        by: &str,
        changes: Vec<FileChange>,
    ) -> Result<String, Unknown> {
        self.act(repository, by, |world, id, by| {
            let base = world.pull(id, number)?.base_sha.clone();
            world.push_to_pull(id, number, by, changes, Some(&base))
        })
    }

    /// Changes the branch that a pull request is to be merged into.
    pub fn change_base(&self, repository: &str, number: u64, by: &str, branch: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.change_base(id, number, by, branch))
    }

    /// Changes a pull request's title.
    pub fn edit_title(&self, repository: &str, number: u64, by: &str, title: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| {
            let changes = json!({"changes": {"title": {"from": world.thread(id, number)?.title}}});
            world.change_pull(id, number, by, "edited", changes, |thread| thread.title = title.to_owned())
        })
    }

    /// Changes a pull request's description.
    pub fn edit_description(
        &self,
        repository: &str,
        number: u64,
        by: &str,
        body: &str,
    ) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| {
            let changes = json!({"changes": {"body": {"from": world.thread(id, number)?.body}}});
            world.change_pull(id, number, by, "edited", changes, |thread| thread.body = Some(body.to_owned()))
        })
    }

    /// Closes a pull request unmerged.
    pub fn close(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.close_pull(id, number, by, false))
    }

    /// Merges a pull request.
    pub fn merge(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.close_pull(id, number, by, true))
    }

    /// Opens a closed pull request again.
    pub fn reopen(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| {
            world.change_pull(id, number, by, "reopened", json!({}), |thread| {
                thread.open = true;
                thread.closed_at = None;
            })
        })
    }

    /// Makes a pull request a draft.
    pub fn convert_to_draft(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.set_draft(repository, number, by, true, "converted_to_draft")
    }

    /// Makes a draft ready for review.
    pub fn ready_for_review(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.set_draft(repository, number, by, false, "ready_for_review")
    }

    /// Locks the conversation of a pull request.
    pub fn lock(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.set_locked(repository, number, by, true, "locked")
    }

    /// Lets everybody comment on a pull request again.
    pub fn unlock(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.set_locked(repository, number, by, false, "unlocked")
    }

    fn set_locked(
        &self,
        repository: &str,
        number: u64,
        by: &str,
        locked: bool,
        action: &'static str,
    ) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| {
            world.change_pull(id, number, by, action, json!({}), |thread| thread.locked = locked)
        })
    }

    fn set_draft(
        &self,
        repository: &str,
        number: u64,
        by: &str,
        draft: bool,
        action: &'static str,
    ) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| {
            world.change_pull(id, number, by, action, json!({}), |thread| {
                if let Some(pull) = &mut thread.pull {
                    pull.draft = draft;
                }
            })
        })
    }

    /// Writes a comment; answers its id.
    pub fn comment(&self, repository: &str, number: u64, by: &str, body: &str) -> Result<u64, Unknown> {
        self.act(repository, by, |world, id, by| world.add_comment(id, number, by, body))
    }

    /// Changes a comment's text, one's own or another's.
    pub fn edit_comment(&self, repository: &str, comment: u64, by: &str, body: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.edit_comment(id, comment, by, body))
    }

    /// Deletes a comment.
    pub fn delete_comment(&self, repository: &str, comment: u64, by: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.delete_comment(id, comment, by))
    }

    /// Reacts to a comment (`+1`, `-1`, `eyes`, `confused`, ...). GitHub sends no event for it.
    pub fn react(&self, repository: &str, comment: u64, by: &str, content: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.add_reaction(id, comment, by, content).map(|_| ()))
    }

    /// Takes a reaction back. GitHub sends no event for it.
    pub fn take_back_reaction(
        &self,
        repository: &str,
        comment: u64,
        by: &str,
        content: &str,
    ) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| {
            world.remove_reaction(id, comment, |one| one.user == by && one.content == content)
        })
    }

    /// Puts a label on a pull request.
    pub fn add_label(&self, repository: &str, number: u64, by: &str, name: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.put_label(id, number, by, name))
    }

    /// Takes a label off a pull request.
    pub fn remove_label(&self, repository: &str, number: u64, by: &str, name: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.take_label(id, number, by, name))
    }

    /// Deletes a label of a repository, and with it wherever it is.
    pub fn delete_label(&self, repository: &str, name: &str) -> Result<(), Unknown> {
        self.shared.change(|world| world.delete_label(world.repository_id(repository)?, name))
    }

    /// Reviews a pull request at its head (`APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`); answers the review's id.
    pub fn review(
        &self,
        repository: &str,
        number: u64,
        by: &str,
        state: &str,
        body: &str,
    ) -> Result<u64, Unknown> {
        self.act(repository, by, |world, id, author| {
            let (state, body) = (state.to_owned(), body.to_owned());
            world.add_review(
                id,
                number,
                NewReview { author, state, body, commit_sha: None, comments: Vec::new() },
            )
        })
    }

    /// Takes every request for a review of a pull request back.
    pub fn take_back_review_requests(&self, repository: &str, number: u64, by: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.take_back_requests(id, number, by))
    }

    /// Dismisses a review.
    pub fn dismiss_review(
        &self,
        repository: &str,
        number: u64,
        review: u64,
        by: &str,
    ) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.dismiss_review(id, number, review, by))
    }

    /// Presses "Re-run" beside a check run.
    pub fn click_rerun(&self, repository: &str, check_run: u64, by: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.rerequest_check_run(id, check_run, by))
    }

    /// Presses "Re-run all checks".
    pub fn click_rerun_suite(&self, repository: &str, suite: u64, by: &str) -> Result<(), Unknown> {
        self.act(repository, by, |world, id, by| world.rerequest_check_suite(id, suite, by))
    }
}
