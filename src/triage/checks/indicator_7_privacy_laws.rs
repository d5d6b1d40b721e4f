//! `indicator-7-privacy-laws`: which laws the project follows, and what it does for that.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-7-privacy-laws",
    indicator: "Indicator 7: privacy and laws",
    topic: "Privacy and laws",
    title: "The questions on privacy and laws are answered",
    severities: &[Severity::Should],
    why: "The DPG Standard asks that the project complies with the laws that apply to it, on privacy above \
          all.",
    how: "Answer `isPrivacyCompliant` with `Yes` or `No`. With a `Yes`, list the laws in \
          `privacyComplianceList`, and describe in `adherenceSteps` what is done to comply; link the privacy \
          policy or the terms of service there if there are any. The standard asks every project for a `Yes`.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "privacy": {
    "isPrivacyCompliant": "Yes",
    "privacyComplianceList": [
      "GDPR"
    ],
    "adherenceSteps": [
      "Records are deleted on request: https://openclinic.org/privacy"
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
  "privacy": {
    "isPrivacyCompliant": "Yes",
    "privacyComplianceList": [
      "GDPR"
    ],
    "adherenceSteps": [
      ""
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
    pointer: "/privacy",
    asks: &[Ask::Whether {
        key: "isPrivacyCompliant",
        words: "steps were taken to comply with privacy and other laws",
        standard: true,
        then: &[
            Ask::Text { key: "privacyComplianceList", words: "the laws that the project complies with" },
            Ask::Text {
                key: "adherenceSteps",
                words: "what is done to comply with the laws, with links to the privacy policy or the terms of service",
            },
        ],
    }],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
