//! In plain words why a text is not JSON, where, and what to write instead, for somebody who has never seen JSON.
//!
//! In: the text, and where and why a reader stopped. Out: one finding at the line that has to change. Never: what
//! stands between quotation marks, which may be a contact.

mod around;
mod misfits;
mod outside;

use self::around::{Around, is_curly, is_word};
use crate::{
    prose,
    triage::{
        finding::{Finding, Spot},
        prose::{Prose, code, listed, theirs},
        span::{Source, Span},
    },
};

/// A place, and what is to be done there.
type Told = (Span, Prose);

/// What could stand at the fault.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Wanted {
    Name,
    Colon,
    Value,
    Comma,
    Nothing,
}

/// Why a text is not JSON.
pub fn explain(source: &Source, error: &serde_json::Error) -> Finding {
    let (span, message) = told(source, error);
    let sentence = prose!["The file is not valid JSON, so nothing else in it could be checked yet. "];
    Finding::must(sentence.then(message)).at(&Spot { pointer: String::new(), span })
}

fn told(source: &Source, error: &serde_json::Error) -> Told {
    let text = source.text();
    if let Some(told) = no_json_at_all(source) {
        return told;
    }
    let here = source.at(error.line(), error.column());
    let said = error.to_string();
    let before = Around::of(source, if error.is_eof() { text.len() } else { here.start });
    if let Some(opened) = before.opened.filter(|_| error.is_eof() || said.starts_with("control character")) {
        return unclosed(&before, opened, here);
    }
    if error.is_eof() {
        return unfinished(&before);
    }
    if let Some(told) = within_a_value(source, &here, &said) {
        return told;
    }
    let wanted = if said.starts_with("key must be") || said.starts_with("trailing comma") {
        Wanted::Name
    } else if said.starts_with("expected `:`") {
        Wanted::Colon
    } else if said.starts_with("expected `,` or") {
        Wanted::Comma
    } else if said.starts_with("trailing characters") {
        Wanted::Nothing
    } else {
        Wanted::Value
    };
    // A reader stops in the middle of a word; people look at its beginning.
    let in_a_word = match wanted {
        Wanted::Value => true,
        Wanted::Comma => text[here.start..].starts_with(is_word),
        _ => false,
    };
    let start = if in_a_word { text[..here.start].trim_end_matches(is_word).len() } else { here.start };
    if start < here.start {
        misfits::told(&Around::of(source, start), Wanted::Value)
    } else {
        misfits::told(&before, wanted)
    }
}

fn one_object() -> Prose {
    prose!["A nomination is one object: it begins with ", code("{"), " and ends with ", code("}"), "."]
}

/// What is told of a file that is something else.
fn no_json_at_all(source: &Source) -> Option<Told> {
    let text = source.text();
    let begins = text.trim_start();
    let start = text.len() - begins.len();
    let first = start..start + begins.lines().next().unwrap_or_default().len();
    if begins.is_empty() {
        return Some((0..0, prose!["It is empty. "].then(one_object())));
    }
    if begins.starts_with("```") {
        let message = "It stands between lines of three backticks, as code does in Markdown. Delete this line, and the last \
                       one like it.";
        return Some((first, message.into()));
    }
    if begins.starts_with("<!") || begins.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case("<html")) {
        let message = prose![
            "It is a web page. Where you saved it from GitHub, click ",
            code("Raw"),
            " on the page that shows the file, and copy what is shown then.",
        ];
        return Some((first, message));
    }
    None
}

