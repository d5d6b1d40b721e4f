//! What GitHub knows of the App: how it is registered, where it is installed, and what it finds there.
//!
//! In: the credentials of the App, or of an installation. Out: what GitHub answered. Never: a judgment, or a write.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use http::Method;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Client, Error, GitHub, Installation, JSON, MOST_ANSWER,
    credentials::Question,
    deliveries::Attempt,
    parse,
    refusal::{dated, granted},
    within,
};
use crate::triage::pull_request::{RepositoryName, encoded};

/// More installations are not looked at.
const MOST_INSTALLATIONS: usize = 10_000;

/// More labels of a repository are not read.
const MOST_LABELS: usize = 2000;

/// GitHub lists no more deliveries on a page.
pub const LATEST: usize = 100;

/// The answer to who we are, and when it came.
#[derive(Debug)]
pub struct Greeting {
    /// GitHub's time, which stands above a refusal as well.
    pub at: Option<DateTime<Utc>>,
    /// `None` where nothing came.
    pub status: Option<u16>,
    pub app: Result<Registration, Error>,
}

/// The App as it is registered: <https://docs.github.com/rest/apps/apps#get-the-authenticated-app>.
#[derive(Clone, Debug, Deserialize)]
pub struct Registration {
    pub slug: String,
    /// Its public page.
    pub html_url: String,
    pub owner: Option<Owner>,
    pub permissions: BTreeMap<String, String>,
    pub events: Vec<String>,
}

/// An account; an enterprise has no login.
#[derive(Clone, Debug, Deserialize)]
pub struct Owner {
    pub login: Option<String>,
    #[serde(rename = "type", default)]
    pub kind: String,
}

/// Where the App's events go: <https://docs.github.com/rest/apps/webhooks#get-a-webhook-configuration-for-an-app>.
#[derive(Clone, Debug, Deserialize)]
pub struct Hook {
    pub url: Option<String>,
    pub content_type: Option<String>,
    /// `"0"`, `"1"`, or the same as a number.
    #[serde(default)]
    insecure_ssl: Value,
    /// Stars in place of the secret.
    secret: Option<String>,
}

impl Hook {
    /// Whether the certificate of the address is looked at.
    pub fn verifies(&self) -> bool {
        !matches!(&self.insecure_ssl, Value::String(text) if text == "1") && self.insecure_ssl != 1
    }

    /// Whether deliveries are signed.
    pub fn is_signed(&self) -> bool {
        self.secret.as_ref().is_some_and(|secret| !secret.is_empty())
    }
}

/// The App on an account, suspended or not.
#[derive(Clone, Debug, Deserialize)]
pub struct Placed {
    pub id: u64,
    pub account: Option<Owner>,
    /// What its owner has consented to.
    pub permissions: BTreeMap<String, String>,
    pub html_url: String,
    pub created_at: DateTime<Utc>,
    pub suspended_at: Option<DateTime<Utc>>,
}

/// A repository that an installation covers.
#[derive(Clone, Debug)]
pub struct Covered {
    pub id: u64,
    pub name: RepositoryName,
    pub default_branch: String,
    pub archived: bool,
    /// Whether issues or pull requests of it are open.
    pub has_open: bool,
}

/// What is left of the hourly allowance.
#[derive(Clone, Debug, Deserialize)]
pub struct Allowance {
    pub limit: u64,
    pub remaining: u64,
    /// In seconds since 1970.
    pub reset: i64,
}

/// Whether somebody can be asked for a review.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Askable {
    Yes,
    /// There, but without access to the repository.
    NoAccess,
    /// Not there, or not for us to see.
    Unknown,
    /// Another organization's team.
    Elsewhere,
}

#[derive(Deserialize)]
struct RepositoryAnswer {
    id: u64,
    name: String,
    owner: OwnerOfRepository,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    default_branch: String,
    /// GitHub counts pull requests among them.
    open_issues_count: u64,
}

#[derive(Deserialize)]
struct OwnerOfRepository {
    login: String,
}

impl From<RepositoryAnswer> for Covered {
    fn from(answer: RepositoryAnswer) -> Self {
        let RepositoryAnswer { id, name, owner, archived, default_branch, open_issues_count } = answer;
        let name = RepositoryName::new(owner.login, name);
        Self { id, name, default_branch, archived, has_open: open_issues_count > 0 }
    }
}

impl GitHub {
    /// Who we are, asked anew, with GitHub's time.
    pub async fn greeting(&self) -> Greeting {
        const PATH: &str = "/app";
        let (mut at, mut status) = (None, None);
        let asked = within(self.gate.patience, async {
            let response = self.app().sent(Question::new(&Method::GET, PATH)).await?;
            status = Some(response.status());
            at = dated(response.headers());
            let body = super::read_at_most(granted(response).await?.into_body(), MOST_ANSWER).await;
            parse(PATH, &body.map_err(|why| Error::Later { after: None, why })?)
        });
        let app = asked.await;
        self.gate.count(&Method::GET, PATH, status);
        Greeting { at, status: status.map(|status| status.as_u16()), app }
    }

    /// Where events go; `None` where the App has no webhook.
    pub async fn hook(&self) -> Result<Option<Hook>, Error> {
        some(self.app().get("/app/hook/config").await)
    }

