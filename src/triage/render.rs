//! The voices in which a report speaks; each is one file and knows no other.

pub mod check_run;
pub mod counts;
pub mod documentation;
pub mod explanation;
pub mod github;
pub mod json;
pub mod markdown;
mod rules_run;
pub mod suggestions;
pub mod terminal;

pub use rules_run::rules_run;

use super::report::Report;

/// "2 things to change, 1 question to answer", as far as there are some.
fn to_change(report: &Report) -> String {
    let (questions, changes) = report.musts_apart();
    let change = format!("{} to change", counted(changes.len(), "thing", "things"));
    let answer = format!("{} to answer", counted(questions.len(), "question", "questions"));
    match (changes.is_empty(), questions.is_empty()) {
        (_, true) => change,
        (true, false) => answer,
        (false, false) => format!("{change}, {answer}"),
    }
}

/// "1 thing" or "3 things".
pub(super) fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
