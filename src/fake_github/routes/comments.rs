//! Comments on issues and pull requests, and reactions to them.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, invalid, not_accessible, not_found, refuse};
use crate::fake_github::auth::{Caller, Needs};
use crate::fake_github::checks::text;
use crate::fake_github::thread::{Comment, REACTIONS, Thread};
use crate::fake_github::world::World;
use chrono::{DateTime, Utc};

const READ: Needs = Needs::Read(&["issues", "pull_requests"]);
const WRITE: Needs = Needs::Write(&["issues", "pull_requests"]);
const BODY_LIMIT: usize = 65_536;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/issues/comments", READ, list_all),
    Route::get("/repos/{owner}/{repo}/issues/comments/{id}", READ, get),
    Route::patch("/repos/{owner}/{repo}/issues/comments/{id}", WRITE, update),
    Route::delete("/repos/{owner}/{repo}/issues/comments/{id}", WRITE, delete),
    Route::get("/repos/{owner}/{repo}/issues/comments/{id}/reactions", READ, reactions),
    Route::post("/repos/{owner}/{repo}/issues/comments/{id}/reactions", WRITE, react),
    Route::delete("/repos/{owner}/{repo}/issues/comments/{id}/reactions/{reaction}", WRITE, unreact),
    Route::get("/repos/{owner}/{repo}/issues/{number}/comments", READ, list),
    Route::post("/repos/{owner}/{repo}/issues/{number}/comments", WRITE, create),
];

/// "List issue comments": oldest first.
fn list(world: &mut World, call: &Call) -> Reply {
    let id = call.repository()?;
    let (repository, thread) = (world.repo(id)?, world.thread(id, call.number("number")?)?);
    let mut comments: Vec<&Comment> = thread.comments.iter().collect();
    comments.retain(|comment| since(call).is_none_or(|since| comment.updated_at >= since));
    call.list(world, comments, |comment| world.comment_json(repository, thread, comment))
}

/// "List issue comments for a repository".
fn list_all(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let mut all: Vec<(&Thread, &Comment)> = repository.threads.values().flat_map(with_comments).collect();
    all.retain(|(_, comment)| since(call).is_none_or(|since| comment.updated_at >= since));
    let by_update = call.asked("sort") == Some("updated");
    all.sort_by_key(|(_, comment)| {
        (if by_update { comment.updated_at } else { comment.created_at }, comment.id)
    });
    if call.asked("direction") == Some("desc") {
        all.reverse();
    }
    call.list(world, all, |(thread, comment)| world.comment_json(repository, thread, comment))
}

fn with_comments(thread: &Thread) -> impl Iterator<Item = (&Thread, &Comment)> {
    thread.comments.iter().map(move |comment| (thread, comment))
}

fn since(call: &Call) -> Option<DateTime<Utc>> {
    call.asked("since").and_then(|since| since.parse().ok())
}

/// "Get an issue comment".
fn get(world: &mut World, call: &Call) -> Reply {
    Ok(Answer::ok(world.comment_value(call.repository()?, call.number("id")?)?))
}

/// "Create an issue comment".
fn create(world: &mut World, call: &Call) -> Reply {
    let (id, number) = (call.repository()?, call.number("number")?);
    check_kind(world, call, number)?;
    check_lock(world, call, number, "create")?;
    let body = body(call)?;
    let comment = world.add_comment(id, number, call.actor(world), &body)?;
    Ok(Answer::created(world.comment_value(id, comment)?))
}

/// "Update an issue comment". An unchanged text changes nothing.
fn update(world: &mut World, call: &Call) -> Reply {
    let (id, comment) = (call.repository()?, call.number("id")?);
    let number = world.comment_thread(id, comment)?;
    check_kind(world, call, number)?;
    check_lock(world, call, number, "update")?;
    let body = body(call)?;
    if world.comment(id, comment)?.body != body {
        world.edit_comment(id, comment, call.actor(world), &body)?;
    }
    Ok(Answer::ok(world.comment_value(id, comment)?))
}

/// "Delete an issue comment".
fn delete(world: &mut World, call: &Call) -> Reply {
    let (id, comment) = (call.repository()?, call.number("id")?);
    check_kind(world, call, world.comment_thread(id, comment)?)?;
    world.delete_comment(id, comment, call.actor(world))?;
    Ok(Answer::no_content())
}

/// `pull_requests: write` is enough on a pull request, but not on an issue.
fn check_kind(world: &World, call: &Call, number: u64) -> Result<(), Answer> {
    let is_pull = world.thread(call.repository()?, number)?.pull.is_some();
    let may = world.app.permissions.get("issues").is_some_and(|level| level == "write");
    if is_pull || may || matches!(call.caller, Caller::Account(_)) { Ok(()) } else { Err(not_accessible()) }
}

/// "Locking conversations": an App is none of those who may go on.
fn check_lock(world: &World, call: &Call, number: u64, does: &str) -> Result<(), Answer> {
    let is_locked = world.thread(call.repository()?, number)?.locked;
    match call.caller {
        Caller::Installation(_) if is_locked => {
            Err(refuse(403, &format!("Unable to {does} comment because issue is locked.")))
        }
        _ => Ok(()),
    }
}

fn body(call: &Call) -> Result<String, Answer> {
    let body = text(&call.json()?, "body")?.unwrap_or_default();
    if body.trim().is_empty() {
        return Err(invalid("IssueComment", "body", "missing_field", ""));
    }
    if body.chars().count() > BODY_LIMIT {
        return Err(invalid(
            "IssueComment",
            "data",
            "unprocessable",
            "Body is too long (maximum is 65536 characters)",
        ));
    }
    Ok(body)
}

/// "List reactions for an issue comment".
fn reactions(world: &mut World, call: &Call) -> Reply {
    let comment = world.comment(call.repository()?, call.number("id")?)?;
    let mut found = comment.reactions.clone();
    if let Some(content) = call.asked("content") {
        found.retain(|reaction| reaction.content == content);
    }
    call.list(world, found, |reaction| world.reaction_json(&reaction))
}

/// "Create reaction for an issue comment": 200 where it is there already.
fn react(world: &mut World, call: &Call) -> Reply {
    let (id, comment) = (call.repository()?, call.number("id")?);
    check_kind(world, call, world.comment_thread(id, comment)?)?;
    let content = text(&call.json()?, "content")?.unwrap_or_default();
    if !REACTIONS.contains(&content.as_str()) {
        return Err(invalid("Reaction", "content", "invalid", ""));
    }
    let (reaction, new) = world.add_reaction(id, comment, call.actor(world), &content)?;
    let found = world.comment(id, comment)?.reactions.iter().find(|one| one.id == reaction);
    let value = world.reaction_json(found.ok_or_else(not_found)?);
    Ok(if new { Answer::created(value) } else { Answer::ok(value) })
}

/// "Delete an issue comment reaction": only one's own.
fn unreact(world: &mut World, call: &Call) -> Reply {
    let (id, comment, reaction) = (call.repository()?, call.number("id")?, call.number("reaction")?);
    let actor = call.actor(world);
    world.remove_reaction(id, comment, |one| one.id == reaction && one.user == actor)?;
    Ok(Answer::no_content())
}
