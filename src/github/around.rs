//! Answers what all nominations of a pull request ask alike: the registry's entries, schemas and files, the other pull
//! requests.
//!
//! In: all their [`Lookup`]s. Out: [`Around`], which tells each one's evidence. Never: a question twice in one look.

use std::sync::Arc;

use futures::future::{join_all, try_join_all};
use serde::de::IgnoredAny;

use super::{Error, Installation};
use crate::triage::{
    catalog::{self, Catalog},
    evidence::{self, Answer, Evidence, Lookup, OpenPullRequests, Registered},
    policy::Policy,
    pull_request::RepositoryName,
    schema::Schema,
    snapshot::Snapshot,
};

/// How many other pull requests a look reads whose heads are not known yet.
const MOST_READ: usize = 20;

/// No look asks GitHub more often, the first reading of the registry aside.
const MOST_REQUESTS: usize = 60;

/// How many requests a look needs beside those for repositories: the pull request, its parts, what is written.
const OTHERS: usize = 10;

/// What stands around the nominations of a pull request. Not asked for: `None`.
pub struct Around {
    registry: Option<Answer<Registered>>,
    open: Option<Answer<OpenPullRequests>>,
    files: Vec<(String, Answer<()>)>,
    schemas: Vec<(String, Answer<Arc<Schema>>)>,
}

impl Around {
    /// The registry's entries, where they could be had.
    pub fn entries(&self) -> Option<Arc<Catalog>> {
        self.registry.as_ref()?.found().map(|registered| Arc::clone(&registered.catalog))
    }

    /// Adds all of it to one nomination's evidence.
    pub fn tell(&self, evidence: &mut Evidence) {
        if let Some(answer) = &self.registry {
            evidence.registry_is(answer.clone());
        }
        if let Some(answer) = &self.open {
            evidence.open_pull_requests_are(answer.clone());
        }
        for (path, answer) in &self.files {
            evidence.file_is(path.as_str(), answer.clone());
        }
        for (path, answer) in &self.schemas {
            evidence.schema_is(path.as_str(), answer.clone());
        }
    }
}

impl Installation<'_> {
    /// Those of these numbers under which the registry has no pull request.
    pub async fn absent(&self, repository: &RepositoryName, numbers: &[u64]) -> Result<Vec<u64>, Error> {
        let ask = |&number: &u64| async move {
            let route = format!("/repos/{repository}/pulls/{number}");
            match self.repeated().get::<IgnoredAny>(&route).await {
                Ok(_) => Ok(None),
                Err(Error::Gone { .. }) => Ok(Some(number)),
                Err(error) => Err(error),
            }
        };
        Ok(try_join_all(numbers.iter().map(ask)).await?.into_iter().flatten().collect())
    }

    /// Asks once for all nominations of the pull request.
    pub async fn around(&self, lookups: &[Vec<Lookup>], snapshot: &Snapshot, policy: &Policy) -> Around {
        let all = || lookups.iter().flatten();
        let open = async {
            if !all().any(|lookup| *lookup == Lookup::OpenPullRequests) {
                return None;
            }
            let asked: usize = lookups.iter().map(|of_one| evidence::most_requests(of_one)).sum();
            let left = MOST_REQUESTS.saturating_sub(OTHERS + asked);
            // With none at all, the others would never become known.
            Some(self.open_pull_requests(snapshot, policy, left.clamp(1, MOST_READ)).await)
        };
        let registry = async {
            let registry = match all().any(|lookup| *lookup == Lookup::Registry) {
                true => Some(self.registry(snapshot, &policy.registry).await),
                false => None,
            };
            let known = registry.as_ref().and_then(Answer::found);
            let files = once(all(), |lookup| if let Lookup::File(path) = lookup { Some(path) } else { None });
            let files = files.into_iter().map(|path| async move {
                let answer = match known {
                    Some(registry) if catalog::is_entry(path, &policy.registry) => {
                        is_there(path, registry, snapshot)
                    }
                    _ => self.file(path, snapshot).await,
                };
                (path.to_owned(), answer)
            });
            // Mostly they came with the entries.
            let schemas =
                once(all(), |lookup| if let Lookup::Schema(path) = lookup { Some(path) } else { None });
            let schemas = schemas
                .into_iter()
                .map(|path| async move { (path.to_owned(), self.schema(path, snapshot).await) });
            let (files, schemas) = futures::join!(join_all(files), join_all(schemas));
            (registry, files, schemas)
        };
        let (open, (registry, files, schemas)) = futures::join!(open, registry);
        Around { registry, open, files, schemas }
    }
}

/// What these questions are about, none twice.
fn once<'a>(
    lookups: impl Iterator<Item = &'a Lookup>,
    path: fn(&'a Lookup) -> Option<&'a String>,
) -> Vec<&'a str> {
    let mut paths: Vec<&str> = Vec::new();
    for path in lookups.filter_map(path) {
        if !paths.contains(&path.as_str()) {
            paths.push(path);
        }
    }
    paths
}

/// Whether a file of the folders with entries is at the head: the base has it, or the pull request brings it.
fn is_there(path: &str, registry: &Registered, snapshot: &Snapshot) -> Answer<()> {
    let is = |paths: &[String]| paths.iter().any(|known| known == path);
    match is(&snapshot.appeared) || registry.catalog.has(path) && !is(&snapshot.vanished) {
        true => Answer::Found(()),
        false => Answer::Missing,
    }
}
