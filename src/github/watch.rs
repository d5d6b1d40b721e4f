//! What the timer asks: which pull requests are open where, and what was said to our comments since.
//!
//! In: an installation. Out: lists, and a digest of the reactions to each comment. Never: a pull request as a whole,
//! which only a look reads.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::{Error, GitHub, Identity, Installation, inspect::Covered};
use crate::triage::{
    pull_request::RepositoryName,
    snapshot::{LivingComment, Opinion},
    votes,
};

/// More installations, repositories or open pull requests than these are not watched.
const MOST: usize = 10_000;

/// GitHub takes no more ids in one question: <https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api>.
pub const AT_ONCE: usize = 100;

/// The App on an account: <https://docs.github.com/rest/apps/apps#list-installations-for-the-authenticated-app>.
#[derive(Clone, Debug)]
pub struct Installed {
    pub id: u64,
    pub owner: String,
    pub created_at: DateTime<Utc>,
    pub is_suspended: bool,
}

/// A repository that an installation covers.
#[derive(Clone, Debug)]
pub struct Watched {
    pub id: u64,
    pub name: RepositoryName,
    /// Whether an issue or a pull request is open in it.
    pub has_open: bool,
}

/// An open pull request, as a list shows it.
#[derive(Clone, Debug)]
pub struct Open {
    pub number: u64,
    pub head: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What stands under one of our comments.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Heard {
    /// The digest of the reactions, as [`votes::digest`] makes it.
    Reactions(String),
    /// More than a question to GraphQL shows at once.
    Many,
    /// The comment is not there any more.
    Nothing,
}

impl GitHub {
    /// Where the App is installed.
    pub async fn installed(&self) -> Result<Vec<Installed>, Error> {
        // An enterprise has no login, and no repositories of its own.
        let installed = self.placed().await?.into_iter().filter_map(|placed| {
            let is_suspended = placed.suspended_at.is_some();
            let (id, owner) = (placed.id, placed.account?.login?);
            Some(Installed { id, owner, created_at: placed.created_at, is_suspended })
        });
        Ok(installed.collect())
    }

    /// The installation that covers a repository now; `None` where there is none:
    /// <https://docs.github.com/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app>.
    pub async fn installed_on(&self, repository: &RepositoryName) -> Result<Option<u64>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            id: u64,
        }
        match self.app().get::<Answer>(&format!("/repos/{repository}/installation")).await {
            Ok(Answer { id }) => Ok(Some(id)),
            Err(Error::Gone { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Installation<'_> {
    /// Repositories that can be written to.
    pub async fn watched(&self) -> Result<Vec<Watched>, Error> {
        let (covered, _) = self.covered(MOST).await?;
        let alive = covered.into_iter().filter(|repository| !repository.archived);
        Ok(alive.map(|Covered { id, name, has_open, .. }| Watched { id, name, has_open }).collect())
    }

    /// Its open pull requests.
    pub async fn open(&self, repository: &RepositoryName) -> Result<Vec<Open>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            number: u64,
            head: Head,
            created_at: DateTime<Utc>,
            updated_at: DateTime<Utc>,
        }
        #[derive(Deserialize)]
        struct Head {
            sha: String,
        }
        // As a look asks for them: one answer is kept for both.
        let route = format!("/repos/{repository}/pulls?state=open");
        let pulls: Vec<Answer> = self.repeated().pages(&route, MOST).await?;
        let open = pulls.into_iter().map(|pull| Open {
            number: pull.number,
            head: pull.head.sha,
            created_at: pull.created_at,
            updated_at: pull.updated_at,
        });
        Ok(open.collect())
    }

    /// Our comment on a pull request.
    pub async fn living(
        &self,
        repository: &RepositoryName,
        number: u64,
        identity: &Identity,
    ) -> Result<Option<LivingComment>, Error> {
        Ok(self.comments(repository, number, identity).await?.0)
    }

    /// The text of a comment; `None` where it is not there any more.
    pub async fn comment(&self, repository: &RepositoryName, id: u64) -> Result<Option<String>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            body: Option<String>,
        }
        match self.repeated().get::<Answer>(&format!("/repos/{repository}/issues/comments/{id}")).await {
            Ok(answer) => Ok(Some(answer.body.unwrap_or_default())),
            Err(Error::Gone { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What was said to a comment, asked by REST.
    pub async fn heard(&self, repository: &RepositoryName, comment: u64) -> Result<Heard, Error> {
        match self.reactions(repository, comment).await {
            Ok(reactions) => {
                Ok(Heard::Reactions(votes::digest(reactions.iter().map(|reaction| reaction.id))))
            }
            Err(Error::Gone { .. }) => Ok(Heard::Nothing),
            Err(error) => Err(error),
        }
    }

    /// What was said to these comments, at most [`AT_ONCE`], by their ids in GraphQL: one question, one point of 5,000
    /// an hour.
    ///
    /// # Errors
    /// [`Error::Later`] when the allowance is used up; all others mean that GraphQL is refused here.
    pub async fn heard_at_once(&self, nodes: &[&str]) -> Result<Vec<Heard>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            data: Option<Data>,
            #[serde(default)]
            errors: Vec<Fault>,
        }
        #[derive(Deserialize)]
        struct Data {
            nodes: Vec<Option<Node>>,
        }
        #[derive(Deserialize)]
        struct Node {
            reactions: Option<Reactions>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Reactions {
            total_count: usize,
            nodes: Option<Vec<Option<Reaction>>>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Reaction {
            database_id: Option<u64>,
            content: String,
        }
        #[derive(Deserialize)]
        struct Fault {
            #[serde(rename = "type")]
            kind: Option<String>,
            message: String,
        }
        let body = json!({"query": QUESTION, "variables": {"ids": nodes}});
        let answer: Answer = self.api().send(http::Method::POST, "/graphql", &body).await?;
        // What is not found is told twice: as null, and as an error.
        if let Some(fault) =
            answer.errors.into_iter().find(|fault| fault.kind.as_deref() != Some("NOT_FOUND"))
        {
            return Err(match fault.kind.as_deref() {
                Some("RATE_LIMITED") => Error::Later { after: None, why: fault.message },
                _ => Error::Denied { what: fault.message },
            });
        }
        let found = answer.data.map(|data| data.nodes).unwrap_or_default();
        if found.len() != nodes.len() {
            return Err(Error::Bug { why: "GraphQL did not answer for every comment".to_owned() });
        }
        let heard = found.into_iter().map(|node| {
            let Some(reactions) = node.and_then(|node| node.reactions) else { return Heard::Nothing };
            let shown = reactions.nodes.unwrap_or_default();
            if reactions.total_count > shown.len() {
                return Heard::Many;
            }
            let meant = shown.iter().flatten().filter(|one| Opinion::of_reaction(&one.content).is_some());
            Heard::Reactions(votes::digest(meant.filter_map(|one| one.database_id)))
        });
        Ok(heard.collect())
    }
}

/// Ids of reactions, not of people, so that one which was taken back and given again shows.
const QUESTION: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on IssueComment { \
    reactions(first: 100) { totalCount nodes { databaseId content } } } } rateLimit { cost } }";
