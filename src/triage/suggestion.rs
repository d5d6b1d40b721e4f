//! Sure corrections as replacements of whole lines, where the pull request shows these lines.
//!
//! In: a [`Report`] and the [`Snapshot`] it speaks of. Out: [`Suggestion`]s. Never: a line with a contact in it, or
//! with what nobody sees.

use super::{
    correction::{self, Edit},
    diff::Diff,
    finding::Finding,
    prose::{Prose, seen},
    report::{FileReport, Report},
    snapshot::Snapshot,
    span::Source,
};

/// Lines of a nomination as they should read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Suggestion {
    pub path: String,
    /// The lines that it replaces, from 1.
    pub first: usize,
    pub last: usize,
    /// What then stands there, without the last line end.
    pub text: String,
    /// What is wrong with what stands there.
    pub why: Vec<Prose>,
    /// Whether all of that stood there before the change, so that nobody has to mend it now.
    pub inherited: bool,
}

/// The longest text that is suggested, in bytes; nobody reads a longer one before agreeing to it.
const LONGEST: usize = 4000;

/// All that can be suggested, in the order of files and lines.
pub fn suggestions(report: &Report, snapshot: &Snapshot) -> Vec<Suggestion> {
    let diff = |file: &FileReport| {
        let path = &file.nomination.path;
        snapshot.nominations.iter().find(|known| known.filed.path == *path)?.diff.as_ref()
    };
    let of = |file| diff(file).map(|diff| of_file(file, diff)).unwrap_or_default();
    report.files.iter().flat_map(of).collect()
}

fn of_file(file: &FileReport, diff: &Diff) -> Vec<Suggestion> {
    let nomination = &file.nomination;
    let (Some(document), source) = (&nomination.document, &nomination.source) else { return Vec::new() };
    let findings: Vec<&Finding> =
        file.all().map(|said| said.finding).filter(|finding| !finding.waived).collect();
    let edits = correction::edits(document, source, findings.iter().copied());
    let shows_all = |line| nomination.shown.line(line) == source.line(line);
    together(source, &edits)
        .into_iter()
        .filter(|(first, last, _)| diff.shows(*first, *last) && (*first..=*last).all(shows_all))
        .filter_map(|(first, last, edits)| {
            let text = replacement(source, first, last, edits)?;
            let why = findings.iter().copied().filter(|finding| {
                let place = finding.spot.as_ref().map(|spot| source.place(&spot.span));
                finding.correction.is_some()
                    && place.is_some_and(|place| first <= place.line && place.end_line <= last)
            });
            let inherited = why.clone().all(|finding| finding.inherited);
            let why = why.map(|finding| finding.message.clone()).collect();
            Some(Suggestion { path: nomination.path.clone(), first, last, text, why, inherited })
        })
        .collect()
}

/// Edits with the lines that they change; those that share a line are together.
fn together<'a>(source: &Source, edits: &'a [Edit]) -> Vec<(usize, usize, &'a [Edit])> {
    let mut groups: Vec<(usize, usize, &[Edit])> = Vec::new();
    let mut from = 0;
    for (at, edit) in edits.iter().enumerate() {
        let place = source.place(&edit.span);
        match groups.last_mut() {
            Some((_, last, group)) if place.line <= *last => {
                *last = place.end_line.max(*last);
                *group = &edits[from..=at];
            }
            _ => {
                from = at;
                groups.push((place.line, place.end_line, &edits[at..=at]));
            }
        }
    }
    groups
}

/// The lines with the edits made; `None` where that cannot be shown as it is, or changes nothing.
fn replacement(source: &Source, first: usize, last: usize, edits: &[Edit]) -> Option<String> {
    let start = source.line_start(first);
    let end = source.line_start(last) + source.line(last).len();
    let before = source.text().get(start..end)?;
    let within = |edit: &Edit| {
        let span = edit.span.start.checked_sub(start)?..edit.span.end - start;
        Some(Edit { span, text: edit.text.clone() })
    };
    let edits: Vec<Edit> = edits.iter().map(within).collect::<Option<_>>()?;
    let text = correction::apply(before, &edits).replace("\r\n", "\n");
    let is_seen = |line: &str| {
        let line = line.replace('\t', " ");
        seen(&line, usize::MAX) == line
    };
    (text != before && text.len() <= LONGEST && text.lines().all(is_seen)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, what: &str, with: &str) -> Edit {
        let at = text.find(what).expect("there");
        Edit { span: at..at + what.len(), text: with.to_owned() }
    }

    #[test]
    fn edits_become_whole_lines() {
        let text = "{\n  \"a\": \"x\", \"b\": \"y\",\r\n  \"c\": [\n    \"p, q\"\n  ],\n  \"d\": \"z\"\n}\n";
        let source = Source::new(text.into());
        let edits = [
            edit(text, "\"x\"", "\"X\""),
            edit(text, "\"y\"", "\"Y\""),
            edit(text, "[\n    \"p, q\"\n  ]", "[\n    \"p\",\n    \"q\"\n  ]"),
            edit(text, "\"z\"", "\"z\""),
        ];
        let suggested: Vec<_> = together(&source, &edits)
            .into_iter()
            .map(|(first, last, edits)| (first, last, replacement(&source, first, last, edits)))
            .collect();
        assert_eq!(
            suggested,
            [
                (2, 2, Some("  \"a\": \"X\", \"b\": \"Y\",".to_owned())),
                (3, 5, Some("  \"c\": [\n    \"p\",\n    \"q\"\n  ],".to_owned())),
                (6, 6, None),
            ]
        );
    }

    #[test]
    fn edits_that_meet_on_a_line_are_one() {
        let text = "{\"a\": [\n1\n], \"b\": [\n2\n], \"c\": 3}";
        let source = Source::new(text.into());
        let edits = [edit(text, "[\n1\n]", "[]"), edit(text, "[\n2\n]", "[]"), edit(text, "3", "4")];
        let groups = together(&source, &edits);
        assert_eq!(groups.len(), 1);
        assert_eq!(
            replacement(&source, 1, 5, groups[0].2).as_deref(),
            Some("{\"a\": [], \"b\": [], \"c\": 4}")
        );
    }

    #[test]
    fn what_nobody_sees_is_not_suggested() {
        for text in ["\"a\u{202e}\": \"x\"", &format!("\"{}\": \"x\"", "a".repeat(LONGEST))] {
            let source = Source::new(text.to_owned());
            assert_eq!(replacement(&source, 1, 1, &[edit(text, "\"x\"", "\"y\"")]), None);
        }
    }
}
