//! Who calls, and what they may do.
//!
//! Sources: "Generating a JSON Web Token (JWT) for a GitHub App", "Permissions required for GitHub Apps".

use super::answer::{Answer, not_accessible, not_found, refuse};
use super::world::{App, Installation, Repository, World};
use super::{Unknown, key::AppKey};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Value, json};

/// As whom a request was made.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Caller {
    /// The App itself, by JWT.
    App,
    /// An installation, by its token.
    Installation(u64),
    /// A person, by a token of their own.
    Account(u64),
    /// Without credentials.
    Nobody,
}

/// What a route asks of its caller.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needs {
    /// A JWT of the App.
    App,
    /// An installation's token.
    Installation,
    /// Nothing.
    Nothing,
    /// Reading a repository; one of these permissions where the App is installed.
    Read(&'static [&'static str]),
    /// Reading what only the installed App may see.
    ReadInstalled(&'static [&'static str]),
    /// Writing to a repository; one of these permissions.
    Write(&'static [&'static str]),
}

/// How far ahead a JWT may expire.
const LONGEST_JWT: i64 = 600;

/// Finds out who calls.
pub(super) fn identify(world: &World, key: &AppKey, authorization: Option<&str>) -> Result<Caller, Answer> {
    let Some(header) = authorization else { return Ok(Caller::Nobody) };
    let Some((scheme, secret)) = header.split_once(' ') else { return Err(refuse(401, "Bad credentials")) };
    if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("token") {
        return Err(refuse(401, "Bad credentials"));
    }
    if secret.split('.').count() == 3 {
        check_jwt(world, key, secret).map_err(|message| refuse(401, message))?;
        return Ok(Caller::App);
    }
    let token = world.tokens.get(secret).ok_or_else(|| refuse(401, "Bad credentials"))?;
    if token.expires_at.is_some_and(|expires_at| expires_at <= world.clock()) {
        return Err(refuse(401, "Bad credentials"));
    }
    Ok(token.bearer)
}

fn check_jwt(world: &World, key: &AppKey, jwt: &str) -> Result<(), &'static str> {
    const UNREADABLE: &str = "A JSON web token could not be decoded";
    const EXPIRY: &str = "'Expiration time' claim ('exp') must be a numeric value \
        representing the future time at which the assertion expires";
    const FAR: &str = "'Expiration time' claim ('exp') is too far in the future";
    const ISSUED: &str = "'Issued at' claim ('iat') must be an Integer \
        representing the time that the assertion was issued";
    const ISSUER: &str = "'Issuer' claim ('iss') must be the App's id or client id";
    let mut validation = Validation::new(Algorithm::RS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let public = DecodingKey::from_rsa_der(key.public_der());
    let token = jsonwebtoken::decode::<Value>(jwt, &public, &validation).map_err(|_| UNREADABLE)?;
    let (claims, now) = (token.claims, world.clock().timestamp());
    let expires = claims["exp"].as_i64().ok_or(EXPIRY)?;
    if expires <= now {
        return Err(EXPIRY);
    }
    if expires > now + LONGEST_JWT {
        return Err(FAR);
    }
    if claims["iat"].as_i64().is_none_or(|issued| issued > now) {
        return Err(ISSUED);
    }
    let issuer =
        claims["iss"].as_str().map(str::to_owned).or_else(|| Some(claims["iss"].as_u64()?.to_string()));
    let ids = [world.app.id.to_string(), world.app.client_id()];
    if issuer.is_some_and(|issuer| ids.contains(&issuer)) { Ok(()) } else { Err(ISSUER) }
}

