//! What stands where JSON has something else, or nothing.
//!
//! In: the place of the first sign that does not fit, what stands before it, and what could stand there. Out: the
//! place that has to change, and what to do. Never: what stands between quotation marks.

use super::{
    Told, Wanted,
    around::{Around, is_curly, is_single, is_word},
    close_the_name,
    outside::{before_the_object, more},
};
use crate::{
    prose,
    triage::prose::{Prose, code, seen, theirs},
};

pub fn told(around: &Around<'_>, wanted: Wanted) -> Told {
    foreign(around, wanted).unwrap_or_else(|| match wanted {
        Wanted::Name => no_name(around),
        Wanted::Colon => no_colon(around),
        Wanted::Value => no_value(around),
        Wanted::Comma => no_comma(around),
        Wanted::Nothing => more(around),
    })
}

/// Signs with which a merge of two versions marks what it could not join.
const CONFLICT: [&str; 4] = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];

/// Signs that JSON has nowhere.
fn foreign(around: &Around<'_>, wanted: Wanted) -> Option<Told> {
    let (found, rest) = (around.found(), around.rest());
    if CONFLICT.iter().any(|mark| rest.starts_with(mark)) {
        let message = prose![
            "Two versions of the file were merged, and both were left in it. Keep one of the two that stand between ",
            code("<<<<<<<"),
            " and ",
            code(">>>>>>>"),
            ", and delete these two lines and the one with ",
            code("======="),
            ".",
        ];
        return Some((around.at..around.at + 7, message));
    }
    if let Some(mark) = ["//", "/*", "#", "<!--"].into_iter().find(|mark| rest.starts_with(mark)) {
        let message = prose![
            "A comment begins here with ",
            code(mark),
            ". JSON has no comments: delete it, to its end."
        ];
        return Some((around.at..around.at + around.rest_of_line().len(), message));
    }
    if is_curly(found) {
        let message = prose![
            "Curly quotation marks stand here, as word processors make them. JSON needs straight ones ",
            code("\""),
            " around every name and text: replace them all there, in an editor for plain text; within a text, curly ones may \
             stay.",
        ];
        return Some((around.here(), message));
    }
    if is_single(found) && matches!(wanted, Wanted::Name | Wanted::Value) {
        let message = prose![
            if wanted == Wanted::Name { "A field's name" } else { "A text" },
            " has to stand in double quotation marks ",
            code("\""),
            ", but here they are single ones. Replace the one before it and the one behind it, and so in the rest of the file; \
             an apostrophe within a text stays.",
        ];
        return Some((around.here(), message));
    }
    let blank = found.is_whitespace() && !matches!(found, ' ' | '\t' | '\r' | '\n');
    if blank || found != '\0' && found.is_control() || seen(&found.to_string(), 1).starts_with("‹U+") {
        let message = prose![
            format!("A character that nobody sees (U+{:04X}) stands here. ", u32::from(found)),
            "Such come along when text is copied from a web page or a word processor. Delete it; where a blank is needed, \
             type one.",
        ];
        return Some((around.here(), message));
    }
    if rest.starts_with("...") || found == '…' {
        let message = "Three points stand here, as for something left out. Write it out, or delete them.";
        return Some((around.here(), message.into()));
    }
    (found == '\\').then(|| {
        let message = prose![
            "A backslash ",
            code("\\"),
            " stands outside of a text. Delete it; where every quotation mark has one before it, delete all of these.",
        ];
        (around.here(), message)
    })
}

/// Others' sign, or that it is a blank.
fn shown(around: &Around<'_>) -> Prose {
    prose![theirs(around.found().to_string())]
}

fn comma_too_many(around: &Around<'_>) -> Option<Told> {
    let (found, last) = (around.found(), around.last_sign());
    let message = match (found, last) {
        ('}' | ']', ',') => {
            prose!["There is a comma ", code(","), " behind the last entry. Delete this comma."]
        }
        (',', ',') => prose!["Two commas ", code(","), " stand one after the other. Delete one of them."],
        (',', '{' | '[') => {
            prose!["There is a comma ", code(","), " before the first entry. Delete this comma."]
        }
        _ => return None,
    };
    Some((if found == ',' { around.here() } else { around.end() }, message))
}

/// A list that ends with `}`, or an object that ends with `]`.
fn closed_by_another(around: &Around<'_>) -> Option<Told> {
    let (open, line) = around.innermost()?;
    let (what, right, wrong) = match (open, around.found()) {
        ('[', '}') => ("list", "]", "}"),
        ('{', ']') => ("object", "}", "]"),
        _ => return None,
    };
    let message = prose![
        format!("The {what} that begins in line {line} is not closed. Its "),
        code(right),
        if around.is_in_a_later_line() {
            " is missing here, or stands below as "
        } else {
            " is missing here, or stands there as "
        },
        code(wrong),
        "; or that ",
        code(wrong),
        " is one too many.",
    ];
    Some((around.end(), message))
}

