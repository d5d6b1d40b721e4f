//! Accounts, repositories, teams and installations.

use super::FileChange;
use crate::fake_github::Unknown;
use crate::fake_github::auth::Caller;
use crate::fake_github::shapes::node_id;
use crate::fake_github::world::{Account, AccountKind, Installation, License, Repository, Team, World};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A repository about to be made.
#[derive(Clone, Debug, Default)]
pub struct RepositorySetup {
    /// `owner/name`; the owner is made too when missing.
    pub full_name: String,
    /// Kind of owner, when it is made now.
    pub owner_kind: AccountKind,
    /// `main` when empty.
    pub default_branch: String,
    /// One line about it.
    pub description: Option<String>,
    /// Its web site.
    pub homepage: Option<String>,
    /// Topics.
    pub topics: Vec<String>,
    /// Only for those who were given a role.
    pub private: bool,
    /// Read only.
    pub archived: bool,
    /// A fork of something that lies elsewhere.
    pub fork: bool,
    /// Stars.
    pub stars: u64,
    /// The main language of its source.
    pub language: Option<String>,
    /// Without any commit.
    pub empty: bool,
    /// Path -> text, the first commit; a README.md where nothing is given.
    pub files: BTreeMap<String, String>,
    /// Path -> target, symbolic links of the first commit.
    pub links: BTreeMap<String, String>,
    /// What the license detector says.
    pub license: Option<LicenseSetup>,
    /// The time of the last push; now when None.
    pub pushed_at: Option<DateTime<Utc>>,
    /// Labels that are there from the start: name, colour, description.
    pub labels: Vec<(String, String, String)>,
}

/// The license file and what GitHub's detector makes of it.
#[derive(Clone, Debug)]
pub struct LicenseSetup {
    /// An SPDX id, or `NOASSERTION` where the text is not recognised.
    pub spdx_id: String,
    /// `LICENSE` and the like.
    pub path: String,
    /// The file's text.
    pub text: String,
}

impl LicenseSetup {
    /// A file `LICENSE` that is recognised as this.
    pub fn detected(spdx_id: &str) -> Self {
        let text = format!("This software is licensed under {spdx_id}.\n");
        Self { spdx_id: spdx_id.to_owned(), path: "LICENSE".to_owned(), text }
    }
}

impl World {
    /// Adds an account; answers its id, also of one that is there already.
    pub(in crate::fake_github) fn add_account(&mut self, login: &str, kind: AccountKind) -> u64 {
        if let Ok(id) = self.account_id(login) {
            return id;
        }
        let id = self.next_id();
        self.accounts.insert(id, Account { id, login: login.to_owned(), kind });
        id
    }

    /// Makes a repository with its first commit; answers its id.
    pub(in crate::fake_github) fn add_repository(&mut self, setup: RepositorySetup) -> Result<u64, Unknown> {
        let full_name = setup.full_name.as_str();
        let (owner, name) = full_name.split_once('/').ok_or_else(|| Unknown(full_name.to_owned()))?;
        if self.repository_id(full_name).is_ok() {
            return Err(Unknown(format!("free name, for {full_name} exists")));
        }
        let owner = self.add_account(owner, setup.owner_kind);
        let given = setup.default_branch.as_str();
        let branch = if given.is_empty() { "main".to_owned() } else { given.to_owned() };
        let (id, now) = (self.next_id(), self.now());
        let branches = if setup.empty {
            BTreeMap::new()
        } else {
            BTreeMap::from([(branch.clone(), self.first_commit(&setup, owner)?)])
        };
        let license = setup.license.map(|license| License { spdx_id: license.spdx_id, path: license.path });
        self.repositories.insert(
            id,
            Repository {
                id,
                owner,
                name: name.to_owned(),
                description: setup.description,
                homepage: setup.homepage,
                topics: setup.topics,
                private: setup.private,
                archived: setup.archived,
                parent: None,
                is_fork: setup.fork,
                stars: setup.stars,
                language: setup.language,
                default_branch: branch,
                branches,
                license,
                labels: Vec::new(),
                roles: BTreeMap::new(),
                threads: BTreeMap::new(),
                suites: Vec::new(),
                check_runs: Vec::new(),
                created_at: now,
                updated_at: now,
                pushed_at: setup.pushed_at.unwrap_or(now),
            },
        );
        for (name, color, description) in setup.labels {
            self.create_label(id, &name, &color, Some(description))?;
        }
        self.tell_of_new_repository(id, owner);
        Ok(id)
    }