    /// The latest attempts to deliver, at most [`LATEST`], newest first.
    pub async fn latest_attempts(&self) -> Result<Vec<Attempt>, Error> {
        self.app().get(&format!("/app/hook/deliveries?per_page={LATEST}")).await
    }

    /// Where the App is installed, also where it is suspended.
    pub async fn placed(&self) -> Result<Vec<Placed>, Error> {
        self.app().pages("/app/installations", MOST_INSTALLATIONS).await
    }
}

impl Installation<'_> {
    /// The repositories that it covers, at most `most`, and how many there are:
    /// <https://docs.github.com/rest/apps/installations#list-repositories-accessible-to-the-app-installation>.
    pub async fn covered(&self, most: usize) -> Result<(Vec<Covered>, usize), Error> {
        #[derive(Deserialize)]
        struct Answer {
            total_count: usize,
            repositories: Vec<RepositoryAnswer>,
        }
        let (mut covered, mut all): (Vec<Covered>, usize) = (Vec::new(), 0);
        for page in 1..=most.div_ceil(100).max(1) {
            let route = format!("/installation/repositories?per_page=100&page={page}");
            let answer: Answer = self.repeated().get(&route).await?;
            let is_last = answer.repositories.len() < 100;
            all = answer.total_count;
            covered.extend(answer.repositories.into_iter().map(Covered::from));
            if is_last {
                break;
            }
        }
        covered.truncate(most);
        Ok((covered, all))
    }

    /// One repository, under the name that it has now.
    pub async fn covered_one(&self, repository: &RepositoryName) -> Result<Covered, Error> {
        self.api().get::<RepositoryAnswer>(&format!("/repos/{repository}")).await.map(Covered::from)
    }

    /// The names of its labels.
    pub async fn labels_of(&self, repository: &RepositoryName) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            name: String,
        }
        let labels: Vec<Answer> =
            self.api().pages(&format!("/repos/{repository}/labels"), MOST_LABELS).await?;
        Ok(labels.into_iter().map(|label| label.name).collect())
    }

    /// The names of what lies in a folder of its default branch; `None` where there is none.
    pub async fn listed(
        &self,
        repository: &RepositoryName,
        folder: &str,
    ) -> Result<Option<Vec<String>>, Error> {
        #[derive(Deserialize)]
        struct Answer {
            name: String,
        }
        let route = format!("/repos/{repository}/contents/{}", encoded(folder));
        let items: Option<Vec<Answer>> = some(self.api().get(&route).await)?;
        Ok(items.map(|items| items.into_iter().map(|item| item.name).collect()))
    }

    /// Whether a team, `ORGANIZATION/TEAM`, can be asked for reviews:
    /// <https://docs.github.com/rest/teams/teams#check-team-permissions-for-a-repository>.
    pub async fn team_is_askable(&self, repository: &RepositoryName, team: &str) -> Result<Askable, Error> {
        let Some((organization, slug)) = team.split_once('/') else { return Ok(Askable::Unknown) };
        if !organization.eq_ignore_ascii_case(&repository.owner) {
            return Ok(Askable::Elsewhere);
        }
        let route = format!("/orgs/{}/teams/{}", encoded(organization), encoded(&slug.to_lowercase()));
        askable(self.api(), &format!("{route}/repos/{repository}"), &route).await
    }

    /// Whether a person can be asked for reviews:
    /// <https://docs.github.com/rest/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator>.
    pub async fn person_is_askable(
        &self,
        repository: &RepositoryName,
        login: &str,
    ) -> Result<Askable, Error> {
        let login = encoded(login);
        let route = format!("/repos/{repository}/collaborators/{login}");
        askable(self.api(), &route, &format!("/users/{login}")).await
    }

    /// What is left of its hourly allowance; asking costs nothing of it.
    pub async fn allowance(&self) -> Result<Allowance, Error> {
        #[derive(Deserialize)]
        struct Answer {
            resources: Resources,
        }
        #[derive(Deserialize)]
        struct Resources {
            core: Allowance,
        }
        self.api().get::<Answer>("/rate_limit").await.map(|answer| answer.resources.core)
    }
}

/// Asks first whether somebody has access, then whether somebody is there at all.
async fn askable(client: Client<'_>, access: &str, there: &str) -> Result<Askable, Error> {
    if is_there(client, access).await? {
        return Ok(Askable::Yes);
    }
    Ok(if is_there(client, there).await? { Askable::NoAccess } else { Askable::Unknown })
}

/// Whether something is there, by the status alone.
async fn is_there(client: Client<'_>, path: &str) -> Result<bool, Error> {
    some(client.request(Method::GET, path, JSON, None, MOST_ANSWER).await).map(|found| found.is_some())
}

fn some<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Error::Gone { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What stands at an address of our own, `http://HOST` or `https://HOST`: the status of its answer to a GET, asked
/// without credentials.
///
/// # Errors
/// Why there was none.
pub async fn status_at(origin: &str, path: &str) -> Result<u16, Error> {
    let client = super::Public::new(origin, None)?;
    let question = Question::new(&Method::GET, path);
    within(client.gate.patience, async { Ok(client.client().sent(question).await?.status().as_u16()) }).await
}
