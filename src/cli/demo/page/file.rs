//! The changed files, each with the check run's notes under their lines, and a form to push a new text.

use std::collections::BTreeMap;
use std::ops::Range;

use maud::{Markup, html};

use super::last_run;
use crate::fake_github::{Annotation, FileView, PullRequestView};

/// So many lines of a file are shown.
const LINES: usize = 1500;
/// Lines that are indented more hang like this; the style sheet has a rule for each.
const DEEPEST: usize = 12;

/// All changed files.
pub fn files(view: &PullRequestView) -> Markup {
    let annotations = last_run(view).map(|run| run.annotations.as_slice()).unwrap_or_default();
    html! {
        @for (at, file) in view.files.iter().enumerate() {
            @let notes: Vec<&Annotation> = annotations.iter().filter(|note| note.path == file.path).collect();
            section .card .file id={ "file-" (at) } data-live aria-label=(file.path) {
                header { h2 { code { (file.path) } } span .badge { (file.status) } }
                @match file.text.as_deref() {
                    Some(text) => { (form(view.number, at, file, text)) (lines(at, text, &notes)) }
                    None => { p .quiet { "Gone, or no text." } }
                }
            }
        }
    }
}

fn lines(at: usize, text: &str, notes: &[&Annotation]) -> Markup {
    let mut under: BTreeMap<u64, Vec<&Annotation>> = BTreeMap::new();
    for note in notes {
        under.entry(note.end_line).or_default().push(note);
    }
    html! {
        div .code {
            @for (number, line) in (1u64..).zip(text.lines()).take(LINES) {
                div .line .(indent(line)) id={ "file-" (at) "-L" (number) } data-line=(number) {
                    code { (marked(line, number, notes)) }
                }
                @for note in under.get(&number).into_iter().flatten() { (shown(note)) }
            }
            @if text.lines().nth(LINES).is_some() { p .quiet { "... and more lines." } }
        }
    }
}

fn shown(note: &Annotation) -> Markup {
    html! {
        div .note .(level(note)) {
            @if let Some(title) = note.title.as_deref() { strong { (title) } }
            p { (note.message) }
            @if let Some(details) = note.raw_details.as_deref() { pre { (details) } }
        }
    }
}

/// The level as the name of a class.
fn level(note: &Annotation) -> &'static str {
    match note.level.as_str() {
        "failure" => "failure",
        "warning" => "warning",
        _ => "notice",
    }
}

/// A line with its key and the columns that notes are about. Columns count characters from 1, the last one
/// included.
fn marked(line: &str, number: u64, notes: &[&Annotation]) -> Markup {
    let mut looks: Vec<(char, &str)> = line.chars().map(|character| (character, "")).collect();
    if let Some(key) = key(line) {
        looks.iter_mut().take(key.end).skip(key.start).for_each(|(_, look)| *look = "key");
    }
    for note in notes.iter().filter(|note| note.start_line == number && note.end_line == number) {
        let column = |column: Option<u64>| column.and_then(|column| usize::try_from(column).ok());
        let (Some(from), Some(to)) = (column(note.start_column), column(note.end_column)) else { continue };
        looks.iter_mut().take(to).skip(from.saturating_sub(1)).for_each(|(_, look)| *look = level(note));
    }
    html! {
        @for alike in looks.chunk_by(|(_, one), (_, next)| one == next) {
            @let text: String = alike.iter().map(|(character, _)| character).collect();
            @match alike.first().map(|(_, look)| *look) {
                None | Some("") => (text),
                Some("key") => span .key { (text) },
                Some(level) => mark .(level) { (text) },
            }
        }
    }
}

/// The characters of a JSON key that a line begins with, quotes included.
fn key(line: &str) -> Option<Range<usize>> {
    let start = line.len() - line.trim_start_matches(' ').len();
    let rest = line.get(start..)?.strip_prefix('"')?;
    let (name, after) = rest.split_once('"')?;
    after.trim_start().starts_with(':').then(|| start..start + name.chars().count() + 2)
}

/// How far a line is indented, as the name of a class: what does not fit in the line hangs below its beginning.
fn indent(line: &str) -> String {
    let blanks = line.chars().take_while(|character| *character == ' ').count();
    format!("in-{}", blanks.min(DEEPEST))
}

fn form(number: u64, at: usize, file: &FileView, text: &str) -> Markup {
    let rows = text.lines().count().clamp(8, 28);
    html! {
        details .edit id={ "edit-" (at) } {
            summary { "Edit and push" }
            form method="post" action={ "/pull/" (number) "/push" } {
                input type="hidden" name="path" value=(file.path);
                label for={ "name-" (at) } { "File name" }
                input type="text" name="name" id={ "name-" (at) } value=(file.path) required
                    autocomplete="off" spellcheck="false";
                label for={ "text-" (at) } { "Text" }
                // A browser drops the first line break of a textarea.
                textarea name="text" id={ "text-" (at) } rows=(rows) spellcheck="false" { "\n" (text) }
                button type="submit" { "Push a commit" }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(start: u64, end: u64) -> Annotation {
        Annotation {
            path: "a.json".to_owned(),
            start_line: 1,
            end_line: 1,
            start_column: Some(start),
            end_column: Some(end),
            level: "failure".to_owned(),
            title: None,
            message: "No.".to_owned(),
            raw_details: None,
        }
    }

    #[test]
    fn marks_columns_and_escapes_around_them() {
        let line = "é<b>x</b>";
        let shown = marked(line, 1, &[&note(5, 5)]).into_string();
        assert_eq!(shown, "é&lt;b&gt;<mark class=\"failure\">x</mark>&lt;/b&gt;");
    }

    #[test]
    fn bears_with_columns_that_overlap_or_are_not_there() {
        let shown = marked("abc", 1, &[&note(1, 2), &note(2, 3), &note(3, 90)]).into_string();
        assert_eq!(shown, "<mark class=\"failure\">abc</mark>");
        assert_eq!(marked("abc", 1, &[&note(7, 9), &note(3, 1)]).into_string(), "abc");
    }

    #[test]
    fn finds_the_key_of_a_line() {
        assert_eq!(key("  \"äö\" : 1"), Some(2..6));
        assert_eq!(key("  \"a value\","), None);
        assert_eq!(key("\u{a0}\"a\": 1"), None);
        assert_eq!(key("}"), None);
    }
}
