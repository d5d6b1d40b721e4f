//! `description`: one line that says what the project is.

use crate::{
    prose,
    triage::{
        check::{Case, Check, Example, Outcome, PROJECTS, no_evidence},
        finding::{Finding, Severity},
        prose::theirs,
    },
};

pub const CHECK: Check = Check {
    id: "description",
    indicator: "The file",
    topic: "Description",
    title: "The description is one line and complete",
    severities: &[Severity::Should, Severity::Hint],
    why: "The description stands under the project's name on the website, in one line.",
    how: "Say in one or two sentences what the project is and for whom. The form cuts texts off after some two hundred \
          characters: look whether the last sentence is complete.",
    since: None,
    source: "https://github.com/DPGAlliance/publicgoods-candidates/blob/main/nominee-schema.json",
    kinds: PROJECTS,
    reads_raw: false,
    meets: Example {
        path: "nominees/open-clinic.json",
        text: "{\"description\": \"Records vaccinations in clinics without a network.\"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    fails: Example {
        path: "nominees/open-clinic.json",
        text: "{\"description\": \" \"}\n",
        evidence: no_evidence,
        other_files: &[],
    },
    judge,
};

/// Longer ones are told to a person; many good ones are.
const LONG: usize = 200;

fn judge(case: &Case<'_>) -> Outcome {
    let Some(description) = &case.nomination.description else { return Outcome::NotApplicable };
    let text = description.value.trim();
    let mut findings = Vec::new();
    if text.is_empty() {
        let message =
            prose!["The description is empty. Say in one or two sentences what the project is and for whom."];
        findings.push(Finding::should(message).at(&description.spot));
    } else if text.contains('\n') {
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = prose!["The description has line breaks in it. It is shown as one line."];
        findings.push(Finding::should(message).at(&description.spot).suggest(joined));
    } else if let Some(word) = left_over(text) {
        let message = prose![
            "The description ends with ",
            theirs(word),
            ", which seems left over from a test. Delete it."
        ];
        findings.push(Finding::should(message).at(&description.spot));
    } else if is_cut_off(text) {
        let message = prose!["The description seems to break off at its end. Complete the last sentence."];
        findings.push(Finding::hint(message).at(&description.spot));
    } else if text.chars().count() > LONG {
        let length = text.chars().count();
        let message =
            prose![format!("The description has {length} characters; the website shows about {LONG}.")];
        findings.push(Finding::hint(message).at(&description.spot));
    }
    Outcome::of(findings)
}

/// A last sentence that only says that somebody tried something.
fn left_over(text: &str) -> Option<&str> {
    let (_, last) = text.trim_end_matches('.').rsplit_once(['.', '!', '?'])?;
    let is_test = |last: &&str| matches!(last.to_lowercase().as_str(), "test" | "testing" | "this is a test");
    Some(last.trim()).filter(is_test)
}

/// The form cut texts off near 200 characters, in the middle of a sentence.
fn is_cut_off(text: &str) -> bool {
    (190..=203).contains(&text.chars().count()) && !text.ends_with(['.', '!', '?', ')', '"', '”', '。'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::render::documentation;

    fn said(text: &str) -> Vec<String> {
        documentation::said_of(&CHECK, text)
    }

    #[test]
    fn what_a_test_left_over_is_told() {
        let left = said(r#"{"description": "A platform for sensors. Testing."}"#);
        assert_eq!(
            left,
            ["The description ends with \"Testing\", which seems left over from a test. Delete it."]
        );
        assert_eq!(said(r#"{"description": "Records results of each blood test."}"#), [""; 0]);
    }
}
