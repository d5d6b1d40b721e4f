//! The check run: a title, a summary, and annotations on the lines of the nominations.
//!
//! In: a [`Report`]. Out: a [`CheckRun`]. Others' words are plain, visible text; GitHub shows annotations as such.

use super::to_change;
use crate::triage::{
    check::Outcome,
    finding::Severity,
    marker::digest,
    posted::{Annotation, CHECK_RUN, CheckRun},
    report::{FileReport, Report, Said, Verdict},
};

/// How many annotations are given; more would only repeat what a broken file has many of.
const MOST: usize = 200;

/// The check run of a report on pull request `number`.
pub fn check_run(report: &Report, number: u64) -> CheckRun {
    let annotations: Vec<Annotation> = (report.files.iter())
        .flat_map(|file| file.all().map(move |said| annotation(file, said)))
        .take(MOST)
        .collect();
    let digest = digest(&format!("{annotations:?}"));
    CheckRun {
        name: CHECK_RUN,
        external_id: format!("{number}:{digest}"),
        conclusion: report.verdict.conclusion(),
        title: title(report),
        summary: summary(report),
        annotations,
    }
}

/// The check run of a pull request that brings no nomination, where one is required.
pub fn nothing_to_judge(number: u64) -> CheckRun {
    CheckRun {
        name: CHECK_RUN,
        external_id: format!("{number}:{}", digest("")),
        conclusion: "success",
        title: "No nomination in this pull request".to_owned(),
        summary: "There is nothing here for the nomination triage to look at.".to_owned(),
        annotations: Vec::new(),
    }
}

fn title(report: &Report) -> String {
    match report.verdict {
        Verdict::OnHold => "On hold".to_owned(),
        Verdict::NeedsChanges => to_change(report),
        Verdict::NeedsPerson if report.votes.objections > 0 => "A reviewer objects".to_owned(),
        Verdict::NeedsPerson => "A reviewer has to look".to_owned(),
        Verdict::Reviewed => "Reviewed".to_owned(),
        Verdict::Ready => "Ready for review".to_owned(),
    }
}

fn summary(report: &Report) -> String {
    let counts: Vec<String> = [
        (report.items(Severity::Must).len(), "to change"),
        (report.items(Severity::Should).len(), "worth improving"),
        (report.count_for_people(), "for a reviewer"),
        (report.items(Severity::Hint).len(), "to know"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    let mut summary = if counts.is_empty() {
        "Nothing was found that has to change.\n".to_owned()
    } else {
        format!(
            "{}. The bot's comment on the pull request says what to do about each; the annotations show where.\n",
            counts.join(", ")
        )
    };
    if report.verdict == Verdict::OnHold {
        summary.insert_str(
            0,
            "A maintainer has put this pull request on hold: nothing has to be done until it goes on.\n",
        );
    }
    for (at, file) in report.files.iter().enumerate() {
        let met = file.met().count();
        let judged = file.judged.iter().filter(|judged| judged.outcome != Outcome::NotApplicable).count();
        let kind = file.nomination.kind.word();
        summary.push_str(&format!("\nFile {} ({kind}): {met} of {judged} checks met.\n", at + 1));
    }
    summary
}

fn annotation(file: &FileReport, said: Said<'_>) -> Annotation {
    let place = said.finding.spot.as_ref().map(|spot| file.nomination.source.place(&spot.span));
    let (start_line, end_line) = place.map_or((1, 1), |place| (place.line, place.end_line));
    let mut message = said.finding.message.plain();
    if said.finding.inherited {
        message.push_str(" (It stood here before this change and does not have to be mended with it.)");
    }
    if said.finding.waived {
        message.push_str(" (Waived: it counts no longer.)");
    }
    if let Some(suggestion) = said.finding.suggestion() {
        let what = if said.finding.spot.is_some() { "Write" } else { "File name" };
        message.push_str(&format!("\n{what}: {}", crate::triage::prose::inert(suggestion, 300)));
    }
    Annotation {
        path: file.nomination.path.clone(),
        start_line,
        end_line,
        columns: place
            .filter(|place| place.line == place.end_line)
            .map(|place| (place.column, place.end_column)),
        level: match (&said.judged.outcome, said.finding.severity) {
            // What only a person settles is nobody's failure.
            _ if said.finding.waived => "notice",
            (Outcome::NeedsPerson(_), _) | (_, Severity::Hint) => "notice",
            (_, Severity::Must) => "failure",
            (_, Severity::Should) => "warning",
        },
        title: said.judged.check.topic,
        message,
    }
}
