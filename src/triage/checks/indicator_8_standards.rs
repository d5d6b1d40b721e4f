//! `indicator-8-standards`: which standards and best practices the project follows.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-8-standards",
    indicator: "Indicator 8: standards and best practices",
    topic: "Standards and best practices",
    title: "The questions on standards and best practices are answered",
    severities: &[Severity::Should],
    why: "Standards and best practices let projects work together and be relied on. Reviewers look at what \
          shows that they are followed.",
    how: "Answer `supportStandards` and `implementBestPractices` with `Yes` or `No`. With a `Yes`, list the \
          standards in `standardsList` and the practices in `bestPracticesList`, and link in \
          `evidenceStandardSupport` what shows that the standards are supported: a validator, tests, the \
          documentation of an interface. The standard asks every project for a `Yes` to both.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "standards": {
    "supportStandards": "Yes",
    "standardsList": [
      "HL7 FHIR"
    ],
    "evidenceStandardSupport": [
      "https://docs.openclinic.org/fhir"
    ],
    "implementBestPractices": "Yes",
    "bestPracticesList": [
      "Principles for Digital Development"
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
  "standards": {
    "supportStandards": "Yes",
    "standardsList": [
      "HL7 FHIR"
    ],
    "evidenceStandardSupport": [],
    "implementBestPractices": "Unknown"
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

const FORM: &[Part] = &[Part {
    pointer: "/standards",
    asks: &[
        Ask::Whether {
            key: "supportStandards",
            words: "the project supports standards",
            standard: true,
            then: &[
                Ask::Text { key: "standardsList", words: "the names of the standards" },
                Ask::Link {
                    key: "evidenceStandardSupport",
                    words: "what shows that the standards are supported, such as a validator or tests",
                },
            ],
        },
        Ask::Whether {
            key: "implementBestPractices",
            words: "the project follows best practices or principles",
            standard: true,
            then: &[Ask::Text {
                key: "bestPracticesList",
                words: "the names of the best practices and principles",
            }],
        },
    ],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
