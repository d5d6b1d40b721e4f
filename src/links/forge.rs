//! Asks other forges than GitHub for a repository and its license files.
//!
//! In: a [`ForgeAddress`], or an account. Out: what the house knows of a repository on GitHub too, or why not. Which software an
//! unknown host runs on shows in its answer: GitLab is asked first, then Forgejo, and nothing else. Never: a token; a
//! request to another host than the address's; more requests than were granted; what a forge says of a license taken
//! for the license, where its text can be read.

mod forgejo;
mod gitlab;
mod owned;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures::future::join_all;
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::{
    address::{Refused, Vetted},
    fetch::{Body, End, Fault, Fetcher, Reads, Step},
};
use crate::triage::{
    account::ForgeAccount,
    evidence::{Answer, LicenseFacts, LicenseFile, OwnerKind, RepositoryFacts},
    license::{self, Meant},
    license_text,
    repository::{ForgeAddress, Software},
};

/// So many pages of a list of files are read.
const MOST_PAGES: usize = 3;

const STRANGE: &str = "the forge of a repository does not answer as forges do";
const NO_FORGE: &str =
    "neither GitLab nor Forgejo answers at the address of a repository; a reviewer opens it";
const TOO_MANY: &str = "a repository has more files than I look through; a reviewer looks for its license";
const HALF_READ: &str = "a license file could not be read to its end";

/// What a forge answers about a repository, and about its license.
pub(super) type Told = (Answer<RepositoryFacts>, Answer<LicenseFacts>);

/// How one kind of forge is asked, and how its answers are read.
trait Api: Sync {
    fn software(&self) -> Software;

    /// All addresses of the API begin with this path.
    fn root(&self) -> &'static str;

    /// Where it tells of a repository; `None` where it can have none at such a path.
    fn repository(&self, address: &ForgeAddress) -> Option<String>;

    /// What it tells of a repository.
    fn read(&self, host: &str, bytes: &[u8]) -> Option<Project>;

    /// Whether an answer says, as only this software does, that there is none for the public.
    fn is_refusal(&self, status: u16, bytes: &[u8]) -> bool;

    /// Whether an answer in place of a list of files says, as only this software does, that there are none at all.
    fn is_emptiness(&self, status: u16, bytes: &[u8]) -> bool;

    /// Where it lists the files of a folder; the top is the empty path. Pages count from 1.
    fn files(&self, project: &Project, folder: &str, page: usize) -> String;

    /// A list of files, and whether another page may follow.
    fn list(&self, bytes: &[u8]) -> Option<(Vec<Entry>, bool)>;

    /// Where it has a file as it is.
    fn raw(&self, project: &Project, file: &str) -> String;

    /// The lists that it has for accounts, in the order in which they are asked.
    fn owners(&self) -> [Owner; 2];

    /// Where it lists the repositories of an account. Pages count from 1.
    fn owned(&self, account: &ForgeAccount, list: &str, page: usize) -> String;

    /// So many repositories has a full page of such a list.
    fn a_page(&self) -> usize;

    /// A list of repositories, and whether another page may follow.
    fn repositories(&self, host: &str, bytes: &[u8]) -> Option<(Vec<Project>, bool)>;

    /// Whether an answer says, as only this software does, that there is no such account.
    fn is_no_owner(&self, status: u16, bytes: &[u8]) -> bool;
}

/// One kind of account, and what its list is called.
struct Owner {
    kind: OwnerKind,
    list: &'static str,
}

fn api(software: Software) -> &'static dyn Api {
    match software {
        Software::GitLab => &gitlab::GitLab,
        Software::Forgejo => &forgejo::Forgejo,
    }
}

/// A repository as a forge tells of it.
struct Project {
    address: ForgeAddress,
    facts: RepositoryFacts,
    /// As what the forge detects its license: told only where the text cannot be had.
    detected: Option<String>,
}

/// The SPDX id that a forge means by a word of its own.
fn detected(word: &str) -> Option<String> {
    match license::meant(word, std::iter::empty()) {
        Meant::One(id) => Some(id),
        _ => None,
    }
}

/// The name of a branch as a forge tells it; where it is none that Git would take, the branch has no name.
fn branch(name: String) -> String {
    let is_name = !name.contains("..")
        && name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
        && !name
            .contains(|sign: char| sign.is_whitespace() || sign.is_control() || "?#[\\~^:*".contains(sign));
    if is_name { name } else { "HEAD".to_owned() }
}

