//! What the open pull requests of a registry nominate.
//!
//! In: the pull request that is judged. Out: the entries of all others, kept by their heads. Never: more than a few
//! requests a look; what is not read yet is counted.

use std::sync::Arc;

use futures::future::join_all;
use moka::future::Cache;
use serde::Deserialize;

use super::{
    Client, Error, Installation,
    lookup::three_tries,
    read::{FileAnswer, MOST_NOMINATIONS, text},
};
use crate::triage::{
    catalog::{Catalog, Entry},
    evidence::{Answer, OpenPullRequests},
    nomination::Kind,
    policy::{Candidate, Policy},
    pull_request::RepositoryName,
    snapshot::Snapshot,
};

/// More open pull requests than this are not looked through.
const MOST_OPEN: usize = 1000;

/// More files of another pull request are not looked through: no nomination has as many.
const MOST_FILES: usize = 300;

/// Entries by repository id, pull request and head: what a head brings never changes but with its base, and rarely then.
pub(super) type Heads = Cache<(u64, u64, String), Arc<Vec<Entry>>>;

#[derive(Deserialize)]
struct Pull {
    number: u64,
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

impl Installation<'_> {
    /// What the others nominate. Of those whose head is not known yet, at most `budget` are read: those next to the one
    /// that is judged, for a form is mostly sent twice in a row.
    pub(super) async fn open_pull_requests(
        &self,
        snapshot: &Snapshot,
        policy: &Policy,
        budget: usize,
    ) -> Answer<OpenPullRequests> {
        let repository = &snapshot.pull_request.repository;
        let (id, own) = (snapshot.pull_request.repository_id, snapshot.pull_request.number);
        let route = format!("/repos/{repository}/pulls?state=open");
        let mut pulls: Vec<Pull> = match three_tries(|| self.repeated().pages(&route, MOST_OPEN)).await {
            Ok(pulls) => pulls,
            Err(error) => {
                tracing::warn!(%error, "the open pull requests could not be listed");
                return Answer::Unavailable("the open pull requests could not be listed".to_owned());
            }
        };
        // What this one brings is known; who looks at another need not ask for it.
        self.github.heads.insert((id, own, snapshot.head_sha.clone()), Arc::new(own_entries(snapshot))).await;
        pulls.retain(|pull| pull.number != own);
        pulls.sort_by_key(|pull| pull.number.abs_diff(own));
        let (mut entries, mut unknown) = (Vec::new(), Vec::new());
        for pull in pulls {
            let key = (id, pull.number, pull.head.sha);
            match self.github.heads.get(&key).await {
                Some(known) => entries.extend(known.iter().cloned()),
                None => unknown.push(key),
            }
        }
        let mut unread = unknown.len();
        let reads = unknown.into_iter().take(budget).map(|key| async move {
            let read = read(self.api(), repository, key.1, policy);
            self.github.heads.try_get_with(key, read).await
        });
        for read in join_all(reads).await {
            match read {
                Ok(known) => {
                    unread -= 1;
                    entries.extend(known.iter().cloned());
                }
                Err(error) => tracing::warn!(%error, "an open pull request could not be read"),
            }
        }
        let pages = format!("{}/{repository}/pull/", snapshot.website);
        let catalog = Arc::new(Catalog::new(entries, "", []));
        Answer::Found(OpenPullRequests { catalog, own, unread, pages })
    }
}

/// The projects that the pull request itself nominates anew.
fn own_entries(snapshot: &Snapshot) -> Vec<Entry> {
    let new = snapshot
        .nominations
        .iter()
        .filter(|file| file.filed.kind != Kind::Submission && snapshot.appeared.contains(&file.filed.path));
    let entries = new.filter_map(|file| Entry::read(file.filed.path.as_str(), &file.bytes));
    entries.map(|entry| entry.in_pull_request(snapshot.pull_request.number)).collect()
}

/// The projects that a pull request nominates anew.
async fn read(
    api: Client<'_>,
    repository: &RepositoryName,
    number: u64,
    policy: &Policy,
) -> Result<Arc<Vec<Entry>>, Error> {
    let route = format!("/repos/{repository}/pulls/{number}/files");
    let files: Vec<FileAnswer> = match three_tries(|| api.pages(&route, MOST_FILES)).await {
        Ok(files) => files,
        // Closed and gone in between.
        Err(Error::Gone { .. }) => return Ok(Arc::new(Vec::new())),
        Err(error) => return Err(error),
    };
    let may_nominate = |file: &&FileAnswer| {
        matches!(file.status.as_str(), "added" | "copied" | "renamed")
            && match policy.candidate(&file.filename) {
                Candidate::Surely(kind) | Candidate::IfObject(kind) => kind != Kind::Submission,
                Candidate::IfApplication => true,
                Candidate::No => false,
            }
    };
    let mut entries = Vec::new();
    for file in files.iter().filter(may_nominate).take(MOST_NOMINATIONS) {
        let bytes = match text(api, repository, file).await {
            Ok(bytes) => bytes,
            Err(Error::Gone { .. }) => continue,
            Err(error) => return Err(error),
        };
        let nominates =
            policy.file(&file.filename, &bytes).is_some_and(|filed| filed.kind != Kind::Submission);
        let entry = nominates.then(|| Entry::read(file.filename.as_str(), &bytes)).flatten();
        entries.extend(entry.map(|entry| entry.in_pull_request(number)));
    }
    Ok(Arc::new(entries))
}
