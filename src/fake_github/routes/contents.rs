//! Files, folders, blobs and trees.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, no_commits, not_found, refuse};
use crate::fake_github::auth::Needs;
use crate::fake_github::git::{Child, Entry, Mode};
use crate::fake_github::world::{Repository, World};
use serde_json::json;

const CONTENTS: Needs = Needs::Read(&["contents"]);
/// "Get repository content" shows no more of a folder.
const FOLDER_LIMIT: usize = 1_000;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/contents", CONTENTS, contents),
    Route::get("/repos/{owner}/{repo}/contents/{*path}", CONTENTS, contents),
    Route::get("/repos/{owner}/{repo}/git/blobs/{sha}", CONTENTS, blob),
    Route::get("/repos/{owner}/{repo}/git/trees/{*reference}", CONTENTS, tree),
];

/// "Get repository content": a file, a symbolic link or a folder's list.
fn contents(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    if repository.branches.is_empty() {
        return Err(refuse(404, "This repository is empty."));
    }
    let reference = call.asked("ref").unwrap_or(&repository.default_branch);
    let message = format!("No commit found for the ref {reference}");
    let sha = world.resolve(repository, reference).ok_or_else(|| refuse(404, &message))?;
    let commit = world.git.commit(&sha).ok_or_else(not_found)?;
    let path = call.hole("path").trim_matches('/');
    match commit.files.get(path) {
        Some(entry) if entry.mode == Mode::Symlink => match follow(world, &sha, path, entry) {
            Some(target) => file(world, call, repository, reference, path, &target),
            None => Ok(Answer::ok(world.symlink_json(repository, reference, path, entry))),
        },
        Some(entry) => file(world, call, repository, reference, path, entry),
        None => folder(world, repository, reference, &commit.tree_sha, path),
    }
}

fn file(
    world: &World,
    call: &Call,
    repository: &Repository,
    reference: &str,
    path: &str,
    entry: &Entry,
) -> Reply {
    if call.wants_raw() {
        return Ok(Answer::raw(world.git.blob(&entry.sha).unwrap_or_default().to_vec()));
    }
    Ok(Answer::ok(world.content_json(repository, reference, path, entry)))
}

/// GitHub follows a link whose target is a plain file of the same repository.
fn follow(world: &World, commit: &str, path: &str, link: &Entry) -> Option<Entry> {
    let target = world.git.blob(&link.sha)?;
    let mut place: Vec<&str> = path.split('/').collect();
    place.pop();
    let target = String::from_utf8_lossy(&target).into_owned();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                place.pop()?;
            }
            name => place.push(name),
        }
    }
    let entry = world.git.commit(commit)?.files.get(&place.join("/"))?;
    (entry.mode == Mode::File).then(|| entry.clone())
}

fn folder(world: &World, repository: &Repository, reference: &str, root: &str, path: &str) -> Reply {
    let folder = folder_sha(world, root, path).ok_or_else(not_found)?;
    let children = world.git.folder(&folder).ok_or_else(not_found)?;
    let show = |child: &Child| {
        let path = if path.is_empty() { child.name.clone() } else { format!("{path}/{}", child.name) };
        world.content_item_json(repository, reference, &path, child)
    };
    Ok(Answer::ok(children.iter().take(FOLDER_LIMIT).map(show).collect()))
}

fn folder_sha(world: &World, root: &str, path: &str) -> Option<String> {
    let mut sha = root.to_owned();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let children = world.git.folder(&sha)?;
        sha = children.iter().find(|child| child.name == name && child.mode == Mode::Folder)?.sha.clone();
    }
    Some(sha)
}

/// "Get a blob".
fn blob(world: &mut World, call: &Call) -> Reply {
    let content = world.git.blob(call.hole("sha")).ok_or_else(not_found)?;
    if call.wants_raw() {
        return Ok(Answer::raw(content.to_vec()));
    }
    Ok(Answer::ok(world.blob_json(world.repo(call.repository()?)?, call.hole("sha"), &content)))
}

/// "Get a tree": of a tree, commit or branch; `recursive` with any value goes down.
fn tree(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    if repository.branches.is_empty() {
        return Err(no_commits());
    }
    let reference = call.hole("reference");
    let commit = world.resolve(repository, reference).and_then(|sha| world.git.commit(&sha));
    let sha = commit.map_or(reference, |commit| commit.tree_sha.as_str());
    let direct = world.git.folder(sha).ok_or_else(not_found)?;
    let children = if call.asked("recursive").is_some() { world.git.walk(sha) } else { direct.to_vec() };
    let mut value = world.tree_json(repository, sha, &children);
    value["truncated"] = json!(false);
    Ok(Answer::ok(value))
}
