//! Labels of a repository, and on issues and pull requests.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, invalid, not_found, refuse};
use crate::fake_github::auth::Needs;
use crate::fake_github::checks::text;
use crate::fake_github::world::{Label, World};
use serde_json::{Value, json};

const READ: Needs = Needs::Read(&["issues", "pull_requests"]);
const WRITE: Needs = Needs::Write(&["issues", "pull_requests"]);
const NAME_LIMIT: usize = 50;
const DESCRIPTION_LIMIT: usize = 100;

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/labels", READ, list),
    Route::post("/repos/{owner}/{repo}/labels", WRITE, create),
    Route::get("/repos/{owner}/{repo}/labels/{name}", READ, get),
    Route::patch("/repos/{owner}/{repo}/labels/{name}", WRITE, update),
    Route::get("/repos/{owner}/{repo}/issues/{number}/labels", READ, on_thread),
    Route::post("/repos/{owner}/{repo}/issues/{number}/labels", WRITE, put),
    Route::put("/repos/{owner}/{repo}/issues/{number}/labels", WRITE, replace),
    Route::delete("/repos/{owner}/{repo}/issues/{number}/labels/{name}", WRITE, take),
];

/// "List labels for a repository".
fn list(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let mut labels: Vec<&Label> = repository.labels.iter().collect();
    labels.sort_by_key(|label| label.name.to_lowercase());
    call.list(world, labels, |label| world.label_json(repository, label))
}

/// "Get a label".
fn get(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let label = repository.label(call.hole("name")).ok_or_else(not_found)?;
    Ok(Answer::ok(world.label_json(repository, label)))
}

/// "Create a label".
fn create(world: &mut World, call: &Call) -> Reply {
    let (id, body) = (call.repository()?, call.json()?);
    let name = text(&body, "name")?.ok_or_else(|| invalid("Label", "name", "missing_field", ""))?;
    check_name(&name)?;
    if world.repo(id)?.label(&name).is_some() {
        return Err(invalid("Label", "name", "already_exists", ""));
    }
    let color = text(&body, "color")?.unwrap_or_else(|| "ededed".to_owned());
    check_color(&color)?;
    let description = text(&body, "description")?;
    check_description(description.as_deref())?;
    world.create_label(id, &name, &color, description)?;
    let repository = world.repo(id)?;
    let label = repository.label(&name).ok_or_else(not_found)?;
    Ok(Answer::created(world.label_json(repository, label)))
}

/// "Update a label".
fn update(world: &mut World, call: &Call) -> Reply {
    let (id, body) = (call.repository()?, call.json()?);
    let label = world.repo(id)?.label(call.hole("name")).cloned().ok_or_else(not_found)?;
    let name = text(&body, "new_name")?.unwrap_or(label.name);
    let color = text(&body, "color")?.unwrap_or(label.color);
    let description = text(&body, "description")?.or(label.description);
    check_name(&name)?;
    check_color(&color)?;
    check_description(description.as_deref())?;
    let repository = world.repo_mut(id)?;
    if let Some(place) = repository.labels.iter_mut().find(|one| one.id == label.id) {
        *place = Label { id: label.id, name, color, description };
    }
    let repository = world.repo(id)?;
    let label = repository.labels.iter().find(|one| one.id == label.id).ok_or_else(not_found)?;
    Ok(Answer::ok(world.label_json(repository, label)))
}

/// "List labels for an issue".
fn on_thread(world: &mut World, call: &Call) -> Reply {
    let id = call.repository()?;
    let thread = world.thread(id, call.number("number")?)?;
    call.list(world, world.thread_labels_json(world.repo(id)?, thread), |label| label)
}

/// "Add labels to an issue": `{"labels": [...]}` or the bare list; answers all labels of the issue.
fn put(world: &mut World, call: &Call) -> Reply {
    let (id, number, actor) = (call.repository()?, call.number("number")?, call.actor(world));
    world.thread(id, number)?;
    for name in names(&call.json()?)? {
        world.put_label(id, number, actor, &name)?;
    }
    Ok(Answer::ok(json!(world.thread_labels_json(world.repo(id)?, world.thread(id, number)?))))
}

/// "Set labels for an issue": takes off what is not named.
fn replace(world: &mut World, call: &Call) -> Reply {
    let (id, number, actor) = (call.repository()?, call.number("number")?, call.actor(world));
    let wanted = names(&call.json()?)?;
    let (repository, thread) = (world.repo(id)?, world.thread(id, number)?);
    let named = |name: &str| wanted.iter().any(|wanted| wanted.to_lowercase() == name.to_lowercase());
    let on_thread = repository.labels.iter().filter(|label| thread.labels.contains(&label.id));
    let unwanted: Vec<String> =
        on_thread.filter(|label| !named(&label.name)).map(|label| label.name.clone()).collect();
    for name in unwanted {
        world.take_label(id, number, actor, &name)?;
    }
    for name in &wanted {
        world.put_label(id, number, actor, name)?;
    }
    Ok(Answer::ok(json!(world.thread_labels_json(world.repo(id)?, world.thread(id, number)?))))
}

/// "Remove a label from an issue": answers the labels that stay.
fn take(world: &mut World, call: &Call) -> Reply {
    let (id, number, actor) = (call.repository()?, call.number("number")?, call.actor(world));
    world.thread(id, number)?;
    let taken = world.take_label(id, number, actor, call.hole("name"));
    taken.map_err(|_| refuse(404, "Label does not exist"))?;
    Ok(Answer::ok(json!(world.thread_labels_json(world.repo(id)?, world.thread(id, number)?))))
}

fn names(body: &Value) -> Result<Vec<String>, Answer> {
    let list = body.as_array().or_else(|| body["labels"].as_array());
    let list = list.ok_or_else(|| invalid("Label", "labels", "missing_field", ""))?;
    let mut names = Vec::new();
    for item in list {
        let name = item.as_str().or_else(|| item["name"].as_str());
        let name = name.ok_or_else(|| invalid("Label", "name", "invalid", ""))?;
        check_name(name)?;
        names.push(name.to_owned());
    }
    Ok(names)
}

fn check_name(name: &str) -> Result<(), Answer> {
    if name.trim().is_empty() {
        return Err(invalid("Label", "name", "missing_field", ""));
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(invalid("Label", "name", "custom", "name is too long (maximum is 50 characters)"));
    }
    Ok(())
}

fn check_color(color: &str) -> Result<(), Answer> {
    let hex = color.len() == 6 && color.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hex { Ok(()) } else { Err(invalid("Label", "color", "invalid", "")) }
}

fn check_description(description: Option<&str>) -> Result<(), Answer> {
    if description.is_some_and(|text| text.chars().count() > DESCRIPTION_LIMIT) {
        let message = "description is too long (maximum is 100 characters)";
        return Err(invalid("Label", "description", "custom", message));
    }
    Ok(())
}
