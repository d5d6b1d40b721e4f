//! The part of the evidence that lies inside of repositories and accounts of github.com, and the questions that only
//! the first answers raise.
//!
//! In: what was asked and answered so far. Out: [`further`], and what [`Evidence`] holds of files and accounts. Never:
//! more questions than [`most_requests`] says.

use std::{collections::BTreeMap, sync::Arc};

use super::{Answer, Evidence, LicenseFacts, LicenseFile, Lookup, RepositoryFacts, licenses::declared};
use crate::triage::{
    account::Account,
    contents::{Contents, Item},
    license,
    license_text::{Reading, is_license_file},
    nomination::Nomination,
    pull_request::{RepositoryName, encoded},
    repository::{self, Address, Repository},
};

/// The tops of so many of a nomination's repositories are looked at.
pub const MOST_CONTENTS: usize = 5;

/// The repositories of so many accounts that a nomination lists are looked through.
pub const MOST_OWNERS: usize = 2;

/// So many repositories of an account are read; 100 a request.
pub const MOST_OWNED: usize = 200;

/// So many license files of one repository are read beside the one that GitHub shows, and of all.
const MOST_LICENSES: (usize, usize) = (4, 8);

/// So many manifests of one repository are read, and of all.
const MOST_MANIFESTS: (usize, usize) = (3, 6);

/// Answers about files and accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    contents: BTreeMap<String, Answer<Contents>>,
    license_folders: BTreeMap<String, Answer<Contents>>,
    manifests: BTreeMap<(String, String), Answer<String>>,
    owners: BTreeMap<String, Answer<Vec<RepositoryFacts>>>,
}

impl Sources {
    /// Whether something was asked and not answered.
    pub(super) fn is_incomplete(&self) -> bool {
        fn any<K, T>(answers: &BTreeMap<K, Answer<T>>) -> bool {
            answers.values().any(|answer| matches!(answer, Answer::Unavailable(_)))
        }
        any(&self.contents) || any(&self.license_folders) || any(&self.manifests) || any(&self.owners)
    }
}

fn key(name: impl Into<Repository>) -> String {
    name.into().key()
}

impl Evidence {
    pub fn contents_are(&mut self, name: impl Into<Repository>, answer: Answer<Contents>) {
        self.sources.contents.insert(key(name), answer);
    }

    /// What lies at the top of a repository; missing where it is empty.
    pub fn contents(&self, name: &Repository) -> Answer<Contents> {
        self.sources.contents.get(&name.key()).cloned().unwrap_or_else(|| self.not_asked())
    }

    pub fn license_folder_is(&mut self, name: impl Into<Repository>, answer: Answer<Contents>) {
        self.sources.license_folders.insert(key(name), answer);
    }

    /// Adds one of several license files, by its path, to what the forge says of the license, or to nothing.
    pub fn license_file_is(&mut self, name: &RepositoryName, path: &str, reading: Option<Arc<Reading>>) {
        let facts = self.repositories.get(&key(name)).and_then(Answer::found);
        let branch = facts.map_or("HEAD", |facts| &facts.default_branch);
        let page = format!("{}/blob/{}/{}", repository::page(name), encoded(branch), encoded(path));
        let file = LicenseFile { name: path.to_owned(), page: page.clone(), reading };
        match self.licenses.get_mut(&key(name)) {
            Some(Answer::Found(facts)) => facts.files.push(file),
            Some(known @ Answer::Missing) => {
                *known = Answer::Found(LicenseFacts { spdx: None, files: vec![file], page });
            }
            Some(Answer::Unavailable(_)) | None => {}
        }
    }

    pub fn manifest_is(&mut self, name: impl Into<Repository>, file: &str, answer: Answer<String>) {
        self.sources.manifests.insert((key(name), file.to_owned()), answer);
    }

    /// The manifests that were read at the top of a repository: each one's file and its text.
    pub fn manifests(&self, name: &Repository) -> impl Iterator<Item = (&str, &Answer<String>)> {
        let of_one = name.key();
        let all = self.sources.manifests.iter();
        all.filter(move |((of, _), _)| *of == of_one).map(|((_, file), answer)| (file.as_str(), answer))
    }

    pub fn owner_is(&mut self, owner: &Account, answer: Answer<Vec<RepositoryFacts>>) {
        self.sources.owners.insert(owner.key(), answer);
    }

