//! `sdg-listed`: the goals are there, each one of the seventeen, none twice.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity, Spot},
        nomination::{Goal, Kind, Nomination, json::Value},
        prose::{Prose, code, link},
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
    let mut seen: Vec<(i64, &Goal)> = Vec::new();
    for goal in goals {
        let Some(number) = &goal.number else {
            findings.push(no_number(case, goal));
            continue;
        };
        if !goal.is_object {
            findings.push(Finding::must(in_old_form(case.nomination, number.value)).at(&goal.spot));
        } else if !(1..=17).contains(&number.value) {
            let message = prose![
                "There is no goal ",
                number.value.to_string(),
                ". The goals are numbered ",
                link("1 to 17", CHECK.source),
                "."
            ];
            findings.push(Finding::must(message).at(&number.spot));
        } else if let Some((_, before)) = seen.iter().find(|(known, _)| *known == number.value) {
            let named = format!("Goal {}", number.value);
            findings.push(if before.says_same(goal) {
                let message = prose![named, " is listed twice. Delete one of the two."];
                // Here the schema says the same.
                Finding::must(message).at(&goal.spot)
            } else {
                let message = prose![named, " is listed twice. Put the evidence into one entry."];
                Finding::must(message).at(&number.spot)
            });
        }
        seen.push((number.value, goal));
    }
    Outcome::of(findings)
}

/// An entry without a number, or with something else in its place. The finding stands where the number belongs, so that
/// nothing else is said of it.
fn no_number(case: &Case<'_>, goal: &Goal) -> Finding {
    let field = case.nomination.kind.fields().goal;
    let entry = case.nomination.document.as_ref().and_then(|root| root.at(&goal.spot.pointer));
    let written = entry.and_then(|entry| entry.get(field));
    let missing = || match goal.is_object {
        true => Spot {
            pointer: format!("{}/{field}", goal.spot.pointer),
            span: goal.spot.span.start..goal.spot.span.start + 1,
        },
        false => goal.spot.clone(),
    };
    let spot = written.map_or_else(missing, |number| number.spot.clone());
    if case.nomination.kind == Kind::Application {
        let message = prose![
            "This entry names no goal. Write one of the ",
            link("seventeen goals", CHECK.source),
            " into ",
            code(field),
            ", as in ",
            code("\"SDG3: Good Health and Well-Being\""),
            ".",
        ];
        return Finding::must(message).at(&spot);
    }
    if let Some(number) = written.and_then(|number| meant(number.as_str()?)) {
        let message = prose![
            code(field),
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
        code(field),
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

/// How a goal is written now, and where the text goes that stood beside all of them.
fn in_old_form(nomination: &Nomination, number: i64) -> Prose {
    let message = prose![
        "Goals are not listed in this form any more. Write ",
        code(format!("{{ \"SDGNumber\": {number}, ... }}")),
        " in its place, with the evidence for it in ",
        code("evidenceText"),
        ", and a link in ",
        code("evidenceURL"),
        ".",
    ];
    match nomination.text_of(OLD_EVIDENCE) {
        Some(text) if !text.value.trim().is_empty() => message.and(prose![
            "Put what ",
            code(OLD_EVIDENCE),
            " says of it into ",
            code("evidenceText"),
            ", and in the end delete ",
            code(OLD_EVIDENCE),
            ".",
        ]),
        _ => message,
    }
}

/// Where the evidence for all goals stood until 2020.
const OLD_EVIDENCE: &str = "SDGevidence";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation;

    fn said(text: &str) -> Vec<String> {
        documentation::said_of(&CHECK, text)
    }

    #[test]
    fn the_old_form_is_written_anew_with_its_number_and_its_text() {
        let old = said(r#"{"SDGs": [[4, "Education"], 11], "SDGevidence": "https://x.org/impact"}"#);
        assert!(
            old[0].contains(r#"`{ "SDGNumber": 4, ... }`"#) && old[1].contains(r#""SDGNumber": 11, "#),
            "{old:?}"
        );
        assert!(old[0].ends_with("says of it into `evidenceText`, and in the end delete `SDGevidence`."));
        assert!(!said(r#"{"SDGs": [4], "SDGevidence": " "}"#)[0].contains("SDGevidence"));
    }

    #[test]
    fn a_goal_listed_twice() {
        let copied = said(
            r#"{"SDGs": [{"SDGNumber": 3, "evidenceText": "a"}, {"SDGNumber": 3, "evidenceText": "a"}]}"#,
        );
        assert_eq!(copied, ["Goal 3 is listed twice. Delete one of the two."]);
        let other = said(
            r#"{"SDGs": [{"SDGNumber": 3, "evidenceText": "a"}, {"SDGNumber": 3, "evidenceText": "b"}]}"#,
        );
        assert_eq!(other, ["Goal 3 is listed twice. Put the evidence into one entry."]);
    }
}
