//! Who edited the bot's comment since the bot itself did: only GraphQL tells.
//!
//! In: a snapshot with our comment. Out: [`Edit`]s, oldest first. Where GraphQL is refused, the account that the events
//! named, if they did; else that somebody ticked a box is known, and not who.

use serde::Deserialize;
use serde_json::json;

use super::{
    super::{Error, Installation},
    UserAnswer, account,
};
use crate::triage::snapshot::{Account, Edit, Snapshot};

/// <https://docs.github.com/graphql/reference/objects#usercontentedit>, newest first.
const QUESTION: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { \
    userContentEdits(first: 50) { nodes { diff editor { __typename login ... on User { databaseId } } } } } } }";

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
}

#[derive(Deserialize)]
struct Data {
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    user_content_edits: Option<Edits>,
}

#[derive(Deserialize)]
struct Edits {
    nodes: Option<Vec<Option<Version>>>,
}

#[derive(Deserialize)]
struct Version {
    diff: Option<String>,
    editor: Option<Editor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Editor {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
    database_id: Option<u64>,
}

impl Installation<'_> {
    /// Edits of our comment by others since our own last one.
    ///
    /// # Errors
    /// Only where GitHub may answer later.
    pub async fn edits(&self, snapshot: &Snapshot) -> Result<Option<Vec<Edit>>, Error> {
        let Some(living) = &snapshot.living else { return Ok(None) };
        let body = json!({"query": QUESTION, "variables": {"ids": [living.node]}});
        let answer: Answer = match self.api().send(http::Method::POST, "/graphql", &body).await {
            Ok(answer) => answer,
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                tracing::warn!(%error, "who edited the comment cannot be asked");
                return Ok(None);
            }
        };
        let node = answer.data.and_then(|data| data.nodes.into_iter().next().flatten());
        let Some(versions) = node.and_then(|node| node.user_content_edits) else { return Ok(None) };
        let by_others = versions
            .nodes
            .into_iter()
            .flatten()
            .flatten()
            .take_while(|version| version.editor.as_ref().is_none_or(|editor| editor.kind != "Bot"));
        let mut edits: Vec<Edit> = by_others.filter_map(edit).collect();
        edits.reverse();
        Ok(Some(edits))
    }

    /// One edit of our comment, of which only the account is known that made it:
    /// <https://docs.github.com/rest/users/users#get-a-user-using-their-id>.
    ///
    /// # Errors
    /// Only where GitHub may answer later.
    pub async fn edit_by(&self, id: u64) -> Result<Option<Vec<Edit>>, Error> {
        match self.api().get::<UserAnswer>(&format!("/user/{id}")).await {
            Ok(user) => Ok(Some(vec![Edit { by: account(Some(user)), body: None }])),
            Err(error) if error.is_passing() => Err(error),
            Err(error) => {
                tracing::warn!(%error, "who edited the comment cannot be named");
                Ok(None)
            }
        }
    }
}

fn edit(version: Version) -> Option<Edit> {
    let editor = version.editor?;
    let by = Account { id: editor.database_id?, login: editor.login, bot: false };
    Some(Edit { by, body: version.diff })
}
