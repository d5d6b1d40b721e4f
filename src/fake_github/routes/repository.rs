//! A repository itself: its data, license, branches.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, not_found};
use crate::fake_github::auth::Needs;
use crate::fake_github::world::World;
use serde_json::json;

const METADATA: Needs = Needs::Read(&["metadata"]);
const CONTENTS: Needs = Needs::Read(&["contents"]);

pub(super) const ROUTES: &[Route] = &[
    Route::get("/repos/{owner}/{repo}", METADATA, repository),
    Route::get("/repos/{owner}/{repo}/license", CONTENTS, license),
    Route::get("/repos/{owner}/{repo}/readme", CONTENTS, readme),
    Route::get("/repos/{owner}/{repo}/languages", METADATA, languages),
    Route::get("/repos/{owner}/{repo}/topics", METADATA, topics),
    Route::get("/repos/{owner}/{repo}/branches/{*branch}", CONTENTS, branch),
    Route::get("/repos/{owner}/{repo}/git/ref/heads/{*branch}", CONTENTS, reference),
];

/// "Get a repository".
fn repository(world: &mut World, call: &Call) -> Reply {
    Ok(Answer::ok(world.full_repository_json(world.repo(call.repository()?)?)))
}

/// "Get the license for a repository".
fn license(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let license = repository.license.as_ref().ok_or_else(not_found)?;
    let head = world.resolve(repository, "HEAD").ok_or_else(not_found)?;
    let commit = world.git.commit(&head).ok_or_else(not_found)?;
    let entry = commit.files.get(&license.path).ok_or_else(not_found)?;
    if call.wants_raw() {
        return Ok(Answer::raw(world.git.blob(&entry.sha).unwrap_or_default().to_vec()));
    }
    Ok(Answer::ok(world.license_content_json(repository, license, entry)))
}

/// "Get a branch".
fn branch(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let head = repository.branches.get(call.hole("branch")).ok_or_else(not_found)?;
    let commit = world.git.commit(head).ok_or_else(not_found)?;
    Ok(Answer::ok(world.branch_head_json(repository, call.hole("branch"), commit)))
}

/// "Get a reference".
fn reference(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let head = repository.branches.get(call.hole("branch")).ok_or_else(not_found)?;
    Ok(Answer::ok(world.reference_json(repository, call.hole("branch"), head)))
}

/// "Get a repository README": the first file of that name at the root.
fn readme(world: &mut World, call: &Call) -> Reply {
    let repository = world.repo(call.repository()?)?;
    let head = world.resolve(repository, call.asked("ref").unwrap_or("HEAD")).ok_or_else(not_found)?;
    let commit = world.git.commit(&head).ok_or_else(not_found)?;
    let is_readme = |path: &str| !path.contains('/') && path.to_lowercase().starts_with("readme");
    let found = commit.files.iter().find(|(path, _)| is_readme(path));
    let (path, entry) = found.ok_or_else(not_found)?;
    if call.wants_raw() {
        return Ok(Answer::raw(world.git.blob(&entry.sha).unwrap_or_default().to_vec()));
    }
    Ok(Answer::ok(world.content_json(repository, &repository.default_branch, path, entry)))
}

/// "List repository languages".
fn languages(world: &mut World, call: &Call) -> Reply {
    let language = world.repo(call.repository()?)?.language.clone();
    Ok(Answer::ok(language.map_or_else(|| json!({}), |name| json!({name: 10_240}))))
}

/// "Get all repository topics".
fn topics(world: &mut World, call: &Call) -> Reply {
    Ok(Answer::ok(json!({"names": world.repo(call.repository()?)?.topics})))
}
