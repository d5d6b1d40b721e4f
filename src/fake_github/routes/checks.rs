//! Check runs and their annotations. Only Apps write them.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, invalid, not_found, refuse, unprocessable};
use crate::fake_github::auth::Needs;
use crate::fake_github::checks::{CheckRun, text};
use crate::fake_github::world::World;
use std::collections::HashSet;

const READ: Needs = Needs::Read(&["checks"]);
const WRITE: Needs = Needs::Write(&["checks"]);

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}/commits/{reference}/check-runs", READ, at_commit),
    Route::get("/repos/{owner}/{repo}/commits/{reference}/check-suites", READ, suites_at_commit),
    Route::get("/repos/{owner}/{repo}/check-suites/{id}", READ, suite),
    Route::get("/repos/{owner}/{repo}/check-suites/{id}/check-runs", READ, in_suite),
    Route::post("/repos/{owner}/{repo}/check-runs", WRITE, create),
    Route::get("/repos/{owner}/{repo}/check-runs/{id}", READ, get),
    Route::patch("/repos/{owner}/{repo}/check-runs/{id}", WRITE, update),
    Route::get("/repos/{owner}/{repo}/check-runs/{id}/annotations", READ, annotations),
];

/// "List check runs for a Git reference": newest first; `filter=latest` (the default) shows one of a name.
fn at_commit(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let reference = call.hole("reference");
    let message = format!("No commit found for SHA: {reference}");
    let sha = world.resolve(repository, reference).ok_or_else(|| refuse(422, &message))?;
    runs(world, call, |run| run.head_sha == sha)
}

/// "List check runs in a check suite".
fn in_suite(world: &mut World, call: &Call) -> Reply {
    let id = call.number("id")?;
    runs(world, call, |run| run.suite == id)
}

fn runs(world: &World, call: &Call, wanted: impl Fn(&CheckRun) -> bool) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let mut found: Vec<&CheckRun> = repository.check_runs.iter().filter(|run| wanted(run)).collect();
    found.reverse();
    found.retain(|run| call.asked("check_name").is_none_or(|name| name == run.name));
    found.retain(|run| call.asked("status").is_none_or(|status| status == run.status));
    let app = world.app.id.to_string();
    found.retain(|_| call.asked("app_id").is_none_or(|wanted| wanted == app));
    if call.asked("filter") != Some("all") {
        let mut seen = HashSet::new();
        found.retain(|run| seen.insert(run.name.as_str()));
    }
    call.counted_list(world, "check_runs", found, |run| world.check_run_json(repository, run))
}

/// "List check suites for a Git reference".
fn suites_at_commit(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let sha = world.resolve(repository, call.hole("reference")).ok_or_else(not_found)?;
    let found = repository.suites.iter().filter(|suite| suite.head_sha == sha).collect();
    call.counted_list(world, "check_suites", found, |suite| world.check_suite_json(repository, suite))
}

/// "Get a check suite".
fn suite(world: &mut World, call: &Call) -> Reply {
    let (repository, id) = (world.repo(call.repository()?)?, call.number("id")?);
    let suite = repository.suites.iter().find(|suite| suite.id == id).ok_or_else(not_found)?;
    Ok(Answer::ok(world.check_suite_json(repository, suite)))
}

/// "Create a check run".
fn create(world: &mut World, call: &Call) -> Reply {
    let (id, body) = (call.repository()?, call.json()?);
    let missing = |field: &str| unprocessable(&format!("\"{field}\" wasn't supplied."));
    let name = text(&body, "name")?.ok_or_else(|| missing("name"))?;
    let head = text(&body, "head_sha")?.ok_or_else(|| missing("head_sha"))?;
    if world.git.commit(&head).is_none() {
        return Err(invalid("CheckRun", "head_sha", "custom", &format!("No commit found for SHA: {head}")));
    }
    let run = world.create_check_run(id, &name, &head, &body)?;
    Ok(Answer::created(shown(world, id, run)?))
}

/// "Update a check run".
fn update(world: &mut World, call: &Call) -> Reply {
    let (id, run) = (call.repository()?, call.number("id")?);
    world.update_check_run(id, run, &call.json()?)?;
    Ok(Answer::ok(shown(world, id, run)?))
}

/// "Get a check run".
fn get(world: &mut World, call: &Call) -> Reply {
    Ok(Answer::ok(shown(world, call.repository()?, call.number("id")?)?))
}

fn shown(world: &World, repository: u64, id: u64) -> Result<serde_json::Value, Answer> {
    let repository = world.repo(repository)?;
    let run = repository.check_runs.iter().find(|run| run.id == id).ok_or_else(not_found)?;
    Ok(world.check_run_json(repository, run))
}

/// "List check run annotations".
fn annotations(world: &mut World, call: &Call) -> Reply {
    let (repository, id) = (world.repo(call.repository()?)?, call.number("id")?);
    let run = repository.check_runs.iter().find(|run| run.id == id).ok_or_else(not_found)?;
    call.list(world, run.annotations.iter().collect(), |note| world.annotation_json(repository, run, note))
}
