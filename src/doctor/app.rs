//! Whether GitHub knows the App by its key, and whether it is registered as `app-manifest.json` has it.
//!
//! In: the greeting. Out: findings on the clock, the key, permissions and events. Never: an installation's permissions.

use std::{collections::BTreeMap, sync::LazyLock};

use chrono::TimeDelta;
use serde::Deserialize;
use url::Url;

use super::{Finding, facts::OnGitHub};
use crate::{
    github::inspect::{Greeting, Registration},
    prose,
    triage::prose::{Piece, Prose, code, listed, theirs},
};

/// The App as it should be.
#[derive(Deserialize)]
pub(super) struct Manifest {
    pub(super) default_permissions: BTreeMap<String, String>,
    default_events: Vec<String>,
}

/// Compiled in; a test reads it.
pub(super) static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../app-manifest.json"))
        .unwrap_or_else(|_| Manifest { default_permissions: BTreeMap::new(), default_events: Vec::new() })
});

/// GitHub takes no signature from its future; those of the App are from a minute ago.
const AHEAD: TimeDelta = TimeDelta::seconds(55);

/// Nor one that is no longer valid; those of the App are for nine minutes.
const BEHIND: TimeDelta = TimeDelta::seconds(9 * 60 - 5);

/// From here on it is worth a word.
const NOTABLE: TimeDelta = TimeDelta::seconds(25);

/// Where things are done on GitHub's website.
pub(super) struct Pages {
    /// The App's settings, for its owner.
    settings: String,
    /// The App's public page, where it is installed.
    pub(super) public: Option<String>,
    /// The website, without a final slash.
    pub(super) website: String,
}

impl Pages {
    pub(super) fn of(greeting: &Greeting, api: &str) -> Self {
        let website = website(api);
        let Ok(app) = &greeting.app else {
            return Self { settings: format!("{website}/settings/apps"), public: None, website };
        };
        let Registration { slug, owner, html_url, .. } = app;
        let organization = owner.as_ref().filter(|owner| owner.kind == "Organization");
        let settings = match organization.and_then(|owner| owner.login.as_ref()) {
            Some(login) => format!("{website}/organizations/{login}/settings/apps/{slug}"),
            None => format!("{website}/settings/apps/{slug}"),
        };
        let public = Some(html_url.clone()).filter(|url| url.starts_with("https://"));
        Self { settings, public, website }
    }

    /// A part of the App's settings: `permissions`, `advanced`; empty for the first page.
    pub(super) fn settings(&self, part: &str) -> Option<String> {
        Some(format!("{}/{part}", self.settings).trim_end_matches('/').to_owned())
    }
}

/// The website of an API: `api.github.com`, or `HOST/api/v3` on GitHub Enterprise Server.
fn website(api: &str) -> String {
    let origin = Url::parse(api).ok().map(|url| url.origin().ascii_serialization());
    match origin.as_deref() {
        Some("https://api.github.com") | None => "https://github.com".to_owned(),
        Some(origin) => origin.to_owned(),
    }
}

pub(super) fn judge(github: &OnGitHub, pages: &Pages) -> Vec<Finding> {
    let (clock, is_off) = clock(github);
    let mut findings: Vec<Finding> = clock.into_iter().collect();
    findings.push(key(&github.greeting, is_off, pages));
    if let Ok(app) = &github.greeting.app {
        findings.extend(permissions(app, pages));
        findings.extend(events(app, pages));
    }
    findings
}

/// How the clock is, and whether GitHub took no signature for it. Mostly it does: the App signs by GitHub's clock.
fn clock(github: &OnGitHub) -> (Option<Finding>, bool) {
    let Some(at) = github.greeting.at else { return (None, false) };
    let ahead = github.greeted_at - at;
    let way = if ahead > TimeDelta::zero() { "ahead of" } else { "behind" };
    let said = format!("The clock here is {} s {way} GitHub's.", ahead.num_seconds().abs());
    let cure = "Set the clock, and keep it right by NTP, for example with `timedatectl set-ntp true`.";
    let is_refused = github.greeting.status == Some(401) && (ahead >= AHEAD || -ahead >= BEHIND);
    let finding = if is_refused {
        let why = " GitHub takes no signature that is more than a minute ahead or nine minutes behind.";
        Finding::problem("clock", prose![said, why]).cure(cure)
    } else if ahead.abs() >= NOTABLE {
        let why = " `serve` goes by GitHub's; its log goes by the one here.";
        Finding::warning("clock", prose![said, why]).cure(cure)
    } else {
        Finding::ok("clock", "It agrees with GitHub's.")
    };
    (Some(finding), is_refused)
}

