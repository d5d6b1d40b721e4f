//! The check run on a registry's rules that a pull request brings: every mistake at its line.
//!
//! In: the mistakes. Out: a [`CheckRun`].

use super::counted;
use crate::triage::{
    finding::Finding,
    marker::digest,
    posted::{Annotation, CheckRun, RULES_CHECK_RUN},
    span::Source,
};

/// So many mistakes are shown at once.
const MOST: usize = 50;

/// The check run of a rules file at `path` on pull request `number`.
pub fn rules_run(path: &str, source: &Source, mistakes: &[Finding], number: u64) -> CheckRun {
    let annotations: Vec<Annotation> =
        mistakes.iter().take(MOST).map(|mistake| annotation(path, source, mistake)).collect();
    let digest = digest(&format!("{annotations:?}"));
    let (conclusion, title, summary) = if mistakes.is_empty() {
        (
            "success",
            "The rules can be used".to_owned(),
            "They hold from the moment this is on the default branch: each open nomination follows them with the next \
             look at it.\n"
                .to_owned(),
        )
    } else {
        let count = counted(mistakes.len(), "mistake", "mistakes");
        let summary = format!(
            "{count} in the rules; the annotations show where, and what is allowed there. Until they are mended, the \
             rules that hold now stay in force.\n"
        );
        ("failure", format!("{count} in the rules"), summary)
    };
    CheckRun {
        name: RULES_CHECK_RUN,
        external_id: format!("{number}:{digest}"),
        conclusion,
        title,
        summary,
        annotations,
    }
}

fn annotation(path: &str, source: &Source, mistake: &Finding) -> Annotation {
    let place = mistake.spot.as_ref().map(|spot| source.place(&spot.span));
    let (start_line, end_line) = place.map_or((1, 1), |place| (place.line, place.end_line));
    Annotation {
        path: path.to_owned(),
        start_line,
        end_line,
        columns: place
            .filter(|place| place.line == place.end_line)
            .map(|place| (place.column, place.end_column)),
        level: "failure",
        title: "Rules",
        message: mistake.message.plain(),
    }
}
