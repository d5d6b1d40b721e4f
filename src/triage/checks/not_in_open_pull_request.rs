//! `not-in-open-pull-request`: no other open pull request nominates the project.

use std::sync::Arc;

use crate::{
    prose,
    triage::{
        catalog::{Catalog, Entry, Twin},
        check::{Case, Check, Example, Outcome, PROJECTS},
        evidence::{Answer, Evidence, OpenPullRequests},
        finding::{Finding, Severity},
        likeness::place,
        prose::{code, link, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "not-in-open-pull-request",
    indicator: "The registry",
    topic: "Whether it is nominated already",
    title: "No other open pull request nominates the project",
    severities: &[Severity::Must, Severity::Should, Severity::Hint],
    why: "Two pull requests with one project are reviewed twice, and what is said in the one is not seen in the other. Most \
          come about when a form is sent twice.",
    how: "Go on in one of the two and close the other. Only the newer pull request is asked to change. If they bring \
          different projects, say in a comment what tells the two apart; a maintainer then lets it pass with `/waive`.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/CONTRIBUTING.md",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"name\": \"Open Clinic\", \"repositories\": [{\"url\": \"https://github.com/open-clinic/app\"}]}\n",
        evidence: example,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/vaccination-book.json",
        text: "{\n  \"name\": \"Vaccination Book\",\n  \"website\": \"https://vaccination.example/book\"\n}\n",
        evidence: example,
        other_files: &[],
    },
    judge,
};

fn example() -> Evidence {
    let text = br#"{"name": "Book of Vaccinations", "website": "http://www.vaccination.example/book/"}"#;
    with_open(Entry::read("nominees/book-of-vaccinations.json", text).into_iter().collect(), 0)
}

/// Pull request 12 is judged; 11 brings these entries.
fn with_open(entries: Vec<Entry>, unread: usize) -> Evidence {
    let entries = entries.into_iter().map(|entry| entry.in_pull_request(11)).collect();
    let mut evidence = Evidence::default();
    evidence.open_pull_requests_are(Answer::Found(OpenPullRequests {
        catalog: Arc::new(Catalog::new(entries, "", [])),
        own: 12,
        unread,
        pages: "https://github.com/DPGAlliance/publicgoods-candidates/pull/".to_owned(),
    }));
    evidence
}

/// So many are told; of more, the first ones.
const MOST_TOLD: usize = 3;

fn judge(case: &Case<'_>) -> Outcome {
    let nomination = case.nomination;
    let registry = case.evidence.registry();
    let registry = registry.found();
    // Whoever changes an entry does not nominate it.
    let is_entry = |path: &str| registry.is_some_and(|registry| registry.catalog.has(path));
    if is_entry(&nomination.path) {
        return Outcome::NotApplicable;
    }
    let open = match case.evidence.open_pull_requests() {
        Answer::Found(open) => open,
        Answer::Missing => return Outcome::not_checked("the open pull requests were not to be found"),
        Answer::Unavailable(why) => return Outcome::not_checked(prose![why]),
    };
    let others =
        open.catalog.find(nomination, |entry| entry.pull_request == Some(open.own) || is_entry(&entry.path));
    let findings: Vec<Finding> =
        others.iter().filter_map(|twin| told(twin, &open, case)).take(MOST_TOLD).collect();
    match (findings.is_empty(), open.unread) {
        (true, 0) => Outcome::Met,
        (true, 1) => Outcome::not_checked("one of the open pull requests is not read yet"),
        (true, unread) => {
            Outcome::not_checked(prose![format!("{unread} of the open pull requests are not read yet")])
        }
        (false, _) => Outcome::NotMet(findings),
    }
}

fn told(twin: &Twin<'_>, open: &OpenPullRequests, case: &Case<'_>) -> Option<Finding> {
    let Twin { entry, likeness } = twin;
    let number = entry.pull_request?;
    let page = link(format!("pull request {number}"), format!("{}{number}", open.pages));
    let alike = prose![theirs(entry.name.as_str()), " (", theirs(entry.path.as_str()), ") there has "]
        .then(likeness.words(&entry.name));
    let finding = match (number < open.own, likeness.sure) {
        (true, true) => Finding::must(
            prose!["The older ", page, " seems to nominate this project, too: "].then(alike).then(prose![
                ". Nothing in the file has to be changed for that. If it is the same, go on in one of the two and close the \
                 other. If it is another project, say in a comment what tells the two apart. A maintainer then lets it pass \
                 by the command ",
                code(format!("/waive {} REASON", CHECK.id)),
                "."
            ]),
        )
        .in_talk(),
        (true, false) => Finding::should(
            prose!["Is this another project than that of the older ", page, "? "].then(alike).then(prose![
                ". If it is the same, go on in one of the two and close the other; if not, nothing has to be done."
            ]),
        ),
        (false, true) => Finding::hint(
            prose!["The newer ", page, " seems to nominate this project, too: "].then(alike).then(prose![
                ". It is the newer one that has to change."
            ]),
        ),
        (false, false) => return None,
    };
    Some(match place(case.nomination, likeness) {
        Some(spot) => finding.at(spot),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{evidence::Registered, render::documentation::judge};

    const TEXT: &str = "{\"name\": \"Rain Maps\"}\n";

    fn ended(evidence: fn() -> Evidence) -> Outcome {
        judge(&CHECK, &Example { path: "nominees/rain-maps.json", text: TEXT, evidence, other_files: &[] })
            .outcome
    }

    fn others(name: &str, number: u64, unread: usize) -> Evidence {
        let text = format!("{{\"name\": \"{name}\"}}");
        let mut evidence = with_open(vec![], unread);
        let mut open = evidence.open_pull_requests().found().cloned().unwrap();
        let entry = Entry::read("nominees/other.json", text.as_bytes()).unwrap().in_pull_request(number);
        open.catalog = Arc::new(Catalog::new(vec![entry], "", []));
        evidence.open_pull_requests_are(Answer::Found(open));
        evidence
    }

    /// Of two the newer one gives way; whoever was first is at most told.
    #[test]
    fn only_the_newer_one_changes() {
        assert_eq!(ended(|| others("Rain Maps", 11, 0)).severity(), Some(Severity::Must));
        assert_eq!(ended(|| others("Rain Maps 2", 11, 0)).severity(), Some(Severity::Should));
        assert_eq!(ended(|| others("Rain Maps", 13, 0)).severity(), Some(Severity::Hint));
        assert_eq!(ended(|| others("Rain Maps 2", 13, 0)), Outcome::Met);
        assert_eq!(ended(|| others("Rain Maps", 12, 0)), Outcome::Met);
    }

    #[test]
    fn what_is_not_read_yet_is_not_called_fine() {
        assert!(matches!(ended(|| others("Else", 11, 3)), Outcome::NotChecked { .. }));
        assert_eq!(ended(|| others("Rain Maps", 11, 3)).severity(), Some(Severity::Must));
    }

    #[test]
    fn changing_an_entry_is_no_nomination() {
        let changed = || {
            let mut evidence = others("Rain Maps", 11, 0);
            let catalog = Arc::new(Catalog::new(vec![], "", ["nominees/rain-maps.json".to_owned()]));
            evidence.registry_is(Answer::Found(Registered { catalog, without: vec![] }));
            evidence
        };
        assert_eq!(ended(changed), Outcome::NotApplicable);
    }
}
