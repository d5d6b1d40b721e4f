//! What owners do: accounts, repositories, roles, teams, licenses, installations.

use super::acts::{FileChange, LicenseSetup, RepositorySetup};
use super::auth::Caller;
use super::world::{AccountKind, HookConfig, License, Token};
use super::{FakeGitHub, Unknown};
use chrono::{DateTime, Utc};

impl FakeGitHub {
    /// Adds a person; answers the account's id, also of one that is there already.
    pub fn add_user(&self, login: &str) -> u64 {
        self.add_account(login, AccountKind::User)
    }

    /// Adds an account of any kind.
    pub fn add_account(&self, login: &str, kind: AccountKind) -> u64 {
        self.shared.change(|world| world.add_account(login, kind))
    }

    /// Gives an account another login; its id stays.
    pub fn rename_user(&self, old: &str, new: &str) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let id = world.account_id(old)?;
            if let Some(account) = world.accounts.get_mut(&id) {
                account.login = new.to_owned();
            }
            Ok(())
        })
    }

    /// Deletes an account: what it wrote is the ghost's.
    pub fn delete_user(&self, login: &str) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let id = world.account_id(login)?;
            world.accounts.remove(&id);
            Ok(())
        })
    }

    /// Makes a repository; answers its id.
    pub fn add_repository(&self, setup: RepositorySetup) -> Result<u64, Unknown> {
        self.shared.change(|world| world.add_repository(setup))
    }

    /// Deletes a repository.
    pub fn delete_repository(&self, repository: &str) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let id = world.repository_id(repository)?;
            world.repositories.remove(&id);
            Ok(())
        })
    }

    /// Moves a repository to another name or owner; the old address leads on to it.
    pub fn rename_repository(&self, old: &str, new: &str) -> Result<(), Unknown> {
        self.shared.change(|world| world.rename_repository(old, new))
    }

    /// Makes a repository private.
    pub fn make_private(&self, repository: &str) -> Result<(), Unknown> {
        self.shared.change(|world| world.repository_mut(repository).map(|found| found.private = true))
    }

    /// Makes a repository read only.
    pub fn archive(&self, repository: &str) -> Result<(), Unknown> {
        self.shared.change(|world| world.repository_mut(repository).map(|found| found.archived = true))
    }

    /// Sets the time of the last push.
    pub fn set_pushed_at(&self, repository: &str, time: DateTime<Utc>) -> Result<(), Unknown> {
        self.shared.change(|world| world.repository_mut(repository).map(|found| found.pushed_at = time))
    }

    /// Commits to the default branch; answers the commit's SHA.
    pub fn commit_to_base(
        &self,
        repository: &str,
        by: &str,
        changes: Vec<FileChange>,
    ) -> Result<String, Unknown> {
        self.act(repository, by, |world, id, by| {
            let branch = world.repo(id)?.default_branch.clone();
            let head = world.branch_head(id, &branch)?;
            let sha = world.commit_on(&head, changes, "Update the registry", by)?;
            world.move_branch(id, &branch, &sha, by)?;
            Ok(sha)
        })
    }

    /// Makes a branch where the default branch stands.
    pub fn add_branch(&self, repository: &str, name: &str) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let found = world.repository_mut(repository)?;
            let head = found.branches.get(&found.default_branch).cloned().unwrap_or_default();
            found.branches.insert(name.to_owned(), head);
            Ok(())
        })
    }

    /// Sets what the license detector says; the file is committed (or taken away) with it.
    pub fn set_license(&self, repository: &str, license: Option<LicenseSetup>) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let id = world.repository_id(repository)?;
            let found = world.repo(id)?;
            let (owner, branch) = (found.owner, found.default_branch.clone());
            let change = match (&license, &found.license) {
                (Some(new), _) => Some(FileChange::write(new.path.as_str(), new.text.as_str())),
                (None, Some(old)) => Some(FileChange::remove(old.path.as_str())),
                (None, None) => None,
            };
            let head = world.branch_head(id, &branch)?;
            let sha = world.commit_on(&head, change.into_iter().collect(), "License", owner)?;
            world.repo_mut(id)?.license =
                license.map(|license| License { spdx_id: license.spdx_id, path: license.path });
            world.move_branch(id, &branch, &sha, owner)
        })
    }

    /// Adds a label to a repository.
    pub fn add_repository_label(
        &self,
        repository: &str,
        name: &str,
        color: &str,
        description: Option<&str>,
    ) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let id = world.repository_id(repository)?;
            world.create_label(id, name, color, description.map(str::to_owned)).map(|_| ())
        })
    }

    /// Gives a person a role: `admin`, `maintain`, `write`, `triage`, `read` or `none`.
    pub fn set_permission(&self, repository: &str, login: &str, role: &str) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let (id, account) = (world.repository_id(repository)?, world.account_id(login)?);
            world.repo_mut(id)?.roles.insert(account, role.to_owned());
            Ok(())
        })
    }

    /// Adds a team to an organisation.
    pub fn add_team(&self, organization: &str, slug: &str, members: &[&str]) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let organization = world.account_id(organization)?;
            let members = members.iter().map(|login| world.account_id(login)).collect::<Result<_, _>>()?;
            world.add_team(organization, slug, members);
            Ok(())
        })
    }

    /// Makes a team a collaborator of a repository, so that it can be asked for a review.
    pub fn give_team_access(&self, repository: &str, slug: &str) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let id = world.repository_id(repository)?;
            let owner = world.repo(id)?.owner;
            let mut teams = world.teams.iter_mut();
            let team = teams.find(|team| team.organization == owner && team.slug == slug);
            team.ok_or_else(|| Unknown(format!("team {slug}")))?.repositories.push(id);
            Ok(())
        })
    }

    /// Installs the App on all repositories of an account; answers the installation's id.
    pub fn install_app(&self, account: &str) -> Result<u64, Unknown> {
        self.shared.change(|world| {
            let account = world.account_id(account)?;
            Ok(world.install(account, None))
        })
    }

    /// Installs the App on chosen repositories of an account; answers the installation's id.
    pub fn install_app_on(&self, account: &str, repositories: &[&str]) -> Result<u64, Unknown> {
        self.shared.change(|world| {
            let account = world.account_id(account)?;
            let chosen =
                repositories.iter().map(|name| world.repository_id(name)).collect::<Result<_, _>>()?;
            Ok(world.install(account, Some(chosen)))
        })
    }

    /// Takes the App off an account; its tokens die.
    pub fn uninstall_app(&self, installation: u64) -> Result<(), Unknown> {
        self.shared.change(|world| world.uninstall(installation))
    }

    /// Suspends an installation: no events of its repositories, 403 to everything.
    pub fn suspend_installation(&self, installation: u64) -> Result<(), Unknown> {
        self.shared.change(|world| world.set_suspended(installation, true))
    }

    /// Lets a suspended installation go on.
    pub fn unsuspend_installation(&self, installation: u64) -> Result<(), Unknown> {
        self.shared.change(|world| world.set_suspended(installation, false))
    }

    /// Changes on which repositories of its account the App is installed: on these, or None for all.
    pub fn choose_repositories(&self, installation: u64, chosen: Option<&[&str]>) -> Result<(), Unknown> {
        self.shared.change(|world| {
            let ids = |names: &[&str]| names.iter().map(|name| world.repository_id(name)).collect();
            let chosen = chosen.map(ids).transpose()?;
            world.choose(installation, chosen)
        })
    }

    /// Changes what the App may do: `read`, `write`, or None to take the permission away.
    pub fn set_app_permission(&self, name: &str, level: Option<&str>) {
        self.shared.change(|world| match level {
            Some(level) => world.app.permissions.insert(name.to_owned(), level.to_owned()),
            None => world.app.permissions.remove(name),
        });
    }

    /// The App asks for more, or less; where it is installed, the owner has not said yes to it yet.
    pub fn ask_for_permission(&self, name: &str, level: Option<&str>) {
        self.shared.change(|world| {
            let now = world.app.permissions.clone();
            for installation in world.installations.values_mut() {
                installation.consented.get_or_insert_with(|| now.clone());
            }
        });
        self.set_app_permission(name, level);
    }

    /// Changes which events the App is told.
    pub fn set_app_events(&self, events: &[&str]) {
        self.shared.change(|world| {
            world.app.events = events.iter().map(|event| (*event).to_owned()).collect();
        });
    }

    /// Changes what the App's page says of its webhook; events go where [`FakeGitHub::deliver_to`] says.
    pub fn set_hook(&self, hook: HookConfig) {
        self.shared.change(|world| world.app.hook = hook);
    }

    /// Makes a person's own token; answers it.
    pub fn add_personal_token(&self, login: &str) -> Result<String, Unknown> {
        self.shared.change(|world| {
            let account = world.account_id(login)?;
            let secret = format!("ghp_{:0>36}", world.next_id());
            let token = Token { bearer: Caller::Account(account), expires_at: None };
            world.tokens.insert(secret.clone(), token);
            Ok(secret)
        })
    }
}
