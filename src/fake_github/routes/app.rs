//! What the App asks as itself: its registration, installations, tokens and webhook deliveries.

use super::{Call, Route};
use crate::fake_github::answer::{Answer, Reply, not_found, refuse};
use crate::fake_github::auth::{Caller, Needs};
use crate::fake_github::hooks::Delivery;
use crate::fake_github::shapes::stamp;
use crate::fake_github::world::{HookConfig, Token, World};
use chrono::Duration;
use serde_json::{Value, json};

pub(super) const ROUTES: &[Route] = &[
    Route::get("/app", Needs::App, app),
    Route::get("/app/installations", Needs::App, installations),
    Route::get("/app/installations/{id}", Needs::App, installation),
    Route::post("/app/installations/{id}/access_tokens", Needs::App, create_token),
    Route::get("/app/hook/config", Needs::App, hook),
    Route::get("/app/hook/deliveries", Needs::App, deliveries),
    Route::get("/app/hook/deliveries/{id}", Needs::App, delivery),
    Route::post("/app/hook/deliveries/{id}/attempts", Needs::App, redeliver),
    Route::get("/repos/{owner}/{repo}/installation", Needs::App, repository_installation),
    Route::get("/orgs/{login}/installation", Needs::App, account_installation),
    Route::get("/users/{login}/installation", Needs::App, account_installation),
    Route::get("/installation/repositories", Needs::Installation, covered_repositories),
    Route::get("/rate_limit", Needs::Nothing, rate_limit),
];

/// "Get the authenticated app".
fn app(world: &mut World, _: &Call) -> Reply {
    let mut value = world.app_json();
    value["installations_count"] = json!(world.installations.len());
    Ok(Answer::ok(value))
}

/// "List installations for the authenticated app".
fn installations(world: &mut World, call: &Call) -> Reply {
    call.list(world, world.installations.values().collect(), |one| world.installation_json(one))
}

/// "Get an installation for the authenticated app".
fn installation(world: &mut World, call: &Call) -> Reply {
    let found = world.installations.get(&call.number("id")?).ok_or_else(not_found)?;
    Ok(Answer::ok(world.installation_json(found)))
}

/// "Get a repository installation for the authenticated app".
fn repository_installation(world: &mut World, call: &Call) -> Reply {
    let found = world.installation_of(world.repo(call.repository()?)?).ok_or_else(not_found)?;
    Ok(Answer::ok(world.installation_json(found)))
}

/// "Get an organization (or user) installation for the authenticated app".
fn account_installation(world: &mut World, call: &Call) -> Reply {
    let account = world.account_id(call.hole("login"))?;
    let found = world.installations.values().find(|one| one.account == account).ok_or_else(not_found)?;
    Ok(Answer::ok(world.installation_json(found)))
}

/// "Create an installation access token for an app": an opaque string for an hour.
fn create_token(world: &mut World, call: &Call) -> Reply {
    let installation = world.installations.get(&call.number("id")?).ok_or_else(not_found)?;
    if installation.suspended_at.is_some() {
        return Err(refuse(403, "This installation has been suspended"));
    }
    let (id, selection) = (installation.id, installation.selected.is_some());
    let permissions = installation.permissions(&world.app).clone();
    let secret = format!("ghs_{:0>36}", format!("{:x}{:x}", world.next_id(), id));
    let expires_at = world.clock() + Duration::hours(1);
    let token = Token { bearer: Caller::Installation(id), expires_at: Some(expires_at) };
    world.tokens.insert(secret.clone(), token);
    Ok(Answer::created(json!({
        "token": secret, "expires_at": stamp(expires_at), "permissions": permissions,
        "repository_selection": if selection { "selected" } else { "all" },
    })))
}

/// "List repositories accessible to the app installation".
fn covered_repositories(world: &mut World, call: &Call) -> Reply {
    let covered = world.covered(call.installation()?);
    let repositories = covered.iter().filter_map(|id| world.repositories.get(id)).collect();
    call.counted_list(world, "repositories", repositories, |one| world.repository_json(one))
}

/// "Get rate limit status for the authenticated user"; costs nothing.
fn rate_limit(world: &mut World, call: &Call) -> Reply {
    world.give_back(call.caller);
    Ok(Answer::ok(world.rate_json(call.caller)))
}

/// "Get a webhook configuration for an app": the secret in stars.
fn hook(world: &mut World, _: &Call) -> Reply {
    let HookConfig { url, content_type, insecure_ssl } = &world.app.hook;
    let insecure_ssl = if *insecure_ssl { "1" } else { "0" };
    Ok(Answer::ok(json!({
        "content_type": content_type, "insecure_ssl": insecure_ssl, "secret": "********", "url": url,
    })))
}

/// "List deliveries for an app webhook": newest first, paged by cursor.
fn deliveries(world: &mut World, call: &Call) -> Reply {
    let mut log = call.postman.log();
    log.reverse();
    match call.asked("status") {
        Some("success") => log.retain(Delivery::succeeded),
        Some("failure") => log.retain(|delivery| !delivery.succeeded()),
        _ => {}
    }
    let cursor: u64 = call.asked("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(u64::MAX);
    log.retain(|delivery| delivery.id < cursor);
    let size = call.page().size;
    let more = log.len() > size;
    log.truncate(size);
    let answer = Answer::ok(log.iter().map(delivery_json).collect());
    let Some(last) = log.last().filter(|_| more) else { return Ok(answer) };
    let status = call.asked("status").map(|status| format!("&status={status}")).unwrap_or_default();
    let address = format!("{}{}?per_page={size}{status}&cursor={}", world.url, call.path, last.id);
    Ok(answer.with("link", format!("<{address}>; rel=\"next\"")))
}

/// "Get a delivery for an app webhook".
fn delivery(world: &mut World, call: &Call) -> Reply {
    let id = call.number("id")?;
    let log = call.postman.log();
    let found = log.iter().find(|delivery| delivery.id == id).ok_or_else(not_found)?;
    let mut value = delivery_json(found);
    value["url"] = json!(format!("{}/hook", world.url));
    let payload: Value = serde_json::from_slice(&found.body).unwrap_or_default();
    let headers = json!({"X-GitHub-Delivery": found.guid, "X-GitHub-Event": found.event});
    value["request"] = json!({"headers": headers, "payload": payload});
    value["response"] = json!({"headers": {}, "payload": null});
    Ok(Answer::ok(value))
}

/// "Redeliver a delivery for an app webhook".
fn redeliver(_: &mut World, call: &Call) -> Reply {
    let id = call.number("id")?;
    let log = call.postman.log();
    let found = log.iter().find(|delivery| delivery.id == id).ok_or_else(not_found)?;
    call.postman.redeliver(&found.guid);
    Ok(Answer::json(202, json!({})))
}

fn delivery_json(delivery: &Delivery) -> Value {
    let status = match (delivery.succeeded(), delivery.status) {
        (true, _) => "OK",
        (false, Some(_)) => "Invalid HTTP Response",
        (false, None) => "failed to connect to host",
    };
    json!({
        "id": delivery.id, "guid": delivery.guid, "delivered_at": stamp(delivery.delivered_at),
        "redelivery": delivery.redelivery, "duration": delivery.duration.as_secs_f64(), "status": status,
        "status_code": delivery.status.unwrap_or_default(), "event": delivery.event,
        "action": delivery.action, "installation_id": delivery.installation,
        "repository_id": delivery.repository, "throttled_at": null,
    })
}
