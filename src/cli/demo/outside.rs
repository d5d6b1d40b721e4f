//! The outside of a nomination, which GitHub tells the bot nothing about: nominated repositories and linked pages.
//!
//! In: what the reader chooses. Out: the stand-in as chosen, and what was chosen last.

use std::collections::BTreeMap;

use url::Url;

use super::nominations::REPOSITORIES;
use crate::fake_github::{
    AccountKind, FakeGitHub, LicenseSetup, PullRequestView, Reply, RepositorySetup, Unknown,
};
use crate::triage::{link, nomination, policy::Policy};

/// A nominated repository as it is at first.
pub struct Repository {
    pub full_name: &'static str,
    /// As GitHub's detector names it.
    license: &'static str,
    branch: &'static str,
    license_file: &'static str,
}

/// What a license select offers beside [`NO_FILE`] and [`UNRECOGNIZED`]: ids as GitHub's detector writes them.
pub const LICENSES: [&str; 14] = [
    "Apache-2.0",
    "MIT",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "GPL-2.0",
    "GPL-3.0",
    "AGPL-3.0",
    "LGPL-3.0",
    "MPL-2.0",
    "EUPL-1.2",
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "Unlicense",
];
/// The repository has no license file.
pub const NO_FILE: &str = "none";
/// The license file's text is none that GitHub knows.
pub const UNRECOGNIZED: &str = "NOASSERTION";

/// Where moved repositories and pages are afterwards.
const NEW_OWNER: &str = "new-home";
const NEW_PAGE: &str = "https://new-home.example/";

/// What a select offers: a value for forms, and what people read.
pub trait Offered: Copy + PartialEq + 'static {
    const ALL: &'static [Self];

    fn value(self) -> &'static str;

    /// What is so then, after the name of the thing: "is archived".
    fn words(self) -> &'static str;

    /// The choice of this value.
    fn of(value: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.value() == value)
    }
}

/// How a repository can be reached.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Condition {
    #[default]
    Public,
    Archived,
    Private,
    Empty,
    Moved,
    Gone,
}

impl Offered for Condition {
    const ALL: &'static [Self] =
        &[Self::Public, Self::Archived, Self::Private, Self::Empty, Self::Moved, Self::Gone];

    fn value(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Archived => "archived",
            Self::Private => "private",
            Self::Empty => "empty",
            Self::Moved => "moved",
            Self::Gone => "gone",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Public => "is public and in use",
            Self::Archived => "is archived",
            Self::Private => "is private",
            Self::Empty => "is empty",
            Self::Moved => "has moved to another owner",
            Self::Gone => "is gone",
        }
    }
}

/// A repository as it is now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RepositoryState {
    /// One of [`LICENSES`], [`NO_FILE`] or [`UNRECOGNIZED`].
    pub license: String,
    pub condition: Condition,
}

/// What a linked page answers.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Page {
    #[default]
    Opens,
    Gone,
    Login,
    Moved,
    WithoutHttps,
    NoSite,
}

impl Offered for Page {
    const ALL: &'static [Self] =
        &[Self::Opens, Self::Gone, Self::Login, Self::Moved, Self::WithoutHttps, Self::NoSite];

    fn value(self) -> &'static str {
        match self {
            Self::Opens => "opens",
            Self::Gone => "gone",
            Self::Login => "login",
            Self::Moved => "moved",
            Self::WithoutHttps => "without-https",
            Self::NoSite => "no-site",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Opens => "opens",
            Self::Gone => "is gone (404)",
            Self::Login => "asks for a login",
            Self::Moved => "has moved to another address",
            Self::WithoutHttps => "opens by http only",
            Self::NoSite => "is on a site that does not exist",
        }
    }
}

impl Repository {
    /// `owner/name`, what GitHub's detector finds, the default branch, and the license file in it.
    pub const fn new(
        full_name: &'static str,
        license: &'static str,
        branch: &'static str,
        license_file: &'static str,
    ) -> Self {
        Self { full_name, license, branch, license_file }
    }

    /// Where it is once it has moved.
    fn moved(&self) -> String {
        let name = self.full_name.rsplit('/').next().unwrap_or_default();
        format!("{NEW_OWNER}/{name}")
    }

    fn at_first(&self) -> RepositoryState {
        RepositoryState { license: self.license.to_owned(), condition: Condition::Public }
    }

    /// The license file as its owner has it. `choice` is one of the three kinds above.
    fn license_setup(&self, choice: &str) -> Option<LicenseSetup> {
        if choice == NO_FILE {
            return None;
        }
        let mut license = LicenseSetup::detected(choice);
        license.path = self.license_file.to_owned();
        if choice == UNRECOGNIZED {
            license.text = "Ask us before you use it.\n".to_owned();
        }
        Some(license)
    }

