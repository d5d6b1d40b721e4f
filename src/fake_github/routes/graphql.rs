//! The one question to the GraphQL API that this GitHub understands: `nodes(ids: $ids)` of issue comments.
//!
//! It does not parse the query: every comment comes with all the fields below, under their own names.
//! A refusal (`Fault::status("POST", "/graphql", ...)`) shows whether the way by REST is taken.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, refuse};
use crate::fake_github::auth::Needs;
use crate::fake_github::shapes::{comment_of_node, node_id, stamp};
use crate::fake_github::thread::{Comment, Reaction, Version};
use crate::fake_github::world::{AccountKind, World};
use serde_json::{Value, json};

pub(super) const ROUTES: &[Route] = &[Route::post("/graphql", Needs::Installation, query)];

/// "Forming calls with GraphQL": the ids come as the variable `ids`, at most 100.
fn query(world: &mut World, call: &Call) -> Reply {
    let body = call.json()?;
    let (Some(ids), Some(_)) = (body["variables"]["ids"].as_array(), body["query"].as_str()) else {
        return Err(refuse(501, "The fake GitHub understands only nodes(ids: $ids)"));
    };
    if ids.len() > 100 {
        let message = "You may not provide more than 100 node ids; you provided too many.";
        return Ok(Answer::ok(
            json!({"data": null, "errors": [{"type": "ARGUMENT_LIMIT", "message": message}]}),
        ));
    }
    let installation = call.installation()?;
    // GraphQL has an allowance of its own.
    world.give_back(call.caller);
    let cost = cost(body["query"].as_str().unwrap_or_default(), ids.len());
    world.graphql_points += cost;
    let found = ids.iter().map(|id| node(world, installation, id.as_str().unwrap_or_default()));
    let nodes: Vec<Value> = found.collect();
    let missing = ids.iter().zip(&nodes).filter(|(_, node)| node.is_null());
    let not_found = |id: &Value| {
        let message = format!("Could not resolve to a node with the global id of {id}");
        json!({"type": "NOT_FOUND", "path": ["nodes"], "message": message})
    };
    let errors: Vec<Value> = missing.map(|(id, _)| not_found(id)).collect();
    let mut answer = json!({"data": {"nodes": nodes, "rateLimit": {"cost": cost}}});
    if !errors.is_empty() {
        answer["errors"] = json!(errors);
    }
    Ok(Answer::ok(answer))
}

/// "Rate limits for the GraphQL API": the requests that the connections would take, by the hundred; one at least.
fn cost(query: &str, ids: usize) -> u64 {
    let connections = query.matches("(first:").count() * ids;
    u64::try_from((connections + 50) / 100).unwrap_or_default().max(1)
}

fn node(world: &World, installation: u64, id: &str) -> Value {
    let Some(comment) = comment_of_node(id) else { return Value::Null };
    let covered = world.covered(installation);
    let found = covered.iter().find_map(|repository| world.comment(*repository, comment).ok());
    found.map_or(Value::Null, |comment| comment_node(world, comment))
}

fn comment_node(world: &World, comment: &Comment) -> Value {
    let reactions = comment.reactions.iter().map(|one| reaction_node(world, one)).collect();
    // Newest first, as GitHub has it.
    let edits = comment.versions.iter().rev().map(|one| edit_node(world, one)).collect();
    let last = comment.versions.last();
    json!({
        "__typename": "IssueComment", "id": node_id("IC", comment.id), "databaseId": comment.id,
        "fullDatabaseId": comment.id.to_string(), "body": comment.body, "author": actor(world, comment.author),
        "createdAt": stamp(comment.created_at), "updatedAt": stamp(comment.updated_at),
        "editor": last.map(|one| actor(world, one.by)), "lastEditedAt": last.map(|one| stamp(one.at)),
        "includesCreatedEdit": last.is_some(),
        "reactions": connection(reactions), "userContentEdits": connection(edits),
    })
}

fn reaction_node(world: &World, reaction: &Reaction) -> Value {
    json!({
        "databaseId": reaction.id, "content": content_word(&reaction.content),
        "createdAt": stamp(reaction.created_at), "user": user(world, reaction.user),
    })
}

/// A version of the text; `diff` is the whole of it.
fn edit_node(world: &World, version: &Version) -> Value {
    json!({
        "editor": actor(world, version.by), "editedAt": stamp(version.at), "createdAt": stamp(version.at),
        "diff": version.body, "deletedAt": null,
    })
}

fn connection(nodes: Vec<Value>) -> Value {
    let page =
        json!({"hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null});
    json!({"totalCount": nodes.len(), "pageInfo": page, "nodes": nodes})
}

fn user(world: &World, id: u64) -> Value {
    world.accounts.get(&id).map_or(Value::Null, |account| {
        json!({"__typename": "User", "login": account.login, "databaseId": account.id, "id": node_id("U", id)})
    })
}

/// GraphQL calls a bot by its login without `[bot]`.
fn actor(world: &World, id: u64) -> Value {
    let Some(account) = world.accounts.get(&id) else { return Value::Null };
    let login = account.login.trim_end_matches("[bot]");
    let (kind, prefix) = if account.kind == AccountKind::Bot { ("Bot", "BOT") } else { ("User", "U") };
    json!({"__typename": kind, "login": login, "databaseId": id, "id": node_id(prefix, id)})
}

fn content_word(content: &str) -> String {
    match content {
        "+1" => "THUMBS_UP".to_owned(),
        "-1" => "THUMBS_DOWN".to_owned(),
        other => other.to_uppercase(),
    }
}
