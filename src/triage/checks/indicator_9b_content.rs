//! `indicator-9b-content`: what the project does against inappropriate and illegal content.

use crate::triage::{
    check::{Case, Check, Example, Outcome, no_evidence},
    finding::Severity,
    nomination::Kind,
    questionnaire::{self, Ask, Part},
};

pub const CHECK: Check = Check {
    id: "indicator-9b-content",
    indicator: "Indicator 9b: inappropriate and illegal content",
    topic: "Inappropriate and illegal content",
    title: "The questions on content are answered",
    severities: &[Severity::Should],
    why: "A project through which content reaches people has to say what it does not allow, and what it does \
          when it comes all the same.",
    how: "Answer `collectStoreDistribute` with `Yes` or `No`. With a `Yes`, name the kinds of content in \
          `type`, and answer `contentFilter` and `illegalContentDetection`, too. After a `Yes` there, link the \
          policy in `policyGuidelinesDocumentationLink`, and describe in `illegalContentDetectionMechanism` \
          how such content is found and removed, and how quickly.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/screening-schema.json",
    kinds: &[Kind::Submission],
    reads_raw: false,
    meets: Example {
        path: "digitalpublicgoods/open-clinic.json",
        text: r#"{
  "doNoHarm": {
    "inappropriateIllegalContent": {
      "collectStoreDistribute": "Yes",
      "type": "Training videos",
      "contentFilter": "Yes",
      "policyGuidelinesDocumentationLink": "https://openclinic.org/content-policy",
      "illegalContentDetection": "No"
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
    "inappropriateIllegalContent": {
      "collectStoreDistribute": "Yes",
      "type": "Training videos",
      "contentFilter": "",
      "illegalContentDetection": "Yes",
      "illegalContentDetectionMechanism": ""
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
    pointer: "/doNoHarm/inappropriateIllegalContent",
    asks: &[Ask::Whether {
        key: "collectStoreDistribute",
        words: "the project collects, stores or distributes content",
        standard: false,
        then: &[
            Ask::Text { key: "type", words: "the kinds of content" },
            Ask::Whether {
                key: "contentFilter",
                words: "a policy says which content is inappropriate",
                standard: false,
                then: &[Ask::Link {
                    key: "policyGuidelinesDocumentationLink",
                    words: "the policy on inappropriate content",
                }],
            },
            Ask::Whether {
                key: "illegalContentDetection",
                words: "inappropriate or illegal content is detected and moderated",
                standard: false,
                then: &[Ask::Text {
                    key: "illegalContentDetectionMechanism",
                    words: "how such content is detected, reported and removed, and how quickly",
                }],
            },
        ],
    }],
}];

fn judge(case: &Case<'_>) -> Outcome {
    questionnaire::judge(FORM, case)
}
