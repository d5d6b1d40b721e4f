//! `sdg-target`: the evidence names a target of the goal.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        prose::link,
    },
};

pub const CHECK: Check = Check {
    id: "sdg-target",
    indicator: "Indicator 1: relevance to the SDGs",
    topic: "Targets of the goals",
    title: "The evidence names a target of a goal",
    severities: &[Severity::Hint],
    why: "Each goal has targets with numbers like 3.8. A target says far more exactly what the project contributes to.",
    how: "Name the target in `evidenceText`, for example \"target 3.8\".",
    since: None,
    source: "https://sdgs.un.org/goals",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"SDGs\": [{ \"SDGNumber\": 3, \"evidenceText\": \"Clinics record vaccinations (target 3.8).\" }]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"SDGs\": [{ \"SDGNumber\": 3, \"evidenceText\": \"Clinics record vaccinations.\" }]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let texts: Vec<_> = (case.nomination.goals.iter())
        .filter_map(|goal| Some((goal.number.as_ref()?.value, goal.evidence_text.as_ref()?)))
        // Of a goal that is none, `sdg-listed` speaks.
        .filter(|(number, text)| (1..=17).contains(number) && !text.value.trim().is_empty())
        .collect();
    let Some((goal, first)) = texts.first() else { return Outcome::NotApplicable };
    if texts.iter().any(|(number, text)| names_target(&text.value, *number)) {
        return Outcome::Met;
    }
    let message = prose![
        format!("No text names a target of a goal, by a number like {goal}.1. The "),
        link("targets", CHECK.source),
        " say what exactly a goal asks for.",
    ];
    Outcome::NotMet(vec![Finding::hint(message).at(&first.spot)])
}

/// "3.8" or "3.b", not as a part of a longer number.
fn names_target(text: &str, goal: i64) -> bool {
    let wanted = format!("{goal}.");
    text.match_indices(&wanted).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + wanted.len()..].chars();
        let digit_or_letter = after.next().is_some_and(|c| c.is_ascii_digit() || ('a'..='d').contains(&c));
        digit_or_letter && !before.is_some_and(|c| c.is_ascii_digit() || c == '.')
    })
}
