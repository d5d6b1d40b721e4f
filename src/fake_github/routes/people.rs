//! Accounts, teams, and who may do what in a repository.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, not_accessible, not_found, refuse};
use crate::fake_github::auth::{Caller, Needs};
use crate::fake_github::world::{Repository, Team, World};
use serde_json::json;

const COLLABORATORS: Needs = Needs::ReadInstalled(&["metadata"]);

pub(super) const ROUTES: &[Route] = &[
    Route::get("/users/{login}", Needs::Nothing, user),
    Route::get("/orgs/{login}", Needs::Nothing, user),
    Route::get("/users/{login}/repos", Needs::Nothing, repositories),
    Route::get("/orgs/{login}/repos", Needs::Nothing, repositories),
    Route::get("/user/{id}", Needs::Nothing, user_by_id),
    Route::get("/repos/{owner}/{repo}/collaborators/{login}/permission", COLLABORATORS, permission),
    Route::get("/repos/{owner}/{repo}/collaborators/{login}", COLLABORATORS, is_collaborator),
    Route::get("/orgs/{login}/teams/{slug}", Needs::Installation, team),
    Route::get("/orgs/{login}/teams/{slug}/members", Needs::Installation, team_members),
    Route::get("/orgs/{login}/teams/{slug}/memberships/{member}", Needs::Installation, team_membership),
    Route::get("/orgs/{login}/teams/{slug}/repos/{owner}/{repo}", Needs::Installation, team_repository),
];

/// "Get a user".
fn user(world: &mut World, call: &Call) -> Reply {
    Ok(Answer::ok(world.account_json(world.account_id(call.hole("login"))?)))
}

/// "List organization (or user) repositories": the public ones.
fn repositories(world: &mut World, call: &Call) -> Reply {
    let owner = world.account_id(call.hole("login"))?;
    let public = world.repositories.values().filter(|one| one.owner == owner && !one.private);
    let mut found: Vec<&Repository> = public.collect();
    found.sort_by_key(|one| one.name.to_lowercase());
    if matches!(call.asked("sort"), Some("pushed" | "updated")) {
        found.sort_by_key(|one| std::cmp::Reverse(one.pushed_at));
    }
    call.list(world, found, |one| world.repository_json(one))
}

/// "Get a user using their ID".
fn user_by_id(world: &mut World, call: &Call) -> Reply {
    let id = call.number("id")?;
    if !world.accounts.contains_key(&id) {
        return Err(not_found());
    }
    Ok(Answer::ok(world.account_json(id)))
}

/// "Get repository permissions for a user": `permission` knows four words, `role_name` all.
fn permission(world: &mut World, call: &Call) -> Reply {
    let login = call.hole("login");
    let message = format!("{login} is not a user");
    let account = world.account_id(login).map_err(|_| refuse(404, &message))?;
    let role = world.role(world.repo(call.repository()?)?, account);
    let permission = match role {
        "maintain" => "write",
        "triage" => "read",
        other => other,
    };
    let user = world.account_json(account);
    Ok(Answer::ok(json!({"permission": permission, "role_name": role, "user": user})))
}

/// "Check if a user is a repository collaborator".
fn is_collaborator(world: &mut World, call: &Call) -> Reply {
    let account = world.account_id(call.hole("login")).map_err(|_| Answer::not_there())?;
    let yes = world.is_collaborator(world.repo(call.repository()?)?, account);
    if yes { Ok(Answer::no_content()) } else { Err(Answer::not_there()) }
}

/// "Get a team by name".
fn team(world: &mut World, call: &Call) -> Reply {
    Ok(Answer::ok(world.team_json(visible_team(world, call)?)))
}

/// "List team members".
fn team_members(world: &mut World, call: &Call) -> Reply {
    let members = visible_team(world, call)?.members.clone();
    call.list(world, members, |id| world.account_json(id))
}

/// "Get team membership for a user".
fn team_membership(world: &mut World, call: &Call) -> Reply {
    let account = world.account_id(call.hole("member"))?;
    if !visible_team(world, call)?.members.contains(&account) {
        return Err(not_found());
    }
    Ok(Answer::ok(json!({"state": "active", "role": "member", "url": format!("{}{}", world.url, call.path)})))
}

/// "Check team permissions for a repository".
fn team_repository(world: &mut World, call: &Call) -> Reply {
    let name = format!("{}/{}", call.hole("owner"), call.hole("repo"));
    let repository = world.repository_id(&name).map_err(|_| Answer::not_there())?;
    let yes = match visible_team(world, call) {
        Ok(team) => team.repositories.contains(&repository),
        Err(Answer { status: 404, .. }) => false,
        Err(refusal) => return Err(refusal),
    };
    if yes { Ok(Answer::no_content()) } else { Err(Answer::not_there()) }
}

/// Teams are seen by an installation on their organisation that may read members.
fn visible_team<'a>(world: &'a World, call: &Call) -> Result<&'a Team, Answer> {
    let organization = world.account_id(call.hole("login"))?;
    let Caller::Installation(id) = call.caller else { return Err(not_found()) };
    if world.installations.get(&id).is_none_or(|installation| installation.account != organization) {
        return Err(not_found());
    }
    if !world.app.permissions.contains_key("members") {
        return Err(not_accessible());
    }
    let named = |team: &&Team| team.organization == organization && team.slug == call.hole("slug");
    world.teams.iter().find(named).ok_or_else(not_found)
}
