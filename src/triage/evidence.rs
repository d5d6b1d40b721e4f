//! What a nomination makes us ask the outside, and what came back.
//!
//! In: a [`Nomination`]. Out: [`lookups`], the questions; the shell asks them and fills [`Evidence`] with answers.
//! Never: asking. An answer that could not be had is never taken for a good one.

mod licenses;
mod sources;

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use url::Url;

use super::{
    account::Account,
    catalog::Catalog,
    license_page::{self, LicensePage},
    link,
    nomination::{Kind, Nomination},
    pages::Pages,
    pull_request::RepositoryName,
    repository::{Address, ForgeAddress, Repository},
    schema::Schema,
    web_address,
};
pub use licenses::{
    GONE, LicensePlace, LinkedFile, RepositoryLicense, compare, file_of, license_place, listed, understood,
    unseen,
};
pub use sources::{MOST_OWNED, further, most_requests};

pub use super::license_facts::{LicenseFacts, LicenseFile, Relation};

/// One question to the outside.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum Lookup {
    /// A file of the registry at the pull request's base commit: a JSON Schema.
    Schema(String),
    /// Whether the registry has a file at the pull request's head; a symbolic link counts.
    File(String),
    /// A repository of github.com: <https://docs.github.com/rest/repos/repos#get-a-repository>.
    Repository(RepositoryName),
    /// What GitHub detects as its license: <https://docs.github.com/rest/licenses/licenses#get-the-license-for-a-repository>.
    License(RepositoryName),
    /// What lies at the top of its default branch: <https://docs.github.com/rest/repos/contents#get-repository-content>.
    Contents(RepositoryName),
    /// The folder at its top in which it keeps the texts of its licenses.
    LicenseFolder(RepositoryName, String),
    /// The text of one of several license files, by its path.
    LicenseFile(RepositoryName, String),
    /// A file at the top that names the packages with which the program is built.
    Manifest(RepositoryName, String),
    /// The public repositories of an account: on github.com
    /// <https://docs.github.com/rest/repos/repos#list-repositories-for-a-user>.
    Owner(Account),
    /// A repository that another forge may have, and its license.
    Forge(ForgeAddress),
    /// What answers at an address that the nomination links.
    Link(String),
    /// What the page or file says that an address of `licenseURL` leads to.
    LicensePage(String),
    /// The registry's entries at the pull request's base commit.
    Registry,
    /// What the registry's open pull requests nominate.
    OpenPullRequests,
}

/// What came back.
#[derive(Clone, Debug)]
pub enum Answer<T> {
    Found(T),
    /// Asked, and it is not there.
    Missing,
    /// It could not be asked, or nothing came back. The reason is our own words.
    Unavailable(String),
}

impl<T> Answer<T> {
    pub fn found(&self) -> Option<&T> {
        if let Answer::Found(value) = self { Some(value) } else { None }
    }

    /// The same answer with another value in it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        match self {
            Answer::Found(value) => Answer::Found(change(value)),
            Answer::Missing => Answer::Missing,
            Answer::Unavailable(why) => Answer::Unavailable(why),
        }
    }
}

/// Whose account a repository lies in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OwnerKind {
    Person,
    Organization,
}

/// A repository as its forge describes it.
#[derive(Clone, Debug)]
pub struct RepositoryFacts {
    /// Where it is at present; differs from what was asked for when it moved.
    pub name: Repository,
    /// `None` where its forge does not say.
    pub owner: Option<OwnerKind>,
    pub private: bool,
    pub archived: bool,
    /// Whether GitHub took it out of use.
    pub disabled: bool,
    pub fork: bool,
    /// Whether nothing was ever pushed to it.
    pub empty: bool,
    pub description: Option<String>,
    /// The website that its owner names.
    pub homepage: Option<String>,
    pub topics: Vec<String>,
    pub stars: u64,
    pub default_branch: String,
    pub pushed_at: Option<DateTime<Utc>>,
}

impl RepositoryFacts {
    /// A public repository of which nothing else is known.
    pub fn new(name: impl Into<Repository>) -> Self {
        Self {
            name: name.into(),
            owner: None,
            private: false,
            archived: false,
            disabled: false,
            fork: false,
            empty: false,
            description: None,
            homepage: None,
            topics: Vec::new(),
            stars: 0,
            default_branch: "main".to_owned(),
            pushed_at: None,
        }
    }
}

/// What answers at a link.
#[derive(Clone, Debug)]
pub struct LinkFacts {
    /// Status of HTTP (RFC 9110), at the end of the way.
    pub status: u16,
    /// Where the way ended.
    pub address: String,
    /// Whether it led on to there, and each time for good (301, 308).
    pub moved: bool,
    /// Whether `https` serves what is written with `http`.
    pub https: bool,
    /// Whether it seems to be a login wall.
    pub login: bool,
    pub content_type: Option<String>,
}

impl LinkFacts {
    /// A page at this address of which nothing else is to be said.
    pub fn page(address: impl Into<String>) -> Self {
        Self {
            status: 200,
            address: address.into(),
            moved: false,
            https: false,
            login: false,
            content_type: Some("text/html".to_owned()),
        }
    }
}

