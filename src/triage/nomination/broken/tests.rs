//! What is said of texts that are not JSON, and where.

mod faults;

use self::faults::FAULTS;
use crate::triage::{nomination::json::parse, span::Source};

/// Line and column of the one thing that is said of a text, and what is said.
fn said(text: &str) -> (String, String) {
    let source = Source::new(text.into());
    let (tree, findings) = parse(&source);
    assert!(tree.is_none() && findings.len() == 1, "{text:?}");
    let span = findings[0].spot.clone().expect("a place").span;
    assert!(span.start <= span.end && source.text().get(span.clone()).is_some(), "{text:?}: {span:?}");
    let place = source.place(&span);
    let message = findings[0].message.plain();
    let what =
        message.strip_prefix("The file is not valid JSON, so nothing else in it could be checked yet. ");
    (format!("{}:{}", place.line, place.column), what.expect("how it begins").to_owned())
}

/// The place is where something has to change, and the words say what.
#[test]
fn every_fault_is_told_where_it_is_mended() {
    for &(text, place, words) in FAULTS {
        assert_eq!(said(text), (place.to_owned(), words.to_owned()), "{text:?}");
    }
}

#[test]
fn faults_within_a_value() {
    for (text, words) in [
        ("{\"a\": 1e999}", "This number is too large."),
        ("{\"a\": \"\\ud800 x\"}", "\"\\ud800\" is one half of a character"),
        ("{\"a\": \"\\uD83D\"}", "\"\\uD83D\" is one half of a character"),
        ("{\"a\": \"\\ud83d\\u0041\"}", "\"\\ud83d\" is one half of a character"),
        ("{\"a\": \"x\\ude00\"}", "\"\\ude00\" is one half of a character"),
        (&("[".repeat(10_000) + &"]".repeat(10_000)), "nested more than 127"),
    ] {
        assert!(said(text).1.contains(words), "{text:?}");
    }
}

/// Whatever sign is lost, added or replaced, a place in the text is told, and never what a field holds.
#[test]
fn one_sign_anywhere_is_told() {
    let text = "{\n  \"contact_name\": \"Ada Lovelace\",\n  \"n\": [1, -0.5e3, true, {\"é\": null}],\n  \"x\": \"\\u00e9\\n\"\n}\n";
    let mut told = 0;
    for at in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
        for sign in
            ["", "\"", "'", "{", "}", "[", "]", ":", ",", "\\", "/", "é", "\u{a0}", "\n", "0", "-", "“"]
        {
            for behind in [text[at..].chars().next().map_or(0, char::len_utf8), 0] {
                let other = format!("{}{sign}{}", &text[..at], &text[at + behind..]);
                if serde_json::from_str::<serde_json::Value>(&other).is_err() {
                    told += 1;
                    assert!(!said(&other).1.contains("Lovelace"), "{other:?}");
                }
            }
        }
    }
    assert!(told > 1000, "{told}");
}
