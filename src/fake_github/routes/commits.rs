//! Commits: history, single commits, the pull requests of a commit.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, no_commits, not_found, refuse};
use crate::fake_github::auth::Needs;
use crate::fake_github::files::files_between;
use crate::fake_github::git::{Commit, Files};
use crate::fake_github::world::World;
use serde_json::{Value, json};

const CONTENTS: Needs = Needs::Read(&["contents"]);
const PULLS: Needs = Needs::Read(&["pull_requests"]);

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/commits", CONTENTS, commits),
    Route::get("/repos/{owner}/{repo}/commits/{reference}", CONTENTS, commit),
    Route::get("/repos/{owner}/{repo}/git/commits/{reference}", CONTENTS, git_commit),
    Route::get("/repos/{owner}/{repo}/compare/{*basehead}", CONTENTS, compare),
    Route::get("/repos/{owner}/{repo}/commits/{sha}/pulls", PULLS, pulls),
];

/// "List commits": newest first, from `sha` (a branch or commit) back, only those that touch `path`.
fn commits(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    if repository.branches.is_empty() {
        return Err(no_commits());
    }
    let start = call.asked("sha").unwrap_or(&repository.default_branch);
    let start = world.resolve(repository, start).ok_or_else(not_found)?;
    let mut history = world.git.history(&start);
    if let Some(path) = call.asked("path") {
        history.retain(|commit| touches(world, commit, path.trim_matches('/')));
    }
    call.list(world, history, |commit| world.commit_json(repository, commit))
}

/// Whether a commit differs from its first parent in a file or folder.
fn touches(world: &World, commit: &Commit, path: &str) -> bool {
    let below = format!("{path}/");
    let part = |files: &Files| -> Vec<(String, String)> {
        let inside = files.iter().filter(|(name, _)| *name == path || name.starts_with(&below));
        inside.map(|(name, entry)| (name.clone(), entry.sha.clone())).collect()
    };
    let parent = commit.parents.first().and_then(|sha| world.git.commit(sha));
    part(&commit.files) != parent.map(|parent| part(&parent.files)).unwrap_or_default()
}

/// "Get a commit".
fn commit(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let reference = call.hole("reference");
    let message = format!("No commit found for SHA: {reference}");
    let sha = world.resolve(repository, reference).ok_or_else(|| refuse(422, &message))?;
    if call.accept.contains("application/vnd.github.sha") {
        return Ok(Answer::raw(sha.into_bytes()));
    }
    let commit = world.git.commit(&sha).ok_or_else(not_found)?;
    Ok(Answer::ok(world.commit_json(repository, commit)))
}

/// "Get a commit object".
fn git_commit(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let commit = world.git.commit(call.hole("reference")).ok_or_else(not_found)?;
    let mut value = world.commit_json(repository, commit)["commit"].clone();
    value["sha"] = json!(commit.sha);
    value["parents"] = json!(commit.parents.iter().map(|sha| json!({"sha": sha})).collect::<Vec<_>>());
    Ok(Answer::ok(value))
}

/// "List pull requests associated with a commit".
fn pulls(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let with_head = repository.threads.values().filter_map(|thread| Some((thread, thread.pull.as_ref()?)));
    let found = with_head.filter(|(_, pull)| pull.head_sha == call.hole("sha")).collect();
    call.list(world, found, |(thread, pull)| world.pull_json(repository, thread, pull))
}

/// "Compare two commits": `base...head`.
fn compare(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let (base, head) = call.hole("basehead").split_once("...").ok_or_else(not_found)?;
    let (base, head) = (world.resolve(repository, base), world.resolve(repository, head));
    let (base, head) = base.zip(head).ok_or_else(not_found)?;
    let origin = world.git.merge_base(&base, &head).ok_or_else(not_found)?;
    let since = |tip: &str| -> Vec<&Commit> {
        let history = world.git.history(tip).into_iter();
        history.take_while(|commit| commit.sha != origin.sha).collect()
    };
    let (ahead, behind) = (since(&head), since(&base));
    let status = match (ahead.is_empty(), behind.is_empty()) {
        (true, true) => "identical",
        (false, true) => "ahead",
        (true, false) => "behind",
        (false, false) => "diverged",
    };
    let files = files_between(&world.git, &base, &head);
    let files: Vec<Value> =
        files.iter().map(|file| world.changed_file_json(repository, &head, file)).collect();
    let commits: Vec<Value> =
        ahead.iter().rev().map(|commit| world.commit_json(repository, commit)).collect();
    Ok(Answer::ok(json!({
        "status": status, "ahead_by": ahead.len(), "behind_by": behind.len(), "total_commits": ahead.len(),
        "merge_base_commit": world.commit_json(repository, origin), "commits": commits, "files": files,
    })))
}
