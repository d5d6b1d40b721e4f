//! What a nomination makes us ask the outside, and what came back.
//!
//! In: a [`Nomination`]. Out: [`lookups`], the questions; the shell asks them and fills [`Evidence`] with answers.
//! Never: asking. An answer that could not be had is never taken for a good one.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};

use crate::prose;

use super::{
    catalog::Catalog,
    license::{self, Meant},
    license_text::{self, Reading, TextVerdict},
    link,
    nomination::{Kind, Located, Nomination},
    prose::{Prose, theirs},
    pull_request::RepositoryName,
    repository::Address,
    schema::Schema,
};

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
    /// What answers at an address that the nomination links.
    Link(String),
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
}

/// A repository as GitHub describes it.
#[derive(Clone, Debug)]
pub struct RepositoryFacts {
    /// Its present name; differs from the one asked for when it moved.
    pub name: RepositoryName,
    pub private: bool,
    pub archived: bool,
    pub fork: bool,
    /// Whether nothing was ever pushed to it.
    pub empty: bool,
    pub description: Option<String>,
    /// The website that its owner names.
    pub homepage: Option<String>,
    pub topics: Vec<String>,
    pub default_branch: String,
    pub pushed_at: Option<DateTime<Utc>>,
}

impl RepositoryFacts {
    /// A public repository of which nothing else is known.
    pub fn new(name: RepositoryName) -> Self {
        Self {
            name,
            private: false,
            archived: false,
            fork: false,
            empty: false,
            description: None,
            homepage: None,
            topics: Vec::new(),
            default_branch: "main".to_owned(),
            pushed_at: None,
        }
    }
}

/// The license file that GitHub detects, and as what.
#[derive(Clone, Debug)]
pub struct LicenseFacts {
    /// The SPDX id; `None` where GitHub answers `NOASSERTION`.
    pub spdx: Option<String>,
    /// What the file's text says, where GitHub does not know it.
    pub reading: Option<Arc<Reading>>,
    /// Page of the license file on github.com.
    pub page: String,
}

impl LicenseFacts {
    /// The licenses that the file is known to hold.
    pub fn ids(&self) -> Vec<&str> {
        match (&self.spdx, &self.reading) {
            (Some(id), _) => vec![id],
            (None, Some(reading)) => reading.held.iter().map(|held| held.id.as_str()).collect(),
            (None, None) => Vec::new(),
        }
    }