/// Where a link leads on to, if that is another address than the written one.
pub fn led_to(evidence: &Evidence, written: &str) -> Option<Url> {
    let asked = link::address(written)?;
    let end = evidence.link(&asked).found()?.address.clone();
    web_address::page(&end).filter(|end| end.as_str() != asked)
}

/// The registry's entries beside a nomination.
#[derive(Clone, Debug)]
pub struct Registered {
    pub catalog: Arc<Catalog>,
    /// Paths that the change takes away: whatever lay there does not count.
    pub without: Vec<String>,
}

/// What is nominated in the open pull requests of a registry.
#[derive(Clone, Debug)]
pub struct OpenPullRequests {
    pub catalog: Arc<Catalog>,
    /// The number of the one that is judged.
    pub own: u64,
    /// How many of the others could not be read yet.
    pub unread: usize,
    /// The address of their pages up to the number.
    pub pages: String,
}

/// All answers for one nomination, by question.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    schemas: BTreeMap<String, Answer<Arc<Schema>>>,
    files: BTreeMap<String, Answer<()>>,
    repositories: BTreeMap<String, Answer<RepositoryFacts>>,
    licenses: BTreeMap<String, Answer<LicenseFacts>>,
    links: BTreeMap<String, Answer<LinkFacts>>,
    sources: sources::Sources,
    license_pages: BTreeMap<String, Answer<LicensePage>>,
    registry: Option<Answer<Registered>>,
    open_pull_requests: Option<Answer<OpenPullRequests>>,
    /// Where the registry's files are shown.
    pub pages: Pages,
    /// Said of every question that was not asked.
    unasked: Option<&'static str>,
}

impl Evidence {
    /// Evidence in which whatever is not answered was not asked for this reason.
    pub fn unasked(why: &'static str) -> Self {
        Self { unasked: Some(why), ..Self::default() }
    }

    pub fn schema_is(&mut self, path: impl Into<String>, answer: Answer<Arc<Schema>>) {
        self.schemas.insert(path.into(), answer);
    }

    pub fn file_is(&mut self, path: impl Into<String>, answer: Answer<()>) {
        self.files.insert(path.into(), answer);
    }

    pub fn repository_is(&mut self, at: impl Into<Repository>, answer: Answer<RepositoryFacts>) {
        self.repositories.insert(at.into().key(), answer);
    }

    pub fn license_is(&mut self, at: impl Into<Repository>, answer: Answer<LicenseFacts>) {
        self.licenses.insert(at.into().key(), answer);
    }

    pub fn link_is(&mut self, address: impl Into<String>, answer: Answer<LinkFacts>) {
        self.links.insert(address.into(), answer);
    }

    pub fn license_page_is(&mut self, address: impl Into<String>, answer: Answer<LicensePage>) {
        self.license_pages.insert(address.into(), answer);
    }

    pub fn registry_is(&mut self, answer: Answer<Registered>) {
        self.registry = Some(answer);
    }

    pub fn open_pull_requests_are(&mut self, answer: Answer<OpenPullRequests>) {
        self.open_pull_requests = Some(answer);
    }

    pub fn registry(&self) -> Answer<Registered> {
        self.registry.clone().unwrap_or_else(|| self.not_asked())
    }

    pub fn open_pull_requests(&self) -> Answer<OpenPullRequests> {
        self.open_pull_requests.clone().unwrap_or_else(|| self.not_asked())
    }

    pub fn schema(&self, path: &str) -> Answer<Arc<Schema>> {
        self.schemas.get(path).cloned().unwrap_or_else(|| self.not_asked())
    }

    pub fn file(&self, path: &str) -> Answer<()> {
        self.files.get(path).cloned().unwrap_or_else(|| self.not_asked())
    }

    pub fn repository(&self, at: &Repository) -> Answer<RepositoryFacts> {
        self.repositories.get(&at.key()).cloned().unwrap_or_else(|| self.not_asked())
    }

    pub fn license(&self, at: &Repository) -> Answer<LicenseFacts> {
        self.licenses.get(&at.key()).cloned().unwrap_or_else(|| self.not_asked())
    }

    /// Whether a repository is what an address stands for: its host is a forge, or has told of it.
    pub fn is_repository(&self, at: &Repository) -> bool {
        at.is_on_known_forge() || self.repository(at).found().is_some()
    }

    /// The same before a change that brings some files and takes others away; each by its path.
    pub fn before(&self, brought: &[String], taken: &[String]) -> Self {
        let mut evidence = self.clone();
        for (path, answer) in &mut evidence.files {
            if brought.contains(path) {
                *answer = Answer::Missing;
            } else if taken.contains(path) {
                *answer = Answer::Found(());
            }
        }
        evidence
    }

    pub fn link(&self, address: &str) -> Answer<LinkFacts> {
        self.links.get(address).cloned().unwrap_or_else(|| self.not_asked())
    }

    pub fn license_page(&self, address: &str) -> Answer<LicensePage> {
        self.license_pages.get(address).cloned().unwrap_or_else(|| self.not_asked())
    }

