//! `sdg-evidence`: every goal that is claimed comes with its own text or link.

use std::collections::HashMap;

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        filler::is_filler,
        finding::{Finding, Severity},
        nomination::{Goal, Located, fields::Fields},
        prose::{Piece, Prose, code},
        web_address,
    },
};

pub const CHECK: Check = Check {
    id: "sdg-evidence",
    indicator: "Indicator 1: relevance to the SDGs",
    topic: "Evidence for the goals",
    title: "Each goal has evidence of its own",
    severities: &[Severity::Must, Severity::Should, Severity::Hint],
    why: "Indicator 1 of the DPG Standard asks how the project contributes to each goal. Reviewers cannot confirm a \
          goal of which only the number is given.",
    how: "For each goal write one or two sentences in `evidenceText` (what the project does for this goal), and where \
          you can a link in `evidenceURL` to a page that shows it: a case study, a report, a description of use.",
    since: None,
    source: "https://digitalpublicgoods.net/standard/",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: r#"{
  "SDGs": [
    {
      "SDGNumber": 3,
      "evidenceText": "Clinics in 12 districts record vaccinations with it (target 3.8).",
      "evidenceURL": "https://openclinic.example/stories/districts"
    }
  ]
}
"#,
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\n  \"SDGs\": [\n    { \"SDGNumber\": 3, \"evidenceText\": \"\" }\n  ]\n}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

fn judge(case: &Case<'_>) -> Outcome {
    // An entry in an old form has no place for evidence; `sdg-listed` says how it is written now.
    let goals: Vec<&Goal> = case.nomination.goals.iter().filter(|goal| goal.is_object).collect();
    if goals.is_empty() {
        return Outcome::NotApplicable;
    }
    let fields = case.nomination.kind.fields();
    let mut findings = Vec::new();
    for goal in &goals {
        let url = written(&goal.evidence_url);
        match (text_of(goal), url.filter(|url| shows_something(&url.value))) {
            (None, None) => {
                // What stands there in its place is marked, so that nothing else is said of it.
                let spot = url.map_or(&goal.spot, |url| &url.spot);
                findings.push(Finding::must(without_any(goal, fields)).at(spot));
            }
            // Of words that are no link `links` speaks.
            (Some(text), None) if url.is_none() && is_only_link(&text.value) => {
                findings.push(Finding::hint(only_link(goal, fields)).at(&text.spot));
            }
            (Some(text), None) if url.is_none() && fields.evidence_url.is_some() => {
                let message = prose![
                    named(goal),
                    " has a text but no link. A page that shows it makes the review quicker.",
                ];
                findings.push(Finding::hint(message).at(&text.spot));
            }
            _ => {}
        }
    }
    findings.extend(goals.iter().filter_map(|goal| several(goal, fields)));
    let same = same_text(&goals);
    // One word a goal: where its text is to be another, that it has no link is not said as well.
    findings.retain(|finding| {
        finding.severity > Severity::Hint || same.iter().all(|other| other.spot != finding.spot)
    });
    findings.extend(same);
    findings.extend(home_pages(case));
    Outcome::of(findings)
}

fn written(field: &Option<Located<String>>) -> Option<&Located<String>> {
    field.as_ref().filter(|field| !field.value.trim().is_empty())
}

/// Its text, if it says anything.
fn text_of(goal: &Goal) -> Option<&Located<String>> {
    written(&goal.evidence_text).filter(|text| !is_filler(&text.value))
}

/// Whether what stands where the link belongs is one, or says something in words.
fn shows_something(link: &str) -> bool {
    web_address::is_address(link) || link.split_whitespace().count() >= WORDS_OF_A_SENTENCE
}

/// A sentence has so many words.
const WORDS_OF_A_SENTENCE: usize = 5;

fn named(goal: &Goal) -> Piece {
    match &goal.number {
        Some(number) => format!("Goal {}", number.value).into(),
        None => "This goal".into(),
    }
}

/// Whether a text is an address and nothing else.
fn is_only_link(text: &str) -> bool {
    web_address::all_in(text.trim())[..] == [text.trim()]
}

fn only_link(goal: &Goal, fields: &Fields) -> Prose {
    let message = prose![named(goal), " has only a link in ", code(fields.evidence_text), "."];
    let message = match fields.evidence_url {
        Some(link) => message.and(prose!["Put it into ", code(link), ", and say"]),
        None => message.and("Say".into()),
    };
    message.then(" in a sentence what the project does for this goal.".into())
}

/// Where one link belongs, several are none that opens.
fn several(goal: &Goal, fields: &Fields) -> Option<Finding> {
    let url = goal.evidence_url.as_ref()?;
    let number = web_address::all_in(&url.value).len();
    let message = || {
        prose![
            named(goal),
            format!(
                " has {number} links where one belongs. Keep the one that shows most; the others can stand in "
            ),
            code(fields.evidence_text),
            ".",
        ]
    };
    (number > 1).then(|| Finding::hint(message()).at(&url.spot))
}

fn without_any(goal: &Goal, fields: &Fields) -> Prose {
    let mut message = prose![
        named(goal),
        " has no evidence. Write in ",
        code(fields.evidence_text),
        " what the project does for this goal",
    ];
    if let Some(link) = fields.evidence_url {
        message = message.then(prose![", or put a link into ", code(link), " that shows it"]);
    }
    message.then(". If it does nothing for this goal, delete the entry.".into())
}

