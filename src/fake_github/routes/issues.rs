//! Issues, which all pull requests are too, and their history.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply};
use crate::fake_github::auth::Needs;
use crate::fake_github::thread::Thread;
use crate::fake_github::world::{Repository, World};
use chrono::{DateTime, Utc};

const READ: Needs = Needs::Read(&["issues", "pull_requests"]);

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/issues", READ, list),
    Route::get("/repos/{owner}/{repo}/issues/{number}", READ, get),
    Route::get("/repos/{owner}/{repo}/issues/{number}/events", READ, events),
    Route::get("/repos/{owner}/{repo}/issues/{number}/timeline", READ, events),
];

/// "List repository issues": newest first, pull requests among them.
fn list(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let mut found: Vec<&Thread> =
        repository.threads.values().filter(|thread| asked_for(repository, call, thread)).collect();
    let by_update = call.asked("sort") == Some("updated");
    found
        .sort_by_key(|thread| (if by_update { thread.updated_at } else { thread.created_at }, thread.number));
    if call.asked("direction") != Some("asc") {
        found.reverse();
    }
    call.list(world, found, |thread| world.issue_json(repository, thread))
}

fn asked_for(repository: &Repository, call: &Call, thread: &Thread) -> bool {
    let state = match call.asked("state").unwrap_or("open") {
        "open" => thread.open,
        "closed" => !thread.open,
        _ => true,
    };
    let has = |name: &str| repository.label(name).is_some_and(|label| thread.labels.contains(&label.id));
    let labels = call.asked("labels").is_none_or(|names| names.split(',').all(has));
    let since: Option<DateTime<Utc>> = call.asked("since").and_then(|since| since.parse().ok());
    state && labels && since.is_none_or(|since| thread.updated_at >= since)
}

/// "Get an issue".
fn get(world: &mut World, call: &Call) -> Reply {
    let id = call.repository()?;
    Ok(Answer::ok(world.issue_json(world.repo(id)?, world.thread(id, call.number("number")?)?)))
}

/// "List issue events": oldest first.
fn events(world: &mut World, call: &Call) -> Reply {
    let id = call.repository()?;
    let (repository, thread) = (world.repo(id)?, world.thread(id, call.number("number")?)?);
    call.list(world, thread.events.iter().collect(), |event| world.event_json(repository, event))
}
