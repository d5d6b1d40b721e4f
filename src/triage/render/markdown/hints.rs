//! The folded part of the comment with what asks for nothing: facts, and what stood there before the change.

use super::{file_link, inert::prose, line};
use crate::triage::{
    finding::Severity,
    render::counted,
    report::{FileReport, Report, Said},
    snapshot::Snapshot,
};

/// How many of a kind are written out.
const MOST: usize = 10;

/// "Good to know"; empty where there is nothing.
pub fn hints<'a>(report: &'a Report, snapshot: &Snapshot) -> String {
    let hints = |file: &'a FileReport| file.to_change(Severity::Hint).map(move |said| (file, said));
    let all = report.files.iter().flat_map(hints);
    let (inherited, facts): (Vec<_>, Vec<_>) = all.partition(|(_, said)| said.finding.inherited);
    let count = inherited.len() + facts.len();
    if count == 0 {
        return String::new();
    }
    let mut section = format!("<details><summary>Good to know ({count})</summary>\n\n");
    section.push_str(&list(&facts, snapshot));
    if !inherited.is_empty() {
        if !facts.is_empty() {
            section.push('\n');
        }
        let points = counted(inherited.len(), "point", "points");
        let they = if inherited.len() == 1 { "It does" } else { "They do" };
        section.push_str(&format!(
            "{points} stood here before, on lines that this change does not touch. {they} not have to be mended here:\n\n{}",
            list(&inherited, snapshot)
        ));
    }
    section + "\n</details>\n\n"
}

fn list(hints: &[(&FileReport, Said<'_>)], snapshot: &Snapshot) -> String {
    let mut lines = String::new();
    for (file, said) in hints.iter().take(MOST) {
        let place = file_link(&file.nomination, line(&file.nomination, *said), snapshot);
        lines.push_str(&format!("- {} ({place})\n", prose(&said.finding.message)));
    }
    if hints.len() > MOST {
        lines.push_str(&format!("- … and {} more\n", hints.len() - MOST));
    }
    lines
}
