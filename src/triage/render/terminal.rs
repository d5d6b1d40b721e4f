//! `check` for people at a terminal, in the style of rustc: what, where, and what to write instead.
//!
//! In: a [`FileReport`]. Out: text with colours; who prints it strips them where nobody sees them.

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::counted;
use crate::triage::{
    finding::Severity,
    prose::inert,
    report::{FileReport, Said},
    span::{Source, Span},
};

/// Longer lines are not shown: nobody reads them, and they hide what was found.
const LONGEST_LINE: usize = 1000;

/// So many reasons for which something was not checked are written out.
const MOST_REASONS: usize = 3;

/// Everything found in one file; empty where nothing was. Colours are ANSI sequences.
pub fn file(report: &FileReport) -> String {
    let renderer = Renderer::styled().term_width(110);
    report.all().map(|said| renderer.render(&groups(report, said)) + "\n\n").collect()
}

/// One line on all files.
pub fn summary(files: &[FileReport], seconds: f64) -> String {
    let count = |severity| {
        files.iter().flat_map(FileReport::all).filter(|said| said.finding.severity == severity).count()
    };
    format!(
        "{} checked in {seconds:.2} s: {} to fix, {} worth improving, {} to know",
        counted(files.len(), "file", "files"),
        count(Severity::Must),
        count(Severity::Should),
        count(Severity::Hint),
    )
}

/// What could not be checked in any file, and why; a line a reason, none where all was.
pub fn not_checked(files: &[FileReport]) -> String {
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for (judged, why) in files.iter().flat_map(FileReport::not_checked) {
        let (why, topic) = (why.plain(), judged.check.topic);
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, topics)) if topics.contains(&topic) => {}
            Some((_, topics)) => topics.push(topic),
            None => reasons.push((why, vec![topic])),
        }
    }
    let line = |(why, topics): &(String, Vec<&str>)| format!("not checked ({why}): {}\n", topics.join("; "));
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
    let Some(suggestion) = said.finding.suggestion() else { return vec![group] };
    let quoted = serde_json::to_string(suggestion).unwrap_or_default();
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
