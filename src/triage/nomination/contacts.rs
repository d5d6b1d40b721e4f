//! Contacts: what of a file is never repeated in any output.
//!
//! In: a text and its tree. Out: the same text, byte for byte as long, with names and addresses of people masked.

use super::json::Node;
use crate::triage::{
    prose::addresses,
    span::{Source, Span},
};

/// Whether a field holds a person's name or address, in whatever spelling: `contact_name`, `Contact-Email`.
fn is_contact(key: &str) -> bool {
    let letters: String = key.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    letters.starts_with("contactname")
        || letters.starts_with("contactemail")
        || letters.starts_with("contactperson")
}

/// How such a field's name begins in a text that cannot be read.
const BEGINS: &str = "contact";

/// The text with everything masked that a contact's field holds. Of a text that is no JSON, that is all behind such
/// a field's name in its line.
pub fn masked(source: &Source, document: Option<&Node>) -> Source {
    fn contacts(node: &Node, spans: &mut Vec<Span>) {
        for member in node.members() {
            if is_contact(&member.key) {
                spans.push(member.node.spot.span.clone());
            }
            contacts(&member.node, spans);
        }
        node.items().iter().for_each(|item| contacts(item, spans));
    }
    let mut spans = Vec::new();
    match document {
        Some(document) => contacts(document, &mut spans),
        None => {
            let (mut start, mut goes_on) = (0, false);
            for line in source.text().split_inclusive('\n') {
                let key = line.to_ascii_lowercase().find(BEGINS).map(|at| at + BEGINS.len());
                let from = if goes_on { Some(0) } else { key };
                spans.extend(from.map(|from| start + from..start + line.len()));
                // The value may stand in the line behind.
                goes_on =
                    key.is_some_and(|from| !line[from..].contains(": \"") && !line[from..].contains(":\""));
                start += line.len();
            }
        }
    }
    spans.extend(addresses(source.text()));
    let mut bytes = source.text().as_bytes().to_vec();
    for byte in spans.into_iter().flat_map(|span| span.into_iter()) {
        // What makes the line JSON stays; a character of several bytes is replaced whole.
        if !matches!(bytes[byte], b'"' | b':' | b',' | b' ' | b'\r' | b'\n') {
            bytes[byte] = b'*';
        }
    }
    Source::new(String::from_utf8(bytes).unwrap_or_default())
}
