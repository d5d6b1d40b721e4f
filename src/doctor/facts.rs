//! What was found out about an installation of the App, before anybody judges it.
//!
//! In: answers. Out: values. Never: what they mean.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::{
    config::Mistakes,
    github::{
        Error,
        deliveries::Attempt,
        inspect::{Allowance, Askable, Greeting, Hook, Placed},
    },
    queue::{StoreError, examine::Examined},
    rules::Read,
    triage::pull_request::RepositoryName,
};

/// Everything.
pub struct Facts {
    /// Our time.
    pub now: DateTime<Utc>,
    pub settings: Result<Settled, Mistakes>,
    /// `None` where the settings do not say where it is.
    pub database: Option<Result<Examined, StoreError>>,
    /// `None` where the settings do not say who we are.
    pub github: Option<OnGitHub>,
}

/// What of the settings matters here.
pub struct Settled {
    /// Root of GitHub's API.
    pub api: String,
    /// Empty means all.
    pub allowed_owners: Vec<String>,
    pub dry_run: bool,
}

/// What GitHub says.
pub struct OnGitHub {
    pub greeting: Greeting,
    /// Our time when the greeting came.
    pub greeted_at: DateTime<Utc>,
    pub hook: Result<Option<Hook>, Error>,
    /// What `/healthz` at the webhook's address answered, where it was asked.
    pub health: Option<Result<u16, Error>>,
    /// Newest first.
    pub deliveries: Result<Vec<Attempt>, Error>,
    pub installations: Result<Vec<Placed>, Error>,
    /// What each installation that is served covers, by its id.
    pub covered: BTreeMap<u64, Result<Covers, Error>>,
    pub registries: Vec<Registry>,
    /// How many repositories were not looked at.
    pub left_out: usize,
    /// The one repository that was asked for, where it is not one of the App's, or could not be read.
    pub missed: Option<(RepositoryName, Option<Error>)>,
}

/// What an installation covers.
pub struct Covers {
    /// The first of them.
    pub names: Vec<RepositoryName>,
    pub all: usize,
    pub allowance: Result<Allowance, Error>,
}

/// A repository that the App serves.
pub struct Registry {
    pub name: RepositoryName,
    pub archived: bool,
    pub default_branch: String,
    /// Its own rules; `None` without such a file.
    pub rules: Result<Option<Read>, Error>,
    pub labels: Result<Vec<String>, Error>,
    /// The folders that the rules name, and whether each is there.
    pub folders: BTreeMap<String, Result<bool, Error>>,
    /// The texts of the schemas that the rules name.
    pub schemas: BTreeMap<String, Result<Option<Vec<u8>>, Error>>,
    /// The teams and people whom the rules name.
    pub reviewers: BTreeMap<String, Result<Askable, Error>>,
}