/// The same words for several goals show none of them; said once, at the second.
fn same_text(goals: &[&Goal]) -> Vec<Finding> {
    let mut first: HashMap<String, &Goal> = HashMap::new();
    let mut findings = Vec::new();
    for goal in goals {
        let Some(text) = text_of(goal) else { continue };
        // One text that stands there once for all goals is no copy.
        let words = text.value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        match first.get(&words) {
            // That the same goal stands there twice, `sdg-listed` says.
            Some(before)
                if before.number.as_ref().map(|one| one.value)
                    == goal.number.as_ref().map(|one| one.value) => {}
            Some(before) if before.evidence_text.as_ref().is_some_and(|first| first.spot == text.spot) => {}
            Some(before) => {
                let message = prose![
                    named(goal),
                    " has the same text as ",
                    match &before.number {
                        Some(number) => format!("goal {}", number.value).into(),
                        None => Piece::from("another goal"),
                    },
                    ". Say for each goal what the project does for it.",
                ];
                findings.push(Finding::should(message).at(&text.spot));
            }
            None => {
                first.insert(words, goal);
            }
        }
    }
    findings
}

/// A link to the project's home page shows no goal.
fn home_pages(case: &Case<'_>) -> Vec<Finding> {
    let plain = |url: &str| {
        let url = url.trim().trim_end_matches('/').to_lowercase();
        let url = url.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.");
        url.to_owned()
    };
    let Some(home) = written(&case.nomination.website).map(|website| plain(&website.value)) else {
        return vec![];
    };
    (case.nomination.goals.iter())
        .filter(|goal| text_of(goal).is_none())
        .filter_map(|goal| {
            let url = written(&goal.evidence_url).filter(|url| plain(&url.value) == home)?;
            let message = prose![
                named(goal),
                " has only the project's home page as evidence. Link the page that speaks of this goal, or say in ",
                code("evidenceText"),
                " what the project does for it.",
            ];
            Some(Finding::should(message).at(&url.spot))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation::judge as outcome;

    /// What has to be written anew needs no second word on its link.
    #[test]
    fn one_goal_gets_one_word() {
        let text = r#"{"SDGs": [{"SDGNumber": 1, "evidenceText": "Same words", "evidenceURL": "https://x.org/a"},
            {"SDGNumber": 17, "evidenceText": "same words"}, {"SDGNumber": 5, "evidenceText": "Others"}]}"#;
        let example = Example { path: "nominees/x.json", text, evidence: no_evidence, other_files: &[] };
        let outcome = outcome(&CHECK, &example).outcome;
        let said = |goal: &str| {
            outcome.findings().iter().filter(|finding| finding.message.plain().starts_with(goal)).count()
        };
        assert_eq!((said("Goal 17 "), said("Goal 5 ")), (1, 1), "{:?}", outcome.findings());
    }

    /// A word that says that there is none is none.
    #[test]
    fn a_placeholder_is_no_evidence() {
        for (evidence, is_any) in [
            (r#""evidenceURL": "-""#, false),
            (r#""evidenceText": "-""#, false),
            (r#""evidenceText": "N/A", "evidenceURL": "none""#, false),
            (r#""evidenceURL": "ask me""#, false),
            (r#""evidenceURL": "https://x.org/a, https://x.org/b""#, true),
            (r#""evidenceURL": "See page 12 of the report""#, true),
            (r#""evidenceText": "Vaccinations", "evidenceURL": "-""#, true),
        ] {
            let text = format!(r#"{{"SDGs": [{{"SDGNumber": 3, {evidence}}}]}}"#).leak();
            let example = Example { path: "nominees/x.json", text, evidence: no_evidence, other_files: &[] };
            let outcome = outcome(&CHECK, &example).outcome;
            assert_eq!(outcome.severity() != Some(Severity::Must), is_any, "{evidence}: {outcome:?}");
        }
    }

    #[test]
    fn weak_evidence_is_asked_about_once() {
        let text = r#"{"website": "https://www.x.org/", "SDGs": [
            {"SDGNumber": 1, "evidenceText": "Same  words", "evidenceURL": "https://x.org/a"},
            {"SDGNumber": 2, "evidenceText": "same words", "evidenceURL": "https://x.org/b"},
            {"SDGNumber": 3, "evidenceURL": "http://x.org"}]}"#;
        let example = Example { path: "nominees/x.json", text, evidence: no_evidence, other_files: &[] };
        let said: Vec<_> = outcome(&CHECK, &example)
            .outcome
            .findings()
            .iter()
            .map(|finding| finding.message.plain())
            .collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(said[0].starts_with("Goal 2 has the same text as goal 1"), "{said:?}");
        assert!(said[1].starts_with("Goal 3 has only the project's home page"), "{said:?}");
    }

    #[test]
    fn links_at_the_wrong_place_are_told() {
        for (evidence, told) in [
            (
                r#""evidenceText": "https://x.org/a""#,
                "Goal 3 has only a link in `evidenceText`. Put it into `evidenceURL`",
            ),
            (r#""evidenceURL": "https://x.org/a, https://x.org/b""#, "Goal 3 has 2 links where one belongs."),
        ] {
            let text = format!(r#"{{"SDGs": [{{"SDGNumber": 3, {evidence}}}]}}"#).leak();
            let example = Example { path: "nominees/x.json", text, evidence: no_evidence, other_files: &[] };
            let outcome = outcome(&CHECK, &example).outcome;
            let [finding] = outcome.findings() else { panic!("{outcome:?}") };
            assert!(finding.message.plain().starts_with(told), "{finding:?}");
        }
    }
}
