//! `indicator-9c-harassment`: how the project protects its users from harassment, underage users above all.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-9c-harassment",
    indicator: "Indicator 9c: protection from harassment",
    topic: "Protection from harassment",
    title: "The questions on protection from harassment are answered",
    severities: &[Severity::Should],
    why: "Where people meet, some are harassed. The DPG Standard asks what a project does to protect them, and \
          underage users above all.",
    how: "Answer `userInteraction` with `Yes` or `No`. With a `Yes`, answer \
          `addressSafetySecurityUnderageUsers` and `griefAbuseHarassmentProtection`, too, and after a `Yes` \
          there describe the steps in `stepsAddressRiskPreventSafetyUnderageUsers` and \
          `harassmentProtectionSteps`; a code of conduct can be linked.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "doNoHarm": {
    "protectionFromHarassment": {
      "userInteraction": "Yes",
      "addressSafetySecurityUnderageUsers": "No",
      "griefAbuseHarassmentProtection": "Yes",
      "harassmentProtectionSteps": [
        "Our code of conduct: https://openclinic.org/conduct"
      ]
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
    "protectionFromHarassment": {
      "userInteraction": "Yes",
      "addressSafetySecurityUnderageUsers": "",
      "griefAbuseHarassmentProtection": "Yes",
      "harassmentProtectionSteps": [
        "",
        ""
      ]
    }
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

const FORM: &[Part] = &[Part {
    pointer: "/doNoHarm/protectionFromHarassment",
    asks: &[Ask::Whether {
        key: "userInteraction",
        words: "users or contributors can interact with each other or with the project",
        standard: false,
        then: &[
            Ask::Whether {
                key: "addressSafetySecurityUnderageUsers",
                words: "steps are taken for the safety of underage users",
                standard: false,
                then: &[Ask::Text {
                    key: "stepsAddressRiskPreventSafetyUnderageUsers",
                    words: "the steps for the safety of underage users",
                }],
            },
            Ask::Whether {
                key: "griefAbuseHarassmentProtection",
                words: "users and contributors are helped to protect themselves against abuse and harassment",
                standard: false,
                then: &[Ask::Text {
                    key: "harassmentProtectionSteps",
                    words: "the steps against abuse and harassment",
                }],
            },
        ],
    }],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