/// One line of a list of files.
struct Entry {
    name: String,
    is_folder: bool,
}

/// One look at one repository.
pub(super) struct Look<'a> {
    pub fetcher: &'a Fetcher,
    pub deadline: Instant,
    /// How many requests are still granted.
    pub left: AtomicUsize,
}

impl Look<'_> {
    /// Asks for a repository; not more often than granted.
    pub(super) async fn at(&self, address: &ForgeAddress) -> Told {
        let asked: &[Software] = match address.software() {
            Some(Software::GitLab) => &[Software::GitLab],
            Some(Software::Forgejo) => &[Software::Forgejo],
            None => &[Software::GitLab, Software::Forgejo],
        };
        for api in asked.iter().map(|software| api(*software)) {
            let Some(question) = api.repository(address) else { continue };
            match self.ask(api, address.host(), &question).await {
                Err(Fault::NoSuchHost | Fault::Refused(Refused::Private)) => {
                    return (Answer::Missing, Answer::Missing);
                }
                Err(fault) => return unavailable(&words(&fault)),
                Ok(body) if api.is_refusal(body.status, &body.bytes) => {
                    return (Answer::Missing, Answer::Missing);
                }
                Ok(body) if body.status == 200 && body.end == End::Whole => {
                    if let Some(project) = api.read(address.host(), &body.bytes) {
                        return self.with_license(api, project).await;
                    }
                }
                Ok(_) => {}
            }
        }
        unavailable(if address.software().is_some() { STRANGE } else { NO_FORGE })
    }

    async fn with_license(&self, api: &dyn Api, mut project: Project) -> Told {
        let license = if project.facts.private || project.facts.empty {
            Answer::Missing
        } else {
            match self.license_files(api, &project).await {
                Listed::Empty => {
                    project.facts.empty = true;
                    Answer::Missing
                }
                Listed::Unknown(why) => Answer::Unavailable(why),
                Listed::Files(names) if names.is_empty() => Answer::Missing,
                Listed::Files(names) => self.license(api, &project, names).await,
            }
        };
        (Answer::Found(project.facts), license)
    }

    /// The license files by their names: those at the top, then those in a folder for them.
    async fn license_files(&self, api: &dyn Api, project: &Project) -> Listed {
        let (entries, whole) = match self.folder(api, project, "").await {
            Ok(Some(listed)) => listed,
            Ok(None) => return Listed::Empty,
            Err(why) => return Listed::Unknown(why),
        };
        let is_for_licenses = |entry: &&Entry| entry.is_folder && entry.name.eq_ignore_ascii_case("licenses");
        let mut names = license_files("", &entries);
        if let Some(folder) = entries.iter().find(is_for_licenses) {
            match self.folder(api, project, &folder.name).await {
                Ok(listed) => {
                    let (entries, _) = listed.unwrap_or_default();
                    names.extend(license_files(&folder.name, &entries));
                }
                Err(why) => return Listed::Unknown(why),
            }
        }
        if names.is_empty() && !whole { Listed::Unknown(TOO_MANY.to_owned()) } else { Listed::Files(names) }
    }

    /// The entries of a folder, and whether these are all; `None` where nothing was ever pushed.
    async fn folder(
        &self,
        api: &dyn Api,
        project: &Project,
        folder: &str,
    ) -> Result<Option<(Vec<Entry>, bool)>, String> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let question = api.files(project, folder, page);
            let body =
                self.ask(api, project.address.host(), &question).await.map_err(|fault| words(&fault))?;
            if api.is_emptiness(body.status, &body.bytes) && page == 1 {
                return Ok(None);
            }
            if body.end == End::TooLong {
                return Err(TOO_MANY.to_owned());
            }
            let listed = (body.status == 200 && body.end == End::Whole).then(|| api.list(&body.bytes));
            let Some((entries, more)) = listed.flatten() else { return Err(STRANGE.to_owned()) };
            all.extend(entries);
            if !more {
                return Ok(Some((all, true)));
            }
        }
        Ok(Some((all, false)))
    }

    /// Reads license files side by side, the first ones, as many as there are requests left.
    async fn license(&self, api: &dyn Api, project: &Project, names: Vec<String>) -> Answer<LicenseFacts> {
        let granted = self.left.load(Ordering::SeqCst);
        let texts = names.iter().take(granted).map(|name| self.text(api, project, name));
        let mut readings = join_all(texts).await.into_iter();
        let mut files = Vec::new();
        for name in names {
            let reading = match readings.next() {
                Some(Ok(bytes)) => read(name.clone(), bytes).await,
                Some(Err(why)) => {
                    let detected = project.detected.as_ref();
                    let detected = detected.map(|id| format!("; the forge takes it for {id}"));
                    return Answer::Unavailable(why + &detected.unwrap_or_default());
                }
                None => None,
            };
            let page = api.software().page_of_file(&project.address, &project.facts.default_branch, &name);
            files.push(LicenseFile { name, page, reading: reading.map(Arc::new) });
        }
        let Some(page) = files.first().map(|file| file.page.clone()) else { return Answer::Missing };
        Answer::Found(LicenseFacts { spdx: None, files, page })
    }

    async fn text(&self, api: &dyn Api, project: &Project, name: &str) -> Result<Vec<u8>, String> {
        let question = api.raw(project, name);
        let body = self.ask(api, project.address.host(), &question).await.map_err(|fault| words(&fault))?;
        // Of a text that is too long the beginning is enough: that it is too long is a doubt.
        match (body.status, body.end) {
            (200, End::Whole | End::TooLong) => Ok(body.bytes),
            _ => Err(HALF_READ.to_owned()),
        }
    }

    /// One question to the API of a host. Where a repository has moved, the API leads on to itself, once.
    async fn ask(&self, api: &dyn Api, host: &str, question: &str) -> Result<Body, Fault> {
        let address = Vetted::read(question)?;
        match self.step(&address).await? {
            Step::Here(body) => Ok(body),
            Step::Onward { to, .. }
                if to.host() == host
                    && to.url().scheme() == "https"
                    && to.url().path().starts_with(api.root()) =>
            {
                match self.step(&to).await? {
                    Step::Here(body) => Ok(body),
                    Step::Onward { .. } => Err(Fault::TooManyHops),
                }
            }
            Step::Onward { .. } => {
                Ok(Body { status: 302, content_type: None, bytes: Vec::new(), end: End::NoText })
            }
        }
    }

    async fn step(&self, address: &Vetted) -> Result<Step, Fault> {
        let one_less = |left: usize| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_err() {
            return Err(Fault::Spent);
        }
        self.fetcher.step(address, Reads::All, self.deadline).await
    }
}