    fn first_commit(&mut self, setup: &RepositorySetup, owner: u64) -> Result<String, Unknown> {
        let files = setup.files.iter().map(|(path, text)| FileChange::write(path, text.as_str()));
        let links = setup.links.iter().map(|(path, target)| FileChange::link(path, target));
        let mut changes: Vec<FileChange> = files.chain(links).collect();
        if changes.is_empty() {
            changes.push(FileChange::write("README.md", format!("# {}\n", setup.full_name)));
        }
        if let Some(license) = &setup.license {
            changes.push(FileChange::write(license.path.as_str(), license.text.as_str()));
        }
        let now = self.now();
        let root =
            self.git.add_commit(&[], BTreeMap::new(), &format!("Start {}", setup.full_name), owner, now);
        self.commit_on(&root, changes, "First commit", owner)
    }

    /// An installation on all repositories covers new ones at once.
    fn tell_of_new_repository(&mut self, repository: u64, by: u64) {
        let Some(found) = self.repositories.get(&repository) else { return };
        let Some(installation) = self.installation_of(found).map(|installation| installation.id) else {
            return;
        };
        let parts = json!({
            "repository_selection": "all", "repositories_added": self.repository_list(&[repository]),
            "repositories_removed": [],
        });
        self.emit_installation(installation, "installation_repositories", "added", by, parts);
    }

    /// The author's fork; made when there is none.
    pub(super) fn fork(&mut self, repository: u64, author: u64) -> Result<u64, Unknown> {
        let mine = |fork: &&Repository| fork.parent == Some(repository) && fork.owner == author;
        if let Some(fork) = self.repositories.values().find(mine) {
            return Ok(fork.id);
        }
        let (id, now) = (self.next_id(), self.now());
        let origin = self.repo(repository)?;
        let fork = Repository {
            id,
            owner: author,
            name: origin.name.clone(),
            description: origin.description.clone(),
            homepage: None,
            topics: Vec::new(),
            private: origin.private,
            archived: false,
            parent: Some(repository),
            is_fork: true,
            stars: 0,
            language: origin.language.clone(),
            default_branch: origin.default_branch.clone(),
            branches: origin.branches.clone(),
            license: origin.license.clone(),
            labels: Vec::new(),
            roles: BTreeMap::new(),
            threads: BTreeMap::new(),
            suites: Vec::new(),
            check_runs: Vec::new(),
            created_at: now,
            updated_at: now,
            pushed_at: now,
        };
        self.repositories.insert(id, fork);
        Ok(id)
    }

    /// Moves a repository to another name; the old one leads on.
    pub(in crate::fake_github) fn rename_repository(&mut self, old: &str, new: &str) -> Result<(), Unknown> {
        let id = self.repository_id(old)?;
        let (owner, name) = new.split_once('/').ok_or_else(|| Unknown(new.to_owned()))?;
        let owner = self.add_account(owner, AccountKind::User);
        let repository = self.repo_mut(id)?;
        repository.owner = owner;
        repository.name = name.to_owned();
        self.old_names.insert(old.to_lowercase(), id);
        Ok(())
    }

