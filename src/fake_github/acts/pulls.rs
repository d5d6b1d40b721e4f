//! Pull requests: opened, pushed to, renamed, closed, merged.

use crate::fake_github::Unknown;
use crate::fake_github::git::{Entry, Git, Mode};
use crate::fake_github::thread::{Merge, Pull, Thread};
use crate::fake_github::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A change to one file in a commit.
#[derive(Clone, Debug)]
pub enum FileChange {
    /// The file has this content afterwards.
    Write {
        /// Where.
        path: String,
        /// The bytes.
        content: Vec<u8>,
    },
    /// The file is gone afterwards.
    Remove {
        /// Where.
        path: String,
    },
    /// The file lies elsewhere afterwards, changed or not.
    Rename {
        /// Where it was.
        from: String,
        /// Where it is.
        to: String,
        /// Its new content; None keeps the old one.
        content: Option<Vec<u8>>,
    },
    /// A symbolic link stands there afterwards.
    Link {
        /// Where.
        path: String,
        /// What it points to.
        target: String,
    },
}

impl FileChange {
    /// A file with this content.
    pub fn write(path: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self::Write { path: path.into(), content: content.into() }
    }

    /// A file less.
    pub fn remove(path: impl Into<String>) -> Self {
        Self::Remove { path: path.into() }
    }

    /// A file elsewhere.
    pub fn rename(from: impl Into<String>, to: impl Into<String>) -> Self {
        Self::Rename { from: from.into(), to: to.into(), content: None }
    }

    /// A symbolic link.
    pub fn link(path: impl Into<String>, target: impl Into<String>) -> Self {
        Self::Link { path: path.into(), target: target.into() }
    }

    fn apply(self, git: &mut Git, files: &mut BTreeMap<String, Entry>) {
        let mut put = |path: String, content: &[u8], mode: Mode| {
            let sha = git.add_blob(content);
            files.insert(path, Entry { sha, mode });
        };
        match self {
            Self::Write { path, content } => put(path, &content, Mode::File),
            Self::Link { path, target } => put(path, target.as_bytes(), Mode::Symlink),
            Self::Remove { path } => {
                files.remove(&path);
            }
            Self::Rename { from, to, content } => {
                let old = files.remove(&from);
                match (content, old) {
                    (Some(content), _) => {
                        let sha = git.add_blob(&content);
                        files.insert(to, Entry { sha, mode: Mode::File });
                    }
                    (None, Some(old)) => {
                        files.insert(to, old);
                    }
                    (None, None) => {}
                }
            }
        }
    }
}

/// A pull request about to be opened.
#[derive(Clone, Debug, Default)]
pub struct PullRequestSetup {
    /// Who opens it.
    pub author: String,
    /// The heading.
    pub title: String,
    /// The description.
    pub body: Option<String>,
    /// The head branch; `patch-N` when empty.
    pub branch: String,
    /// From a fork of the author's (as nominations come), or from a branch of the registry itself.
    pub from_fork: bool,
    /// The base branch; the default branch when None.
    pub base: Option<String>,
    /// What the one commit changes.
    pub changes: Vec<FileChange>,
    /// As a draft.
    pub draft: bool,
}

impl PullRequestSetup {
    /// A pull request from a fork, as most nominations come.
    pub fn from_fork(author: &str, title: &str, changes: Vec<FileChange>) -> Self {
        Self {
            author: author.to_owned(),
            title: title.to_owned(),
            from_fork: true,
            changes,
            ..Self::default()
        }
    }

    /// A pull request from a branch of the repository itself.
    pub fn from_branch(author: &str, title: &str, branch: &str, changes: Vec<FileChange>) -> Self {
        let (author, title, branch) = (author.to_owned(), title.to_owned(), branch.to_owned());
        Self { author, title, branch, changes, ..Self::default() }
    }
}

