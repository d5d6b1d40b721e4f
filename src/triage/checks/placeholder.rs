//! `placeholder`: nothing of a test or of a template is left.

use crate::{
    prose,
    triage::{
        check::{ALL_KINDS, Case, Check, Example, Outcome, no_evidence},
        finding::{Finding, Severity, Spot},
        nomination::{Kind, Located, Nomination, json::Node},
        prose::theirs,
    },
};

pub const CHECK: Check = Check {
    id: "placeholder",
    indicator: "The file",
    topic: "Placeholder",
    title: "Nothing of a test or of a template is left",
    severities: &[Severity::Must],
    why: "Tests of the form and half-filled templates reach the registry as pull requests. People should not spend time \
          on them.",
    how: "Write the project's true name, description, addresses and evidence. If this was a test, close the pull \
          request.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/CONTRIBUTING.md",
    kinds: ALL_KINDS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"name\": \"Open Clinic\", \"website\": \"https://openclinic.org\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/my-project.json",
        text: "{\"name\": \"My Project\", \"website\": \"https://www.example.org\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

/// Whole texts that nobody means.
const TEXTS: [&str; 25] = [
    "my project",
    "my-project",
    "test",
    "testing",
    "test project",
    "testproject",
    "test nominee",
    "test1",
    "test2",
    "test 2",
    "test 1",
    "this is a test",
    "new project",
    "project name",
    "name of the project",
    "name",
    "description",
    "foo",
    "bar",
    "asdf",
    "abc",
    "xxx",
    "lorem ipsum",
    "tbd",
    "todo",
];

/// Hosts of nobody, and pages on which nobody's project is.
const HOSTS: [&str; 16] = [
    "example.org",
    "example.com",
    "example.net",
    "test.com",
    "test.org",
    "test.test",
    "domain.com",
    "yourwebsite.com",
    "website.com",
    "google.com",
    "google.de",
    "bing.com",
    "duckduckgo.com",
    "yahoo.com",
    "localhost",
    "127.0.0.1",
];

fn judge(case: &Case<'_>) -> Outcome {
    let nomination = case.nomination;
    let words = nomination.name.iter().chain(&nomination.description);
    let texts = words.chain(nomination.goals.iter().filter_map(|goal| goal.evidence_text.as_ref()));
    let placeholders =
        texts.filter(|text| is_placeholder(&text.value)).map(|text| finding(&text.value, &text.spot));
    let mut findings: Vec<Finding> = placeholders.collect();
    if nomination.kind == Kind::Submission {
        // Answers are links as often as words, under whatever key.
        nomination.document.iter().for_each(|document| in_answers(document, &mut findings));
    } else {
        let addresses = addresses(nomination).filter(|address| leads_nowhere(&address.value));
        findings.extend(addresses.map(|address| finding(&address.value, &address.spot)));
    }
    Outcome::of(findings)
}

fn addresses(nomination: &Nomination) -> impl Iterator<Item = &Located<String>> {
    (nomination.website.iter())
        .chain(nomination.repositories.iter().map(|repository| &repository.url))
        .chain(nomination.licenses.iter().filter_map(|license| license.url.as_ref()))
        .chain(nomination.goals.iter().filter_map(|goal| goal.evidence_url.as_ref()))
}

/// So many answers are told; a file with more is a test.
const MOST: usize = 20;

fn in_answers(node: &Node, findings: &mut Vec<Finding>) {
    if findings.len() >= MOST {
        return;
    }
    if let Some(text) = node.as_str().filter(|text| leads_nowhere(text)) {
        findings.push(finding(text, &node.spot));
    }
    let below = node.members().iter().map(|member| &member.node).chain(node.items());
    below.for_each(|node| in_answers(node, findings));
}

fn finding(text: &str, spot: &Spot) -> Finding {
    let message = prose![
        theirs(text),
        " looks like a placeholder. Write what is true of the project; if this is a test, close the pull request.",
    ];
    Finding::must(message).at(spot)
}

fn is_placeholder(text: &str) -> bool {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    TEXTS.contains(&text.as_str()) || text.starts_with("lorem ipsum")
}

/// The front page, or any page, of a host that is nobody's.
fn leads_nowhere(address: &str) -> bool {
    let address = address.trim().to_lowercase();
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default().trim_start_matches("www.");
    HOSTS.contains(&host)
}
