//! What this GitHub knows: accounts, repositories, installations; and how to find them.

use super::git::Git;
use super::thread::Thread;
use super::{Unknown, auth::Caller, checks::CheckRun, hooks::Event};
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, HashMap};

/// Everything. Ids count up from one counter, as if much had happened before.
pub(super) struct World {
    /// `http://127.0.0.1:PORT`, for the addresses in answers.
    pub(super) url: String,
    pub(super) app: App,
    pub(super) accounts: BTreeMap<u64, Account>,
    pub(super) repositories: BTreeMap<u64, Repository>,
    /// Former full names in lower case -> repository.
    pub(super) old_names: HashMap<String, u64>,
    pub(super) installations: BTreeMap<u64, Installation>,
    pub(super) teams: Vec<Team>,
    pub(super) tokens: HashMap<String, Token>,
    /// Hourly allowances of those who have called.
    pub(super) rates: HashMap<Caller, Rate>,
    /// What questions to the GraphQL API have cost so far.
    pub(super) graphql_points: u64,
    pub(super) git: Git,
    /// Events that wait for the postman.
    pub(super) outbox: Vec<Event>,
    /// Added to the real time.
    pub(super) clock_shift: Duration,
    last_id: u64,
}

/// The App's registration.
pub(super) struct App {
    pub(super) id: u64,
    pub(super) slug: String,
    pub(super) name: String,
    /// Permission -> `read` or `write`.
    pub(super) permissions: BTreeMap<String, String>,
    pub(super) events: Vec<String>,
    /// What its page says of the webhook. Where events are told is the postman's business.
    pub(super) hook: HookConfig,
    /// The account `<slug>[bot]`.
    pub(super) bot: u64,
}

/// The webhook of the App, as its owner wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookConfig {
    /// Where events are to go.
    pub url: String,
    /// `json` or `form`.
    pub content_type: String,
    /// Whether the certificate of the address is not looked at.
    pub insecure_ssl: bool,
}

/// A user, bot or organisation.
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) login: String,
    pub(super) kind: AccountKind,
}

/// The kinds of account, in GitHub's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AccountKind {
    /// A person.
    #[default]
    User,
    /// An App's account or another machine's.
    Bot,
    /// An owner of repositories and teams.
    Organization,
}

/// A repository with its pull requests, labels and check runs.
pub(super) struct Repository {
    pub(super) id: u64,
    pub(super) owner: u64,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) homepage: Option<String>,
    pub(super) topics: Vec<String>,
    pub(super) private: bool,
    pub(super) archived: bool,
    /// The repository that this one is a fork of.
    pub(super) parent: Option<u64>,
    pub(super) is_fork: bool,
    pub(super) stars: u64,
    pub(super) language: Option<String>,
    pub(super) default_branch: String,
    pub(super) branches: BTreeMap<String, String>,
    pub(super) license: Option<License>,
    pub(super) labels: Vec<Label>,
    /// Account -> role name (`admin`, `maintain`, `write`, `triage`, `read`).
    pub(super) roles: BTreeMap<u64, String>,
    pub(super) threads: BTreeMap<u64, Thread>,
    pub(super) suites: Vec<CheckSuite>,
    pub(super) check_runs: Vec<CheckRun>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) pushed_at: DateTime<Utc>,
}

/// What GitHub's detector says about the license file.
#[derive(Clone)]
pub(super) struct License {
    pub(super) spdx_id: String,
    pub(super) path: String,
}

/// A label of a repository.
#[derive(Clone)]
pub(super) struct Label {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) color: String,
    pub(super) description: Option<String>,
}

/// The App's check runs on one head.
pub(super) struct CheckSuite {
    pub(super) id: u64,
    pub(super) head_sha: String,
    pub(super) head_branch: Option<String>,
    pub(super) created_at: DateTime<Utc>,
}

/// The App on an account.
pub(super) struct Installation {
    pub(super) id: u64,
    pub(super) account: u64,
    /// None: all repositories of the account.
    pub(super) selected: Option<Vec<u64>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) suspended_at: Option<DateTime<Utc>>,
    /// What the account's owner has consented to; None: all that the App asks for.
    pub(super) consented: Option<BTreeMap<String, String>>,
}

/// A team of an organisation.
pub(super) struct Team {
    pub(super) id: u64,
    pub(super) organization: u64,
    pub(super) slug: String,
    pub(super) members: Vec<u64>,
    /// Repositories that the team is a collaborator of.
    pub(super) repositories: Vec<u64>,
}

/// An access token.
pub(super) struct Token {
    pub(super) bearer: Caller,
    pub(super) expires_at: Option<DateTime<Utc>>,
}

/// The hourly allowance of a caller.
pub(super) struct Rate {
    pub(super) limit: u64,
    pub(super) used: u64,
    pub(super) reset_at: DateTime<Utc>,
}

impl World {
    /// An empty world with the App in it.
    pub(super) fn new(url: String, mut app: App) -> Self {
        let bot = Account { id: 149_330_221, login: format!("{}[bot]", app.slug), kind: AccountKind::Bot };
        app.bot = bot.id;
        Self {
            url,
            app,
            accounts: BTreeMap::from([(bot.id, bot)]),
            repositories: BTreeMap::new(),
            old_names: HashMap::new(),
            installations: BTreeMap::new(),
            teams: Vec::new(),
            tokens: HashMap::new(),
            rates: HashMap::new(),
            graphql_points: 0,
            git: Git::default(),
            outbox: Vec::new(),
            clock_shift: Duration::zero(),
            last_id: 1_893_442_100,
        }
    }