impl World {
    /// Opens a pull request; answers its number.
    pub(in crate::fake_github) fn open_pull(
        &mut self,
        repository: u64,
        setup: PullRequestSetup,
    ) -> Result<u64, Unknown> {
        let author = self.account_id(&setup.author)?;
        let here = self.repo(repository)?;
        let number = here.threads.keys().next_back().copied().unwrap_or_default() + 1;
        let base_branch = setup.base.unwrap_or_else(|| here.default_branch.clone());
        let base_sha = self.branch_head(repository, &base_branch)?;
        let head_repository = if setup.from_fork { self.fork(repository, author)? } else { repository };
        let head_branch = if setup.branch.is_empty() { format!("patch-{number}") } else { setup.branch };
        let head_sha = self.commit_on(&base_sha, setup.changes, &setup.title, author)?;
        self.move_branch(head_repository, &head_branch, &head_sha, author)?;
        let (id, pull_id, now) = (self.next_id(), self.next_id(), self.now());
        let pull = Pull {
            id: pull_id,
            draft: setup.draft,
            base_branch,
            base_sha,
            head_repository: Some(head_repository),
            head_branch,
            head_sha,
            merged: None,
            reviews: Vec::new(),
            requested_reviewers: Vec::new(),
            requested_teams: Vec::new(),
        };
        let thread = Thread {
            id,
            number,
            title: setup.title,
            body: setup.body,
            author,
            open: true,
            locked: false,
            labels: Vec::new(),
            comments: Vec::new(),
            events: Vec::new(),
            created_at: now,
            updated_at: now,
            closed_at: None,
            pull: Some(pull),
        };
        self.repo_mut(repository)?.threads.insert(number, thread);
        self.emit_pull(repository, number, "opened", author, json!({}))?;
        Ok(number)
    }

    /// Opens a plain issue; answers its number.
    pub(in crate::fake_github) fn open_issue(
        &mut self,
        repository: u64,
        author: u64,
        title: &str,
    ) -> Result<u64, Unknown> {
        let number = self.repo(repository)?.threads.keys().next_back().copied().unwrap_or_default() + 1;
        let (id, now) = (self.next_id(), self.now());
        let thread = Thread {
            id,
            number,
            title: title.to_owned(),
            body: None,
            author,
            open: true,
            locked: false,
            labels: Vec::new(),
            comments: Vec::new(),
            events: Vec::new(),
            created_at: now,
            updated_at: now,
            closed_at: None,
            pull: None,
        };
        self.repo_mut(repository)?.threads.insert(number, thread);
        let issue = self.issue_json(self.repo(repository)?, self.thread(repository, number)?);
        self.emit(repository, "issues", Some("opened"), author, json!({"issue": issue}))?;
        Ok(number)
    }

    /// Adds a commit to a pull request; answers its SHA. With `onto`, the old commits are dropped (force push).
    pub(in crate::fake_github) fn push_to_pull(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        changes: Vec<FileChange>,
        onto: Option<&str>,
    ) -> Result<String, Unknown> {
        let pull = self.pull(repository, number)?;
        let (before, branch) = (pull.head_sha.clone(), pull.head_branch.clone());
        let head_repository = pull.head_repository.ok_or_else(|| Unknown(format!("head of #{number}")))?;
        let after = self.commit_on(onto.unwrap_or(&before), changes, "Update", by)?;
        self.move_branch(head_repository, &branch, &after, by)?;
        let now = self.now();
        let base_branch = self.pull(repository, number)?.base_branch.clone();
        let base_sha = self.branch_head(repository, &base_branch)?;
        let thread = self.thread_mut(repository, number)?;
        thread.updated_at = now;
        if let Some(pull) = &mut thread.pull {
            pull.head_sha.clone_from(&after);
            pull.base_sha = base_sha;
        }
        if self.thread(repository, number)?.open {
            self.emit_pull(repository, number, "synchronize", by, json!({"before": before, "after": after}))?;
        }
        Ok(after)
    }

    /// Makes one change to a pull request and sends the event of that action.
    pub(in crate::fake_github) fn change_pull(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        action: &'static str,
        extra: Value,
        change: impl FnOnce(&mut Thread),
    ) -> Result<(), Unknown> {
        self.pull(repository, number)?;
        change(self.thread_mut(repository, number)?);
        self.note(repository, number, by, action, None)?;
        self.emit_pull(repository, number, action, by, extra)
    }

