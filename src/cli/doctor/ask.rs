//! What the doctor asks GitHub.
//!
//! In: the App, and how much is to be looked at. Out: [`OnGitHub`]. Never: a judgment, or a write.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Stderr,
};

use chrono::Utc;
use futures::{StreamExt, future::join_all, stream};
use url::Url;

use crate::{
    cli::progress::Progress,
    doctor::{
        facts::{Covers, OnGitHub, Registry, Settled},
        health_of, is_served, policy,
    },
    github::{
        Error, GitHub, Installation,
        inspect::{Covered, status_at},
    },
    rules,
    triage::{nomination, pull_request::RepositoryName},
};

/// So many repositories are looked at side by side.
const AT_ONCE: usize = 4;

/// So many of those whom the rules name are asked for.
const MOST_REVIEWERS: usize = 50;

/// How much is to be looked at.
pub struct Wanted {
    /// This repository alone.
    pub repository: Option<RepositoryName>,
    /// Whether the webhook's address is to be asked.
    pub reach: bool,
    /// So many repositories at most.
    pub most: usize,
}

/// Asks everything, as far as GitHub knows us.
pub async fn github(
    github: &GitHub,
    settled: &Settled,
    wanted: &Wanted,
    progress: impl FnOnce(usize) -> Progress<Stderr>,
) -> OnGitHub {
    let greeting = github.greeting().await;
    let greeted_at = Utc::now();
    let mut found = OnGitHub {
        greeting,
        greeted_at,
        hook: Ok(None),
        health: None,
        deliveries: Ok(Vec::new()),
        installations: Ok(Vec::new()),
        covered: BTreeMap::new(),
        registries: Vec::new(),
        left_out: 0,
        missed: None,
    };
    if found.greeting.app.is_err() {
        return found;
    }
    (found.hook, found.deliveries, found.installations) =
        futures::join!(github.hook(), github.latest_attempts(), github.placed());
    if wanted.reach {
        found.health = health(&found).await;
    }
    let mut chosen: Vec<(u64, Covered)> = Vec::new();
    let served = found.installations.iter().flatten().filter(|one| is_served(one, &settled.allowed_owners));
    let served: Vec<u64> = served.map(|one| one.id).collect();
    for id in served.into_iter().take(wanted.most) {
        let covers = match github.installation(id).await {
            Ok(installation) => covers(&installation, wanted.most).await,
            Err(error) => Err(error),
        };
        found.covered.insert(
            id,
            covers.map(|(covered, covers)| {
                let room = wanted.most - chosen.len();
                found.left_out += covers.all.saturating_sub(room.min(covered.len()));
                chosen.extend(covered.into_iter().take(room).map(|covered| (id, covered)));
                covers
            }),
        );
    }
    if let Some(name) = &wanted.repository {
        found.left_out = 0;
        chosen.clear();
        match this(github, name).await {
            Ok(Some(this)) => chosen.push(this),
            Ok(None) => found.missed = Some((name.clone(), None)),
            Err(error) => found.missed = Some((name.clone(), Some(error))),
        }
    }
    let mut progress = progress(chosen.len());
    let looks = stream::iter(chosen).map(|(id, covered)| registry(github, id, covered));
    let mut looks = looks.buffered(AT_ONCE);
    while let Some(registry) = looks.next().await {
        found.registries.push(registry);
        progress.at(found.registries.len());
    }
    found
}

async fn health(found: &OnGitHub) -> Option<Result<u16, Error>> {
    let hook = found.hook.as_ref().ok()?.as_ref()?;
    let (origin, path) = health_of(&Url::parse(hook.url.as_deref()?).ok()?);
    Some(status_at(&origin, &path).await)
}

async fn covers(installation: &Installation<'_>, most: usize) -> Result<(Vec<Covered>, Covers), Error> {
    let (covered, allowance) = futures::join!(installation.covered(most), installation.allowance());
    let (covered, all) = covered?;
    let names = covered.iter().map(|covered| covered.name.clone()).collect();
    Ok((covered, Covers { names, all, allowance }))
}

/// The one repository that was asked for.
async fn this(github: &GitHub, name: &RepositoryName) -> Result<Option<(u64, Covered)>, Error> {
    let Some(id) = github.installed_on(name).await? else { return Ok(None) };
    let covered = github.installation(id).await?.covered_one(name).await?;
    Ok(Some((id, covered)))
}

async fn registry(github: &GitHub, installation: u64, covered: Covered) -> Registry {
    let Covered { name, default_branch, archived, .. } = covered;
    let mut registry = Registry {
        name,
        archived,
        default_branch,
        rules: Ok(None),
        labels: Ok(Vec::new()),
        folders: BTreeMap::new(),
        schemas: BTreeMap::new(),
        reviewers: BTreeMap::new(),
    };
    if archived {
        return registry;
    }
    match github.installation(installation).await {
        Ok(installation) => look(&installation, &mut registry).await,
        Err(error) => registry.rules = Err(error),
    }
    registry
}

async fn look(installation: &Installation<'_>, registry: &mut Registry) {
    let name = registry.name.clone();
    let (rules, labels) = futures::join!(
        installation.registry_file(&name, rules::PATH, None, rules::MOST_BYTES),
        installation.labels_of(&name)
    );
    registry.labels = labels;
    registry.rules = rules.map(|text| text.map(|text| rules::read(&text)));
    let policy = policy(registry).clone();

    let folders: BTreeSet<&str> = policy
        .nominations
        .iter()
        .map(|rule| rule.folder.as_str())
        .filter(|folder| !folder.is_empty())
        .collect();
    let parents: BTreeSet<&str> = folders.iter().map(|folder| parent(folder).0).collect();
    let listed = parents.iter().map(|parent| async { (*parent, installation.listed(&name, parent).await) });
    let listed: BTreeMap<&str, Result<Option<Vec<String>>, Error>> =
        join_all(listed).await.into_iter().collect();
    for folder in folders {
        let (parent, last) = parent(folder);
        let is_there = match listed.get(parent) {
            Some(Ok(names)) => Ok(names.iter().flatten().any(|name| name == last)),
            Some(Err(error)) => Err(error.clone()),
            None => Ok(false),
        };
        registry.folders.insert(folder.to_owned(), is_there);
    }

    let paths: BTreeSet<&String> =
        policy.nominations.iter().filter_map(|rule| rule.schema.as_ref()).collect();
    let schemas = paths.into_iter().map(|path| async {
        (path.clone(), installation.registry_file(&name, path, None, nomination::MOST_BYTES).await)
    });
    registry.schemas = join_all(schemas).await.into_iter().collect();

    let communities = policy.communities.iter();
    let named: BTreeSet<&String> =
        communities.flat_map(|community| community.team.iter().chain(&community.reviewers)).collect();
    let asked = named.into_iter().take(MOST_REVIEWERS).map(|who| async {
        let answer = if who.contains('/') {
            installation.team_is_askable(&name, who).await
        } else {
            installation.person_is_askable(&name, who).await
        };
        (who.clone(), answer)
    });
    registry.reviewers = join_all(asked).await.into_iter().collect();
}

/// The folder around one, and its own name.
fn parent(folder: &str) -> (&str, &str) {
    folder.rsplit_once('/').unwrap_or(("", folder))
}
