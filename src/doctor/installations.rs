//! Where the App is installed, and whether it may do there what it needs to.
//!
//! In: the installations. Out: findings. Never: what is in a repository.

use chrono::DateTime;

use super::{
    Finding,
    app::{Pages, lacking},
    facts::{Covers, OnGitHub, Settled},
    unknown,
};
use crate::{
    github::inspect::{Allowance, Placed, Registration},
    prose,
    triage::{
        prose::{Piece, Prose, code, listed, theirs},
        pull_request,
    },
};

const ABOUT: &str = "installation";

/// So many repositories of an installation are named.
const MOST_NAMED: usize = 5;

/// Whether the App serves an account.
pub fn is_served(installed: &Placed, allowed_owners: &[String]) -> bool {
    let owner = installed.account.as_ref().and_then(|account| account.login.as_ref());
    installed.suspended_at.is_none()
        && owner.is_some_and(|owner| pull_request::is_served(owner, allowed_owners))
}

pub(super) fn judge(github: &OnGitHub, settled: &Settled, app: &Registration, pages: &Pages) -> Vec<Finding> {
    let installed = match &github.installations {
        Ok(installed) => installed,
        Err(error) => return vec![unknown(ABOUT, error)],
    };
    if installed.is_empty() {
        let page = pages.public.as_ref().map(|page| format!("{page}/installations/new"));
        let finding =
            Finding::problem(ABOUT, "The App is installed nowhere, so it hears of no pull request.");
        return vec![
            finding.cure("Install it on the account of the registry, for that repository alone.").link(page),
        ];
    }
    let mut findings: Vec<Finding> =
        installed.iter().flat_map(|one| of_one(github, one, settled, app)).collect();
    for owner in &settled.allowed_owners {
        let has = |one: &Placed| owner_of(one).is_some_and(|login| login.eq_ignore_ascii_case(owner));
        if !installed.iter().any(has) {
            let said =
                prose![code("ALLOWED_OWNERS"), " names an account on which the App is not installed: "];
            let said = said.then(prose![theirs(owner.as_str()), "."]);
            findings.push(Finding::warning(ABOUT, said).cure("Correct the name, or install the App there."));
        }
    }
    findings
}

fn owner_of(installed: &Placed) -> Option<&str> {
    installed.account.as_ref()?.login.as_deref()
}

fn of_one(github: &OnGitHub, installed: &Placed, settled: &Settled, app: &Registration) -> Vec<Finding> {
    let page = Some(&installed.html_url).filter(|url| url.starts_with("https://"));
    let Some(owner) = owner_of(installed) else {
        let said = "The App is installed on an enterprise, which has no repositories of its own.";
        return vec![Finding::warning(ABOUT, said).link(page)];
    };
    let on = |rest: &'static str| prose!["On ", theirs(owner), rest];
    if installed.suspended_at.is_some() {
        let finding = Finding::warning(ABOUT, on(": suspended by the owner, so it is left alone."));
        return vec![finding.cure("An owner of the account can unsuspend it.").link(page)];
    }
    if !is_served(installed, &settled.allowed_owners) {
        let finding = Finding::warning(ABOUT, on(": not served, for ALLOWED_OWNERS does not name it."));
        return vec![finding.cure("Add it to ALLOWED_OWNERS, or take the App off that account.").link(page)];
    }
    let mut findings = Vec::new();
    let lacking: Vec<Piece> = {
        let registered = lacking(&app.permissions);
        lacking(&installed.permissions).into_iter().filter(|lack| !registered.contains(lack)).collect()
    };
    if !lacking.is_empty() {
        let said = on(": the owner has not accepted ").then(listed(lacking, 10)).then(prose!["."]);
        let cure = "An owner of the account accepts the new permissions there; until then the App cannot do its work.";
        let page = page.map(|page| format!("{page}/permissions/update"));
        findings.push(Finding::problem(ABOUT, said).cure(cure).link(page));
    }
    match github.covered.get(&installed.id) {
        None => findings.push(Finding::ok(ABOUT, on("; its repositories were not asked for."))),
        Some(Err(error)) => findings.push(unknown(ABOUT, error)),
        Some(Ok(covers)) => {
            findings.push(repositories(on(": "), covers).link_if_not_ok(page));
            findings.push(match &covers.allowance {
                Ok(allowance) => left(on(": "), allowance),
                Err(error) => unknown("allowance", error),
            });
        }
    }
    findings
}

impl Finding {
    fn link_if_not_ok(self, link: Option<&String>) -> Self {
        if self.state == super::State::Ok { self } else { self.link(link) }
    }
}

fn repositories(on: Prose, covers: &Covers) -> Finding {
    if covers.all == 0 {
        let said = on.then(prose!["no repository that it may see."]);
        return Finding::problem(ABOUT, said).cure("Choose the registry under Repository access.");
    }
    let shown: Vec<Piece> =
        covers.names.iter().take(MOST_NAMED).map(|name| theirs(name.name.as_str())).collect();
    let more = covers.all - shown.len();
    let count =
        if covers.all == 1 { "1 repository, ".to_owned() } else { format!("{} repositories, ", covers.all) };
    let said = on.then(prose![count]).then(listed(shown, MOST_NAMED));
    let more = if more > 0 { format!(" and {more} more.") } else { ".".to_owned() };
    Finding::ok(ABOUT, said.then(prose![more]))
}

fn left(on: Prose, allowance: &Allowance) -> Finding {
    let Allowance { limit, remaining, reset } = allowance;
    // The numbers change with every question: they matter only where little is left.
    if *remaining * 10 > *limit {
        return Finding::ok("allowance", on.then(prose!["enough is left of GitHub's hourly allowance."]));
    }
    let at = DateTime::from_timestamp(*reset, 0).unwrap_or_default().format("%H:%M UTC");
    let said = on.then(prose![format!("{remaining} of {limit} requests are left until {at}.")]);
    Finding::warning("allowance", said)
        .cure("`serve` waits by itself. If it happens often, look what else uses this App's key.")
}

/// What was not looked at.
pub(super) fn left_out(github: &OnGitHub) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &github.missed {
        None => {}
        Some((name, Some(error))) => findings.push(unknown("repository", error).of(name)),
        Some((name, None)) => {
            let said = "The App is not installed on it, or there is no such repository.";
            let finding = Finding::problem("repository", said).of(name);
            findings.push(finding.cure("Add it to an installation, under Repository access."));
        }
    }
    if github.left_out > 0 {
        let said = format!("{} more were not looked at; --all looks at every one.", github.left_out);
        findings.push(Finding::ok("repositories", prose![said]));
    }
    findings
}
