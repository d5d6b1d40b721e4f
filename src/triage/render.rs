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

use super::{finding::Severity, report::Report};

/// "2 things to change", or "1 question to answer" where nothing else is asked.
fn to_change(report: &Report) -> String {
    let number = report.items(Severity::Must).len();
    match report.only_asks() {
        true => format!("{} to answer", counted(number, "question", "questions")),
        false => format!("{} to change", counted(number, "thing", "things")),
    }
}

/// "1 thing" or "3 things".
pub(super) fn counted(number: usize, one: &str, several: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { several })
}
