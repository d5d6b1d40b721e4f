//! `repository-alive`: the repository is one that is worked in.

use chrono::{Days, NaiveDate};

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{Answer, Evidence, RepositoryFacts},
        finding::{Finding, Severity},
        prose::link,
        pull_request::RepositoryName,
        repository::Address,
    },
};

pub const CHECK: Check = Check {
    id: "repository-alive",
    indicator: "The source",
    topic: "State of the repository",
    title: "Each repository is in use",
    severities: &[Severity::Should, Severity::Hint],
    why: "An archived or empty repository, or a mere copy of another one, is rarely where a digital public good lives.",
    how: "List the repository in which the work goes on. If the archived or copied one is right, say so in a comment.",
    since: None,
    source: "https://docs.github.com/rest/repos/repos#get-a-repository",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_alive,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_archived,
        other_files: &[],
    },
    judge,
};

const TEXT: &str = "{\"repositories\": [{ \"url\": \"https://github.com/open-clinic/app\" }]}\n";

fn example_alive() -> Evidence {
    example(false)
}

fn example_archived() -> Evidence {
    example(true)
}

fn example(archived: bool) -> Evidence {
    let name = RepositoryName::new("open-clinic", "app");
    let mut evidence = Evidence::default();
    evidence.repository_is(
        &name,
        Answer::Found(RepositoryFacts { archived, ..RepositoryFacts::new(name.clone()) }),
    );
    evidence
}

/// Longer without a push is worth a word, in days.
const QUIET: u64 = 2 * 365;

fn judge(case: &Case<'_>) -> Outcome {
    let (mut findings, mut unknown, mut met) = (Vec::new(), None, false);
    for listed in &case.nomination.repositories {
        let Some(name) = Address::read(&listed.url.value).repository() else { continue };
        match case.evidence.repository(&name) {
            Answer::Found(facts) if facts.private => {}
            Answer::Found(facts) => {
                met = true;
                findings.extend(of_one(&facts, case.day).map(|finding| finding.at(&listed.url.spot)));
            }
            // That it is not there is said by `repository-reachable`.
            Answer::Missing => {}
            Answer::Unavailable(why) => unknown = Some(why),
        }
    }
    match (findings.is_empty(), unknown, met) {
        (false, ..) => Outcome::NotMet(findings),
        (true, Some(why), _) => Outcome::not_checked(prose![why]),
        (true, None, true) => Outcome::Met,
        (true, None, false) => Outcome::NotApplicable,
    }
}

fn of_one(facts: &RepositoryFacts, day: NaiveDate) -> Option<Finding> {
    let page = link(facts.name.to_string(), facts.name.page());
    let quiet = facts.pushed_at.filter(|pushed| pushed.date_naive() + Days::new(QUIET) < day);
    if facts.archived {
        Some(Finding::should(prose![
            page,
            " is archived: nothing in it changes any more. Is the work going on elsewhere?"
        ]))
    } else if facts.empty {
        Some(Finding::should(prose![page, " is empty. List the repository that holds the source."]))
    } else if facts.fork {
        Some(Finding::hint(prose![
            page,
            " is a fork of another repository. Is it the original that should be nominated?"
        ]))
    } else {
        let pushed = quiet?;
        Some(Finding::hint(prose![page, format!(" was last changed on {}.", pushed.date_naive())]))
    }
}