    /// Whether any link was opened.
    pub fn has_links(&self) -> bool {
        !self.links.is_empty()
    }

    /// Whether links were opened and not one of them answered: then it is the way out that is cut off, or may be.
    pub fn no_link_answered(&self) -> bool {
        let silent = |answer| matches!(answer, &Answer::Unavailable(_));
        self.has_links() && self.links.values().all(silent)
    }

    fn not_asked<T>(&self) -> Answer<T> {
        Answer::Unavailable(self.unasked.unwrap_or("it was not looked up").to_owned())
    }

    /// Whether a question was put that the outside did not answer, or that met a fault which may pass: asking again
    /// later may help.
    pub fn is_incomplete(&self) -> bool {
        fn any<T>(answers: &BTreeMap<String, Answer<T>>) -> bool {
            answers.values().any(|answer| matches!(answer, Answer::Unavailable(_)))
        }
        let links = self.links.values().filter_map(Answer::found).map(|facts| facts.status);
        let pages = self.license_pages.values().filter_map(Answer::found).map(|page| page.status);
        any(&self.schemas)
            || any(&self.files)
            || any(&self.repositories)
            || any(&self.licenses)
            || any(&self.links)
            || any(&self.license_pages)
            || links.chain(pages).any(may_pass)
            || self.sources.is_incomplete()
            || matches!(self.registry, Some(Answer::Unavailable(_)))
            || match &self.open_pull_requests {
                Some(Answer::Unavailable(_)) => true,
                Some(Answer::Found(open)) => open.unread > 0,
                Some(Answer::Missing) | None => false,
            }
    }
}

/// Whether a page may answer otherwise soon: its site has a fault, or is asked too often (RFC 9110, RFC 6585).
fn may_pass(status: u16) -> bool {
    status >= 500 || status == 429
}

/// The file that a nominee has once its submission was accepted.
pub fn published(nomination: &Nomination) -> String {
    format!("digitalpublicgoods/{}", nomination.file_name())
}

/// The file that nominates the project of a submission.
pub fn nominated(submission: &Nomination) -> String {
    let name = submission.file_name();
    // That the ending is missing is for `file-extension` to tell.
    format!("nominees/{}.json", name.strip_suffix(".json").unwrap_or(name))
}

/// How many of a nomination's repositories are looked up on GitHub; each costs two requests or more.
pub const MOST_REPOSITORIES: usize = 12;
/// And on other forges.
pub const MOST_ON_FORGES: usize = 10;

/// The questions that a nomination raises, none twice.
pub fn lookups(nomination: &Nomination) -> Vec<Lookup> {
    let mut lookups: Vec<Lookup> = nomination.schema.iter().cloned().map(Lookup::Schema).collect();
    match nomination.kind {
        Kind::Submission => {
            lookups.push(Lookup::File(nominated(nomination)));
            return lookups;
        }
        Kind::Nominee => lookups.push(Lookup::File(published(nomination))),
        Kind::Application => {}
    }
    lookups.extend([Lookup::Registry, Lookup::OpenPullRequests]);
    let links = link::links(nomination).into_iter().take(link::MOST_LINKS);
    lookups.extend(links.map(|link| Lookup::Link(link.address)));
    lookups.extend(license_page::addresses(nomination).into_iter().map(Lookup::LicensePage));
    let (mut on_github, mut on_forges) = (0, 0);
    for repository in repositories(nomination) {
        match repository {
            Repository::GitHub(name) if on_github < MOST_REPOSITORIES => {
                lookups.push(Lookup::Repository(name.clone()));
                lookups.push(Lookup::License(name.clone()));
                if on_github < sources::MOST_CONTENTS {
                    lookups.push(Lookup::Contents(name));
                }
                on_github += 1;
            }
            Repository::Forge(address) if on_forges < MOST_ON_FORGES => {
                on_forges += 1;
                lookups.push(Lookup::Forge(address));
            }
            _ => {}
        }
    }
    lookups.extend(sources::owners(nomination).into_iter().take(sources::MOST_OWNERS).map(Lookup::Owner));
    lookups
}

/// The repositories that a nomination lists or links as its license, none twice, in its order.
pub fn repositories(nomination: &Nomination) -> Vec<Repository> {
    let mut all: Vec<Repository> = Vec::new();
    let listed = nomination.repositories.iter().map(|repository| &repository.url);
    // A link to a license that is a repository's front page is judged by the license of that repository.
    let linked = nomination.licenses.iter().filter_map(|license| license.url.as_ref());
    for url in listed.chain(linked) {
        if let Some(repository) = Address::read(&url.value).repository()
            && !all.iter().any(|known| known.is_same(&repository))
        {
            all.push(repository);
        }
    }
    all
}

/// What GitHub says of the repositories that a nomination lists, as far as it says something.
pub fn known(nomination: &Nomination, evidence: &Evidence) -> Vec<RepositoryFacts> {
    let answers = repositories(nomination).into_iter().map(|name| evidence.repository(&name));
    answers.filter_map(|answer| answer.found().cloned()).collect()
}
