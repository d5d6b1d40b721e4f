//! `nominee-exists`: a submission belongs to a nominee of the registry.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome},
        evidence::{Answer, Evidence, nominated},
        finding::{Finding, Severity},
        nomination::Kind,
        prose::code,
    },
};

pub const CHECK: Check = Check {
    id: "nominee-exists",
    indicator: "The file",
    topic: "Nominee of the submission",
    title: "The submission belongs to a nominee",
    severities: &[Severity::Should],
    why: "The nominee holds what is known of the project: its description, goals, license and repositories. The \
          submission adds the answers on the other indicators, and the two find each other by the name of the file.",
    how: "Give the file in `digitalpublicgoods` the name that the nominee's file has in `nominees`. If there is none, add \
          it in the same pull request.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/CONTRIBUTING.md",
    kinds: &[Kind::Submission],
    reads_raw: true,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: "{\"name\": \"Open Clinic\"}\n",
        evidence: || nominee(Answer::Found(())),
        other_files: &[],
    },
    fails: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: "{\"name\": \"Open Clinic\"}\n",
        evidence: || nominee(Answer::Missing),
        other_files: &[],
    },
    judge,
};

fn nominee(answer: Answer<()>) -> Evidence {
    let mut evidence = Evidence::default();
    evidence.file_is("nominees/open-clinic.json", answer);
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    let path = nominated(case.nomination);
    if case.siblings.iter().any(|sibling| sibling.path == path) {
        return Outcome::Met;
    }
    match case.evidence.file(&path) {
        Answer::Found(()) => Outcome::Met,
        Answer::Unavailable(why) => Outcome::not_checked(prose![why]),
        Answer::Missing => {
            let message = prose![
                "There is no nominee of this name: the registry has no file ",
                code(path),
                ". If the project is nominated under another name, give this file that name; if it is not nominated yet, \
                 add the file to this pull request.",
            ];
            Outcome::NotMet(vec![Finding::should(message)])
        }
    }
}
