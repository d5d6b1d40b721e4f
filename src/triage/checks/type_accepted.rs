//! `type-accepted`: each type of good is one that the registry takes.

use chrono::NaiveDate;

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        evidence::{Answer, published},
        finding::{Finding, Severity},
        nomination::Kind,
        prose::{code, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "type-accepted",
    indicator: "The file",
    topic: "Type",
    title: "The type is one that the registry accepts",
    severities: &[Severity::Must],
    why: "The registry takes open software, data, content and AI models. Open standards were a type of their own until \
          November 2022; those that were accepted by then stay.",
    how: "Say in `type` what the project itself is. Software that implements a standard is `software`.",
    since: Some("2022-11-29"),
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"type\": [\"software\"]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"type\": [\"software\", \"standard\"]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    if case.nomination.types.is_empty() {
        return Outcome::NotApplicable;
    }
    if is_accepted(case) {
        return Outcome::Met;
    }
    // Open standards are not accepted since this day.
    let ended = NaiveDate::from_ymd_opt(2022, 11, 29).unwrap_or_default();
    let findings = (case.nomination.types.iter())
        .filter(|kind| kind.value == "standard" && case.day >= ended)
        .map(|kind| {
            let written =
                case.nomination.document.as_ref().and_then(|root| root.at(&kind.spot.pointer)?.as_str());
            let message = prose![
                "Open standards are not accepted as a type since 29 November 2022. Delete ",
                theirs(written.unwrap_or(kind.value.as_str())),
            ];
            let message = message.then(match case.nomination.types.len() {
                1 => prose![
                    ", and write ",
                    code("software"),
                    ", ",
                    code("data"),
                    " or ",
                    code("content"),
                    " if the project is software, data or content that implements a standard.",
                ],
                _ => prose!["; the other types may stay."],
            });
            Finding::must(message).at(&kind.spot)
        });
    Outcome::of(findings.collect())
}

/// Whether the registry has accepted the project already: a new rule does not look back. A submission in the same pull
/// request is not accepted yet.
fn is_accepted(case: &Case<'_>) -> bool {
    let name = case.nomination.file_name();
    let submitted =
        case.siblings.iter().any(|other| other.kind == Kind::Submission && other.file_name() == name);
    !submitted && matches!(case.evidence.file(&published(case.nomination)), Answer::Found(()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::{evidence::Evidence, render::documentation::judge as outcome};

    #[test]
    fn what_was_accepted_stays() {
        let accepted = || {
            let mut evidence = Evidence::default();
            evidence.file_is("digitalpublicgoods/open-clinic.json", Answer::Found(()));
            evidence
        };
        let example = Example { evidence: accepted, ..CHECK.fails };
        assert_eq!(outcome(&CHECK, &example).outcome, Outcome::Met);
    }

    #[test]
    fn the_type_to_delete_is_named() {
        for (types, told) in [
            (r#"["software", "standard"]"#, "Delete \"standard\"; the other types may stay."),
            (r#"["standard"]"#, "Delete \"standard\", and write `software`, `data` or `content` if"),
        ] {
            let text = format!(r#"{{"type": {types}}}"#).leak();
            let said = outcome(&CHECK, &Example { text, ..CHECK.fails }).outcome;
            assert!(said.findings()[0].message.plain().contains(told), "{said:?}");
        }
    }
}
