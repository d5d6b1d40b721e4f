//! `schema-valid`: the registry's own schema of the base commit holds.

use std::sync::Arc;

use crate::{
    prose,
    triage::{
        check::{ALL_KINDS, Case, Check, Example, Outcome},
        evidence::{Answer, Evidence},
        finding::{Correction, Finding, Severity, Spot},
        prose::{code, theirs},
        schema::Schema,
    },
};

pub const CHECK: Check = Check {
    id: "schema-valid",
    indicator: "The file",
    topic: "Fields of the file",
    title: "The file follows the registry's schema",
    severities: &[Severity::Must],
    why: "The schema lists the fields that every nomination has and what may stand in them. The registry's website \
          and its own tests read the file by it.",
    how: "Write each field that is named with the type or with one of the values that is named. What another check \
          has said already is not repeated here.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: ALL_KINDS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"name\": \"Open Clinic\",\n  \"website\": \"https://openclinic.org\"\n}\n",
        evidence: example,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"name\": \"Open Clinic\",\n  \"website\": []\n}\n",
        evidence: example,
        other_files: &[],
    },
    judge,
};

fn example() -> Evidence {
    let schema = r#"{"required": ["name"], "properties": {"website": {"type": "string"}}}"#;
    let mut evidence = Evidence::default();
    evidence.schema_is("nominee-schema.json", Answer::Found(Arc::new(Schema::read(schema))));
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    let (Some(path), Some(document)) = (&case.nomination.schema, &case.nomination.document) else {
        return Outcome::NotApplicable;
    };
    let schema = match case.evidence.schema(path) {
        Answer::Found(schema) => schema,
        Answer::Missing => {
            return Outcome::not_checked(prose!["the registry has no file ", code(path.as_str())]);
        }
        Answer::Unavailable(why) => return Outcome::not_checked(prose![why]),
    };
    let violations = match schema.violations(document, &|what| case.evidence.pages.file(what, path)) {
        Ok(violations) => violations,
        Err(why) => {
            let why = prose!["the registry's own ", code(path.as_str()), " cannot be used: ", theirs(why)];
            return Outcome::not_checked(why);
        }
    };
    let findings = violations.into_iter().map(|violation| {
        // A missing field has no value to stand at; its own pointer keeps two of them apart.
        let spot = Spot { pointer: violation.pointer(), span: violation.spot.span };
        let message = match violation.missing.as_deref() {
            Some("stage") => {
                let new =
                    prose!["A new nomination has ", code("\"stage\": \"nominee\""), " as its last field."];
                violation.message.and(new)
            }
            _ => violation.message,
        };
        let mut finding = Finding::must(message).at(&spot);
        match violation.suggestion {
            Some(number) if violation.is_number => return finding.number(number),
            other => finding.correction = other.map(Correction::Text),
        }
        finding
    });
    Outcome::of(findings.collect())
}
