//! `stage`: a nominee says `DPG` exactly when its submission has been accepted.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome},
        evidence::{Answer, Evidence, published},
        finding::{Finding, Severity},
        nomination::Kind,
        prose::{code, theirs},
    },
};

pub const CHECK: Check = Check {
    id: "stage",
    indicator: "The file",
    topic: "Stage",
    title: "The stage is the one that the registry has",
    severities: &[Severity::Must],
    why: "`nominee` means that the project is nominated, `DPG` that all nine indicators were reviewed and accepted. The \
          website shows it by this word.",
    how: "A new nomination says `\"stage\": \"nominee\"`. It becomes `DPG` together with the file of the same name in \
          `digitalpublicgoods`.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: &[Kind::Nominee],
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"stage\": \"nominee\"}\n",
        evidence: not_published,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"stage\": \"DPG\"}\n",
        evidence: not_published,
        other_files: &[],
    },
    judge,
};

fn not_published() -> Evidence {
    let mut evidence = Evidence::default();
    evidence.file_is("digitalpublicgoods/open-clinic.json", Answer::Missing);
    evidence
}

fn judge(case: &Case<'_>) -> Outcome {
    // That there is none, or no text, is for the schema to tell.
    let Some(stage) = case.nomination.text_of("stage") else { return Outcome::NotApplicable };
    let expected = match (case.evidence.file(&published(case.nomination)), stage.value.as_str()) {
        (_, "archive") => return Outcome::Met,
        (Answer::Found(()), _) => "DPG",
        (Answer::Missing, _) => "nominee",
        // A nominee that calls itself one is what most are; only the claim to be more hangs on the evidence.
        (Answer::Unavailable(_), "nominee") => return Outcome::Met,
        (Answer::Unavailable(why), _) => return Outcome::not_checked(prose![why]),
    };
    if stage.value == expected {
        return Outcome::Met;
    }
    let why = match expected {
        "DPG" => ", but the registry has accepted this project: it has its file in ",
        _ => {
            ", which is for projects whose answers on all nine indicators were accepted. There is no such file in "
        }
    };
    let message = prose!["The stage is ", theirs(stage.value.as_str()), why, code("digitalpublicgoods"), "."];
    Outcome::NotMet(vec![Finding::must(message).at(&stage.spot).suggest(expected)])
}
