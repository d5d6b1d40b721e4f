//! Reactions to our comment, as far as they mean something.
//!
//! In: the comment. Out: who says what, since when. Never: whether it counts.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{UserAnswer, account, reviews::Reviews};
use crate::{
    github::{Error, Identity, Installation},
    triage::{
        marker::Memory,
        pull_request::RepositoryName,
        snapshot::{Opinion, ReactionShown, Snapshot},
    },
};

/// More reactions than any comment of ours had; later ones are not read.
const MOST_REACTIONS: usize = 1000;

impl Installation<'_> {
    /// What people said by reactions and by reviews. Where there never was a comment of ours, nothing is asked.
    pub async fn said(
        &self,
        snapshot: &Snapshot,
        identity: &Identity,
    ) -> Result<(Vec<ReactionShown>, Reviews), Error> {
        let Some(living) = &snapshot.living else {
            // What we suggested tells what we were asked for when there was a comment of ours.
            let reviews = match Memory::of(snapshot) {
                Memory::Lost => self.reviews(snapshot, identity).await?,
                _ => Reviews::default(),
            };
            return Ok((Vec::new(), reviews));
        };
        let reactions = async {
            match self.reactions(&snapshot.pull_request.repository, living.id).await {
                // Somebody deleted the comment just now.
                Err(Error::Gone { .. }) => Ok(Vec::new()),
                answer => answer,
            }
        };
        futures::try_join!(reactions, self.reviews(snapshot, identity))
    }

    /// Reactions to a comment, oldest first: <https://docs.github.com/rest/reactions/reactions#list-reactions-for-an-issue-comment>.
    pub async fn reactions(
        &self,
        repository: &RepositoryName,
        comment: u64,
    ) -> Result<Vec<ReactionShown>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            id: u64,
            user: Option<UserAnswer>,
            content: String,
            created_at: DateTime<Utc>,
        }
        let route = format!("/repos/{repository}/issues/comments/{comment}/reactions");
        let reactions: Vec<Answer> = self.repeated().pages(&route, MOST_REACTIONS).await?;
        let shown = reactions.into_iter().filter_map(|reaction| {
            let says = Opinion::of_reaction(&reaction.content)?;
            Some(ReactionShown { id: reaction.id, by: account(reaction.user), says, at: reaction.created_at })
        });
        Ok(shown.collect())
    }
}
