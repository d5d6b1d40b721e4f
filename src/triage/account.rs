//! An account that repositories lie in: an organization, a group, a person, on whatever forge.
//!
//! In: an address as written. Out: an [`Account`] of a forge that can be asked. Never: whether it is there, which
//! evidence tells.

use std::fmt;

use super::repository::{self, Address, Repository, Software};

/// An account on a forge that is asked.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Account {
    /// Its login on github.com.
    GitHub(String),
    Forge(ForgeAccount),
}

/// A group, an organization or a person on another forge.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ForgeAccount {
    host: String,
    path: String,
    software: Software,
}

impl ForgeAccount {
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `group/subgroup` on GitLab, `owner` elsewhere.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn software(&self) -> Software {
        self.software
    }
}

impl Account {
    /// The account whose page an address is; `None` for other pages, and on forges that are not asked.
    pub fn of(address: Address) -> Option<Self> {
        match address {
            Address::GitHubOwner(login) => Some(Account::GitHub(login)),
            Address::ForgeOwner { host, path } => {
                let software = match repository::software(&host) {
                    Some(known) => known?,
                    // Of an unknown host only the addresses that GitLab gives to groups are known as such.
                    None => Software::GitLab,
                };
                let names = path.split('/');
                let is_one =
                    names.clone().count() <= repository::DEEPEST && names.clone().all(repository::is_name);
                is_one.then_some(Account::Forge(ForgeAccount { host, path, software }))
            }
            _ => None,
        }
    }

    /// Its page.
    pub fn page(&self) -> String {
        match self {
            Account::GitHub(login) => format!("https://github.com/{login}"),
            Account::Forge(ForgeAccount { host, path, .. }) => format!("https://{host}/{path}"),
        }
    }

    /// Where all its repositories are listed.
    pub fn list(&self) -> String {
        match self {
            Account::GitHub(_) => self.page() + "?tab=repositories",
            Account::Forge(_) => self.page(),
        }
    }

    /// One text for all spellings of it.
    pub fn key(&self) -> String {
        self.page().trim_start_matches("https://").to_lowercase()
    }

    /// Whether a repository lies in it, be it in a group of a group.
    pub fn has(&self, repository: &Repository) -> bool {
        repository.key().strip_prefix(&self.key()).is_some_and(|rest| rest.starts_with('/'))
    }
}

/// As people call it: its login on GitHub, with the host elsewhere.
impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Account::GitHub(login) => login.fmt(f),
            Account::Forge(ForgeAccount { host, path, .. }) => write!(f, "{host}/{path}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_accounts() {
        let of = |written: &str| Account::of(Address::read(written));
        for (written, key, software) in [
            ("https://gitlab.com/Open-Clinic", "gitlab.com/open-clinic", Software::GitLab),
            ("https://gitlab.com/groups/a/b/-/group_members", "gitlab.com/a/b", Software::GitLab),
            ("https://git.example.org/groups/a", "git.example.org/a", Software::GitLab),
            ("https://codeberg.org/o/-/packages", "codeberg.org/o", Software::Forgejo),
        ] {
            let account = of(written).unwrap();
            assert_eq!(account.key(), key, "{written}");
            assert!(
                matches!(account, Account::Forge(account) if account.software() == software),
                "{written}"
            );
        }
        assert_eq!(of("https://github.com/orgs/o/repositories"), Some(Account::GitHub("o".into())));
        for written in
            ["https://bitbucket.org/a", "https://gitlab.com/a/b", "https://gitlab.com/groups/a%2Fb", "n/a"]
        {
            assert_eq!(of(written), None, "{written}");
        }
        let group = of("https://gitlab.com/open-clinic").unwrap();
        for (written, lies_in) in [
            ("https://gitlab.com/open-clinic/apps/core", true),
            ("https://gitlab.com/open-clinic-2/app", false),
            ("https://codeberg.org/open-clinic/app", false),
        ] {
            assert_eq!(group.has(&Address::read(written).repository().unwrap()), lies_in, "{written}");
        }
    }
}
