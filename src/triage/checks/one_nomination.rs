//! `one-nomination`: a pull request brings one nominee.

use crate::{
    prose,
    triage::{
        check::{ALL_KINDS, Case, Check, Example, Outcome, no_evidence},
        finding::{Finding, Severity},
        nomination::Kind,
        prose::{Prose, listed, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "one-nomination",
    indicator: "The file",
    topic: "One nomination a pull request",
    title: "The pull request brings this nomination alone",
    severities: &[Severity::Hint],
    why: "Each nominee is discussed, reviewed and merged by itself. Other files in the same pull request hold it up.",
    how: "Open a pull request of its own for each nominee, and leave other changes out of it.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/CONTRIBUTING.md",
    kinds: ALL_KINDS,
    reads_raw: true,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"name\": \"Open Clinic\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"name\": \"Open Clinic\"}\n",
        evidence: no_evidence,
        other_files: &["README.md"],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    // A nominee and its own submission belong together.
    let own = |other: &&&crate::triage::nomination::Nomination| {
        other.file_name() == case.nomination.file_name() && other.kind != case.nomination.kind
    };
    let nominees = case
        .siblings
        .iter()
        .filter(|other| !own(other) && other.kind != Kind::Submission)
        .map(|other| other.path.as_str());
    let others = nominees.chain(case.other_files.iter().map(String::as_str));
    let others: Vec<_> = others.map(theirs).collect();
    if others.is_empty() {
        return Outcome::Met;
    }
    let message =
        Prose([prose!["The pull request also changes "].0, listed(others, 5).0, prose!["."].0].concat());
    Outcome::NotMet(vec![Finding::hint(message)])
}
