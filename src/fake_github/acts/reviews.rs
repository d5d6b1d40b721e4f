//! Reviews of pull requests, and requests for them.

use crate::fake_github::Unknown;
use crate::fake_github::thread::{Review, ReviewComment};
use crate::fake_github::world::World;
use serde_json::json;

/// A review about to be given.
pub(in crate::fake_github) struct NewReview {
    pub(in crate::fake_github) author: u64,
    /// `APPROVED`, `CHANGES_REQUESTED` or `COMMENTED`.
    pub(in crate::fake_github) state: String,
    pub(in crate::fake_github) body: String,
    pub(in crate::fake_github) commit_sha: Option<String>,
    /// Ids are given here.
    pub(in crate::fake_github) comments: Vec<ReviewComment>,
}

impl World {
    /// Submits a review; answers its id.
    pub(in crate::fake_github) fn add_review(
        &mut self,
        repository: u64,
        number: u64,
        new: NewReview,
    ) -> Result<u64, Unknown> {
        let (id, now) = (self.next_id(), self.now());
        let head = self.pull(repository, number)?.head_sha.clone();
        let mut comments = new.comments;
        for comment in &mut comments {
            comment.id = self.next_id();
        }
        let author = new.author;
        let review = Review {
            id,
            author,
            state: new.state,
            body: new.body,
            commit_sha: new.commit_sha.unwrap_or(head),
            submitted_at: now,
            comments,
        };
        let pull = self.pull_mut(repository, number)?;
        pull.reviews.push(review);
        pull.requested_reviewers.retain(|reviewer| *reviewer != author);
        self.thread_mut(repository, number)?.updated_at = now;
        self.emit_review(repository, number, id, "submitted", author)?;
        Ok(id)
    }

    /// Dismisses a review.
    pub(in crate::fake_github) fn dismiss_review(
        &mut self,
        repository: u64,
        number: u64,
        id: u64,
        by: u64,
    ) -> Result<(), Unknown> {
        let mut reviews = self.pull_mut(repository, number)?.reviews.iter_mut();
        let review = reviews.find(|review| review.id == id).ok_or_else(|| Unknown(format!("review {id}")))?;
        review.state = "DISMISSED".to_owned();
        self.note(repository, number, by, "review_dismissed", None)?;
        self.emit_review(repository, number, id, "dismissed", by)
    }

    /// Takes every request for a review back.
    pub(in crate::fake_github) fn take_back_requests(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
    ) -> Result<(), Unknown> {
        let pull = self.pull_mut(repository, number)?;
        pull.requested_reviewers.clear();
        pull.requested_teams.clear();
        self.note(repository, number, by, "review_request_removed", None)?;
        self.emit_pull(repository, number, "review_request_removed", by, json!({}))
    }

    /// Asks people and teams for a review.
    pub(in crate::fake_github) fn request_reviews(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        people: &[u64],
        teams: &[u64],
    ) -> Result<(), Unknown> {
        for person in people {
            let asked = &mut self.pull_mut(repository, number)?.requested_reviewers;
            if !asked.contains(person) {
                asked.push(*person);
                self.note(repository, number, by, "review_requested", None)?;
                let value = self.account_json(*person);
                self.emit_pull(
                    repository,
                    number,
                    "review_requested",
                    by,
                    json!({"requested_reviewer": value}),
                )?;
            }
        }
        for team in teams {
            let asked = &mut self.pull_mut(repository, number)?.requested_teams;
            if !asked.contains(team) {
                asked.push(*team);
                self.note(repository, number, by, "review_requested", None)?;
                let value = self.teams_json(&[*team]).pop();
                self.emit_pull(repository, number, "review_requested", by, json!({"requested_team": value}))?;
            }
        }
        Ok(())
    }

    fn emit_review(
        &mut self,
        repository: u64,
        number: u64,
        id: u64,
        action: &str,
        sender: u64,
    ) -> Result<(), Unknown> {
        let here = self.repo(repository)?;
        let (thread, pull) = (self.thread(repository, number)?, self.pull(repository, number)?);
        let Some(review) = pull.reviews.iter().find(|review| review.id == id) else {
            return Err(Unknown(format!("review {id}")));
        };
        let mut value = self.review_json(here, thread, review);
        value["state"] = json!(review.state.to_lowercase());
        let parts = json!({"review": value, "pull_request": self.pull_json(here, thread, pull)});
        self.emit(repository, "pull_request_review", Some(action), sender, parts)
    }
}
