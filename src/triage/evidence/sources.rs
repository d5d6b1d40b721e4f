//! The part of the evidence that lies inside of repositories and accounts of github.com, and the questions that only
//! the first answers raise.
//!
//! In: what was asked and answered so far. Out: [`further`], and what [`Evidence`] holds of files and accounts. Never:
//! more questions than [`most_requests`] says.

use std::collections::BTreeMap;

use super::{Answer, Evidence, Lookup, RepositoryFacts, key};
use crate::triage::{
    contents::{Contents, Item},
    nomination::Nomination,
    pull_request::RepositoryName,
    repository::Address,
};

/// The tops of so many of a nomination's repositories are looked at.
pub const MOST_CONTENTS: usize = 5;

/// The repositories of so many accounts that a nomination lists are looked through.
pub const MOST_OWNERS: usize = 2;

/// So many repositories of an account are read; 100 a request.
pub const MOST_OWNED: usize = 200;

/// So many manifests of one repository are read, and of all.
const MOST_MANIFESTS: (usize, usize) = (3, 6);

/// Answers about files and accounts.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    contents: BTreeMap<String, Answer<Contents>>,
    manifests: BTreeMap<(String, String), Answer<String>>,
    owners: BTreeMap<String, Answer<Vec<RepositoryFacts>>>,
}

impl Sources {
    /// Whether something was asked and not answered.
    pub(super) fn is_incomplete(&self) -> bool {
        fn any<K, T>(answers: &BTreeMap<K, Answer<T>>) -> bool {
            answers.values().any(|answer| matches!(answer, Answer::Unavailable(_)))
        }
        any(&self.contents) || any(&self.manifests) || any(&self.owners)
    }
}

impl Evidence {
    pub fn contents_are(&mut self, name: &RepositoryName, answer: Answer<Contents>) {
        self.sources.contents.insert(key(name), answer);
    }

    /// What lies at the top of a repository; missing where it is empty.
    pub fn contents(&self, name: &RepositoryName) -> Answer<Contents> {
        self.sources.contents.get(&key(name)).cloned().unwrap_or_else(|| self.not_asked())
    }

    pub fn manifest_is(&mut self, name: &RepositoryName, file: &str, answer: Answer<String>) {
        self.sources.manifests.insert((key(name), file.to_owned()), answer);
    }

    /// The manifests that were read at the top of a repository: each one's file and its text.
    pub fn manifests(&self, name: &RepositoryName) -> impl Iterator<Item = (&str, &Answer<String>)> {
        let of_one = key(name);
        let all = self.sources.manifests.iter();
        all.filter(move |((of, _), _)| *of == of_one).map(|((_, file), answer)| (file.as_str(), answer))
    }

    pub fn owner_is(&mut self, owner: &str, answer: Answer<Vec<RepositoryFacts>>) {
        self.sources.owners.insert(owner.to_lowercase(), answer);
    }

    /// The public repositories of an account.
    pub fn owner(&self, owner: &str) -> Answer<Vec<RepositoryFacts>> {
        self.sources.owners.get(&owner.to_lowercase()).cloned().unwrap_or_else(|| self.not_asked())
    }
}

/// The accounts of github.com that a nomination lists in place of a repository, none twice.
pub(super) fn owners(nomination: &Nomination) -> Vec<String> {
    let mut owners: Vec<String> = Vec::new();
    for repository in &nomination.repositories {
        if let Address::GitHubOwner(owner) = Address::read(&repository.url.value)
            && !owners.iter().any(|known| known.eq_ignore_ascii_case(&owner))
        {
            owners.push(owner);
        }
    }
    owners
}

/// The questions that the answers so far raise, none of which was asked before.
pub fn further(asked: &[Lookup], evidence: &Evidence) -> Vec<Lookup> {
    let mut manifests = asked.iter().filter(|lookup| matches!(lookup, Lookup::Manifest(..))).count();
    let mut new: Vec<Lookup> = Vec::new();
    for lookup in asked {
        let Lookup::Contents(name) = lookup else { continue };
        let Answer::Found(top) = evidence.contents(name) else { continue };
        let of_one = top.manifests().take(MOST_MANIFESTS.0).map(|file| manifest(name, file));
        for question in of_one {
            if manifests < MOST_MANIFESTS.1 && !asked.contains(&question) {
                manifests += 1;
                new.push(question);
            }
        }
    }
    new
}

fn manifest(name: &RepositoryName, file: &Item) -> Lookup {
    Lookup::Manifest(name.clone(), file.name.clone())
}

/// So many requests to GitHub the questions of a nomination, and those that they raise, cost at most.
pub fn most_requests(lookups: &[Lookup]) -> usize {
    let asked = lookups.iter().map(|lookup| match lookup {
        Lookup::Repository(_) | Lookup::License(_) | Lookup::Contents(_) => 1,
        Lookup::Owner(_) => MOST_OWNED.div_ceil(100),
        _ => 0,
    });
    let tops = lookups.iter().filter(|lookup| matches!(lookup, Lookup::Contents(_))).count();
    asked.sum::<usize>() + MOST_MANIFESTS.1.min(tops * MOST_MANIFESTS.0)
}
