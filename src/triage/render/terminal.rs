//! `check` for people at a terminal, in the style of rustc: what, where, and what to write instead.
//!
//! In: a [`FileReport`]. Out: text with colours; who prints it strips them where nobody sees them.

use std::cmp::Reverse;

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::{counted, counts::Counts};
use crate::triage::{
    check::Outcome,
    finding::Severity,
    prose::{Prose, inert},
    report::{FileReport, Said, not_checked},
    span::{Source, Span},
};

/// Longer lines are not shown: nobody reads them, and they hide what was found.
const LONGEST_LINE: usize = 1000;

/// So many reasons for which something was not checked are written out.
const MOST_REASONS: usize = 3;

/// So many of the checks that speak most are named.
const MOST_CHECKS: usize = 5;

/// Everything found in one file under a line with its name, what has to be fixed first; empty where nothing was.
/// Colours are ANSI sequences.
pub fn file(report: &FileReport) -> String {
    let counts = Counts::of([report]);
    if counts.is_zero() {
        return String::new();
    }
    let nomination = &report.nomination;
    let mut text = format!("{BOLD}{}{PLAIN}", inert(&nomination.path, 200));
    if let Some(name) = nomination.name.as_ref().map(|name| name.value.trim()).filter(|name| !name.is_empty())
    {
        text.push_str(&format!(" ({})", inert(name, 80)));
    }
    text.push_str(&format!(": {}\n\n", counts.words()));
    let renderer = Renderer::styled().term_width(110);
    let mut found: Vec<Said<'_>> = report.all().collect();
    found.sort_by_key(|said| weight(*said));
    for said in found {
        text.push_str(&renderer.render(&groups(report, said)));
        text.push_str("\n\n");
    }
    text
}

/// In the order in which [`Counts`] are told.
fn weight(said: Said<'_>) -> (bool, Reverse<Severity>) {
    (matches!(said.judged.outcome, Outcome::NeedsPerson(_)), Reverse(said.finding.severity))
}

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// All files in a few lines: how many, what was found, which checks speak most, and what could not be checked.
pub fn summary(files: &[FileReport], seconds: f64) -> String {
    let counts = Counts::of(files);
    let mut text = format!(
        "{BOLD}{} checked in {seconds:.2} s: {}{PLAIN}\n",
        counted(files.len(), "file", "files"),
        counts.words()
    );
    if files.len() > 1 {
        let wanting = files.iter().filter(|file| file.to_change(Severity::Must).next().is_some()).count();
        let fine = files.iter().filter(|file| Counts::of([*file]).is_zero()).count();
        text.push_str(&format!("{} with something to fix", counted(wanting, "file", "files")));
        if fine > 0 {
            text.push_str(&format!(", {fine} in which nothing was found"));
        }
        text.push('\n');
        text.push_str(&most_often(files));
    }
    text + &unknown(files)
}

/// The checks that speak most, and how often.
fn most_often(files: &[FileReport]) -> String {
    let mut times: Vec<(&str, usize)> = Vec::new();
    for said in files.iter().flat_map(FileReport::all) {
        let id = said.judged.check.id;
        match times.iter_mut().find(|(known, _)| *known == id) {
            Some((_, times)) => *times += 1,
            None => times.push((id, 1)),
        }
    }
    times.sort_by_key(|(_, times)| Reverse(*times));
    let named: Vec<String> =
        times.iter().take(MOST_CHECKS).map(|(id, times)| format!("{id} {times}")).collect();
    if named.is_empty() { String::new() } else { format!("most often: {}\n", named.join(", ")) }
}

/// What could not be checked in any file, and why; a line a reason, none where all was.
fn unknown(files: &[FileReport]) -> String {
    let reasons = not_checked(files);
    let line = |(why, topics): &(&Prose, Vec<&str>)| {
        format!("not checked ({}): {}\n", why.plain(), topics.join("; "))
    };
    let mut lines: String = reasons.iter().take(MOST_REASONS).map(line).collect();
    if reasons.len() > MOST_REASONS {
        lines.push_str(&format!(
            "not checked for {} other reasons; --format json has them all\n",
            reasons.len() - MOST_REASONS
        ));
    }
    lines
}

fn groups<'a>(report: &'a FileReport, said: Said<'a>) -> Vec<Group<'a>> {
    let level = match said.finding.severity {
        // There is nothing to do about it.
        _ if matches!(said.judged.outcome, Outcome::NeedsPerson(_)) => Level::NOTE.with_name("for a person"),
        Severity::Must => Level::ERROR.with_name("must"),
        Severity::Should => Level::WARNING.with_name("should"),
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let source = &report.nomination.shown;
    let path = inert(&report.nomination.path, 200);
    let title = level.primary_title(said.finding.message.plain()).id(said.judged.check.id);
    let Some((shown, first, span)) = said.finding.spot.as_ref().and_then(|spot| lines(source, &spot.span))
    else {
        let place = match &said.finding.spot {
            Some(spot) => format!("{path}:{}", source.place(&spot.span).line),
            None => path,
        };
        let mut group = Group::with_title(title).element(annotate_snippets::Origin::path(place));
        if let Some(suggestion) = said.finding.suggestion() {
            group = group.element(Level::HELP.message(format!("rename it to {}", inert(suggestion, 300))));
        }
        return vec![group];
    };
    let snippet = Snippet::source(shown).line_start(first).path(path.clone());
    let group =
        Group::with_title(title).element(snippet.annotation(AnnotationKind::Primary.span(span.clone())));
    let Some(quoted) = said.finding.json() else { return vec![group] };
    let patch = Snippet::source(shown).line_start(first).path(path).patch(Patch::new(span, quoted));
    vec![group, Group::with_title(Level::HELP.secondary_title("write instead")).element(patch)]
}

/// The lines that a span touches (of a long one the first), the number of the first, and the span within them.
fn lines<'a>(source: &'a Source, span: &Span) -> Option<(&'a str, usize, Span)> {
    let place = source.place(span);
    let start = source.line_start(place.line);
    let last = place.end_line.min(place.line + 5);
    let end = source.line_start(last) + source.line(last).len();
    let shown = source.text().get(start..end)?;
    if shown.lines().any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let within = span.start.saturating_sub(start)
        ..span.end.saturating_sub(start).min(shown.len()).max(span.start.saturating_sub(start));
    Some((shown, place.line, within))
}
