//! Answers the questions that nominations raise, as far as GitHub can.
//!
//! In: [`Lookup`]s. Out: [`Evidence`], in which links and what stands around are not
//! answered yet. All questions are asked
//! side by side; each is tried three times at most.

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use moka::future::Cache;
use serde::Deserialize;

use super::{Client, Error, Installation, Public};
use crate::triage::{
    evidence::{Answer, Evidence, LicenseFacts, Lookup, RepositoryFacts},
    license_text::{self, Reading},
    pull_request::{RepositoryName, encoded},
    schema::Schema,
    snapshot::Snapshot,
};

/// Schemas by repository id, commit and path: what a commit holds never changes.
pub(super) type Schemas = SchemaCache;

pub(super) struct SchemaCache(Cache<(u64, String, String), Answer<Arc<Schema>>>);

impl SchemaCache {
    pub(super) fn new() -> Self {
        Self(Cache::new(200))
    }
}

/// No schema is larger, in bytes.
const MOST_SCHEMA: usize = 1024 * 1024;

impl Installation<'_> {
    /// Asks all questions about one nomination alone side by side.
    pub async fn answer(&self, lookups: &[Lookup], snapshot: &Snapshot) -> Evidence {
        enum Answered<'a> {
            Schema(&'a str, Answer<Arc<Schema>>),
            Repository(&'a RepositoryName, Answer<RepositoryFacts>),
            License(&'a RepositoryName, Answer<LicenseFacts>),
            /// Asked for all nominations at once, or not GitHub's to answer.
            Elsewhere,
        }
        let asked = lookups.iter().map(|lookup| async move {
            match lookup {
                Lookup::Schema(path) => Answered::Schema(path, self.schema(path, snapshot).await),
                Lookup::Repository(name) => {
                    Answered::Repository(name, repository(self.nominees(), name).await)
                }
                Lookup::License(name) => Answered::License(name, license(self.nominees(), name).await),
                Lookup::File(_)
                | Lookup::Registry
                | Lookup::OpenPullRequests
                | Lookup::Link(_)
                | Lookup::LicensePage(_) => Answered::Elsewhere,
            }
        });
        let mut evidence = Evidence::unasked("more repositories are listed than are looked up");
        for answered in join_all(asked).await {
            match answered {
                Answered::Schema(path, answer) => evidence.schema_is(path, answer),
                Answered::Repository(name, answer) => evidence.repository_is(name, answer),
                Answered::License(name, answer) => evidence.license_is(name, answer),
                Answered::Elsewhere => {}
            }
        }
        evidence
    }

    /// Whether a file is at the head.
    pub(super) async fn file(&self, path: &str, snapshot: &Snapshot) -> Answer<()> {
        let repository = &snapshot.pull_request.repository;
        let route = format!("/repos/{repository}/contents/{}?ref={}", encoded(path), snapshot.head_sha);
        match answer(three_tries(|| self.api().get::<serde::de::IgnoredAny>(&route)).await) {
            Answer::Found(_) => Answer::Found(()),
            Answer::Missing => Answer::Missing,
            Answer::Unavailable(why) => Answer::Unavailable(why),
        }
    }

    async fn schema(&self, path: &str, snapshot: &Snapshot) -> Answer<Arc<Schema>> {
        let repository = &snapshot.pull_request.repository;
        let key = (snapshot.pull_request.repository_id, snapshot.base_sha.clone(), path.to_owned());
        if let Some(known) = self.github.schemas.0.get(&key).await {
            return known;
        }
        let route = format!("/repos/{repository}/contents/{}?ref={}", encoded(path), snapshot.base_sha);
        let text = three_tries(|| self.api().raw(&route, MOST_SCHEMA)).await;
        let answer = match answer(text) {
            Answer::Found(text) => Answer::Found(Arc::new(Schema::read(&String::from_utf8_lossy(&text)))),
            Answer::Missing => Answer::Missing,
            // Only this may come out otherwise the next time.
            Answer::Unavailable(why) => return Answer::Unavailable(why),
        };
        self.github.schemas.0.insert(key, answer.clone()).await;
        answer
    }
}

impl Public {
    /// Asks what is asked about repositories of github.com, side by side; other questions are not for here.
    pub async fn answer(&self, lookups: &[Lookup], evidence: &mut Evidence) {
        let repositories = lookups.iter().filter_map(|lookup| match lookup {
            Lookup::Repository(name) => Some(name),
            _ => None,
        });
        let asked = repositories.map(|name| async move {
            let client = self.client();
            (name, futures::join!(repository(client, name), license(client, name)))
        });
        for (name, (repository, license)) in join_all(asked).await {
            evidence.repository_is(name, repository);
            evidence.license_is(name, license);
        }
    }
}

#[derive(Deserialize)]
struct RepositoryAnswer {
    name: String,
    owner: Owner,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    fork: bool,
    description: Option<String>,
    homepage: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    default_branch: String,
    pushed_at: Option<DateTime<Utc>>,
    created_at: Option<DateTime<Utc>>,
    /// Kilobytes; counted anew only once an hour, so 0 alone does not mean empty.
    size: Option<u64>,
}

#[derive(Deserialize)]
struct Owner {
    login: String,
}

async fn repository(client: Client<'_>, name: &RepositoryName) -> Answer<RepositoryFacts> {
    let route = format!("/repos/{name}");
    match answer(three_tries(|| client.get::<RepositoryAnswer>(&route)).await) {
        Answer::Found(found) => Answer::Found(RepositoryFacts {
            name: RepositoryName::new(found.owner.login, found.name),
            private: found.private,
            archived: found.archived,
            fork: found.fork,
            empty: found.size == Some(0)
                && found.pushed_at.is_none_or(|pushed| Some(pushed) == found.created_at),
            description: found.description,
            homepage: found.homepage,
            topics: found.topics,
            default_branch: found.default_branch,
            pushed_at: found.pushed_at,
        }),
        Answer::Missing => Answer::Missing,
        Answer::Unavailable(why) => Answer::Unavailable(why),
    }
}

#[derive(Deserialize)]
struct LicenseAnswer {
    html_url: Option<String>,
    path: Option<String>,
    license: Option<Detected>,
    /// The file itself, in base64 with line ends.
    content: Option<String>,
}

#[derive(Deserialize)]
struct Detected {
    spdx_id: Option<String>,
}

async fn license(client: Client<'_>, name: &RepositoryName) -> Answer<LicenseFacts> {
    let route = format!("/repos/{name}/license");
    match answer(three_tries(|| client.get::<LicenseAnswer>(&route)).await) {
        Answer::Found(found) => {
            let spdx = found.license.and_then(|license| license.spdx_id);
            let spdx = spdx.filter(|id| id != "NOASSERTION" && !id.is_empty());
            let reading = match (&spdx, found.content) {
                (None, Some(content)) => read(found.path.unwrap_or_default(), content).await.map(Arc::new),
                _ => None,
            };
            Answer::Found(LicenseFacts {
                spdx,
                reading,
                page: found
                    .html_url
                    .filter(|url| url.starts_with("https://"))
                    .unwrap_or_else(|| crate::triage::repository::page(name)),
            })
        }
        Answer::Missing => Answer::Missing,
        Answer::Unavailable(why) => Answer::Unavailable(why),
    }
}

/// What a license file says that GitHub does not know; beside the other work, for it takes some time.
async fn read(path: String, content: String) -> Option<Reading> {
    let read = move || {
        let base64: String = content.split_whitespace().collect();
        let text = license_text::from_file(&path, &STANDARD.decode(base64).ok()?)?;
        Some(license_text::read(&text))
    };
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

fn answer<T>(asked: Result<T, Error>) -> Answer<T> {
    match asked {
        Ok(found) => Answer::Found(found),
        Err(Error::Gone { .. }) => Answer::Missing,
        Err(error) => {
            tracing::warn!(%error, "a question to GitHub stayed without an answer");
            let why = match error {
                Error::Denied { .. } => "GitHub does not let me look there",
                _ => "GitHub did not answer",
            };
            Answer::Unavailable(why.to_owned())
        }
    }
}

/// Three tries within half a minute; only what may heal is tried again, and no limit of GitHub's is run into.
pub(super) async fn three_tries<T, F: Future<Output = Result<T, Error>>>(
    ask: impl FnMut() -> F,
) -> Result<T, Error> {
    let pauses = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(300))
        .with_max_times(2)
        .with_jitter();
    let tries = ask.retry(pauses).when(|error| matches!(error, Error::Later { after: None, .. }));
    match tokio::time::timeout(Duration::from_secs(30), tries).await {
        Ok(answer) => answer,
        Err(_) => {
            Err(Error::Later { after: None, why: "three tries within 30 s brought no answer".to_owned() })
        }
    }
}
