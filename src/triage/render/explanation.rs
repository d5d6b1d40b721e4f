//! `check --explain`: a check's documentation for a terminal, as plain text.
//!
//! In: a [`Check`]. Out: paragraphs of at most `WIDTH` characters a line; examples as they are.

use super::documentation::{said, severities};
use crate::triage::{check::Check, checks};

const WIDTH: usize = 90;

/// Everything there is to say about one check.
pub fn explain(check: &Check) -> String {
    let kinds: Vec<&str> = check.kinds.iter().map(|kind| kind.word()).collect();
    let since = check.since.map(|since| format!(" Since {since}.")).unwrap_or_default();
    let facts = format!("For: {}. Severity: {}.{since}", kinds.join(", "), severities(check));
    let said: String = said(check).lines().map(|line| paragraph(&plain(line))).collect();
    [
        format!("{}: {}\n", check.id, check.title),
        paragraph(&format!("{}. {facts}", check.indicator)),
        "Why\n".to_owned() + &paragraph(check.why),
        "How to meet it\n".to_owned() + &paragraph(check.how),
        format!("This meets it ({})\n{}", check.meets.path, indented(check.meets.text)),
        format!("This does not ({})\n{}", check.fails.path, indented(check.fails.text)),
        format!("and is told\n{said}"),
        format!("Source: {}\n", check.source),
    ]
    .join("\n")
}

/// Every check's id and what holds when it is met, a line each.
pub fn list() -> String {
    let width = checks::ALL.iter().map(|check| check.id.len()).max().unwrap_or_default();
    checks::ALL.iter().map(|check| format!("{:width$}  {}\n", check.id, check.title)).collect()
}

/// A line of a Markdown quotation without its marks.
fn plain(line: &str) -> String {
    line.trim_start_matches("> ").replace("**", "")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// Lines broken at blanks.
fn paragraph(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && 2 + line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&format!("  {line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines + "  " + &line + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_explained_within_the_width() {
        for check in checks::ALL {
            let text = explain(check);
            for part in [check.id, check.title, check.source, check.meets.path] {
                assert!(text.contains(part), "{}: {part}", check.id);
            }
            let prose = text.lines().filter(|line| line.starts_with("  ") && !line.starts_with("    "));
            for line in prose {
                let breakable = line.trim().contains(' ');
                assert!(line.chars().count() <= WIDTH || !breakable, "{}: {line}", check.id);
            }
        }
        assert_eq!(list().lines().count(), checks::ALL.len());
    }

    #[test]
    fn paragraphs_break_at_blanks() {
        let text = paragraph(&"word ".repeat(40));
        assert_eq!(text.lines().count(), 3);
        assert!(text.lines().all(|line| line.starts_with("  word") && line.len() <= WIDTH));
    }
}
