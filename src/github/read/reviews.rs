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

impl Installation<'_> {
    /// Reviews that say yes or no, or did before they were dismissed, oldest first. One that only comments takes
    /// nothing back.
    pub(super) async fn reviews(&self, pull_request: &PullRequestRef) -> Result<Vec<ReviewShown>, Error> {
        let reviews = self.all_reviews(pull_request).await?;
        let shown = reviews.into_iter().filter_map(|review| {
            let says = match review.state.as_str() {
                "APPROVED" => Some(Opinion::Fine),
                "CHANGES_REQUESTED" => Some(Opinion::Objects),
                "DISMISSED" => None,
                _ => return None,
            };
            let commit = review.commit_id.unwrap_or_default();
            Some(ReviewShown { by: account(review.user), says, commit })
        });
        Ok(shown.collect())
    }

    /// Our review with suggestions for the head.
    pub async fn suggestions(&self, snapshot: &Snapshot, identity: &Identity) -> Result<Option<u64>, Error> {
        let reviews = self.all_reviews(&snapshot.pull_request).await?;
        let ours = reviews.into_iter().find(|review| {
            let body = review.body.as_deref().unwrap_or_default();
            let author = account(review.user.clone());
            author.bot && author.login == identity.login() && marker::is_suggestions(body, &snapshot.head_sha)
        });
        Ok(ours.map(|review| review.id))
    }

    /// <https://docs.github.com/rest/pulls/reviews#list-reviews-for-a-pull-request>.
    async fn all_reviews(&self, pull_request: &PullRequestRef) -> Result<Vec<ReviewAnswer>, Error> {
        let PullRequestRef { repository, number, .. } = pull_request;
        let route = format!("/repos/{repository}/pulls/{number}/reviews");
        self.repeated().pages(&route, MOST_REVIEWS).await
    }
}
