//! The paragraph of the comment on `/suggest`: that there is something to be had by it, or what came of it.

use super::counted;
use crate::triage::{
    form::is_through_form, marker::Suggested, report::Report, snapshot::Snapshot, suggestion::suggestions,
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

fn offer(report: &Report, snapshot: &Snapshot) -> String {
    let sure = suggestions(report, snapshot).iter().filter(|suggestion| !suggestion.inherited).count();
    let corrections = counted(sure, "correction", "corrections");
    let buttons = if sure == 1 { "a button" } else { "buttons" };
    match (sure, is_through_form(snapshot)) {
        (0, _) => String::new(),
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
