//! A git object store small enough to read: blobs, trees and commits under their real SHA-1 names.
//!
//! One store serves all repositories, as GitHub's does for a repository and its forks.

use chrono::{DateTime, Utc};
use sha1::{Digest, Sha1};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// A flat picture of a commit's files: path -> entry.
pub(super) type Files = Arc<BTreeMap<String, Entry>>;

/// A file in a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Entry {
    pub(super) sha: String,
    pub(super) mode: Mode,
}

/// What kind of thing lies at a path (git's file modes).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    File,
    Symlink,
    Folder,
}

impl Mode {
    /// The mode as GitHub's tree API writes it.
    pub(super) fn digits(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Symlink => "120000",
            Self::Folder => "040000",
        }
    }

    /// `blob` or `tree`.
    pub(super) fn object(self) -> &'static str {
        if self == Self::Folder { "tree" } else { "blob" }
    }
}

/// A direct child of a folder.
#[derive(Clone, Debug)]
pub(super) struct Child {
    pub(super) name: String,
    pub(super) mode: Mode,
    pub(super) sha: String,
}

/// A commit with all its files.
#[derive(Clone, Debug)]
pub(super) struct Commit {
    pub(super) sha: String,
    pub(super) tree_sha: String,
    pub(super) files: Files,
    /// Of all files together.
    pub(super) bytes: usize,
    pub(super) parents: Vec<String>,
    pub(super) message: String,
    pub(super) author: u64,
    pub(super) date: DateTime<Utc>,
}

/// All objects.
#[derive(Default)]
pub(super) struct Git {
    blobs: HashMap<String, Arc<Vec<u8>>>,
    folders: HashMap<String, Vec<Child>>,
    commits: HashMap<String, Commit>,
}

impl Git {
    /// Stores a file's content; answers its blob SHA.
    pub(super) fn add_blob(&mut self, content: &[u8]) -> String {
        let sha = object_sha("blob", content);
        self.blobs.entry(sha.clone()).or_insert_with(|| Arc::new(content.to_vec()));
        sha
    }

    /// A blob's bytes.
    pub(super) fn blob(&self, sha: &str) -> Option<Arc<Vec<u8>>> {
        self.blobs.get(sha).cloned()
    }

    /// A commit by its full SHA.
    pub(super) fn commit(&self, sha: &str) -> Option<&Commit> {
        self.commits.get(sha)
    }

    /// The children of the folder with this tree SHA.
    pub(super) fn folder(&self, sha: &str) -> Option<&[Child]> {
        self.folders.get(sha).map(Vec::as_slice)
    }

    /// Stores a commit; answers its SHA.
    pub(super) fn add_commit(
        &mut self,
        parents: &[&str],
        files: BTreeMap<String, Entry>,
        message: &str,
        author: u64,
        date: DateTime<Utc>,
    ) -> String {
        let tree_sha = self.add_folders(&files);
        let mut text = format!("tree {tree_sha}\n");
        for parent in parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        let person = format!("{author} <{author}@users.noreply.github.com> {} +0000", date.timestamp());
        // Two commits are two, even with the same content in the same second.
        let count = self.commits.len();
        text.push_str(&format!("author {person}\ncommitter {person}\ncount {count}\n\n{message}\n"));
        let sha = object_sha("commit", text.as_bytes());
        let commit = Commit {
            sha: sha.clone(),
            tree_sha,
            bytes: files.values().filter_map(|entry| Some(self.blobs.get(&entry.sha)?.len())).sum(),
            files: Arc::new(files),
            parents: parents.iter().map(|parent| (*parent).to_owned()).collect(),
            message: message.to_owned(),
            author,
            date,
        };
        self.commits.insert(sha.clone(), commit);
        sha
    }

    fn add_folders(&mut self, files: &BTreeMap<String, Entry>) -> String {
        let mut root = Folder::default();
        for (path, entry) in files {
            root.insert(path, entry);
        }
        self.add_folder(root)
    }