    /// What time it is here: also what signatures and tokens are judged by.
    pub(super) fn clock(&self) -> DateTime<Utc> {
        Utc::now() + self.clock_shift
    }

    /// The time that things are stamped with, in whole seconds as GitHub shows it.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let now = self.clock();
        DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
    }

    /// A number that nothing else has.
    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 7;
        self.last_id
    }

    /// An account by login, whatever its case.
    pub(super) fn account_id(&self, login: &str) -> Result<u64, Unknown> {
        let same = |account: &&Account| account.login.eq_ignore_ascii_case(login);
        let found = self.accounts.values().find(same);
        found.map(|account| account.id).ok_or_else(|| Unknown(format!("account {login}")))
    }

    /// The login of an account; `ghost` when it is gone.
    pub(super) fn login(&self, id: u64) -> &str {
        self.accounts.get(&id).map_or("ghost", |account| &account.login)
    }

    /// A repository by its present full name.
    pub(super) fn repository_id(&self, full_name: &str) -> Result<u64, Unknown> {
        let same = |repository: &&Repository| self.full_name(repository).eq_ignore_ascii_case(full_name);
        let found = self.repositories.values().find(same);
        found.map(|repository| repository.id).ok_or_else(|| Unknown(format!("repository {full_name}")))
    }

    /// The repository of this full name.
    pub(super) fn repository(&self, full_name: &str) -> Result<&Repository, Unknown> {
        let id = self.repository_id(full_name)?;
        self.repositories.get(&id).ok_or_else(|| Unknown(format!("repository {full_name}")))
    }

    /// The repository of this full name, to change it.
    pub(super) fn repository_mut(&mut self, full_name: &str) -> Result<&mut Repository, Unknown> {
        let id = self.repository_id(full_name)?;
        self.repositories.get_mut(&id).ok_or_else(|| Unknown(format!("repository {full_name}")))
    }

    /// `owner/name`.
    pub(super) fn full_name(&self, repository: &Repository) -> String {
        format!("{}/{}", self.login(repository.owner), repository.name)
    }

    /// The installation that covers a repository.
    pub(super) fn installation_of(&self, repository: &Repository) -> Option<&Installation> {
        self.installations.values().find(|installation| installation.covers(repository))
    }

    /// The role that an account has in a repository: the owner rules, everybody reads what is public.
    pub(super) fn role<'a>(&self, repository: &'a Repository, account: u64) -> &'a str {
        if account == repository.owner {
            return "admin";
        }
        let given = repository.roles.get(&account).map(String::as_str);
        given.unwrap_or(if repository.private { "none" } else { "read" })
    }

    /// Whether an account was given a role in a repository.
    pub(super) fn is_collaborator(&self, repository: &Repository, account: u64) -> bool {
        account == repository.owner || repository.roles.get(&account).is_some_and(|role| role != "none")
    }

    /// The commit that a branch name, `heads/...`, `refs/...`, `pull/N/head`, `HEAD` or SHA means.
    pub(super) fn resolve(&self, repository: &Repository, reference: &str) -> Option<String> {
        let name = reference.strip_prefix("refs/").unwrap_or(reference);
        let name = name.strip_prefix("heads/").unwrap_or(name);
        let name = if name.is_empty() || name == "HEAD" { &repository.default_branch } else { name };
        if let Some(sha) = repository.branches.get(name) {
            return Some(sha.clone());
        }
        if let Some(number) = name.strip_prefix("pull/").and_then(|rest| rest.strip_suffix("/head")) {
            let thread = repository.threads.get(&number.parse().ok()?)?;
            return Some(thread.pull.as_ref()?.head_sha.clone());
        }
        self.git.commit(name).map(|commit| commit.sha.clone())
    }

    /// The text of a file that everybody may read.
    pub(super) fn public_file(&self, full_name: &str, reference: &str, path: &str) -> Option<String> {
        let old = || self.old_names.get(&full_name.to_lowercase()).and_then(|id| self.repositories.get(id));
        let repository = self.repository(full_name).ok().or_else(old)?;
        if repository.private {
            return None;
        }
        let commit = self.git.commit(&self.resolve(repository, reference)?)?;
        let text = self.git.blob(&commit.files.get(path)?.sha)?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }
}

impl Installation {
    /// What the App may do here.
    pub(super) fn permissions<'a>(&'a self, app: &'a App) -> &'a BTreeMap<String, String> {
        self.consented.as_ref().unwrap_or(&app.permissions)
    }

    /// Whether the App may see this repository.
    pub(super) fn covers(&self, repository: &Repository) -> bool {
        let chosen = self.selected.as_ref().is_none_or(|chosen| chosen.contains(&repository.id));
        repository.owner == self.account && chosen
    }
}

impl Repository {
    /// A label by name, whatever its case.
    pub(super) fn label(&self, name: &str) -> Option<&Label> {
        let name = name.to_lowercase();
        self.labels.iter().find(|label| label.name.to_lowercase() == name)
    }

    /// The pull request or issue that a comment stands under.
    pub(super) fn thread_of_comment(&self, comment: u64) -> Option<u64> {
        let holds = |thread: &&Thread| thread.comments.iter().any(|one| one.id == comment);
        self.threads.values().find(holds).map(|thread| thread.number)
    }
}
