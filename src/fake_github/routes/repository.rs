//! A repository itself: its data, license, branches.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, not_found};
use crate::fake_github::auth::Needs;
use crate::fake_github::world::World;

const METADATA: Needs = Needs::Read(&["metadata"]);
const CONTENTS: Needs = Needs::Read(&["contents"]);

pub(super) const ROUTES: &[Route] = &[
    Route { method: "GET", pattern: "/repos/{owner}/{repo}", needs: METADATA, handle: repository },
    Route { method: "GET", pattern: "/repos/{owner}/{repo}/license", needs: CONTENTS, handle: license },
    Route {
        method: "GET",
        pattern: "/repos/{owner}/{repo}/branches/{*branch}",
        needs: CONTENTS,
        handle: branch,
    },
    Route {
        method: "GET",
        pattern: "/repos/{owner}/{repo}/git/ref/heads/{*branch}",
        needs: CONTENTS,
        handle: reference,
    },
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
