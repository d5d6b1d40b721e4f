//! Findings as text for people and as a document for programs.
//!
//! In: [`Finding`]s. Out: text with colors, which whoever prints it strips where nobody sees them; JSON. Never: a
//! judgment.

use std::fmt::Write;

use serde_json::json;

use super::{Finding, State};
use crate::triage::prose::inert;

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// Where what is said begins.
const INDENT: usize = 23;

/// A line a finding, in the order in which they come; below one that is not as it should be, what to do.
pub fn human(findings: &[Finding]) -> String {
    let mut text = String::new();
    for (at, finding) in findings.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| findings.get(before));
        if before.is_none_or(|before| before.repository != finding.repository) {
            let heading = match &finding.repository {
                Some(repository) => inert(&repository.to_string(), 200),
                None if at == 0 => "The App".to_owned(),
                None => "Besides".to_owned(),
            };
            let space = if at == 0 { "" } else { "\n" };
            let _ = writeln!(text, "{space}{BOLD}{heading}{PLAIN}");
        }
        let color = match finding.state {
            State::Ok => "\u{1b}[32m",
            State::Warning => "\u{1b}[33m",
            State::Problem => "\u{1b}[31m",
        };
        let (word, about) = (finding.state.word(), finding.about);
        let _ = writeln!(text, "{color}{word:<7}{PLAIN}  {about:<12}  {}", finding.said.plain());
        let cure = finding.cure.as_ref().map(|cure| cure.plain());
        for line in cure.iter().chain(&finding.link) {
            let _ = writeln!(text, "{:INDENT$}{line}", "");
        }
    }
    let [fine, warnings, problems] = counted(findings);
    let _ = writeln!(text, "\n{BOLD}{}{PLAIN}", sum(fine, warnings, problems));
    text
}

fn counted(findings: &[Finding]) -> [usize; 3] {
    [State::Ok, State::Warning, State::Problem]
        .map(|state| findings.iter().filter(|finding| finding.state == state).count())
}

fn sum(fine: usize, warnings: usize, problems: usize) -> String {
    let several = |count: usize, one: &str| match count {
        0 => format!("no {one}s"),
        1 => format!("1 {one}"),
        many => format!("{many} {one}s"),
    };
    format!("{}, {}, {fine} ok", several(problems, "problem"), several(warnings, "warning"))
}

/// One document.
pub fn json(findings: &[Finding]) -> String {
    let [ok, warnings, problems] = counted(findings);
    let shown: Vec<_> = findings
        .iter()
        .map(|finding| {
            json!({
                "state": finding.state.word(),
                "about": finding.about,
                "repository": finding.repository.as_ref().map(ToString::to_string),
                "message": finding.said.plain(),
                "cure": finding.cure.as_ref().map(|cure| cure.plain()),
                "link": finding.link,
            })
        })
        .collect();
    let summary = json!({"ok": ok, "warnings": warnings, "problems": problems});
    format!("{:#}\n", json!({"findings": shown, "summary": summary}))
}
