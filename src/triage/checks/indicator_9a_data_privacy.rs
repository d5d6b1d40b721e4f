//! `indicator-9a-data-privacy`: what the project does against harm, and for the privacy and security of data.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-9a-data-privacy",
    indicator: "Indicator 9a: data privacy and security",
    topic: "Data privacy and security",
    title: "The questions on harm, data privacy and security are answered",
    severities: &[Severity::Should],
    why: "The DPG Standard asks that a project anticipates, prevents and does no harm, and keeps personal data \
          private and safe.",
    how: "Answer `stepsToPreventHarm`, `collectsPII`, `thirdPartyDataSharing` and `ensurePrivacySecurity` with \
          `Yes` or `No`. After a `Yes` fill in what belongs to it: `additionalInfoMechanismProcessesPolicies`, \
          `typesOfDataCollected`, `dataSharingCircumstances` and `privacySecurityDescription`. The general \
          question on harm opens indicator 9 and is asked here. Sharing and security are asked of every \
          project, also of one that collects no personal data: accepted submissions answer them, too. The \
          standard asks every project for a `Yes` to `stepsToPreventHarm` and `ensurePrivacySecurity`.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "doNoHarm": {
    "preventHarm": {
      "stepsToPreventHarm": "Yes",
      "additionalInfoMechanismProcessesPolicies": "Clinics review each release."
    },
    "dataPrivacySecurity": {
      "collectsPII": "Yes",
      "typesOfDataCollected": [
        "Name and date of birth of patients"
      ],
      "thirdPartyDataSharing": "No",
      "ensurePrivacySecurity": "Yes",
      "privacySecurityDescription": "All records are encrypted: https://openclinic.org/privacy"
    }
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "doNoHarm": {
    "preventHarm": {
      "stepsToPreventHarm": "Yes",
      "additionalInfoMechanismProcessesPolicies": ""
    },
    "dataPrivacySecurity": {
      "collectsPII": "Yes",
      "typesOfDataCollected": [
        ""
      ],
      "ensurePrivacySecurity": "Yes",
      "privacySecurityDescription": "All records are encrypted."
    }
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

const FORM: &[Part] = &[
    Part {
        pointer: "/doNoHarm/preventHarm",
        asks: &[Ask::Whether {
            key: "stepsToPreventHarm",
            words: "steps are taken to anticipate and prevent harm",
            standard: true,
            then: &[Ask::Text {
                key: "additionalInfoMechanismProcessesPolicies",
                words: "the steps against harm",
            }],
        }],
    },
    Part {
        pointer: "/doNoHarm/dataPrivacySecurity",
        asks: &[
            Ask::Whether {
                key: "collectsPII",
                words: "the project collects or stores personal data",
                standard: false,
                then: &[Ask::Text { key: "typesOfDataCollected", words: "the kinds of personal data" }],
            },
            Ask::Whether {
                key: "thirdPartyDataSharing",
                words: "data are shared with third parties",
                standard: false,
                then: &[Ask::Text {
                    key: "dataSharingCircumstances",
                    words: "when and with whom data are shared",
                }],
            },
            Ask::Whether {
                key: "ensurePrivacySecurity",
                words: "the privacy and security of data are ensured",
                standard: true,
                then: &[Ask::Text {
                    key: "privacySecurityDescription",
                    words: "how privacy and security are ensured, with a link to the privacy policy or the terms of service",
                }],
            },
        ],
    },
];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