    /// How the file stands to the declared licenses. A text is taken for a license only where it is that license's
    /// word for word; all else is for a person to read.
    fn relation(&self, declared: &[String]) -> Relation {
        let is_declared = |id: &&str| declared.iter().any(|declared| license::is_same(declared, id));
        let known = match (&self.spdx, &self.reading) {
            (Some(_), _) => true,
            (None, Some(reading)) => {
                // A license that is only named in the file is not held by it.
                let declared: Vec<&str> = declared.iter().map(String::as_str).collect();
                let verdict = license_text::verdict(reading, &declared);
                matches!(verdict, TextVerdict::Holds | TextVerdict::Differs(_)) && !reading.held.is_empty()
            }
            (None, None) => false,
        };
        match known {
            false => Relation::NotRecognized,
            true if self.ids().iter().any(is_declared) => Relation::Matches,
            true if declared.is_empty() => told("the nomination does not say yet which license it has"),
            true => Relation::Differs,
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
    registry: Option<Answer<Registered>>,
    open_pull_requests: Option<Answer<OpenPullRequests>>,
    /// Said of every question that was not asked.
    unasked: Option<&'static str>,
}

fn key(name: &RepositoryName) -> String {
    name.to_string().to_lowercase()
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

    pub fn repository_is(&mut self, name: &RepositoryName, answer: Answer<RepositoryFacts>) {
        self.repositories.insert(key(name), answer);
    }

    pub fn license_is(&mut self, name: &RepositoryName, answer: Answer<LicenseFacts>) {
        self.licenses.insert(key(name), answer);
    }

    pub fn link_is(&mut self, address: impl Into<String>, answer: Answer<LinkFacts>) {
        self.links.insert(address.into(), answer);
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

    pub fn repository(&self, name: &RepositoryName) -> Answer<RepositoryFacts> {
        self.repositories.get(&key(name)).cloned().unwrap_or_else(|| self.not_asked())
    }

    pub fn license(&self, name: &RepositoryName) -> Answer<LicenseFacts> {
        self.licenses.get(&key(name)).cloned().unwrap_or_else(|| self.not_asked())
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

    /// Whether a question was put that the outside did not answer: asking again later may help.
    pub fn is_incomplete(&self) -> bool {
        fn any<T>(answers: &BTreeMap<String, Answer<T>>) -> bool {
            answers.values().any(|answer| matches!(answer, Answer::Unavailable(_)))
        }
        any(&self.schemas)
            || any(&self.files)
            || any(&self.repositories)
            || any(&self.licenses)
            || matches!(self.registry, Some(Answer::Unavailable(_)))
            || match &self.open_pull_requests {
                Some(Answer::Unavailable(_)) => true,
                Some(Answer::Found(open)) => open.unread > 0,
                Some(Answer::Missing) | None => false,
            }
            // One link that stays silent is told; the next look would rarely find it otherwise.
            || self.no_link_answered()
    }
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

/// How many of a nomination's repositories are looked up; each costs two requests.
pub const MOST_REPOSITORIES: usize = 25;

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
    for repository in repositories(nomination).into_iter().take(MOST_REPOSITORIES) {
        lookups.push(Lookup::Repository(repository.clone()));
        lookups.push(Lookup::License(repository));
    }
    lookups
}

/// The repositories of github.com that a nomination lists, none twice, in its order.
pub fn repositories(nomination: &Nomination) -> Vec<RepositoryName> {
    let mut names: Vec<RepositoryName> = Vec::new();
    for repository in &nomination.repositories {
        if let Address::GitHub(name) = Address::read(&repository.url.value)
            && !names.iter().any(|known| known.is_same(&name))
        {
            names.push(name);
        }
    }
    names
}

/// How the license found in a repository stands to those declared.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Relation {
    Matches,
    Differs,
    /// GitHub found a license text and does not know it.
    NotRecognized,
    /// The repository has no license file that GitHub sees.
    None,
    /// Nothing could be learned.
    NotReachable {
        why: Prose,
        /// Whether another check's finding says so already.
        told: bool,
    },
}

/// One listed repository beside what was declared.
#[derive(Clone, Debug)]
pub struct RepositoryLicense {
    /// The address as written, and its place.
    pub url: Located<String>,
    /// Where it lies on github.com (its present name), as far as it does.
    pub repository: Option<RepositoryName>,
    pub relation: Relation,
    pub found: Option<LicenseFacts>,
}

fn told(why: &'static str) -> Relation {
    Relation::NotReachable { why: why.into(), told: true }
}

/// An address that is not that of a repository on github.com.
fn elsewhere(written: &str) -> Relation {
    match Address::read(written) {
        Address::Elsewhere { host } => {
            let why = prose![theirs(host), " is not looked up; a reviewer opens the repository"];
            Relation::NotReachable { why, told: false }
        }
        _ => told("this is not the address of a repository"),
    }
}

/// The ids that a nomination declares; of a misspelled one, the id that it means. What means none is left out: that
/// it has to be named is said once, and not again as a difference.
fn declared(nomination: &Nomination) -> Vec<String> {
    let understood = |written: &str| {
        if license::is_spdx(written) {
            return Some(written.to_owned());
        }
        match license::meant(written, std::iter::empty()) {
            Meant::One(id) => Some(id),
            _ => None,
        }
    };
    let written = nomination.licenses.iter().filter_map(|license| license.spdx.as_ref());
    written.filter_map(|id| understood(id.value.trim())).collect()
}

/// Every listed repository beside the declared licenses, in the nomination's order.
pub fn compare(nomination: &Nomination, evidence: &Evidence) -> Vec<RepositoryLicense> {
    let declared = declared(nomination);
    (nomination.repositories.iter())
        .map(|listed| {
            let url = listed.url.clone();
            let Address::GitHub(asked) = Address::read(&url.value) else {
                return RepositoryLicense {
                    relation: elsewhere(&url.value),
                    url,
                    repository: None,
                    found: None,
                };
            };
            let (relation, found, present) = match (evidence.repository(&asked), evidence.license(&asked)) {
                (Answer::Missing, _) => (told("the repository is not there, or not public"), None, None),
                (Answer::Found(facts), _) if facts.private => {
                    (told("the repository is not public"), None, None)
                }
                (Answer::Unavailable(why), _) | (_, Answer::Unavailable(why)) => {
                    (Relation::NotReachable { why: prose![why], told: false }, None, None)
                }
                (Answer::Found(facts), Answer::Missing) => (Relation::None, None, Some(facts.name)),
                (Answer::Found(facts), Answer::Found(found)) => {
                    (found.relation(&declared), Some(found), Some(facts.name))
                }
            };
            RepositoryLicense { url, repository: Some(present.unwrap_or(asked)), relation, found }
        })
        .collect()
}