/// A text whose closing quotation mark does not come, or that holds what no text can.
fn unclosed(before: &Around<'_>, opened: usize, here: Span) -> Told {
    let text = before.source.text();
    let stops = before.source.slice(&here);
    if !matches!(stops, "\n" | "\r") && here.start < text.len() && stops.starts_with(char::is_control) {
        let message = match stops {
            "\t" => "A tab stands inside a text. Write a blank in its place.".into(),
            _ => prose!["A character that nobody sees stands inside a text: ", theirs(stops), ". Delete it."],
        };
        return (here, message);
    }
    let mut lines = text[opened..].lines();
    let rest = lines.next().unwrap_or_default();
    let span = opened..opened + rest.len();
    let is_name = before.innermost().is_some_and(|(sign, _)| sign == '{') && before.last_sign() != ':';
    if is_name && rest.contains(':') {
        return (span, close_the_name());
    }
    let ends = rest.trim_end().trim_end_matches(',');
    if ends.ends_with(is_curly) {
        let message = prose![
            "The text begins with a straight quotation mark ",
            code("\""),
            " and ends with a curly one, as word processors make them. Write ",
            code("\""),
            " at its end, too.",
        ];
        return (span, message);
    }
    let next = lines.map(str::trim).find(|line| !line.is_empty());
    let is_text = |line: &str| match line.strip_prefix('"') {
        Some(behind) => behind.is_empty() || behind.starts_with([',', '}', ']']),
        None => !line.starts_with(['}', ']', '{', '[']),
    };
    // A bracket that was opened in the same line has to be closed behind the text.
    let bracket =
        before.innermost().filter(|(_, line)| *line == before.line(opened) && ends.ends_with([']', '}']));
    let message = if next.is_some_and(is_text) {
        prose![
            "The text that begins here goes on in the next line, but a text has to stand in one line. Join the lines; where it \
             is to have a line break, write ",
            code("\\n"),
            ".",
        ]
    } else if let Some((sign, _)) = bracket {
        prose![
            "The text that begins here has no end. Write the closing quotation mark ",
            code("\""),
            " at its end, before the ",
            code(if sign == '{' { "}" } else { "]" }),
            ".",
        ]
    } else {
        prose![
            "The text that begins here has no end. Write the closing quotation mark ",
            code("\""),
            if ends.len() < rest.trim_end().len() {
                " at its end, before the comma."
            } else {
                " at its end."
            },
        ]
    };
    (span, message)
}

fn close_the_name() -> Prose {
    prose![
        "The closing quotation mark ",
        code("\""),
        " of a field's name is missing. Write it behind the name, before the colon ",
        code(":"),
        ".",
    ]
}

/// A file that breaks off.
fn unfinished(before: &Around<'_>) -> Told {
    let end = before.end();
    let missing: Vec<_> =
        before.open.iter().rev().map(|(sign, _)| code(if *sign == '{' { "}" } else { "]" })).collect();
    if missing.is_empty() {
        return (end, prose!["It breaks off in the middle of a value. "].then(one_object()));
    }
    let several = missing.len() > 1;
    let message = prose!["It ends too early. Write "].then(listed(missing, 5)).then(prose![
        if several { ", in this order," } else { "" },
        " at its end",
        match before.last_sign() {
            ',' => ", and delete the comma that would then stand behind the last entry.",
            ':' => ", and before it the value that is missing behind the colon.",
            _ => ".",
        },
    ]);
    (end, message)
}

/// What cannot be in a value that is otherwise one.
fn within_a_value(source: &Source, here: &Span, said: &str) -> Option<Told> {
    let text = source.text();
    if said.starts_with("recursion limit") {
        let message =
            "Lists or objects are nested more than 127 deep here. A nomination needs no more than five.";
        return Some((here.clone(), message.into()));
    }
    if said.starts_with("number out of range") {
        return Some((here.clone(), "This number is too large.".into()));
    }
    if said.starts_with("invalid escape") {
        let span = text[..here.start].rfind('\\').unwrap_or(here.start)..here.end;
        let message = prose![
            "A backslash ",
            code("\\"),
            " inside a text is written twice: ",
            code("\\\\"),
            ". Where none is meant, delete it.",
        ];
        return Some((span, message));
    }
    if said.contains("surrogate") || said.starts_with("unexpected end of hex escape") {
        let span = half(&text[..here.end]).unwrap_or_else(|| here.clone());
        let message = prose![
            theirs(source.slice(&span)),
            " is one half of a character, and its other half is missing. Characters such as 😀 are written so in two halves, ",
            code("\\ud83d\\ude00"),
            ". Write the character itself instead, or delete the half.",
        ];
        return Some((span, message));
    }
    None
}

/// The last escape in a text that is one half of a character.
fn half(text: &str) -> Option<Span> {
    let mut escapes = text.rmatch_indices("\\u").map(|(at, _)| at..at + 6);
    let is_half = |escape: &Span| {
        let digits = text.get(escape.start + 2..escape.end);
        digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).is_some_and(|unit| unit >> 11 == 0x1b)
    };
    escapes.find(is_half)
}

#[cfg(test)]
mod tests;
