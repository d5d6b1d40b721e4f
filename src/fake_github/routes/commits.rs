//! Commits: history, single commits, the pull requests of a commit.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, not_found, refuse};
use crate::fake_github::auth::Needs;
use crate::fake_github::git::Commit;
use crate::fake_github::world::World;
use serde_json::json;

const CONTENTS: Needs = Needs::Read(&["contents"]);
const PULLS: Needs = Needs::Read(&["pull_requests"]);

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", pattern: "/repos/{owner}/{repo}/commits", needs: CONTENTS, handle: commits },
    Route {
        method: "GET",
        pattern: "/repos/{owner}/{repo}/commits/{reference}",
        needs: CONTENTS,
        handle: commit,
    },
    Route {
        method: "GET",
        pattern: "/repos/{owner}/{repo}/git/commits/{reference}",
        needs: CONTENTS,
        handle: git_commit,
    },
    Route {
        method: "GET",
        pattern: "/repos/{owner}/{repo}/commits/{sha}/pulls",
        needs: PULLS,
        handle: pulls,
    },
];

/// "List commits": newest first, from `sha` (a branch or commit) back, only those that touch `path`.
fn commits(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
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
    let part = |files: &crate::fake_github::git::Files| -> Vec<(String, String)> {
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