    /// Changes the base branch.
    pub(in crate::fake_github) fn change_base(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        branch: &str,
    ) -> Result<(), Unknown> {
        let sha = self.branch_head(repository, branch)?;
        let old = self.pull(repository, number)?;
        let from = json!({"base": {"ref": {"from": old.base_branch}, "sha": {"from": old.base_sha}}});
        self.change_pull(repository, number, by, "edited", json!({"changes": from}), |thread| {
            if let Some(pull) = &mut thread.pull {
                pull.base_branch = branch.to_owned();
                pull.base_sha = sha;
            }
        })
    }

    /// Closes a pull request, merged or not.
    pub(in crate::fake_github) fn close_pull(
        &mut self,
        repository: u64,
        number: u64,
        by: u64,
        merge: bool,
    ) -> Result<(), Unknown> {
        let now = self.now();
        let merged = if merge { Some(self.merge(repository, number, by)?) } else { None };
        self.change_pull(repository, number, by, "closed", json!({}), |thread| {
            thread.open = false;
            thread.closed_at = Some(now);
            if let Some(pull) = &mut thread.pull {
                pull.merged = merged;
            }
        })
    }

    fn merge(&mut self, repository: u64, number: u64, by: u64) -> Result<Merge, Unknown> {
        let pull = self.pull(repository, number)?;
        let (head, branch) = (pull.head_sha.clone(), pull.base_branch.clone());
        let base = self.branch_head(repository, &branch)?;
        let files = self.merged_files(&base, &head);
        let at = self.now();
        let sha =
            self.git.add_commit(&[&base, &head], files, &format!("Merge pull request #{number}"), by, at);
        self.move_branch(repository, &branch, &sha, by)?;
        Ok(Merge { by, at, sha })
    }

    /// The base's files with the head's changes since the merge base.
    fn merged_files(&self, base: &str, head: &str) -> BTreeMap<String, Entry> {
        let files = |sha: &str| self.git.commit(sha).map(|commit| commit.files.clone()).unwrap_or_default();
        let origin = self.git.merge_base(base, head).map(|commit| commit.files.clone()).unwrap_or_default();
        let (mut merged, head) = ((*files(base)).clone(), files(head));
        merged.retain(|path, _| !origin.contains_key(path) || head.contains_key(path));
        let changed = head.iter().filter(|(path, entry)| origin.get(*path) != Some(*entry));
        merged.extend(changed.map(|(path, entry)| (path.clone(), entry.clone())));
        merged
    }

    /// A new commit on another; answers its SHA.
    pub(in crate::fake_github) fn commit_on(
        &mut self,
        parent: &str,
        changes: Vec<FileChange>,
        message: &str,
        by: u64,
    ) -> Result<String, Unknown> {
        let before = self.git.commit(parent).ok_or_else(|| Unknown(format!("commit {parent}")))?;
        let mut files = (*before.files).clone();
        for change in changes {
            change.apply(&mut self.git, &mut files);
        }
        let now = self.now();
        Ok(self.git.add_commit(&[parent], files, message, by, now))
    }

    /// The head of a branch.
    pub(in crate::fake_github) fn branch_head(
        &self,
        repository: u64,
        branch: &str,
    ) -> Result<String, Unknown> {
        let head = self.repo(repository)?.branches.get(branch).cloned();
        head.ok_or_else(|| Unknown(format!("branch {branch}")))
    }

    /// Points a branch to a commit: `push`, and `check_suite` `requested`, as for every push to a repository.
    pub(in crate::fake_github) fn move_branch(
        &mut self,
        repository: u64,
        branch: &str,
        sha: &str,
        by: u64,
    ) -> Result<(), Unknown> {
        let now = self.now();
        let here = self.repo_mut(repository)?;
        here.pushed_at = now;
        let before = here.branches.insert(branch.to_owned(), sha.to_owned());
        let before = before.unwrap_or_else(|| "0".repeat(40));
        self.emit_push(repository, branch, &before, sha, by)?;
        if self.installation_of(self.repo(repository)?).is_some() {
            let suite = self.suite_for(repository, sha)?;
            self.emit_check_suite(repository, suite, "requested", by)?;
        }
        Ok(())
    }
}
