//! `indicator-6-data-extraction`: how data that are not personal get in and out.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-6-data-extraction",
    indicator: "Indicator 6: data extraction",
    topic: "Data extraction",
    title: "The questions on data extraction are answered",
    severities: &[Severity::Should],
    why: "Data and content that are not personal have to be open to import or extraction in a format that is \
          not proprietary, so that nobody is locked in.",
    how: "Answer `collectsNonPII` with `Yes` or `No`. With a `Yes`, answer `checkNonPIIAccessMechanism`, too, \
          and describe in `nonPIIAccessMechanism` how the data are imported or extracted, and in which format \
          (CSV, JSON, an interface for programs). The standard asks for such a way.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "NonPII": {
    "collectsNonPII": "Yes",
    "checkNonPIIAccessMechanism": "Yes",
    "nonPIIAccessMechanism": "Each report can be exported as CSV."
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "NonPII": {
    "collectsNonPII": "Yes",
    "checkNonPIIAccessMechanism": "Yes",
    "nonPIIAccessMechanism": "N/A"
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

const FORM: &[Part] = &[Part {
    pointer: "/NonPII",
    asks: &[Ask::Whether {
        key: "collectsNonPII",
        words: "the project collects or uses data or content that are not personal",
        standard: false,
        then: &[Ask::Whether {
            key: "checkNonPIIAccessMechanism",
            words: "data that are not personal can be imported or extracted in an open format",
            standard: true,
            then: &[Ask::Text {
                key: "nonPIIAccessMechanism",
                words: "how data that are not personal are imported or extracted, and in which format",
            }],
        }],
    }],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
