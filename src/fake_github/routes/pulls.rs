//! Pull requests and their files.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, not_found};
use crate::fake_github::auth::Needs;
use crate::fake_github::files::changed_files;
use crate::fake_github::thread::{Pull, Thread};
use crate::fake_github::world::{Repository, World};

const PULLS: Needs = Needs::Read(&["pull_requests"]);
/// "List pull requests files" shows no more.
const FILE_LIMIT: usize = 3_000;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/pulls", PULLS, list),
    Route::get("/repos/{owner}/{repo}/pulls/{number}", PULLS, get),
    Route::get("/repos/{owner}/{repo}/pulls/{number}/files", PULLS, files),
    Route::get("/repos/{owner}/{repo}/pulls/{number}/commits", PULLS, commits),
];

/// "List pull requests".
fn list(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let all = repository.threads.values().filter_map(|thread| Some((thread, thread.pull.as_ref()?)));
    let mut found: Vec<(&Thread, &Pull)> =
        all.filter(|(thread, pull)| asked_for(world, repository, call, thread, pull)).collect();
    let by_update = call.asked("sort") == Some("updated");
    found.sort_by_key(|(thread, _)| {
        (if by_update { thread.updated_at } else { thread.created_at }, thread.number)
    });
    if newest_first(call) {
        found.reverse();
    }
    call.list(world, found, |(thread, pull)| world.pull_json(repository, thread, pull))
}

/// Without `sort` newest first, with it oldest first, unless a `direction` is given.
fn newest_first(call: &Call) -> bool {
    match call.asked("direction") {
        Some(direction) => direction == "desc",
        None => matches!(call.asked("sort"), None | Some("created")),
    }
}

fn asked_for(world: &World, repository: &Repository, call: &Call, thread: &Thread, pull: &Pull) -> bool {
    let state = match call.asked("state").unwrap_or("open") {
        "open" => thread.open,
        "closed" => !thread.open,
        _ => true,
    };
    let base = call.asked("base").is_none_or(|base| base == pull.base_branch);
    let head_owner =
        pull.head_repository.and_then(|id| world.repositories.get(&id)).unwrap_or(repository).owner;
    let label = format!("{}:{}", world.login(head_owner), pull.head_branch);
    state && base && call.asked("head").is_none_or(|head| head == label)
}

/// "Get a pull request".
fn get(world: &mut World, call: &Call) -> Reply {
    let (repository, number) = (call.repository()?, call.number("number")?);
    let (thread, pull) = (world.thread(repository, number)?, world.pull(repository, number)?);
    Ok(Answer::ok(world.full_pull_json(world.repo(repository)?, thread, pull)))
}

/// "List pull requests files".
fn files(world: &mut World, call: &Call) -> Reply {
    let id = call.repository()?;
    let (repository, pull) = (world.repo(id)?, world.pull(id, call.number("number")?)?);
    let mut files = changed_files(&world.git, pull);
    files.truncate(FILE_LIMIT);
    call.list(world, files, |file| world.changed_file_json(repository, &pull.head_sha, &file))
}

/// "List commits on a pull request".
fn commits(world: &mut World, call: &Call) -> Reply {
    let id = call.repository()?;
    let (repository, pull) = (world.repo(id)?, world.pull(id, call.number("number")?)?);
    let base = world.git.merge_base(&pull.base_sha, &pull.head_sha).ok_or_else(not_found)?;
    let mut history = world.git.history(&pull.head_sha);
    history.truncate(history.iter().position(|commit| commit.sha == base.sha).unwrap_or(history.len()));
    history.reverse();
    call.list(world, history, |commit| world.commit_json(repository, commit))
}
