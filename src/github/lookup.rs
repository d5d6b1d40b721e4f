//! Answers the questions that nominations raise, as far as GitHub can.
//!
//! In: [`Lookup`]s. Out: [`Evidence`], in which links, repositories of other forges and what stands around are not
//! answered yet. Each question is tried three times at most.

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use futures::future::join_all;
use moka::future::Cache;
use serde::Deserialize;

use super::{Client, Error, Installation, Public, contents};
use crate::triage::{
    account::Account,
    contents::Contents,
    evidence::{self, Answer, Evidence, LicenseFacts, LicenseFile, Lookup, OwnerKind, RepositoryFacts},
    license_text::{self, Reading},
    nomination::Nomination,
    pull_request::{RepositoryName, encoded},
    schema::Schema,
    snapshot::Snapshot,
};

/// Schemas by repository id, commit and path: what a commit holds never changes.
#[derive(Clone)]
pub(super) struct Schemas(Cache<(u64, String, String), Answer<Arc<Schema>>>);

impl Schemas {
    pub(super) fn new() -> Self {
        Self(Cache::new(200))
    }

    /// Takes one in that came with other files.
    pub(super) async fn is(&self, repository: u64, commit: &str, path: &str, schema: Arc<Schema>) {
        self.0.insert((repository, commit.to_owned(), path.to_owned()), Answer::Found(schema)).await;
    }
}

/// No schema is larger, in bytes.
const MOST_SCHEMA: usize = 1024 * 1024;

