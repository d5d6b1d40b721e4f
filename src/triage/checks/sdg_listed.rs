//! `sdg-listed`: the goals are there, each one of the seventeen, none twice.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        nomination::json::Value,
        prose::{code, link},
    },
};

pub const CHECK: Check = Check {
    id: "sdg-listed",
    indicator: "Indicator 1: relevance to the SDGs",
    topic: "Goals",
    title: "At least one goal is listed, each from 1 to 17 and once",
    severities: &[Severity::Must],
    why: "Indicator 1 asks to which of the seventeen Sustainable Development Goals the project contributes.",
    how: "List each goal as an object with its number in `SDGNumber` and the evidence beside it, each goal once.",
    since: None,
    source: "https://sdgs.un.org/goals",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"SDGs\": [{ \"SDGNumber\": 3, \"evidenceText\": \"Vaccinations are recorded.\" }]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"SDGs\": [[3, \"Good Health and Well-Being\"], 18]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let goals = &case.nomination.goals;
    let fields = case.nomination.kind.fields();
    if goals.is_empty() {
        let field = case.nomination.document.as_ref().and_then(|root| root.get(fields.goals));
        let has_schema = case.nomination.schema.is_some();
        return match field.map(|field| (&field.value, field)) {
            Some((value, field)) if !has_schema || matches!(value, Value::Array(_)) => {
                let message = prose![
                    "No goal is listed. Name at least one of the ",
                    link("seventeen goals", CHECK.source),
                    "."
                ];
                Outcome::NotMet(vec![Finding::must(message).at(&field.spot)])
            }
            // Missing, or no list: the schema says so.
            _ => Outcome::NotApplicable,
        };
    }
    let mut findings = Vec::new();
    let mut seen: Vec<i64> = Vec::new();
    for goal in goals {
        let Some(number) = &goal.number else {
            let message = prose!["This entry names no goal. Write its number into ", code(fields.goal), "."];
            // What stands there is marked, so that nothing else is said of it.
            let written = case.nomination.document.as_ref().and_then(|root| root.at(&goal.spot.pointer));
            let spot =
                written.and_then(|entry| entry.get(fields.goal)).map_or(&goal.spot, |number| &number.spot);
            findings.push(Finding::must(message).at(spot));
            continue;
        };
        if !goal.is_object {
            let message = prose![
                format!("Goal {}", number.value),
                " is listed in an old form. Each goal is an object with its evidence: ",
                code("{ \"SDGNumber\": 3, \"evidenceText\": \"...\", \"evidenceURL\": \"...\" }"),
                ".",
            ];
            findings.push(Finding::must(message).at(&goal.spot));
        } else if !(1..=17).contains(&number.value) {
            let message = prose![
                "There is no goal ",
                number.value.to_string(),
                ". The goals are numbered ",
                link("1 to 17", CHECK.source),
                "."
            ];
            findings.push(Finding::must(message).at(&number.spot));
        } else if seen.contains(&number.value) {
            let message = prose![
                format!("Goal {}", number.value),
                " is listed twice. Put the evidence into one entry.",
            ];
            findings.push(Finding::must(message).at(&number.spot));
        }
        seen.push(number.value);
    }
    Outcome::of(findings)
}
