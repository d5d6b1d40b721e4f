//! Corrections as edits of a nomination's text: which bytes give way to which.
//!
//! In: a nomination's tree and what was found in it. Out: [`Edit`]s that do not overlap, and the text with them made.
//! Never: what is right, which the findings say.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::{Correction, Finding},
    format::{Order, quoted, written},
    nomination::json::Node,
    span::{Source, Span},
};

/// Bytes that give way to a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// The edits that these findings' corrections come to, in the order of the text. Of two corrections of one value the
/// first counts; so does the one that reaches further of two that overlap.
pub fn edits<'a>(document: &Node, source: &Source, findings: impl Iterator<Item = &'a Finding>) -> Vec<Edit> {
    let mut corrections: BTreeMap<&str, &Correction> = BTreeMap::new();
    let mut numbers: BTreeSet<&str> = BTreeSet::new();
    for finding in findings {
        if let (Some(spot), Some(correction)) = (&finding.spot, &finding.correction) {
            if finding.is_number && !corrections.contains_key(spot.pointer.as_str()) {
                numbers.insert(&spot.pointer);
            }
            corrections.entry(&spot.pointer).or_insert(correction);
        }
    }
    let mut edits: Vec<Edit> = Vec::new();
    let mut lists: BTreeMap<usize, &Node> = BTreeMap::new();
    for (&pointer, &correction) in &corrections {
        match correction {
            Correction::Text(text) => edits.extend(document.at(pointer).map(|node| {
                let text = if numbers.contains(pointer) { text.clone() } else { quoted(text) };
                Edit { span: node.spot.span.clone(), text }
            })),
            // Whatever is corrected in a list, it is written anew once.
            Correction::Entries(_) => {
                lists.extend(list_of(document, pointer).map(|list| (list.spot.span.start, list)));
            }
        }
    }
    edits.extend(
        lists.values().map(|list| Edit {
            span: list.spot.span.clone(),
            text: corrected_list(list, source, &corrections),
        }),
    );
    edits.sort_by_key(|edit| (edit.span.start, std::cmp::Reverse(edit.span.end)));
    let mut reached = 0;
    edits.retain(|edit| {
        let apart = edit.span.start >= reached;
        reached = reached.max(edit.span.end);
        apart
    });
    edits
}

/// Whether a correction can be made where its finding stands: an entry is one of a list.
pub fn can_be_made(document: &Node, finding: &Finding) -> bool {
    let Some(spot) = &finding.spot else { return false };
    match &finding.correction {
        Some(Correction::Text(_)) => document.at(&spot.pointer).is_some(),
        Some(Correction::Entries(_)) => list_of(document, &spot.pointer).is_some(),
        None => false,
    }
}

/// The text with the edits made.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut corrected = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        corrected.push_str(&text[from..edit.span.start]);
        corrected.push_str(&edit.text);
        from = edit.span.end;
    }
    corrected + &text[from..]
}

/// The list that holds the value at a pointer.
fn list_of<'a>(document: &'a Node, pointer: &str) -> Option<&'a Node> {
    let (above, _) = pointer.rsplit_once('/')?;
    document.at(above).filter(|node| !node.items().is_empty())
}

/// A list with the corrections of its entries made, written out anew at its place.
fn corrected_list(list: &Node, source: &Source, corrections: &BTreeMap<&str, &Correction>) -> String {
    let mut entries: Vec<String> = Vec::new();
    let indent = indent(source, list.spot.span.start);
    for item in list.items() {
        match corrections.get(item.spot.pointer.as_str()) {
            Some(Correction::Text(text)) => entries.push(quoted(text)),
            Some(Correction::Entries(texts)) => entries.extend(texts.iter().map(|text| quoted(text))),
            None => entries.push(written(item, &Order::default(), indent / 2 + 1)),
        }
    }
    if entries.is_empty() {
        return "[]".to_owned();
    }
    let inner = " ".repeat(indent + 2);
    format!("[\n{inner}{}\n{}]", entries.join(&format!(",\n{inner}")), " ".repeat(indent))
}

/// How many blanks begin the line of a place.
fn indent(source: &Source, at: usize) -> usize {
    let line = source.line(source.place(&(at..at)).line);
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{prose, triage::nomination::json::parse};

    fn finding(document: &Node, pointer: &str, correction: Correction) -> Finding {
        let node = document.at(pointer).expect("there");
        Finding::must(prose!["x"]).at(&node.spot).mend(correction)
    }

    #[test]
    fn values_lists_and_both() {
        let text = "{\n  \"a\": [\n    \"\",\n    \"x, y\",\n    \"z \"\n  ],\n  \"b\": \"GPL v3\",\n  \"c\": [\"\"]\n}\n";
        let source = Source::new(text.into());
        let document = parse(&source).0.expect("JSON");
        let none = || Correction::Entries(vec![]);
        let findings = [
            finding(&document, "/a/0", none()),
            finding(&document, "/a/1", Correction::Entries(vec!["x".into(), "y".into()])),
            finding(&document, "/a/2", Correction::Text("z".into())),
            finding(&document, "/b", Correction::Text("GPL-3.0".into())),
            finding(&document, "/b", Correction::Text("a second opinion".into())),
            finding(&document, "/c/0", none()),
        ];
        let edits = edits(&document, &source, findings.iter());
        assert_eq!(edits.len(), 3, "{edits:?}");
        assert_eq!(
            apply(text, &edits),
            "{\n  \"a\": [\n    \"x\",\n    \"y\",\n    \"z\"\n  ],\n  \"b\": \"GPL-3.0\",\n  \"c\": []\n}\n"
        );
    }
}
