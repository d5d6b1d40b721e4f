//! Reviews of the pull request, as far as they are ours.
//!
//! In: a [`Snapshot`]. Out: the id of the one that counts. Never: anybody else's.

use serde::Deserialize;

use super::{UserAnswer, account};
use crate::{
    github::{Error, Identity, Installation},
    triage::{marker, snapshot::Snapshot},
};

/// More reviews than any nomination had; later ones are not read.
const MOST_REVIEWS: usize = 1000;

impl Installation<'_> {
    /// Our review with suggestions for the head: <https://docs.github.com/rest/pulls/reviews#list-reviews-for-a-pull-request>.
    pub async fn suggestions(&self, snapshot: &Snapshot, identity: &Identity) -> Result<Option<u64>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            id: u64,
            user: Option<UserAnswer>,
            body: Option<String>,
        }
        let pull_request = &snapshot.pull_request;
        let route = format!("/repos/{}/pulls/{}/reviews", pull_request.repository, pull_request.number);
        let reviews: Vec<Answer> = self.api().pages(&route, MOST_REVIEWS).await?;
        let ours = reviews.into_iter().find(|review| {
            let body = review.body.as_deref().unwrap_or_default();
            let author = account(review.user.clone());
            author.bot && author.login == identity.login() && marker::is_suggestions(body, &snapshot.head_sha)
        });
        Ok(ours.map(|review| review.id))
    }
}
