//! `indicator-4-platform-independence`: what closed things the project needs, and what stands in for them.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-4-platform-independence",
    indicator: "Indicator 4: platform independence",
    topic: "Platform independence",
    title: "The questions on platform independence are answered",
    severities: &[Severity::Should],
    why: "A project that only runs with something closed cannot be used freely by everybody. The DPG Standard \
          asks for open alternatives where there is such a thing.",
    how: "Answer `mandatoryDepsCreateMoreRestrictions` with `Yes` or `No`. With a `Yes`, answer \
          `isSoftwarePltIndependent`, too, and describe in `pltIndependenceDesc` how the open parts do without \
          the closed one, or name the open alternatives. The standard asks for such independence.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "platformIndependence": {
    "mandatoryDepsCreateMoreRestrictions": "No",
    "isSoftwarePltIndependent": "",
    "pltIndependenceDesc": ""
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "platformIndependence": {
    "mandatoryDepsCreateMoreRestrictions": "Yes",
    "isSoftwarePltIndependent": "Yes",
    "pltIndependenceDesc": ""
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

const FORM: &[Part] = &[Part {
    pointer: "/platformIndependence",
    asks: &[Ask::Whether {
        key: "mandatoryDepsCreateMoreRestrictions",
        words: "the project needs something more restricted than itself, such as a closed library, service or device",
        standard: false,
        then: &[Ask::Whether {
            key: "isSoftwarePltIndependent",
            words: "the open parts work without the closed ones, or with open alternatives",
            standard: true,
            then: &[Ask::Text {
                key: "pltIndependenceDesc",
                words: "how the open parts work without the closed ones, or which open alternatives there are",
            }],
        }],
    }],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
