//! `repository-alive`: the repository is one that is worked in.

use chrono::{Days, NaiveDate};

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS},
        contents::{Contents, Item},
        evidence::{Answer, Evidence, RepositoryFacts, unseen},
        finding::{Finding, Severity},
        prose::{Piece, code, link},
        pull_request::RepositoryName,
        repository::{Address, Repository},
    },
};

pub const CHECK: Check = Check {
    id: "repository-alive",
    indicator: "The source",
    topic: "State of the repository",
    title: "Each repository is in use",
    severities: &[Severity::Should, Severity::Hint],
    why: "An archived or empty repository, or a mere copy of another one, is rarely where a digital public good lives. \
          A README lets people find out what is in it.",
    how: "List the repository in which the work goes on, and that has the source. If the archived or copied one is right, \
          say so in a comment.",
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
    let items = vec![Item::file("README.md"), Item::folder("src")];
    evidence.contents_are(&name, Answer::Found(Contents { items }));
    evidence
}

/// Longer without a push is worth a word, in days.
const QUIET: u64 = 2 * 365;

fn judge(case: &Case<'_>) -> Outcome {
    let (mut findings, mut unknown, mut gone, mut met) = (Vec::new(), None, false, false);
    let software = case.nomination.types.iter().any(|kind| kind.value == "software");
    for listed in &case.nomination.repositories {
        let Some(name) = Address::read(&listed.url.value).repository() else { continue };
        match case.evidence.repository(&name) {
            Answer::Found(facts) if facts.private => gone = true,
            Answer::Found(facts) => {
                met = true;
                let state = of_state(&facts, case.day);
                let top = match &name {
                    Repository::GitHub(_) => case.evidence.contents(&name),
                    // What lies there is not looked through.
                    Repository::Forge(_) => Answer::Missing,
                };
                if let Answer::Unavailable(why) = &top {
                    unknown = Some(why.clone());
                }
                let contents =
                    top.found().filter(|_| !facts.empty).map(|top| of_contents(&facts, top, software));
                let of_one = state.into_iter().chain(contents.into_iter().flatten());
                findings.extend(of_one.map(|finding| finding.at(&listed.url.spot)));
            }
            Answer::Missing => gone = true,
            Answer::Unavailable(why) => unknown = Some(why),
        }
    }
    Outcome::over(findings, unseen(unknown, gone), met)
}

fn page(facts: &RepositoryFacts) -> Piece {
    link(facts.name.to_string(), facts.name.page())
}

fn of_state(facts: &RepositoryFacts, day: NaiveDate) -> Option<Finding> {
    let page = page(facts);
    let quiet = facts.pushed_at.filter(|pushed| pushed.date_naive() + Days::new(QUIET) < day);
    if facts.archived {
        let last =
            facts.pushed_at.map(|pushed| format!(" The last change was made on {}.", pushed.date_naive()));
        let mut message = prose![page, " is archived: nothing in it changes any more."];
        last.into_iter().for_each(|last| message.push(last));
        let answer = "If the work goes on in another repository, list that one. If not, say in a comment at the end of \
                      this page why it is complete as it is; the file then stays as it is.";
        Some(Finding::should(message.and(answer.into())))
    } else if facts.disabled {
        Some(Finding::hint(prose![
            page,
            " was taken out of use by GitHub. Its owner can ask ",
            link("GitHub's support", "https://support.github.com"),
            " why."
        ]))
    } else if facts.empty {
        let message = prose![
            page,
            " is empty. If the source lies in another repository, list that one; if it is not public yet, put it here and \
             then comment ",
            code("/recheck"),
            ".",
        ];
        Some(Finding::should(message))
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

fn of_contents(facts: &RepositoryFacts, top: &Contents, software: bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    if software && !top.may_hold_source() {
        let message = prose![
            page(facts),
            " holds documents and no source code at its top. If the source lies in another repository, list that one, too.",
        ];
        findings.push(Finding::hint(message));
    }
    if !top.has_readme() {
        let message = prose![
            page(facts),
            " has no README at its top. It is the first page that people read: a file ",
            code("README.md"),
            " says what the project is, for whom, and how to use it.",
        ];
        findings.push(Finding::hint(message).outside());
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(items: Vec<Item>, software: bool) -> Vec<String> {
        let facts = RepositoryFacts::new(RepositoryName::new("o", "r"));
        let findings = of_contents(&facts, &Contents { items }, software);
        assert!(findings.iter().all(|finding| finding.severity == Severity::Hint));
        findings.iter().map(|finding| finding.message.plain()).collect()
    }

    #[test]
    fn one_word_on_the_state() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let said = |change: fn(&mut RepositoryFacts)| {
            let mut facts = RepositoryFacts::new(RepositoryName::new("o", "r"));
            change(&mut facts);
            of_state(&facts, day).map(|finding| (finding.severity, finding.message.plain()))
        };
        assert_eq!(said(|_| {}), None);
        for (change, severity, word) in [
            ((|facts| facts.archived = true) as fn(&mut RepositoryFacts), Severity::Should, "archived"),
            (|facts| facts.disabled = true, Severity::Hint, "taken out of use by GitHub"),
            (|facts| facts.empty = true, Severity::Should, "empty"),
            (|facts| facts.fork = true, Severity::Hint, "a fork"),
            (|facts| facts.pushed_at = "2024-10-01T00:00:00Z".parse().ok(), Severity::Hint, "2024-10-01"),
        ] {
            let (said, message) = said(change).unwrap();
            assert!(said == severity && message.contains(word), "{message}");
        }
        assert_eq!(said(|facts| facts.pushed_at = "2025-10-01T00:00:00Z".parse().ok()), None);
    }

    #[test]
    fn what_is_not_at_the_top() {
        let file = Item::file;
        assert!(said(vec![file("README.md"), file("app.py")], true).is_empty());
        assert!(said(vec![file("README.md"), file("LICENSE")], false).is_empty(), "only software has source");
        let papers = said(vec![file("README.md"), file("LICENSE")], true);
        assert!(papers.len() == 1 && papers[0].contains("no source code"), "{papers:?}");
        let bare = said(vec![file("app.py"), Item::folder("docs")], true);
        assert!(bare.len() == 1 && bare[0].contains("no README at its top"), "{bare:?}");
    }
}
