//! What stands before the nomination's object, or behind it.
//!
//! In: the place of the first sign that does not fit. Out: the place that has to change, and what to do. Never: what
//! stands between quotation marks.

use super::{Told, around::Around, one_object};
use crate::{
    prose,
    triage::prose::{Prose, code},
};

/// Nothing of it was read yet.
pub fn before_the_object(around: &Around<'_>) -> Told {
    let span = around.at..around.at + around.rest_of_line().len().max(around.here().len());
    let before = around.rest().split_once('{').map(|(before, _)| before);
    if before.is_some_and(|before| before.contains(": \"") || before.contains(":\"")) {
        return (around.here(), no_beginning());
    }
    if before.is_some() {
        let message = prose![
            "Something stands before the ",
            code("{"),
            " with which a nomination begins. Delete what is before it."
        ];
        return (span, message);
    }
    let message = prose![
        "It does not look like JSON. A nomination begins with ",
        code("{"),
        ", holds fields such as ",
        code("\"name\": \"Open Clinic\""),
        " with commas between them, and ends with ",
        code("}"),
        ".",
    ];
    (span, message)
}

fn no_beginning() -> Prose {
    prose!["The ", code("{"), " with which a nomination begins is missing before this."]
}

/// Something follows where the text is over.
pub fn more(around: &Around<'_>) -> Told {
    let (found, rest) = (around.found(), around.rest());
    let behind = rest.trim_start_matches(',').trim_start();
    if !matches!(around.last_sign(), '}' | ']') {
        let first = around.last().map_or(0..0, |last| last.span.clone());
        if found == ':' {
            return (first, no_beginning());
        }
        return (first, prose!["It does not begin as a nomination does. "].then(one_object()));
    }
    if found == '}' || found == ']' {
        let message = prose!["One closing ", code(found), " too many stands here. Delete it."];
        return (around.here(), message);
    }
    let line = around.line(around.end().start);
    if behind.starts_with('{') {
        let at = around.at + rest.len() - behind.len();
        let message = prose![
            format!("The nomination ends in line {line}, and here a second one begins. "),
            "Put it into a file of its own, or delete it.",
        ];
        return (at..at + 1, message);
    }
    if behind.starts_with('"') && behind.contains("\":") {
        let message = prose![
            "The nomination ends with this ",
            code(around.last_sign()),
            ", but more fields follow. ",
            if found == ',' { "Delete this one sign." } else { "Write a comma in its place." },
        ];
        return (around.end(), message);
    }
    if found == ',' && behind.is_empty() {
        return (around.here(), "There is a comma behind the end of the nomination. Delete it.".into());
    }
    let message = format!("The nomination ends in line {line}, but something follows here. Delete it.");
    (around.at..around.at + around.rest_of_line().len(), prose![message])
}