    fn put(&self, github: &FakeGitHub, state: &RepositoryState) -> Result<(), Unknown> {
        // Made anew each time: from "gone" and "empty" no way leads back. At one of its two names there is nothing.
        for name in [self.full_name, &self.moved()] {
            github.delete_repository(name).ok();
        }
        if state.condition == Condition::Gone {
            return Ok(());
        }
        let empty = state.condition == Condition::Empty;
        github.add_repository(RepositorySetup {
            full_name: self.full_name.to_owned(),
            owner_kind: AccountKind::Organization,
            default_branch: self.branch.to_owned(),
            files: BTreeMap::from([
                ("README.md".to_owned(), format!("# {}\n", self.full_name)),
                ("src/main.js".to_owned(), "main();\n".to_owned()),
            ]),
            license: self.license_setup(&state.license).filter(|_| !empty),
            archived: state.condition == Condition::Archived,
            private: state.condition == Condition::Private,
            empty,
            ..RepositorySetup::default()
        })?;
        if state.condition == Condition::Moved {
            github.rename_repository(self.full_name, &self.moved())?;
        }
        Ok(())
    }
}

/// What was chosen; the rest is as at first.
#[derive(Default)]
pub struct Outside {
    repositories: BTreeMap<&'static str, RepositoryState>,
    /// By address.
    pages: BTreeMap<String, Page>,
    /// By host, what is so of each of its pages.
    sites: BTreeMap<String, Page>,
}

impl Outside {
    /// Puts every nominated repository in place.
    pub fn begin(github: &FakeGitHub) -> Result<(), Unknown> {
        REPOSITORIES.iter().try_for_each(|repository| repository.put(github, &repository.at_first()))
    }

    /// A repository as it is now.
    pub fn repository(&self, repository: &Repository) -> RepositoryState {
        self.repositories.get(repository.full_name).cloned().unwrap_or_else(|| repository.at_first())
    }

    /// What a page answers now.
    pub fn page(&self, address: &str) -> Page {
        let site = self.sites.get(&host(address));
        site.or_else(|| self.pages.get(address)).copied().unwrap_or_default()
    }

    /// Makes a repository what was chosen.
    pub fn put_repository(
        &mut self,
        github: &FakeGitHub,
        repository: &Repository,
        state: RepositoryState,
    ) -> Result<(), Unknown> {
        repository.put(github, &state)?;
        self.repositories.insert(repository.full_name, state);
        Ok(())
    }

    /// Makes a page answer what was chosen.
    pub fn put_page(&mut self, github: &FakeGitHub, address: &str, page: Page) {
        let (web, host) = (github.web(), host(address));
        web.answers_as_at_first(address, &host);
        match page {
            Page::Opens => {}
            Page::Gone => web.answers(address, Reply::status(404)),
            Page::Login => {
                web.answers(address, Reply::leads_to(302, "https://accounts.google.com/v3/signin"));
            }
            Page::Moved => web.answers(address, Reply::leads_to(301, NEW_PAGE)),
            Page::WithoutHttps => web.has_no_https(&host),
            Page::NoSite => web.has_no_host(&host),
        }
        self.pages.remove(address);
        self.sites.remove(&host);
        match page {
            Page::WithoutHttps | Page::NoSite => self.sites.insert(host, page),
            _ => self.pages.insert(address.to_owned(), page),
        };
    }
}

fn host(address: &str) -> String {
    let url = Url::parse(address).ok();
    url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

/// The nominated repositories that a pull request's files name, at their old or new address.
pub fn repositories(view: &PullRequestView) -> Vec<&'static Repository> {
    let texts: Vec<String> = texts(view).map(|(_, text)| text.to_lowercase()).collect();
    let names = |repository: &&Repository| {
        let addresses = [repository.full_name.to_owned(), repository.moved()];
        let addresses = addresses.map(|name| format!("github.com/{}", name.to_lowercase()));
        texts.iter().any(|text| addresses.iter().any(|address| text.contains(address)))
    };
    REPOSITORIES.iter().filter(names).collect()
}

/// The addresses that the bot opens for a pull request, each once.
pub fn links(view: &PullRequestView) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for (path, text) in texts(view) {
        let Some(filed) = Policy::built_in().file(path, text.as_bytes()) else { continue };
        let (nomination, _) = nomination::parse(filed, text.as_bytes());
        for link in link::links(&nomination) {
            if !links.contains(&link.address) {
                links.push(link.address);
            }
        }
    }
    links
}

fn texts(view: &PullRequestView) -> impl Iterator<Item = (&str, &str)> {
    view.files.iter().filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lead_back_to_their_choice() {
        assert!(Condition::ALL.iter().all(|one| Condition::of(one.value()) == Some(*one)));
        assert!(Page::ALL.iter().all(|one| Page::of(one.value()) == Some(*one)));
        assert_eq!(Page::of("elsewhere"), None);
    }
}
