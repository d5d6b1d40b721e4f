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
    let is = prose!["The stage is ", theirs(stage.value.as_str())];
    let folder = code("digitalpublicgoods");
    let message = match expected {
        "DPG" => is.then(prose![
            ". It has to be ",
            code("DPG"),
            ", for the registry has accepted this project: it has its file in ",
            folder,
            "."
        ]),
        _ if stage.value.eq_ignore_ascii_case("DPG") => is.then(prose![
            ", which is for projects whose answers on all nine indicators were accepted. There is no ",
            code(published(case.nomination)),
            "."
        ]),
        _ => is.then(prose![
            ". It has to be ",
            code(expected),
            ", in these letters: the project is nominated, and not accepted yet."
        ]),
    };
    Outcome::NotMet(vec![Finding::must(message).at(&stage.spot).suggest(expected)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation::judge as outcome;

    /// Only who claims to be accepted is told for whom that is.
    #[test]
    fn says_what_the_stage_has_to_be() {
        for (stage, said) in [
            ("Nominee", "The stage is \"Nominee\". It has to be `nominee`"),
            ("Review stage", "The stage is \"Review stage\". It has to be `nominee`"),
            ("dpg", "The stage is \"dpg\", which is for projects whose answers"),
        ] {
            let text = format!("{{\"stage\": \"{stage}\"}}").leak();
            let outcome = outcome(&CHECK, &Example { text, ..CHECK.fails }).outcome;
            let finding = &outcome.findings()[0];
            assert!(finding.message.plain().starts_with(said), "{}", finding.message.plain());
            assert_eq!(finding.suggestion(), Some("nominee"));
        }
    }
}
