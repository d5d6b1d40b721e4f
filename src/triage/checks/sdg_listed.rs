//! `sdg-listed`: the goals are there, each one of the seventeen, none twice.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity, Spot},
        nomination::{Goal, json::Value},
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
    if goals.is_empty() {
        let field =
            case.nomination.document.as_ref().and_then(|root| root.get("SDGs").or_else(|| root.get("sdgs")));
        return match field.map(|field| (&field.value, field)) {
            Some((Value::Array(_), field)) => {
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
            findings.push(no_number(case, goal));
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

/// An entry without a number, or with something else in its place. The finding stands where the number belongs, so that
/// nothing else is said of it.
fn no_number(case: &Case<'_>, goal: &Goal) -> Finding {
    let entry = case.nomination.document.as_ref().and_then(|root| root.at(&goal.spot.pointer));
    let written = entry.and_then(|entry| entry.get("SDGNumber"));
    let missing = || match goal.is_object {
        true => Spot {
            pointer: format!("{}/SDGNumber", goal.spot.pointer),
            span: goal.spot.span.start..goal.spot.span.start + 1,
        },
        false => goal.spot.clone(),
    };
    let spot = written.map_or_else(missing, |number| number.spot.clone());
    if let Some(number) = written.and_then(|number| meant(number.as_str()?)) {
        let message = prose![
            code("SDGNumber"),
            " has to be the number of a goal alone, without words and quotation marks: ",
            code(number.to_string()),
            ".",
        ];
        let mut finding = Finding::must(message).at(&spot).suggest(number.to_string());
        finding.is_number = true;
        return finding;
    }
    let message = prose![
        "This entry names no goal. Write its number, a whole one from ",
        link("1 to 17", CHECK.source),
        ", into ",
        code("SDGNumber"),
        ", without quotation marks.",
    ];
    Finding::must(message).at(&spot)
}

/// The goal that a text such as "SDG 3: Health" means; of several numbers none is sure.
fn meant(text: &str) -> Option<u8> {
    let parts = text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|part| part.trim_matches('.'));
    let mut numbers = parts.filter(|part| !part.is_empty());
    let number = numbers.next().filter(|_| numbers.next().is_none())?;
    number.parse().ok().filter(|number| (1..=17).contains(number))
}
