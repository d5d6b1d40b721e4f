//! Who last set or took away a label of a pull request.
//!
//! In: a pull request. Out: [`LabelAct`]s. Never: what follows from them.

use serde::Deserialize;

use super::{UserAnswer, account};
use crate::github::{Error, Identity, Installation};
use crate::triage::{pull_request::PullRequestRef, snapshot::LabelAct};

/// More than any pull request had. They come oldest first; of more, the last are not known.
const MOST_EVENTS: usize = 3000;

impl Installation<'_> {
    /// The last act with each label: <https://docs.github.com/rest/issues/events#list-issue-events>.
    pub async fn label_acts(
        &self,
        pull_request: &PullRequestRef,
        identity: &Identity,
    ) -> Result<Vec<LabelAct>, Error> {
        #[derive(Deserialize)]
        struct Event {
            event: String,
            /// Null for a deleted account.
            actor: Option<UserAnswer>,
            label: Option<Label>,
        }
        #[derive(Deserialize)]
        struct Label {
            name: String,
        }
        let route = format!("/repos/{}/issues/{}/events", pull_request.repository, pull_request.number);
        let events: Vec<Event> = self.api().pages(&route, MOST_EVENTS).await?;
        let mut acts: Vec<LabelAct> = Vec::new();
        for event in events.into_iter().filter(|event| ["labeled", "unlabeled"].contains(&&*event.event)) {
            let Some(Label { name }) = event.label else { continue };
            let ours = identity.is(&account(event.actor), None);
            acts.retain(|act| !act.label.eq_ignore_ascii_case(&name));
            acts.push(LabelAct { label: name, ours });
        }
        Ok(acts)
    }
}
