//! Reviews of the pull request.
//!
//! In: the pull request. Out: what people say by them, and which one is ours. Never: what counts.

use chrono::{DateTime, Utc};
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
    submitted_at: Option<DateTime<Utc>>,
}

/// What the reviews of a pull request come to.
#[derive(Default)]
pub struct Reviews {
    /// Those that say yes or no, or did before they were dismissed, oldest first. One that only comments takes nothing
    /// back.
    pub said: Vec<ReviewShown>,
    /// Ours with suggestions for the head.
    pub suggestions: Option<u64>,
    /// When the last of ours with suggestions was posted, for whatever head.
    pub suggested_at: Option<DateTime<Utc>>,
}

impl Installation<'_> {
    /// Reads all reviews.
    pub async fn reviews(&self, snapshot: &Snapshot, identity: &Identity) -> Result<Reviews, Error> {
        let mut reviews = Reviews::default();
        for review in self.all_reviews(&snapshot.pull_request).await? {
            let author = account(review.user);
            let body = review.body.as_deref().unwrap_or_default();
            let is_ours = identity.is(&author, None);
            if let Some(head) = marker::suggestions_for(body).filter(|_| is_ours) {
                reviews.suggested_at = reviews.suggested_at.max(review.submitted_at);
                if head == snapshot.head_sha {
                    reviews.suggestions.get_or_insert(review.id);
                }
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