fn no_name(around: &Around<'_>) -> Told {
    if let Some(told) = closed_by_another(around).or_else(|| comma_too_many(around)) {
        return told;
    }
    let rest = around.rest();
    let word = rest.find(|sign| !is_word(sign)).unwrap_or(rest.len());
    let behind = rest[word..].trim_start();
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(number) = around.before_last().filter(|token| {
        around.touches()
            && token.span.end + 1 == around.at
            && number(around.source.slice(&token.span))
            && around.found().is_ascii_digit()
    }) {
        let message = prose![
            "A number has no comma ",
            code(","),
            ": thousands stand without one, as in ",
            code("1000"),
            ", and a fraction has a point, as in ",
            code("0.5"),
            ".",
        ];
        return (number.span.start..around.at + word, message);
    }
    if let Some(told) = next_entry(around) {
        return told;
    }
    let message = match around.found() {
        ':' => prose![
            "The field's name is missing before this colon. Write it in double quotation marks, as in ",
            code("\"name\":"),
            "; or delete the line.",
        ],
        _ if word > 0 && behind.starts_with('"') => {
            prose!["The quotation mark ", code("\""), " at the beginning of a field's name is missing."]
        }
        _ if word > 0 => prose![
            "A field's name has to stand in double quotation marks, as in ",
            code("\"name\":"),
            ", but here are none.",
        ],
        _ => prose![
            "A field's name in double quotation marks has to stand here, as in ",
            code("\"name\":"),
            ", but the file has ",
        ]
        .then(shown(around))
        .then(".".into()),
    };
    (around.at..around.at + word.max(around.here().len()), message)
}

/// An object within a list that ends only where the next one begins.
fn next_entry(around: &Around<'_>) -> Option<Told> {
    let [.., ('[', _), ('{', begins)] = around.open[..] else { return None };
    let message = prose![
        format!(
            "The object that begins in line {} is not closed before the next one. Write its ",
            around.line(begins)
        ),
        code("}"),
        " here, before the comma.",
    ];
    (around.found() == '{' && around.last_sign() == ',').then(|| (around.end(), message))
}

fn no_colon(around: &Around<'_>) -> Told {
    let name = around.last().map_or(0..0, |last| last.span.clone());
    let found = around.found();
    if matches!(found, '=' | '：' | ';') {
        let message =
            prose!["Between a field's name and its value stands a colon ", code(":"), ", but here it is "]
                .then(shown(around))
                .then(". Replace it.".into());
        return (around.here(), message);
    }
    if around.touches() && around.source.slice(&name).contains(':') {
        return (name, close_the_name());
    }
    if matches!(found, ',' | '}' | ']') || around.is_in_a_later_line() {
        let message = prose![
            "This field has a name but no value. Write a colon ",
            code(":"),
            " and the value behind it"
        ];
        let is_list = around.before_last().is_some_and(|token| token.sign == '{') && found == ',';
        let or = if is_list {
            prose!["; or, if it is to be a list, ", code("[ ]"), " in place of ", code("{ }"), "."]
        } else {
            ".".into()
        };
        return (name, message.then(or));
    }
    if around.touches() {
        return quotation_mark_within(around);
    }
    (name, prose!["A colon ", code(":"), " is missing between this field's name and its value."])
}

/// A text goes on behind its closing quotation mark.
fn quotation_mark_within(around: &Around<'_>) -> Told {
    if around.last_sign() != '"' {
        let message =
            prose!["Behind this stands a comma ", code(","), " or a closing bracket, but the file has "];
        return (
            around.here(),
            message.then(shown(around)).then(". Delete what does not belong there.".into()),
        );
    }
    let is_empty = around.last().is_some_and(|last| last.span.len() == 2);
    let message = if around.touches() && (around.found() == '"' || is_empty) {
        prose![
            "Two quotation marks stand side by side here. Delete one of them; one that belongs to the text is written ",
            code("\\\""),
            ".",
        ]
    } else {
        prose![
            "The text ends at this quotation mark, but more of it seems to follow. A quotation mark inside a text is written ",
            code("\\\""),
            "; where two texts are meant, a comma ",
            code(","),
            " has to stand between them.",
        ]
    };
    (around.end(), message)
}

