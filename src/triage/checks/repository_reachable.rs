//! `repository-reachable`: every listed repository is there and public.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{Answer, Evidence, RepositoryFacts},
        finding::{Finding, Severity},
        prose::{Prose, code, link, theirs},
        pull_request::RepositoryName,
        repository::Address,
    },
};

pub const CHECK: Check = Check {
    id: "repository-reachable",
    indicator: "The source",
    topic: "Access to the repository",
    title: "Each repository is public and at its present address",
    severities: &[Severity::Must],
    why: "A digital public good's source is open to everybody. An address that leads nowhere may be misspelled, \
          renamed, or private.",
    how: "Open the address in a private browser window. If it does not show the repository, correct the address or make \
          the repository public. If it leads on to another address, write that one.",
    since: None,
    source: "https://digitalpublicgoods.net/standard/",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_there,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: TEXT,
        evidence: example_gone,
        other_files: &[],
    },
    judge,
};

const TEXT: &str = "{\n  \"repositories\": [{ \"url\": \"https://github.com/open-clinic/app\" }]\n}\n";

fn example_there() -> Evidence {
    let name = RepositoryName::new("open-clinic", "app");
    let mut evidence = Evidence::default();
    evidence.repository_is(&name, Answer::Found(RepositoryFacts::new(name.clone())));
    evidence
}

fn example_gone() -> Evidence {
    let mut evidence = Evidence::default();
    evidence.repository_is(RepositoryName::new("open-clinic", "app"), Answer::Missing);
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    let (mut faults, mut unknown, mut met) = (Vec::new(), Vec::<Prose>::new(), false);
    for listed in &case.nomination.repositories {
        let name = match Address::read(&listed.url.value) {
            Address::Elsewhere { host } => {
                unknown.push(prose![theirs(host), " is not looked up; a reviewer opens the repository"]);
                continue;
            }
            address => match address.repository() {
                Some(name) => name,
                None => continue,
            },
        };
        let page = || link(name.to_string(), name.page());
        match case.evidence.repository(&name) {
            Answer::Found(facts) if facts.private => faults.push(
                Finding::must(prose![
                    page(),
                    " is private. Make it public and then comment ",
                    code("/recheck"),
                    " here, or list the repository that is public."
                ])
                .at(&listed.url.spot),
            ),
            Answer::Found(facts) if !facts.name.is_same(&name) => {
                let present = facts.name.page();
                let message = prose![
                    page(),
                    " has moved to ",
                    link(facts.name.to_string(), present.clone()),
                    ". Write its new address.",
                ];
                faults.push(Finding::must(message).at(&listed.url.spot).suggest(present));
            }
            Answer::Found(_) => met = true,
            Answer::Missing => {
                let message = prose![
                    "There is no public repository at ",
                    page(),
                    ": it may be misspelled, deleted or private. Correct the address, or make the repository public and then comment ",
                    code("/recheck"),
                    " here.",
                ];
                faults.push(Finding::must(message).at(&listed.url.spot));
            }
            Answer::Unavailable(why) => unknown.push(prose![why]),
        }
    }
    Outcome::over(faults, unknown.into_iter().next().map(|why| (why, false)), met)
}