fn key(greeting: &Greeting, clock_is_off: bool, pages: &Pages) -> Finding {
    let error = match &greeting.app {
        Ok(app) => {
            return Finding::ok(
                "key",
                prose!["GitHub knows the App as ", code(format!("{}[bot]", app.slug)), "."],
            );
        }
        Err(error) => error,
    };
    match greeting.status {
        Some(401) if clock_is_off => Finding::problem("key", "GitHub does not take the App's signature.")
            .cure("Set the clock first, then ask again."),
        Some(401) => Finding::problem(
            "key",
            prose!["GitHub does not take the App's signature: ", theirs(error.to_string()), "."],
        )
        .cure(prose![
            "Compare ",
            code("APP_ID"),
            " with the App ID on the App's page. If they are the same, generate a private key there and give \
             it to ",
            code("serve"),
            "."
        ])
        .link(pages.settings("")),
        Some(404) => Finding::problem("key", "GitHub knows no App with this id.")
            .cure(prose![
                "Take ",
                code("APP_ID"),
                " from the App's page, and look whether ",
                code("GITHUB_API_URL"),
                " is the GitHub where it is registered."
            ])
            .link(pages.settings("")),
        _ => {
            Finding::problem("GitHub", prose!["It did not say who we are: ", theirs(error.to_string()), "."])
                .cure(prose![
                    "Look whether this machine reaches ",
                    code("GITHUB_API_URL"),
                    ", and whether GitHub has an outage."
                ])
                .link(Some("https://www.githubstatus.com"))
        }
    }
}

/// Permissions that are wanted and not given as far, in words.
pub(super) fn lacking(given: &BTreeMap<String, String>) -> Vec<Piece> {
    let lacks = |(name, wanted): &(&String, &String)| {
        let given = given.get(*name).map_or("none", String::as_str);
        strength(given) < strength(wanted)
    };
    let wanted = MANIFEST.default_permissions.iter().filter(lacks);
    wanted.map(|(name, level)| code(format!("{name}: {level}"))).collect()
}

fn strength(level: &str) -> u8 {
    match level {
        "read" => 1,
        "write" => 2,
        "admin" => 3,
        _ => 0,
    }
}

fn permissions(app: &Registration, pages: &Pages) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lacking = lacking(&app.permissions);
    if !lacking.is_empty() {
        let said = prose!["The App lacks "].then(listed(lacking, 10)).then(prose!["."]);
        let cure =
            "Set them under Permissions & events. Then the owner of each installation has to accept them.";
        findings.push(Finding::problem("permissions", said).cure(cure).link(pages.settings("permissions")));
    }
    let wanted = &MANIFEST.default_permissions;
    let most = |name: &String| wanted.get(name).map_or(0, |level| strength(level));
    let surplus = app.permissions.iter().filter(|(name, level)| strength(level) > most(name));
    let surplus: Vec<Piece> = surplus.map(|(name, level)| theirs(format!("{name}: {level}"))).collect();
    if !surplus.is_empty() {
        let said = prose!["The App has more than it uses: "].then(listed(surplus, 10)).then(prose!["."]);
        let cure = "Take them away under Permissions & events, unless something else uses them.";
        findings.push(Finding::warning("permissions", said).cure(cure).link(pages.settings("permissions")));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("permissions", "The App has those that it needs, and no others."));
    }
    findings
}

fn events(app: &Registration, pages: &Pages) -> Vec<Finding> {
    let wanted = &MANIFEST.default_events;
    let mut findings = Vec::new();
    let missing = wanted.iter().filter(|event| !app.events.contains(event));
    let missing: Vec<Piece> = missing.map(|event| code(event.as_str())).collect();
    if !missing.is_empty() {
        let said = prose!["GitHub does not tell the App of "].then(listed(missing, 10)).then(prose!["."]);
        let cure = "Check them under Permissions & events, Subscribe to events.";
        findings.push(Finding::problem("events", said).cure(cure).link(pages.settings("permissions")));
    }
    let surplus = app.events.iter().filter(|event| !wanted.contains(event));
    let surplus: Vec<Piece> = surplus.map(|event| theirs(event.as_str())).collect();
    if !surplus.is_empty() {
        let said: Prose = prose!["GitHub also tells of "].then(listed(surplus, 10));
        let said = said.then(prose![", which the App does not use."]);
        let cure = "Uncheck them under Permissions & events; it spares needless deliveries.";
        findings.push(Finding::warning("events", said).cure(cure).link(pages.settings("permissions")));
    }
    if findings.is_empty() {
        findings.push(Finding::ok("events", "GitHub tells of those that the App uses."));
    }
    findings
}
