//! `indicator-3-ownership`: who owns the project, and where that is written.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-3-ownership",
    indicator: "Indicator 3: ownership",
    topic: "Ownership",
    title: "The questions on ownership are answered",
    severities: &[Severity::Should],
    why: "The DPG Standard asks that it is documented who owns what the project produces. Only an owner can \
          license it.",
    how: "Answer `isOwnershipExplicit` with `Yes` or `No`. With a `Yes`, link the page that names the owner in \
          `copyrightURL`. Every accepted project answers `Yes`: where nothing names the owner yet, a copyright \
          line in the license file or on the website does.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "clearOwnership": {
    "isOwnershipExplicit": "Yes",
    "copyrightURL": "https://openclinic.org/copyright"
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "clearOwnership": {
    "isOwnershipExplicit": "Yes",
    "copyrightURL": ""
  }
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

const FORM: &[Part] = &[Part {
    pointer: "/clearOwnership",
    asks: &[Ask::Whether {
        key: "isOwnershipExplicit",
        words: "it is documented who owns the project",
        standard: true,
        then: &[Ask::Link {
            key: "copyrightURL",
            words: "the page that names the owner, such as a copyright notice or a trademark policy",
        }],
    }],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
