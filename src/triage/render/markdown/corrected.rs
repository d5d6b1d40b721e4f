//! The corrected file, folded, to be copied as a whole.
//!
//! In: a judged file. Out: a section, or none where nothing has one right answer. A contact is never repeated: where
//! one stands, the text is parted, and its line is left to its owner. Never: a text that differs from the corrected
//! one in a single character.

use super::inert::{prose, raw_block};
use crate::triage::{
    finding::Severity,
    fix::{Extent, fix},
    nomination::{self, Filed},
    prose::{Piece, listed, seen, theirs},
    report::FileReport,
};

/// Longer files, in bytes, are not repeated.
const LONGEST: usize = 10_000;

/// Where a line is left to its owner.
const KEPT: &str = "⋯ here";

/// The section on one file. `editor` is the link to GitHub's editor, as far as there is one.
pub fn whole_file(file: &FileReport, editor: Option<&str>) -> Option<String> {
    // Layout makes a text longer, but nothing makes it shorter by half.
    if file.nomination.source.text().len() > 2 * LONGEST {
        return None;
    }
    let fixed = fix(file, Extent::Offered).ok()?;
    let is_new = fixed.text != file.nomination.source.text();
    let exact = |line: &str| line == seen(line, LONGEST);
    if !is_new || fixed.text.len() > LONGEST || !fixed.text.lines().all(exact) {
        return None;
    }
    let left = match file.to_change(Severity::Must).any(|said| said.finding.correction.is_none()) {
        true => "; the other points above are left to be done",
        false => "",
    };
    let parts = parts(file, &fixed.text);
    let put = match parts.contains(KEPT) {
        true => {
            "put the parts below in place of what stands there. Between the parts are your own lines with names or \
             addresses of people, which I do not repeat: leave them as they are"
        }
        false => "put this in place of the whole text",
    };
    let how = match editor {
        Some(editor) => format!("Open {editor} in GitHub's editor, {put}, and click **Commit changes**."),
        None => format!("In the file, {put}."),
    };
    let also: String = fixed.also.iter().map(|done| format!(" {}", prose(done))).collect();
    let name = match &fixed.name {
        Some(_) => " The file's name is still to be changed, in the box above the text.",
        None => "",
    };
    Some(format!(
        "<details><summary>The corrected file, to copy</summary>\n\nThis text has the corrections that I can make by myself{left}.{also} {how}{name}\n\n{parts}\n\
         </details>\n\n",
    ))
}

/// The names of the fields in these lines, where they have one and it is no address itself.
fn keys(lines: &[(&str, &str)]) -> Vec<Piece> {
    let key = |(line, shown): &(&str, &str)| {
        let (key, _) = shown.trim_start().strip_prefix('"')?.split_once("\": ")?;
        (!key.contains('"') && line.contains(&format!("\"{key}\": "))).then(|| theirs(key))
    };
    lines.iter().filter_map(key).collect()
}

/// The text in code blocks, parted where a line holds a contact.
fn parts(file: &FileReport, text: &str) -> String {
    let nomination = &file.nomination;
    let filed =
        Filed { path: nomination.path.clone(), kind: nomination.kind, schema: nomination.schema.clone() };
    let shown = nomination::parse(filed, text.as_bytes()).0.shown;
    let lines: Vec<(&str, &str)> = text.lines().zip(shown.text().lines()).collect();
    let mut parts = String::new();
    for run in lines.chunk_by(|(one, shown), (next, next_shown)| (one == shown) == (next == next_shown)) {
        if run[0].0 == run[0].1 {
            let text: String = run.iter().map(|(line, _)| format!("{line}\n")).collect();
            parts.push_str(&raw_block("json", &text));
        } else {
            let lines = if run.len() == 1 { "your line" } else { "your lines" };
            let with = match keys(run) {
                keys if keys.is_empty() => String::new(),
                keys => format!(" with {}", prose(&listed(keys, 4))),
            };
            parts.push_str(&format!("\n{KEPT} {lines}{with}, as before ⋯\n\n"));
        }
    }
    parts
}