/// What the lists of files say.
enum Listed {
    /// Paths of license files; none, if there are none.
    Files(Vec<String>),
    /// There are no files at all.
    Empty,
    Unknown(String),
}

/// The paths of license files among the entries of a folder.
fn license_files(folder: &str, entries: &[Entry]) -> Vec<String> {
    let files = entries.iter().filter(|entry| !entry.is_folder && !entry.name.contains('/'));
    let paths = files.map(|entry| match folder {
        "" => entry.name.clone(),
        folder => format!("{folder}/{}", entry.name),
    });
    let mut paths: Vec<String> = paths.filter(|path| license_text::is_license_file(path)).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// What a license file says; beside the other work, for it takes some time.
async fn read(name: String, bytes: Vec<u8>) -> Option<license_text::Reading> {
    let read = move || Some(license_text::read_license_file(&license_text::from_file(&name, &bytes)?));
    tokio::task::spawn_blocking(read).await.ok().flatten()
}

fn words(fault: &Fault) -> String {
    format!("the forge of a repository could not be asked: {fault}")
}

fn unavailable(why: &str) -> Told {
    (Answer::Unavailable(why.to_owned()), Answer::Unavailable(why.to_owned()))
}

/// One page of a list, and whether another may follow. No page has more entries than `most`; a host that sends more is not
/// believed to have said all.
fn page<T: DeserializeOwned>(bytes: &[u8], most: usize) -> Option<(Vec<T>, bool)> {
    let mut entries: Vec<T> = json(bytes)?;
    let more = entries.len() >= most;
    entries.truncate(most);
    Some((entries, more))
}

/// Reads JSON of a stranger's, of which only what is asked for is kept.
fn json<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_slice(bytes).ok()
}
