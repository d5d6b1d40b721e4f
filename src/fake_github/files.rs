//! The files of a pull request: what its head changes against the merge base.

use super::diff::{Diff, diff, similarity};
use super::git::{Entry, Files, Git};
use super::thread::Pull;
use std::collections::BTreeMap;

/// A changed file.
#[derive(Clone, Debug)]
pub(super) struct ChangedFile {
    pub(super) path: String,
    pub(super) previous_path: Option<String>,
    /// `added`, `modified`, `removed` or `renamed`.
    pub(super) status: &'static str,
    /// The blob after the change; before it for a removed file.
    pub(super) sha: String,
    pub(super) diff: Diff,
}

/// The share of a file that must have stayed for a rename to be seen (git's default).
const RENAME_SIMILARITY: f64 = 0.5;

/// All files that differ between the merge base and the head, by path.
pub(super) fn changed_files(git: &Git, pull: &Pull) -> Vec<ChangedFile> {
    files_between(git, &pull.base_sha, &pull.head_sha)
}

/// All files that differ between the merge base of two commits and the second, by path.
pub(super) fn files_between(git: &Git, base: &str, head: &str) -> Vec<ChangedFile> {
    let base = git.merge_base(base, head);
    let Some(head) = git.commit(head) else { return Vec::new() };
    let before = base.map(|commit| commit.files.clone()).unwrap_or_default();
    let mut added = only_in(&head.files, &before);
    let mut removed = only_in(&before, &head.files);
    let mut found = modified(git, &before, &head.files);
    for (path, entry) in std::mem::take(&mut added) {
        match take_origin(git, &mut removed, &entry) {
            Some((from, old)) => found.push(renamed(git, from, &old, path, &entry)),
            None => found.push(one_sided(git, path, &entry, "added")),
        }
    }
    found.extend(removed.into_iter().map(|(path, entry)| one_sided(git, path, &entry, "removed")));
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn only_in(these: &Files, those: &Files) -> BTreeMap<String, Entry> {
    let missing = these.iter().filter(|(path, _)| !those.contains_key(*path));
    missing.map(|(path, entry)| (path.clone(), entry.clone())).collect()
}

fn modified(git: &Git, before: &Files, after: &Files) -> Vec<ChangedFile> {
    let mut found = Vec::new();
    for (path, entry) in after.iter() {
        if let Some(old) = before.get(path).filter(|old| *old != entry) {
            found.push(ChangedFile {
                path: path.clone(),
                previous_path: None,
                status: "modified",
                sha: entry.sha.clone(),
                diff: diff(&bytes(git, &old.sha), &bytes(git, &entry.sha)),
            });
        }
    }
    found
}

/// Takes the removed file that this one was most likely made from.
fn take_origin(git: &Git, removed: &mut BTreeMap<String, Entry>, new: &Entry) -> Option<(String, Entry)> {
    let content = bytes(git, &new.sha);
    let likeness = |old: &Entry| similarity(&bytes(git, &old.sha), &content);
    let candidates = removed.iter().filter(|(_, old)| old.mode == new.mode);
    let scored = candidates.map(|(path, old)| (likeness(old), path.clone()));
    let (score, path) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    if score < RENAME_SIMILARITY {
        return None;
    }
    removed.remove_entry(&path)
}

fn renamed(git: &Git, from: String, old: &Entry, path: String, new: &Entry) -> ChangedFile {
    ChangedFile {
        path,
        previous_path: Some(from),
        status: "renamed",
        sha: new.sha.clone(),
        diff: diff(&bytes(git, &old.sha), &bytes(git, &new.sha)),
    }
}

fn one_sided(git: &Git, path: String, entry: &Entry, status: &'static str) -> ChangedFile {
    let content = bytes(git, &entry.sha);
    let diff = if status == "added" { diff(b"", &content) } else { diff(&content, b"") };
    ChangedFile { path, previous_path: None, status, sha: entry.sha.clone(), diff }
}

fn bytes(git: &Git, sha: &str) -> Vec<u8> {
    git.blob(sha).map(|blob| blob.to_vec()).unwrap_or_default()
}
