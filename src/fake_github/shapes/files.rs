//! The JSON forms of commits, trees, blobs, contents and changed files.

use super::{node_id, stamp};
use crate::fake_github::files::ChangedFile;
use crate::fake_github::git::{Child, Commit, Entry, Mode};
use crate::fake_github::world::{License, Repository, World};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// GitHub leaves the content out of larger files, unless asked for the raw bytes.
const CONTENT_LIMIT: usize = 1_000_000;

impl World {
    /// "Diff Entry": a file of a pull request.
    pub(in crate::fake_github) fn changed_file_json(
        &self,
        repository: &Repository,
        head_sha: &str,
        file: &ChangedFile,
    ) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let diff = &file.diff;
        let mut value = json!({
            "sha": file.sha, "filename": file.path, "status": file.status,
            "additions": diff.additions, "deletions": diff.deletions, "changes": diff.additions + diff.deletions,
            "blob_url": format!("{html}/blob/{head_sha}/{}", escape(&file.path)),
            "raw_url": format!("{html}/raw/{head_sha}/{}", escape(&file.path)),
            "contents_url": format!("{api}/contents/{}?ref={head_sha}", escape(&file.path)),
        });
        if let Some(patch) = &diff.patch {
            value["patch"] = json!(patch);
        }
        if let Some(previous) = &file.previous_path {
            value["previous_filename"] = json!(previous);
        }
        value
    }

    /// "Content File": one file with its bytes in base64.
    pub(in crate::fake_github) fn content_json(
        &self,
        repository: &Repository,
        reference: &str,
        path: &str,
        entry: &Entry,
    ) -> Value {
        let content = self.git.blob(&entry.sha).unwrap_or_default();
        let mut value = self.content_head_json(repository, reference, path, entry.mode, &entry.sha);
        let shown = if content.len() > CONTENT_LIMIT { String::new() } else { wrapped_base64(&content) };
        value["size"] = json!(content.len());
        value["encoding"] = json!(if content.len() > CONTENT_LIMIT { "none" } else { "base64" });
        value["content"] = json!(shown);
        value
    }

    /// "Content Symlink": a link whose target is not a file of the repository.
    pub(in crate::fake_github) fn symlink_json(
        &self,
        repository: &Repository,
        reference: &str,
        path: &str,
        entry: &Entry,
    ) -> Value {
        let target = self.git.blob(&entry.sha).unwrap_or_default();
        let mut value = self.content_head_json(repository, reference, path, entry.mode, &entry.sha);
        value["size"] = json!(target.len());
        value["target"] = json!(String::from_utf8_lossy(&target));
        value
    }

    /// An item of "Content Directory".
    pub(in crate::fake_github) fn content_item_json(
        &self,
        repository: &Repository,
        reference: &str,
        path: &str,
        child: &Child,
    ) -> Value {
        let mut value = self.content_head_json(repository, reference, path, child.mode, &child.sha);
        value["size"] = json!(self.git.blob(&child.sha).map_or(0, |blob| blob.len()));
        value
    }

    fn content_head_json(
        &self,
        repository: &Repository,
        reference: &str,
        path: &str,
        mode: Mode,
        sha: &str,
    ) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let url = format!("{api}/contents/{}?ref={}", escape(path), escape(reference));
        let git = format!("{api}/git/{}s/{sha}", mode.object());
        let page = format!("{html}/{}/{reference}/{}", mode.object(), escape(path));
        let kind = match mode {
            Mode::File => "file",
            Mode::Symlink => "symlink",
            Mode::Folder => "dir",
        };
        let raw = format!(
            "https://raw.githubusercontent.com/{}/{reference}/{}",
            self.full_name(repository),
            escape(path)
        );
        json!({
            "type": kind, "name": path.rsplit('/').next(), "path": path, "sha": sha, "url": url, "git_url": git,
            "html_url": page, "download_url": (mode != Mode::Folder).then_some(raw),
            "_links": {"self": url, "git": git, "html": page},
        })
    }

    /// "License Content": the license file and what the detector says.
    pub(in crate::fake_github) fn license_content_json(
        &self,
        repository: &Repository,
        license: &License,
        entry: &Entry,
    ) -> Value {
        let mut value = self.content_json(repository, &repository.default_branch, &license.path, entry);
        value["license"] = self.license_json(license);
        value
    }

    /// "Blob".
    pub(in crate::fake_github) fn blob_json(
        &self,
        repository: &Repository,
        sha: &str,
        content: &[u8],
    ) -> Value {
        json!({
            "sha": sha, "node_id": format!("B_{sha}"), "size": content.len(), "encoding": "base64",
            "url": format!("{}/git/blobs/{sha}", self.repository_url(repository)),
            "content": wrapped_base64(content),
        })
    }

    /// "Git Tree".
    pub(in crate::fake_github) fn tree_json(
        &self,
        repository: &Repository,
        sha: &str,
        children: &[Child],
    ) -> Value {
        let api = self.repository_url(repository);
        let item = |child: &Child| {
            let mut value = json!({
                "path": child.name, "mode": child.mode.digits(), "type": child.mode.object(), "sha": child.sha,
                "url": format!("{api}/git/{}s/{}", child.mode.object(), child.sha),
            });
            if let Some(blob) = self.git.blob(&child.sha) {
                value["size"] = json!(blob.len());
            }
            value
        };
        let tree: Vec<Value> = children.iter().map(item).collect();
        json!({"sha": sha, "url": format!("{api}/git/trees/{sha}"), "tree": tree, "truncated": false})
    }

    /// "Commit", as "List commits" and "Get a commit" carry it.
    pub(in crate::fake_github) fn commit_json(&self, repository: &Repository, commit: &Commit) -> Value {
        let (api, html) = (self.repository_url(repository), self.repository_page(repository));
        let mut person = self.git_person_json(commit);
        if let Some(person) = person.as_object_mut() {
            // Only events name the account there.
            person.remove("username");
        }
        let parents = commit.parents.iter().map(|sha| {
            json!({"sha": sha, "url": format!("{api}/commits/{sha}"), "html_url": format!("{html}/commit/{sha}")})
        });
        json!({
            "sha": commit.sha, "node_id": format!("C_{}", commit.sha), "url": format!("{api}/commits/{}", commit.sha),
            "html_url": format!("{html}/commit/{}", commit.sha),
            "commit": {
                "message": commit.message, "author": person, "committer": person, "comment_count": 0,
                "tree": {"sha": commit.tree_sha, "url": format!("{api}/git/trees/{}", commit.tree_sha)},
                "url": format!("{api}/git/commits/{}", commit.sha),
            },
            "author": self.account_json(commit.author), "committer": self.account_json(commit.author),
            "parents": parents.collect::<Vec<_>>(),
        })
    }

    /// "SimpleCommit", as events carry it.
    pub(in crate::fake_github) fn short_commit_json(&self, commit: &Commit) -> Value {
        let person = self.git_person_json(commit);
        json!({
            "id": commit.sha, "tree_id": commit.tree_sha, "message": commit.message,
            "timestamp": stamp(commit.date), "author": person, "committer": person,
        })
    }

    fn git_person_json(&self, commit: &Commit) -> Value {
        let login = self.login(commit.author);
        json!({
            "name": login, "email": format!("{}+{login}@users.noreply.github.com", commit.author),
            "date": stamp(commit.date), "username": login,
        })
    }

    /// "Branch".
    pub(in crate::fake_github) fn branch_head_json(
        &self,
        repository: &Repository,
        name: &str,
        commit: &Commit,
    ) -> Value {
        json!({"name": name, "commit": self.commit_json(repository, commit), "protected": false})
    }

    /// "Git Reference".
    pub(in crate::fake_github) fn reference_json(
        &self,
        repository: &Repository,
        name: &str,
        sha: &str,
    ) -> Value {
        let api = self.repository_url(repository);
        json!({
            "ref": format!("refs/heads/{name}"), "node_id": node_id("REF", repository.id),
            "url": format!("{api}/git/refs/heads/{name}"),
            "object": {"type": "commit", "sha": sha, "url": format!("{api}/git/commits/{sha}")},
        })
    }
}

/// Base64 with a line feed after every 60 characters, as GitHub sends it.
fn wrapped_base64(content: &[u8]) -> String {
    let encoded = STANDARD.encode(content);
    let mut text = String::with_capacity(encoded.len() + encoded.len() / 60 + 1);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, later) = rest.split_at(rest.len().min(60));
        text.push_str(line);
        text.push('\n');
        rest = later;
    }
    text
}

/// A path for an address; slashes stay.
fn escape(path: &str) -> String {
    let segments = path.split('/').map(|part| {
        url::form_urlencoded::byte_serialize(part.as_bytes()).collect::<String>().replace('+', "%20")
    });
    segments.collect::<Vec<_>>().join("/")
}
