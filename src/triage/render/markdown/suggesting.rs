//! The paragraph of the comment on `/suggest`: that there is something to be had by it, or what came of it.

use super::{counted, inert::prose};
use crate::triage::{
    form::is_through_form,
    marker::Suggested,
    prose::{Piece, listed},
    report::{Report, Verdict},
    snapshot::Snapshot,
    suggestion::{Suggestion, suggestions},
};

/// One paragraph; empty where there is nothing to say.
pub fn suggesting(report: &Report, snapshot: &Snapshot, suggested: Option<Suggested>) -> String {
    let paragraph = match suggested {
        None => offer(report, snapshot),
        Some(Suggested::Given { review }) => {
            let pull_request = format!(
                "{}/{}/pull/{}",
                snapshot.website, snapshot.pull_request.repository, snapshot.pull_request.number
            );
            let place = match review {
                Some(id) => format!("in [my review]({pull_request}#pullrequestreview-{id})"),
                None => format!("in the tab [Files changed]({pull_request}/files)"),
            };
            let takes = if is_through_form(snapshot) { "with which a maintainer takes" } else { "that takes" };
            format!(
                "The corrections that I am sure of stand {place}, each with a button **Commit suggestion** {takes} it over."
            )
        }
        Some(Suggested::Nothing) => {
            "`/suggest` was asked for, but there is nothing on the lines of this pull request that I am sure how to write."
                .to_owned()
        }
        Some(Suggested::Refused) => {
            "`/suggest` was asked for, but GitHub did not take my suggestions. What to write stands below, ready to be copied."
                .to_owned()
        }
    };
    if paragraph.is_empty() { paragraph } else { paragraph + "\n\n" }
}

/// " (lines 5 and 18)", so that people know which; of several files nothing.
fn lines(sure: &[&Suggestion]) -> String {
    if sure.windows(2).any(|two| two[0].path != two[1].path) {
        return String::new();
    }
    let each: Vec<Piece> = (sure.iter())
        .map(|one| match one.last - one.first {
            0 => Piece::from(one.first.to_string()),
            _ => Piece::from(format!("{} to {}", one.first, one.last)),
        })
        .collect();
    let is_one = sure.len() == 1 && sure[0].first == sure[0].last;
    let word = if is_one { "line" } else { "lines" };
    format!(" ({word} {})", prose(&listed(each, MOST)))
}

/// So many lines are named.
const MOST: usize = 6;

fn offer(report: &Report, snapshot: &Snapshot) -> String {
    let all = suggestions(report, snapshot);
    let sure: Vec<&Suggestion> = all.iter().filter(|suggestion| !suggestion.inherited).collect();
    let buttons = if sure.len() == 1 { "a button" } else { "buttons" };
    let corrections = format!("{}{}", counted(sure.len(), "correction", "corrections"), lines(&sure));
    match (sure.len(), is_through_form(snapshot)) {
        (0, _) => String::new(),
        (_, false) if report.verdict == Verdict::OnHold => format!(
            "Whoever wants to change it meanwhile can write `/suggest` as a comment at the end of this page, and I offer \
             {corrections} that I am sure of as {buttons} to click."
        ),
        (_, false) => format!(
            "Quicker: write `/suggest` as a comment at the end of this page, and I offer {corrections} that I am sure of as \
             {buttons} to click."
        ),
        (_, true) => format!(
            "A maintainer who writes `/suggest` as a comment at the end of this page gets {corrections} that I am sure of \
             as {buttons} to click."
        ),
    }
}
