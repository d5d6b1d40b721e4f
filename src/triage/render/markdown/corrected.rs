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
    prose::{inert, listed, theirs},
    report::FileReport,
};

/// Longer files, in bytes, are not repeated.
const LONGEST: usize = 10_000;

/// The section on one file. `editor` is the link to GitHub's editor, as far as there is one.
pub fn whole_file(file: &FileReport, editor: Option<&str>) -> Option<String> {
    let fixed = fix(file, Extent::Offered).ok()?;
    let is_new = fixed.text != file.nomination.source.text();
    let exact = |line: &str| line == inert(line, LONGEST);
    if !is_new || fixed.text.len() > LONGEST || !fixed.text.lines().all(exact) {
        return None;
    }
    let left = match file.to_change(Severity::Must).any(|said| said.finding.correction.is_none()) {
        true => "; the other points above are left to be done",
        false => "",
    };
    let how = match editor {
        Some(editor) => format!(
            "Open {editor} in GitHub's editor, put this in place of the whole text, and click **Commit changes**."
        ),
        None => "Put this in place of the whole text of the file.".to_owned(),
    };
    Some(format!(
        "<details><summary>The corrected file, to copy</summary>\n\nIn this text everything is corrected that has one right answer{left}. {how}\n\n{}\n\
         </details>\n\n",
        parts(file, &fixed.text)
    ))
}

/// The text in code blocks, parted where a line holds a contact.
fn parts(file: &FileReport, text: &str) -> String {
    let nomination = &file.nomination;
    let filed =
        Filed { path: nomination.path.clone(), kind: nomination.kind, schema: nomination.schema.clone() };
    let shown = nomination::parse(filed, text.as_bytes()).0.shown;
    let lines: Vec<(&str, bool)> =
        text.lines().zip(shown.text().lines()).map(|(line, shown)| (line, line == shown)).collect();
    let mut parts = String::new();
    for run in lines.chunk_by(|(_, one), (_, next)| one == next) {
        if run[0].1 {
            let text: String = run.iter().map(|(line, _)| format!("{line}\n")).collect();
            parts.push_str(&raw_block("json", &text));
        } else {
            let keys = run.iter().filter_map(|(line, _)| line.split('"').nth(1)).map(theirs).collect();
            let lines = if run.len() == 1 { "your line" } else { "your lines" };
            parts.push_str(&format!(
                "\n⋯ here {lines} with {}, as before: I do not repeat people's names and addresses ⋯\n\n",
                prose(&listed(keys, 4))
            ));
        }
    }
    parts
}