    /// The public repositories of an account.
    pub fn owner(&self, owner: &Account) -> Answer<Vec<RepositoryFacts>> {
        self.sources.owners.get(&owner.key()).cloned().unwrap_or_else(|| self.not_asked())
    }
}

/// The accounts that a nomination lists in place of a repository, none twice.
pub(super) fn owners(nomination: &Nomination) -> Vec<Account> {
    let mut owners: Vec<Account> = Vec::new();
    for repository in &nomination.repositories {
        if let Some(owner) = Account::of(Address::read(&repository.url.value))
            && !owners.iter().any(|known| known.key() == owner.key())
        {
            owners.push(owner);
        }
    }
    owners
}

/// The questions that the answers so far raise, none of which was asked before.
pub fn further(nomination: &Nomination, asked: &[Lookup], evidence: &Evidence) -> Vec<Lookup> {
    let declared = declared(nomination);
    let tops = asked.iter().filter_map(|lookup| match lookup {
        Lookup::Contents(name) => Some((name, evidence.contents(&name.into()).found()?.clone())),
        _ => None,
    });
    let mut manifests: Vec<Lookup> = Vec::new();
    let mut licenses: Vec<Lookup> = Vec::new();
    for (name, top) in tops {
        manifests.extend(top.manifests().take(MOST_MANIFESTS.0).map(|file| manifest(name, file)));
        licenses.extend(license_questions(name, &top, &declared, evidence));
    }
    manifests.retain(|question| !asked.contains(question));
    licenses.retain(|question| !asked.contains(question));
    let room = |is: fn(&Lookup) -> bool, most: usize| {
        most.saturating_sub(asked.iter().filter(|one| is(one)).count())
    };
    manifests.truncate(room(|one| matches!(one, Lookup::Manifest(..)), MOST_MANIFESTS.1));
    let about_license = |one: &Lookup| matches!(one, Lookup::LicenseFile(..) | Lookup::LicenseFolder(..));
    licenses.truncate(room(about_license, MOST_LICENSES.1));
    manifests.append(&mut licenses);
    manifests
}

/// The other license files of a repository, where what GitHub says of its license leaves something open.
fn license_questions(
    name: &RepositoryName,
    top: &Contents,
    declared: &[String],
    evidence: &Evidence,
) -> Vec<Lookup> {
    let known = match evidence.license(&name.into()) {
        Answer::Found(facts) => Some(facts),
        Answer::Missing => None,
        Answer::Unavailable(_) => return Vec::new(),
    };
    let detected = known.as_ref().and_then(|facts| facts.spdx.as_deref());
    if detected.is_some_and(|id| declared.iter().all(|one| license::is_same(one, id))) {
        return Vec::new();
    }
    let is_known = |path: &str| known.iter().flat_map(|facts| &facts.files).any(|file| file.name == path);
    let file = |path: String| (!is_known(&path)).then(|| Lookup::LicenseFile(name.clone(), path));
    if top.license_files().next().is_some() {
        let files = top.license_files().filter_map(|item| file(item.name.clone()));
        return files.take(MOST_LICENSES.0).collect();
    }
    let Some(folder) = top.license_folder() else { return Vec::new() };
    match evidence.sources.license_folders.get(&key(name)) {
        None => vec![Lookup::LicenseFolder(name.clone(), folder.name.clone())],
        Some(answer) => {
            let items =
                answer.found().into_iter().flat_map(|listed| &listed.items).filter(|item| !item.folder);
            let paths = items.map(|item| format!("{}/{}", folder.name, item.name));
            paths.filter(|path| is_license_file(path)).filter_map(file).take(MOST_LICENSES.0).collect()
        }
    }
}

fn manifest(name: &RepositoryName, file: &Item) -> Lookup {
    Lookup::Manifest(name.clone(), file.name.clone())
}

/// So many requests to GitHub the questions of a nomination, and those that they raise, cost at most.
pub fn most_requests(lookups: &[Lookup]) -> usize {
    let asked = lookups.iter().map(|lookup| match lookup {
        Lookup::Repository(_) | Lookup::License(_) | Lookup::Contents(_) => 1,
        Lookup::Owner(Account::GitHub(_)) => MOST_OWNED.div_ceil(100),
        _ => 0,
    });
    let tops = lookups.iter().filter(|lookup| matches!(lookup, Lookup::Contents(_))).count();
    let license = MOST_LICENSES.1.min(tops * (1 + MOST_LICENSES.0));
    asked.sum::<usize>() + license + MOST_MANIFESTS.1.min(tops * MOST_MANIFESTS.0)
}
