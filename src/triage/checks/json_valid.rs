//! `json-valid`: the file is JSON.

use crate::triage::{
    check::{ALL_KINDS, Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
};

pub const CHECK: Check = Check {
    id: "json-valid",
    indicator: "The file",
    topic: "JSON",
    title: "The file is valid JSON",
    severities: &[Severity::Must],
    why: "Programs read the file. Where one character is wrong, they cannot read any of it.",
    how: "Go to the line that is named, and change there what is said: mostly a comma or a quotation mark is missing. \
          The file is looked at again then, and the next such place is told, if there is one. Each field may stand in an object only once, and the file is saved as UTF-8 without byte order mark.",
    since: None,
    source: "https://www.rfc-editor.org/rfc/rfc8259",
    kinds: ALL_KINDS,
    reads_raw: true,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"name\": \"Open Clinic\",\n  \"stage\": \"nominee\"\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"name\": \"Open Clinic\"\n  \"stage\": \"nominee\"\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    Outcome::of(case.faults.to_vec())
}
