//! `file-extension`: the file's name ends in `.json`.

use crate::{
    prose,
    triage::{
        check::{ALL_KINDS, Case, Check, Example, Outcome, no_evidence},
        finding::{Finding, Severity},
        prose::{code, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "file-extension",
    indicator: "The file",
    topic: "Ending of the file's name",
    title: "The file's name ends in .json",
    severities: &[Severity::Must],
    why: "The registry's programs read only files whose names end in `.json`; any other is passed over in silence.",
    how: "Rename the file so that its name ends in `.json`, in small letters.",
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
        path: "nominees/open-clinic",
        text: "{\"name\": \"Open Clinic\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let file = case.nomination.file_name();
    if file.ends_with(".json") {
        return Outcome::Met;
    }
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let message = prose![
        "The file is called ",
        theirs(file),
        ". Its name has to end in ",
        code(".json"),
        "; otherwise the registry does not see it. In GitHub's editor the name is changed in the box above the text.",
    ];
    Outcome::NotMet(vec![Finding::must(message).suggest(format!("{stem}.json"))])
}
