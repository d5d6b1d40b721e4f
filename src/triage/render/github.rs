//! `check --format github`: workflow commands of GitHub Actions, which shows them at the lines of the files.
//!
//! In: [`FileReport`]s. Out: one line a finding, and a plain one at the end. Others' words stand escaped behind a
//! command of ours and never begin a line, so that they cannot be a command.
//!
//! Source: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use super::{counted, counts::Counts};
use crate::triage::{
    check::Outcome,
    finding::Severity,
    prose::inert,
    report::{FileReport, Said},
};

/// So many of each kind GitHub shows of one step; the others stand in its log only.
const SHOWN: usize = 10;

/// The commands, what has to be fixed first.
pub fn commands(files: &[FileReport]) -> String {
    let mut found: Vec<(Kind, &FileReport, Said<'_>)> =
        (files.iter()).flat_map(|file| file.all().map(move |said| (Kind::of(said), file, said))).collect();
    found.sort_by_key(|(kind, ..)| *kind);
    let mut lines: String = found.iter().map(|(kind, file, said)| command(*kind, file, *said)).collect();
    lines.push_str(&format!(
        "{} checked: {}.\n",
        counted(files.len(), "file", "files"),
        Counts::of(files).words()
    ));
    let many = |kind| found.iter().filter(|(found, ..)| *found == kind).count() > SHOWN;
    if [Kind::Error, Kind::Warning, Kind::Notice].into_iter().any(many) {
        lines.push_str(&format!(
            "GitHub shows the first {SHOWN} errors, warnings and notices of a step at their lines; above are all.\n"
        ));
    }
    lines
}

#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    fn of(said: Said<'_>) -> Self {
        match (&said.judged.outcome, said.finding.severity) {
            // Nobody can mend it, so it is no error.
            (Outcome::NeedsPerson(_), _) | (_, Severity::Hint) => Kind::Notice,
            (_, Severity::Must) => Kind::Error,
            (_, Severity::Should) => Kind::Warning,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Kind::Error => "error",
            Kind::Warning => "warning",
            Kind::Notice => "notice",
        }
    }
}

fn command(kind: Kind, file: &FileReport, said: Said<'_>) -> String {
    let place = said.finding.spot.as_ref().map(|spot| file.nomination.source.place(&spot.span));
    let mut properties = format!("file={}", property(&file.nomination.path));
    if let Some(place) = place {
        properties.push_str(&format!(",line={},endLine={}", place.line, place.end_line));
        // GitHub takes columns only within one line.
        if place.line == place.end_line {
            properties.push_str(&format!(",col={},endColumn={}", place.column, place.end_column));
        }
    }
    let title = property(&format!("{} ({})", said.judged.check.topic, said.judged.check.id));
    let mut message = said.finding.message.plain();
    if let Some(suggestion) = said.finding.suggestion() {
        let what = if place.is_some() { "Write" } else { "File name" };
        message.push_str(&format!("\n{what}: {}", inert(suggestion, 300)));
    }
    format!("::{} {properties},title={title}::{}\n", kind.word(), data(&message))
}

/// A message: what ends a line, and the sign that escapes.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property: also what ends a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_the_runner_is_escaped() {
        assert_eq!(data("100%\r\n::error::x"), "100%25%0D%0A::error::x");
        assert_eq!(property("a,b::c\n%"), "a%2Cb%3A%3Ac%0A%25");
    }
}
