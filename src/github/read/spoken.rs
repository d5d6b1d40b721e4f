//! Whether our comment is there already, and its posting: there is one, ever.
//!
//! In: a pull request. Out: whether it has our comment, whatever a list says. Never: a second one.

use serde::Deserialize;

use crate::{
    github::{Error, Identity, Installation},
    triage::{marker::Memory, pull_request::PullRequestRef, snapshot::Snapshot},
};

/// Our comments that were seen or made here, by id of the repository and number of the pull request.
pub(in crate::github) type Spoken = moka::future::Cache<(u64, u64), u64>;

impl Installation<'_> {
    /// Whether there is a comment of ours though a list did not have it: a list may be behind, or shift while its pages
    /// are read. One that is known is asked for itself. Else, where a label tells that there was one, the list is asked
    /// for again; a first look asks nothing.
    pub async fn has_spoken(&self, snapshot: &Snapshot, identity: &Identity) -> Result<bool, Error> {
        let PullRequestRef { repository, number, repository_id, .. } = &snapshot.pull_request;
        match self.github.spoken.get(&(*repository_id, *number)).await {
            Some(id) => Ok(self.comment(repository, id).await?.is_some()),
            None if Memory::of(snapshot) == Memory::Lost => {
                Ok(self.comments(repository, *number, identity).await?.0.is_some())
            }
            None => Ok(false),
        }
    }

    /// Posts our comment, the first on this pull request.
    pub(in crate::github) async fn speak(
        &self,
        pull_request: &PullRequestRef,
        body: &str,
    ) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Created {
            id: u64,
        }
        let PullRequestRef { repository, number, repository_id, .. } = pull_request;
        let route = format!("/repos/{repository}/issues/{number}/comments");
        let body = serde_json::json!({"body": body});
        let created: Created = self.api().send(http::Method::POST, &route, &body).await?;
        self.github.spoken.insert((*repository_id, *number), created.id).await;
        Ok(())
    }
}
