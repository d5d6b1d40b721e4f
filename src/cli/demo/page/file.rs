//! The changed files, each with the check run's notes under their lines, and a form to push a new text.

use std::collections::BTreeMap;

use maud::{Markup, PreEscaped, html};

use super::last_run;
use crate::fake_github::{Annotation, FileView, PullRequestView};

/// So many lines of a file are shown.
const LINES: usize = 1500;

/// All changed files.
pub fn files(view: &PullRequestView) -> Markup {
    let annotations = last_run(view).map(|run| run.annotations.as_slice()).unwrap_or_default();
    html! {
        @for (at, file) in view.files.iter().enumerate() {
            @let notes: Vec<&Annotation> = annotations.iter().filter(|note| note.path == file.path).collect();
            section .card .file id={ "file-" (at) } data-live aria-label=(file.path) {
                header { h2 { code { (file.path) } } span .badge { (file.status) } }
                @match file.text.as_deref() {
                    Some(text) => { (lines(at, text, &notes)) (form(view.number, at, file, text)) }
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
                div .line id={ "file-" (at) "-L" (number) } data-line=(number) {
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

/// A line with the columns marked that notes are about. Columns count characters from 1, the last one included.
fn marked(line: &str, number: u64, notes: &[&Annotation]) -> Markup {
    let mut spans: Vec<(usize, usize, &str)> = notes
        .iter()
        .filter(|note| note.start_line == number && note.end_line == number)
        .filter_map(|note| {
            let column = |column: Option<u64>| column.and_then(|column| usize::try_from(column).ok());
            Some((column(note.start_column)?.saturating_sub(1), column(note.end_column)?, level(note)))
        })
        .collect();
    spans.sort_unstable();
    let characters: Vec<char> = line.chars().collect();
    let piece = |from: usize, to: usize| -> String {
        characters.get(from..to.min(characters.len())).unwrap_or_default().iter().collect()
    };
    let mut done = 0;
    html! {
        @for (from, to, level) in spans {
            @if from >= done && to > from {
                (piece(done, from)) mark .(level) { (piece(from, to)) }
                (PreEscaped({ done = to; "" }))
            }
        }
        (piece(done, characters.len()))
    }
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
        assert_eq!(shown, "<mark class=\"failure\">ab</mark><mark class=\"failure\">c</mark>");
        assert_eq!(marked("abc", 1, &[&note(7, 9)]).into_string(), "abc<mark class=\"failure\"></mark>");
    }
}
