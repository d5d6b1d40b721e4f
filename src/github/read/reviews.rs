//! Reviews of the pull request.
//!
//! In: the pull request. Out: what people say by them, and which one is ours. Never: what counts.

use serde::Deserialize;

use super::{UserAnswer, account};
use crate::{
    github::{Error, Identity, Installation},
    triage::{
        marker,
        pull_request::PullRequestRef,
        snapshot::{Opinion, ReviewShown, Snapshot},
    },
};

/// More reviews than any nomination had; later ones are not read.
const MOST_REVIEWS: usize = 1000;

#[derive(Deserialize)]
struct ReviewAnswer {
    id: u64,
    user: Option<UserAnswer>,
    body: Option<String>,
    state: String,
    commit_id: Option<String>,
}

/// What the reviews of a pull request come to.
#[derive(Default)]
pub struct Reviews {
    /// Those that say yes or no, or did before they were dismissed, oldest first. One that only comments takes nothing
    /// back.
    pub said: Vec<ReviewShown>,
    /// Ours with suggestions for the head.
    pub suggestions: Option<u64>,
}

impl Installation<'_> {
    /// Reads all reviews.
    pub async fn reviews(&self, snapshot: &Snapshot, identity: &Identity) -> Result<Reviews, Error> {
        let mut reviews = Reviews::default();
        for review in self.all_reviews(&snapshot.pull_request).await? {
            let author = account(review.user);
            let body = review.body.as_deref().unwrap_or_default();
            let is_ours = author.bot
                && author.login == identity.login()
                && marker::is_suggestions(body, &snapshot.head_sha);
            if is_ours && reviews.suggestions.is_none() {
                reviews.suggestions = Some(review.id);
            }
            let says = match review.state.as_str() {
                "APPROVED" => Some(Opinion::Fine),
                "CHANGES_REQUESTED" => Some(Opinion::Objects),
                "DISMISSED" => None,
                _ => continue,
            };
            let commit = review.commit_id.unwrap_or_default();
            reviews.said.push(ReviewShown { by: author, says, commit });
        }
        Ok(reviews)
    }

    /// <https://docs.github.com/rest/pulls/reviews#list-reviews-for-a-pull-request>.
    async fn all_reviews(&self, pull_request: &PullRequestRef) -> Result<Vec<ReviewAnswer>, Error> {
        let PullRequestRef { repository, number, .. } = pull_request;
        let route = format!("/repos/{repository}/pulls/{number}/reviews");
        self.repeated().pages(&route, MOST_REVIEWS).await
    }
}
