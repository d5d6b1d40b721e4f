//! `indicator-5-documentation`: where the project is documented.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-5-documentation",
    indicator: "Indicator 5: documentation",
    topic: "Documentation",
    title: "The questions on documentation are answered",
    severities: &[Severity::Should],
    why: "The DPG Standard asks for documentation with which somebody who does not know the project can start \
          to use it.",
    how: "Answer `isDocumentationAvailable` with `Yes` or `No`. With a `Yes`, list the addresses of the \
          documentation in `documentationURL`. Every accepted project answers `Yes`: a README that says how to \
          install and run the project is a beginning.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "documentation": {
    "isDocumentationAvailable": "Yes",
    "documentationURL": [
      "https://docs.openclinic.org"
    ]
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "documentation": {
    "isDocumentationAvailable": "Yes",
    "documentationURL": [
      "It is in preparation"
    ]
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

const FORM: &[Part] = &[Part {
    pointer: "/documentation",
    asks: &[Ask::Whether {
        key: "isDocumentationAvailable",
        words: "the project is documented",
        standard: true,
        then: &[Ask::Link { key: "documentationURL", words: "the documentation" }],
    }],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
