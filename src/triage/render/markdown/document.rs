//! `check --format markdown`: one document on many files, for the summary of a job or an issue.
//!
//! In: [`FileReport`]s. Out: Markdown of at most `LIMIT` bytes without links to a pull request. Others' words stand
//! only in code spans and code blocks.

use super::{
    corrected,
    inert::{cell, prose, span},
    line,
};
use crate::triage::{
    finding::Severity,
    prose::Prose,
    render::{counted, counts::Counts},
    report::{FileReport, Item, not_checked},
};

/// An issue takes 65,536 characters; bytes are never fewer. The summary of a job takes more.
const LIMIT: usize = 65_000;

/// So much of it the table may take; behind it each file has its section.
const TABLE: usize = 20_000;

/// How many findings of one kind, how many alike with the first and how many reasons are written out.
const MOST: usize = 10;

/// The document: how many, which, and what about each.
pub fn document(files: &[FileReport]) -> String {
    let mut spoken_of: Vec<&FileReport> =
        files.iter().filter(|file| !Counts::of([*file]).is_zero()).collect();
    spoken_of.sort_by_key(|file| file.to_change(Severity::Must).next().is_none());
    let mut page = format!(
        "## Check of nominations\n\n{} checked: {}.\n\n",
        counted(files.len(), "file", "files"),
        Counts::of_items(files).words()
    );
    page.push_str(&table(&spoken_of));
    let fine = files.len() - spoken_of.len();
    if fine > 0 && !spoken_of.is_empty() {
        page.push_str(&format!("Nothing was found in {} more.\n\n", counted(fine, "file", "files")));
    }
    let unknown = unknown(files);
    let mut told = 0;
    for file in &spoken_of {
        let section = section(file);
        // Room stays for the line that says how many are left out.
        if page.len() + section.len() + unknown.len() + 200 <= LIMIT {
            page.push_str(&section);
            told += 1;
        }
    }
    if told < spoken_of.len() {
        page.push_str(&format!(
            "… and {} more, for which there is no room here: `dpg-triage check` prints all.\n\n",
            counted(spoken_of.len() - told, "file", "files")
        ));
    }
    page + &unknown
}

/// A row a file, as many as there is room for.
fn table(files: &[&FileReport]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let mut table = "| File | Name | To fix | Worth improving | To know | For a person |\n| --- | --- | --- | --- | --- | --- |\n".to_owned();
    let mut rows = 0;
    for file in files {
        let counts = Counts::of_items([*file]);
        let number = |count: usize| if count == 0 { "–".to_owned() } else { count.to_string() };
        let row = format!(
            "| {} | {} | {} | {} | {} | {} |\n",
            cell(&span(&file.nomination.path)),
            file.nomination.name.as_ref().map(|name| cell(&span(name.value.trim()))).unwrap_or_default(),
            number(counts.must),
            number(counts.should),
            number(counts.hint),
            number(counts.people),
        );
        if table.len() + row.len() > TABLE {
            break;
        }
        table.push_str(&row);
        rows += 1;
    }
    if rows < files.len() {
        table.push_str(&format!("\n… and {} more.\n", counted(files.len() - rows, "file", "files")));
    }
    table + "\n"
}

fn section(file: &FileReport) -> String {
    let mut section = format!("### {}\n\n", span(&file.nomination.path));
    for (title, items) in [
        ("To fix", file.items(Severity::Must)),
        ("Worth improving", file.items(Severity::Should)),
        ("For a person to decide", file.items_for_people()),
    ] {
        if !items.is_empty() {
            section.push_str(&format!("**{title}**\n\n"));
            section.push_str(&described(&items));
        }
    }
    let hints = file.items(Severity::Hint);
    if !hints.is_empty() {
        section.push_str(&format!("<details><summary>Good to know ({})</summary>\n\n", hints.len()));
        section.push_str(&described(&hints));
        section.push_str("</details>\n\n");
    }
    section
}

fn described(items: &[Item<'_>]) -> String {
    let mut text: String = items.iter().take(MOST).map(describe).collect();
    if items.len() > MOST {
        text.push_str(&format!("… and {} more.\n\n", items.len() - MOST));
    }
    text
}

fn describe(item: &Item<'_>) -> String {
    let nomination = &item.file.nomination;
    let at = |line: Option<usize>| line.map(|line| format!("line {line}"));
    let mut text = format!("**{}**", item.first.judged.check.topic);
    if let Some(place) = at(line(nomination, item.first)) {
        text.push_str(&format!(" ({place})"));
    }
    text.push_str(&format!(": {}\n", prose(&item.first.finding.message)));
    if let Some(suggestion) = item.first.finding.suggestion() {
        text.push_str(&corrected(nomination, item.first, suggestion));
    }
    if !item.alike.is_empty() {
        let also = item.alike.iter().take(MOST).map(|(said, different)| {
            let what = prose(&Prose(vec![(*different).clone()]));
            at(line(nomination, *said)).map_or(what.clone(), |place| format!("{what} ({place})"))
        });
        let more = match item.alike.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        text.push_str(&format!("The same for {}{more}.\n", also.collect::<Vec<_>>().join(", ")));
    }
    text + "\n"
}

/// What could not be checked in any file, a line a reason.
fn unknown(files: &[FileReport]) -> String {
    let reasons = not_checked(files);
    if reasons.is_empty() {
        return String::new();
    }
    let line = |(why, topics): &(&Prose, Vec<&str>)| format!("- {}: {}.\n", topics.join("; "), prose(why));
    let mut lines: String = reasons.iter().take(MOST).map(line).collect();
    if reasons.len() > MOST {
        lines.push_str(&format!("- … and {} more reasons.\n", reasons.len() - MOST));
    }
    format!("### Not checked\n\n{lines}")
}
