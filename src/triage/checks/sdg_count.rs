//! `sdg-count`: few goals, well shown.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
    },
};

pub const CHECK: Check = Check {
    id: "sdg-count",
    indicator: "Indicator 1: relevance to the SDGs",
    topic: "Number of goals",
    title: "Not more than five goals are claimed",
    severities: &[Severity::Should],
    why: "Reviewers read the evidence of every goal. A few strong ones say more than many weak ones, and weak ones are \
          asked to be removed.",
    how: "Keep the goals to which the project contributes most directly, five at most.",
    since: None,
    source: "https://digitalpublicgoods.net/standard/",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"SDGs\": [{ \"SDGNumber\": 3 }, { \"SDGNumber\": 5 }]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"SDGs\": [{\"SDGNumber\": 1}, {\"SDGNumber\": 2}, {\"SDGNumber\": 3}, {\"SDGNumber\": 4}, {\"SDGNumber\": 5}, {\"SDGNumber\": 6}]}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    let most = case.policy.checks.most_goals;
    let goals = &case.nomination.goals;
    let (Some(beyond), true) = (goals.get(most), goals.len() > most) else {
        return if goals.is_empty() { Outcome::NotApplicable } else { Outcome::Met };
    };
    let message = prose![format!(
        "{} goals are claimed. Keep the {most} or fewer to which the project contributes most directly.",
        goals.len()
    )];
    Outcome::NotMet(vec![Finding::should(message).at(&beyond.spot)])
}