fn no_value(around: &Around<'_>) -> Told {
    if around.last().is_none() {
        return before_the_object(around);
    }
    if let Some(told) = comma_too_many(around) {
        return told;
    }
    let (found, rest) = (around.found(), around.rest());
    let end = rest.find([',', '}', ']', '"', ' ', '\t', '\r', '\n']).unwrap_or(rest.len());
    let span = around.at..around.at + end.max(around.here().len());
    if matches!(found, ',' | '}' | ']') && around.last_sign() == ':' {
        let message = prose![
            "The value behind this colon is missing. Write it; where there is nothing to say, a text is ",
            code("\"\""),
            " and a list ",
            code("[]"),
            ".",
        ];
        return (around.end(), message);
    }
    let word = rest[..end].to_lowercase();
    let message = match word.as_str() {
        "true" | "false" => prose!["This has to be written ", code(word.as_str()), ", in small letters."],
        "none" | "null" | "nil" | "undefined" | "nan" => prose![
            theirs(&rest[..end]),
            " is no value in JSON. Where there is nothing to say, a text is ",
            code("\"\""),
            " and a list ",
            code("[]"),
            ".",
        ],
        _ if found == '(' => {
            prose!["A list stands in square brackets ", code("[ ]"), ", but here are round ones."]
        }
        _ if found.is_ascii_digit() || "+-.".contains(found) => no_number(),
        _ if is_word(found) && around.rest_of_line().trim_end().trim_end_matches(',').ends_with('"') => {
            prose!["The quotation mark ", code("\""), " at the beginning of this text is missing."]
        }
        _ if is_word(found) => {
            prose![
                "A text has to stand in double quotation marks, as in ",
                code("\"text\""),
                ", but here are none."
            ]
        }
        _ => prose![
            "A value has to stand here: a text in double quotation marks, a number, a list ",
            code("[ ]"),
            " or an object ",
            code("{ }"),
            ". The file has ",
        ]
        .then(shown(around))
        .then(".".into()),
    };
    (span, message)
}

fn no_number() -> Prose {
    prose![
        "This is not a number as JSON writes one: digits, and a point if need be, as in ",
        code("17"),
        " and ",
        code("0.5"),
        "; no ",
        code("+"),
        " or ",
        code("0"),
        " in front, and nothing behind. If it is a text, put it in double quotation marks ",
        code("\""),
        ".",
    ]
}

fn no_comma(around: &Around<'_>) -> Told {
    let (found, last) = (around.found(), around.last_sign());
    let in_list = around.innermost().is_some_and(|(sign, _)| sign == '[');
    if let Some(told) = closed_by_another(around) {
        return told;
    }
    if found == ':' {
        return a_name_in_a_list(around, in_list);
    }
    if matches!(found, ';' | '，' | '、' | '；' | '،') {
        let message = prose!["Between entries stands a comma ", code(","), ", but here it is "]
            .then(shown(around))
            .then(". Replace it.".into());
        return (around.here(), message);
    }
    if last == '"' && around.touches() {
        return quotation_mark_within(around);
    }
    let begins_an_entry = "\"{[".contains(found) || found.is_ascii_digit() && !around.touches();
    if last == '0' && !begins_an_entry && !around.is_in_a_later_line() {
        let word = around.last().map_or(around.at, |last| last.span.start);
        return (word..around.here().end, no_number());
    }
    if around.is_in_a_later_line() {
        let line = around.line(around.end().start);
        let message = prose![
            "A comma ",
            code(","),
            format!(
                " is missing at the end of line {line}: every entry but the last of a list or an object has one."
            ),
        ];
        return (around.end(), message);
    }
    if begins_an_entry {
        return (around.end(), prose!["A comma ", code(","), " is missing here, between two entries."]);
    }
    quotation_mark_within(around)
}

/// A colon where none can be: behind an entry of a list, or behind a value.
fn a_name_in_a_list(around: &Around<'_>, in_list: bool) -> Told {
    let name = around.last().map_or(0, |last| last.span.start);
    let before = around.before_last().map_or(0..0, |token| token.span.end - 1..token.span.end);
    let is_below = around.line(before.start) < around.line(name);
    let message = match around.innermost() {
        _ if in_list && is_below && around.before_last().is_some_and(|token| token.sign == '[') => prose![
            "In a list ",
            code("[ ]"),
            " stand values alone, but this one begins with a field. Write ",
            code("{ }"),
            " in place of ",
            code("[ ]"),
            "; or, if the list is to be empty, write its ",
            code("]"),
            " here.",
        ],
        Some((_, line)) if in_list && is_below => prose![
            format!("The list that begins in line {line} is not closed before the next field. Write its "),
            code("]"),
            " here",
            if around.before_last().is_some_and(|token| token.sign == ',') {
                ", before the comma."
            } else {
                "."
            },
        ],
        _ if in_list => prose![
            "In a list ",
            code("[ ]"),
            " stand values alone, but here is a field with a name. Put ",
            code("{ }"),
            " around it.",
        ],
        _ if is_below => prose![
            "The value behind this colon is missing. Write it; where there is nothing to say, a text is ",
            code("\"\""),
            " and a list ",
            code("[]"),
            ".",
        ],
        _ => {
            let message = "A field has one name and one value, but here is a second colon. Most likely a comma or a \
                           quotation mark is missing before it.";
            return (around.here(), message.into());
        }
    };
    let here =
        if in_list && !is_below { around.last().map_or(0..0, |last| last.span.clone()) } else { before };
    (here, message)
}