/// Lets a caller through to a route, or refuses. Answers the repository that the route is about.
/// `rest` is what follows `/repos/{owner}/{name}` in the address, query included.
pub(super) fn admit(
    world: &World,
    needs: Needs,
    caller: Caller,
    full_name: Option<&str>,
    rest: &str,
    writes: bool,
) -> Result<Option<u64>, Answer> {
    check_suspension(world, caller)?;
    match needs {
        Needs::App if caller != Caller::App => {
            return Err(refuse(401, "A JSON web token could not be decoded"));
        }
        Needs::Installation if !matches!(caller, Caller::Installation(_)) => {
            return Err(refuse(403, "You must authenticate with an installation access token"));
        }
        Needs::Read(_) | Needs::ReadInstalled(_) | Needs::Write(_) if caller == Caller::App => {
            return Err(not_accessible());
        }
        _ => {}
    }
    let Some(full_name) = full_name else { return Ok(None) };
    let repository = find(world, full_name, rest, writes)?;
    let installation = installation_of(world, caller).filter(|installation| installation.covers(repository));
    if repository.private && !sees_private(world, repository, caller, installation) {
        return Err(not_found());
    }
    match needs {
        Needs::Read(any) if installation.is_some() => check_permission(world, installation, any, "read")?,
        Needs::ReadInstalled(any) if installation.is_some() => {
            check_permission(world, installation, any, "read")?
        }
        Needs::ReadInstalled(_) => return Err(not_accessible()),
        Needs::Write(_) if caller == Caller::Nobody => return Err(refuse(401, "Requires authentication")),
        Needs::Write(_) if installation.is_none() => return Err(not_accessible()),
        Needs::Write(_) if repository.archived => {
            return Err(refuse(403, "Repository was archived so is read-only."));
        }
        Needs::Write(any) => check_permission(world, installation, any, "write")?,
        _ => {}
    }
    Ok(Some(repository.id))
}

fn check_suspension(world: &World, caller: Caller) -> Result<(), Answer> {
    let suspended =
        installation_of(world, caller).is_some_and(|installation| installation.suspended_at.is_some());
    if suspended { Err(refuse(403, "This installation has been suspended")) } else { Ok(()) }
}

fn installation_of(world: &World, caller: Caller) -> Option<&Installation> {
    let Caller::Installation(id) = caller else { return None };
    world.installations.get(&id)
}

/// The repository of this name; a former name leads on to `/repositories/{id}`.
fn find<'a>(world: &'a World, full_name: &str, rest: &str, writes: bool) -> Result<&'a Repository, Answer> {
    if let Ok(repository) = world.repository(full_name) {
        return Ok(repository);
    }
    let moved =
        world.old_names.get(&full_name.to_lowercase()).filter(|id| world.repositories.contains_key(id));
    let id = moved.ok_or_else(not_found)?;
    let target = format!("{}/repositories/{id}{rest}", world.url);
    let (status, message) = if writes { (307, "Temporary Redirect") } else { (301, "Moved Permanently") };
    let body = json!({
        "message": message, "url": target,
        "documentation_url": "https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api",
    });
    Err(Answer::json(status, body).with("location", target))
}

fn sees_private(
    world: &World,
    repository: &Repository,
    caller: Caller,
    installation: Option<&Installation>,
) -> bool {
    match caller {
        Caller::Account(id) => world.role(repository, id) != "none",
        _ => installation.is_some(),
    }
}

fn check_permission(
    world: &World,
    installation: Option<&Installation>,
    any: &[&str],
    level: &str,
) -> Result<(), Answer> {
    let permissions = installation.map_or(&world.app.permissions, |one| one.permissions(&world.app));
    let granted = |name: &&str| {
        permissions.get(*name).is_some_and(|given| given == "write" || given == "admin" || given == level)
    };
    if any.iter().any(granted) {
        return Ok(());
    }
    let needed: Vec<String> = any.iter().map(|name| format!("{name}={level}")).collect();
    Err(not_accessible().with("x-accepted-github-permissions", needed.join("; ")))
}

impl App {
    /// What newer Apps use as issuer instead of the id.
    pub(super) fn client_id(&self) -> String {
        format!("Iv23li{:014}", self.id)
    }
}

impl From<Unknown> for Answer {
    fn from(_: Unknown) -> Self {
        not_found()
    }
}
