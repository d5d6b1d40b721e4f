//! Contacts: what of a file is never repeated in any output.
//!
//! In: a text and its tree. Out: the same text, byte for byte as long, with names and addresses of people masked.

use super::json::Node;
use crate::triage::span::{Source, Span};

/// Fields that hold a person's name or address; no output repeats them.
const CONTACTS: [&str; 2] = ["contact_name", "contact_email"];

/// The text with everything masked that a contact's field holds. Of a text that is no JSON, that is all behind such
/// a field's name in its line.
pub fn masked(source: &Source, document: Option<&Node>) -> Source {
    fn contacts(node: &Node, spans: &mut Vec<Span>) {
        for member in node.members() {
            if CONTACTS.contains(&member.key.as_str()) {
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
            let mut start = 0;
            for line in source.text().split_inclusive('\n') {
                let first = CONTACTS.iter().filter_map(|key| Some(line.find(key)? + key.len())).min();
                spans.extend(first.map(|from| start + from..start + line.len()));
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

/// E-mail addresses, wherever they stand; `git@host` is none.
fn addresses(text: &str) -> Vec<Span> {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"._%+-".contains(byte);
    let address = |at: usize| {
        let before = text.as_bytes()[..at].iter().rev().take(64).take_while(|byte| inside(byte)).count();
        let behind = text.as_bytes()[at + 1..].iter().take(255).take_while(|byte| inside(byte)).count();
        let span = at - before..at + 1 + behind;
        let is_one = before > 0 && text[at + 1..span.end].contains('.') && &text[span.start..at] != "git";
        is_one.then_some(span)
    };
    text.match_indices('@').filter_map(|(at, _)| address(at)).collect()
}