    fn add_folder(&mut self, folder: Folder) -> String {
        let mut children: Vec<Child> = folder
            .files
            .into_iter()
            .map(|(name, entry)| Child { name, mode: entry.mode, sha: entry.sha })
            .collect();
        for (name, inner) in folder.folders {
            let sha = self.add_folder(inner);
            children.push(Child { name, mode: Mode::Folder, sha });
        }
        children.sort_by_key(sort_name);
        let sha = object_sha("tree", &tree_bytes(&children));
        self.folders.entry(sha.clone()).or_insert(children);
        sha
    }

    /// Every entry below a folder, folders before what they hold, with paths relative to it.
    pub(super) fn walk(&self, tree_sha: &str) -> Vec<Child> {
        let mut found = Vec::new();
        self.walk_into(tree_sha, "", &mut found);
        found
    }

    fn walk_into(&self, tree_sha: &str, prefix: &str, found: &mut Vec<Child>) {
        for child in self.folders.get(tree_sha).into_iter().flatten() {
            let name = format!("{prefix}{}", child.name);
            found.push(Child { name: name.clone(), ..child.clone() });
            if child.mode == Mode::Folder {
                self.walk_into(&child.sha, &format!("{name}/"), found);
            }
        }
    }

    /// A commit and its ancestors, nearest first.
    pub(super) fn history(&self, sha: &str) -> Vec<&Commit> {
        let mut seen = HashSet::new();
        let mut waiting = VecDeque::from([sha.to_owned()]);
        let mut found = Vec::new();
        while let Some(next) = waiting.pop_front() {
            let Some(commit) = self.commits.get(&next) else { continue };
            if seen.insert(next) {
                waiting.extend(commit.parents.iter().cloned());
                found.push(commit);
            }
        }
        found
    }

    /// The nearest commit that both have in their past.
    pub(super) fn merge_base(&self, base: &str, head: &str) -> Option<&Commit> {
        let past: HashSet<&str> = self.history(base).iter().map(|commit| commit.sha.as_str()).collect();
        self.history(head).into_iter().find(|commit| past.contains(commit.sha.as_str()))
    }
}

/// A folder while its tree is being built.
#[derive(Default)]
struct Folder {
    files: BTreeMap<String, Entry>,
    folders: BTreeMap<String, Folder>,
}

impl Folder {
    fn insert(&mut self, path: &str, entry: &Entry) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder.to_owned()).or_default().insert(rest, entry),
            None => {
                self.files.insert(path.to_owned(), entry.clone());
            }
        }
    }
}

/// Git sorts a folder as if its name ended in a slash.
fn sort_name(child: &Child) -> String {
    if child.mode == Mode::Folder { format!("{}/", child.name) } else { child.name.clone() }
}

fn tree_bytes(children: &[Child]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for child in children {
        let mode = child.mode.digits().trim_start_matches('0');
        bytes.extend_from_slice(format!("{mode} {}\0", child.name).as_bytes());
        bytes.extend(from_hex(&child.sha));
    }
    bytes
}

/// The name that git gives an object: SHA-1 of kind, length and content, in hex.
pub(super) fn object_sha(kind: &str, content: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", content.len()));
    hash.update(content);
    to_hex(&hash.finalize())
}

/// Bytes as lower-case hex.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default() as u8;
    text.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_objects_as_git_does() {
        let mut git = Git::default();
        assert_eq!(git.add_blob(b"hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
        let entry = Entry { sha: git.add_blob(b"hello\n"), mode: Mode::File };
        let files = BTreeMap::from([("a.txt".to_owned(), entry.clone()), ("b/c.txt".to_owned(), entry)]);
        let sha = git.add_commit(&[], files, "first", 1, Utc::now());
        // printf 'hello\n' > a.txt; mkdir b; cp a.txt b/c.txt; git add .; git write-tree
        assert_eq!(git.commit(&sha).unwrap().tree_sha, "880265b0e4a093524a9bc57546fa05fe1a303e95");
    }
}