    /// Adds a team.
    pub(in crate::fake_github) fn add_team(
        &mut self,
        organization: u64,
        slug: &str,
        members: Vec<u64>,
    ) -> u64 {
        let id = self.next_id();
        let slug = slug.to_owned();
        self.teams.push(Team { id, organization, slug, members, repositories: Vec::new() });
        id
    }

    /// Installs the App on an account, on all or on chosen repositories; answers the installation's id.
    pub(in crate::fake_github) fn install(&mut self, account: u64, selected: Option<Vec<u64>>) -> u64 {
        let (mut id, created_at) = (self.next_id() / 40, self.now());
        while self.installations.contains_key(&id) {
            id += 1;
        }
        let installation =
            Installation { id, account, selected, created_at, suspended_at: None, consented: None };
        self.installations.insert(id, installation);
        let parts = json!({"repositories": self.repository_list(&self.covered(id))});
        self.emit_installation(id, "installation", "created", account, parts);
        id
    }

    /// Suspends an installation, or lets it go on.
    pub(in crate::fake_github) fn set_suspended(&mut self, id: u64, suspended: bool) -> Result<(), Unknown> {
        let now = self.now();
        let unknown = || Unknown(format!("installation {id}"));
        let found = self.installations.get_mut(&id).ok_or_else(unknown)?;
        found.suspended_at = suspended.then_some(now);
        let account = found.account;
        let action = if suspended { "suspend" } else { "unsuspend" };
        self.emit_installation(id, "installation", action, account, json!({}));
        Ok(())
    }

    /// Chooses the repositories of an installation anew.
    pub(in crate::fake_github) fn choose(
        &mut self,
        id: u64,
        selected: Option<Vec<u64>>,
    ) -> Result<(), Unknown> {
        let before = self.covered(id);
        let unknown = || Unknown(format!("installation {id}"));
        let found = self.installations.get_mut(&id).ok_or_else(unknown)?;
        found.selected = selected;
        let (account, is_all) = (found.account, found.selected.is_none());
        let after = self.covered(id);
        let lacking = |some: &[u64], others: &[u64]| -> Vec<u64> {
            some.iter().filter(|one| !others.contains(one)).copied().collect()
        };
        for (action, added, removed) in [
            ("added", lacking(&after, &before), Vec::new()),
            ("removed", Vec::new(), lacking(&before, &after)),
        ] {
            if added.is_empty() && removed.is_empty() {
                continue;
            }
            let parts = json!({
                "repository_selection": if is_all { "all" } else { "selected" },
                "repositories_added": self.repository_list(&added),
                "repositories_removed": self.repository_list(&removed),
            });
            self.emit_installation(id, "installation_repositories", action, account, parts);
        }
        Ok(())
    }

    /// Takes the App off an account.
    pub(in crate::fake_github) fn uninstall(&mut self, installation: u64) -> Result<(), Unknown> {
        let found = self
            .installations
            .get(&installation)
            .ok_or_else(|| Unknown(format!("installation {installation}")))?;
        let account = found.account;
        let parts = json!({"repositories": self.repository_list(&self.covered(installation))});
        self.emit_installation(installation, "installation", "deleted", account, parts);
        self.installations.remove(&installation);
        self.tokens.retain(|_, token| token.bearer != Caller::Installation(installation));
        Ok(())
    }

    /// The repositories that an installation covers.
    pub(in crate::fake_github) fn covered(&self, installation: u64) -> Vec<u64> {
        let Some(installation) = self.installations.get(&installation) else { return Vec::new() };
        let covered = self.repositories.values().filter(|repository| installation.covers(repository));
        covered.map(|repository| repository.id).collect()
    }

    fn repository_list(&self, ids: &[u64]) -> Vec<Value> {
        let named = ids.iter().filter_map(|id| self.repositories.get(id));
        let short = named.map(|repository| {
            json!({
                "id": repository.id, "node_id": node_id("R", repository.id), "name": repository.name,
                "full_name": self.full_name(repository), "private": repository.private,
            })
        });
        short.collect()
    }
}