/// An answer, and the question that it belongs to.
enum Answered<'a> {
    Repository(&'a RepositoryName, Answer<RepositoryFacts>),
    License(&'a RepositoryName, Answer<LicenseFacts>),
    Contents(&'a RepositoryName, Answer<Contents>),
    LicenseFolder(&'a RepositoryName, Answer<Contents>),
    LicenseFile(&'a RepositoryName, &'a str, Option<Arc<Reading>>),
    Manifest(&'a RepositoryName, &'a str, Answer<String>),
    Owner(&'a Account, Answer<Vec<RepositoryFacts>>),
}

/// Asks what is asked about repositories and accounts of github.com, and what the answers raise; each time all of it
/// side by side. Other questions are not for here.
async fn ask(client: Client<'_>, nomination: &Nomination, lookups: &[Lookup], evidence: &mut Evidence) {
    let (mut asked, mut new) = (lookups.to_vec(), lookups.to_vec());
    while !new.is_empty() {
        for answered in join_all(new.iter().map(|lookup| one(client, lookup))).await.into_iter().flatten() {
            match answered {
                Answered::Repository(name, answer) => evidence.repository_is(name, answer),
                Answered::License(name, answer) => evidence.license_is(name, answer),
                Answered::Contents(name, answer) => evidence.contents_are(name, answer),
                Answered::LicenseFolder(name, answer) => evidence.license_folder_is(name, answer),
                Answered::LicenseFile(name, path, reading) => evidence.license_file_is(name, path, reading),
                Answered::Manifest(name, file, answer) => evidence.manifest_is(name, file, answer),
                Answered::Owner(owner, answer) => evidence.owner_is(owner, answer),
            }
        }
        new = evidence::further(nomination, &asked, evidence);
        asked.extend(new.iter().cloned());
    }
}

async fn one<'a>(client: Client<'_>, lookup: &'a Lookup) -> Option<Answered<'a>> {
    Some(match lookup {
        Lookup::Repository(name) => Answered::Repository(name, repository(client, name).await),
        Lookup::License(name) => Answered::License(name, license(client, name).await),
        Lookup::Contents(name) => Answered::Contents(name, contents::folder(client, name, "").await),
        Lookup::LicenseFolder(name, folder) => {
            Answered::LicenseFolder(name, contents::folder(client, name, folder).await)
        }
        Lookup::LicenseFile(name, path) => {
            Answered::LicenseFile(name, path, contents::license(client, name, path).await)
        }
        Lookup::Manifest(name, file) => {
            Answered::Manifest(name, file, contents::manifest(client, name, file).await)
        }
        Lookup::Owner(owner @ Account::GitHub(login)) => Answered::Owner(owner, owned(client, login).await),
        Lookup::Schema(_)
        | Lookup::File(_)
        | Lookup::Registry
        | Lookup::OpenPullRequests
        | Lookup::Forge(_)
        | Lookup::Owner(Account::Forge(_))
        | Lookup::LicensePage(_)
        | Lookup::Link(_) => {
            return None;
        }
    })
}

impl Installation<'_> {
    /// Asks all questions about one nomination alone.
    pub async fn answer(&self, nomination: &Nomination, lookups: &[Lookup]) -> Evidence {
        let mut evidence = Evidence::unasked("more repositories are listed than are looked up");
        ask(self.nominees(), nomination, lookups, &mut evidence).await;
        evidence
    }

    /// Whether a file is at the head.
    pub(super) async fn file(&self, path: &str, snapshot: &Snapshot) -> Answer<()> {
        let repository = &snapshot.pull_request.repository;
        let route = format!("/repos/{repository}/contents/{}?ref={}", encoded(path), snapshot.head_sha);
        answer(three_tries(|| self.api().get::<serde::de::IgnoredAny>(&route)).await).map(|_| ())
    }

    /// A schema at the base commit.
    pub(super) async fn schema(&self, path: &str, snapshot: &Snapshot) -> Answer<Arc<Schema>> {
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
    /// Asks what is asked about one nomination's repositories and accounts; other questions are not for here.
    pub async fn answer(&self, nomination: &Nomination, lookups: &[Lookup], evidence: &mut Evidence) {
        ask(self.client(), nomination, lookups, evidence).await;
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
    disabled: bool,
    #[serde(default)]
    fork: bool,
    description: Option<String>,
    homepage: Option<String>,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    stargazers_count: u64,
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
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl RepositoryAnswer {
    fn facts(self) -> RepositoryFacts {
        RepositoryFacts {
            name: RepositoryName::new(self.owner.login, self.name).into(),
            owner: match self.owner.kind.as_deref() {
                Some("User") => Some(OwnerKind::Person),
                Some("Organization") => Some(OwnerKind::Organization),
                _ => None,
            },
            private: self.private,
            archived: self.archived,
            disabled: self.disabled,
            fork: self.fork,
            empty: self.size == Some(0)
                && self.pushed_at.is_none_or(|pushed| Some(pushed) == self.created_at),
            description: self.description,
            homepage: self.homepage,
            topics: self.topics,
            stars: self.stargazers_count,
            default_branch: self.default_branch,
            pushed_at: self.pushed_at,
        }
    }
}

async fn repository(client: Client<'_>, name: &RepositoryName) -> Answer<RepositoryFacts> {
    let route = format!("/repos/{name}");
    answer(three_tries(|| client.get::<RepositoryAnswer>(&route)).await).map(RepositoryAnswer::facts)
}

/// The public repositories of an account, those first to which was pushed last. The same for people and organizations.
async fn owned(client: Client<'_>, login: &str) -> Answer<Vec<RepositoryFacts>> {
    let route = format!("/users/{login}/repos?sort=pushed");
    let asked = three_tries(|| client.pages::<RepositoryAnswer>(&route, evidence::MOST_OWNED)).await;
    answer(asked).map(|repositories| {
        let facts = repositories.into_iter().map(RepositoryAnswer::facts);
        facts.filter(|facts| !facts.private).collect()
    })
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
            // GitHub goes by how a name begins.
            let of_others = found.path.as_deref().is_some_and(license_text::is_of_others);
            let (spdx, content) = if of_others { (None, None) } else { (spdx, found.content) };
            let page = found.html_url.filter(|url| url.starts_with("https://"));
            let page = page.unwrap_or_else(|| crate::triage::repository::page(name));
            let name = found.path.unwrap_or_default();
            let reading = match content {
                Some(content) => {
                    let base64: String = content.split_whitespace().collect();
                    read(name.clone(), STANDARD.decode(base64).unwrap_or_default()).await
                }
                None => None,
            };
            Answer::Found(LicenseFacts::told(spdx, LicenseFile { name, page, reading }))
        }
        Answer::Missing => Answer::Missing,
        Answer::Unavailable(why) => Answer::Unavailable(why),
    }
}

/// What a license file says; beside the other work, for it takes some time.
pub(super) async fn read(path: String, bytes: Vec<u8>) -> Option<Arc<Reading>> {
    let read = move || {
        let text = license_text::from_file(&path, &bytes)?;
        Some(Arc::new(license_text::read_license_file(&text)))
    };
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

pub(super) fn answer<T>(asked: Result<T, Error>) -> Answer<T> {
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
