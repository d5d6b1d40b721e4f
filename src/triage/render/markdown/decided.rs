//! The parts of the comment on what people decided by commands: who, where, and why.
//!
//! In: a [`Report`]. Out: Markdown. Never: what follows from it.

use super::inert::{prose, quoted, span};
use crate::triage::{
    effect::{Twin, Waiver},
    finding::Severity,
    report::{FileReport, Report, points},
    snapshot::Snapshot,
};

/// So many characters of a reason are shown.
const LONGEST_REASON: usize = 300;

/// So many waived points are shown.
const MOST: usize = 25;

/// Who put it on hold, and why.
pub fn on_hold(report: &Report) -> String {
    let Some(hold) = &report.ledger.effects.hold else { return String::new() };
    let by = prose(&hold.by.named());
    let why = hold.reason.as_deref().map(reason).unwrap_or_default();
    let end = if why.is_empty() { "." } else { "" };
    let meanwhile = match report.items(Severity::Must).is_empty() && report.items(Severity::Should).is_empty()
    {
        true => "Nothing has to be done until then.",
        false => {
            "Nothing has to be done until then; whoever wants to can change meanwhile what is listed below, and I look at each \
             new commit."
        }
    };
    format!(
        "{by} has put this pull request on hold{why}{end} It goes on when somebody with write \
         permission comments `/unhold`. {meanwhile}"
    )
}

/// A person's word that the project is known from elsewhere.
pub fn duplicate(report: &Report, snapshot: &Snapshot) -> String {
    let Some(duplicate) = &report.ledger.effects.duplicate else { return String::new() };
    let of = match &duplicate.of {
        Twin::PullRequest(number) => {
            let page = format!("{}/{}/pull/{number}", snapshot.website, snapshot.pull_request.repository);
            format!("as [pull request {number}]({page})")
        }
        Twin::Entry(name) => format!("as the registry's entry {}", span(name)),
    };
    format!(
        "#### The same project as another\n\n{} says that this nominates the same project {of}. Whether this pull request is \
         closed for that, a maintainer decides. The command `/duplicate none` takes it back.\n\n",
        prose(&duplicate.by.named())
    )
}

/// Whether something had to be changed, and people waived all of it.
pub fn waives_all(report: &Report) -> bool {
    let is_waived = |file: &FileReport| {
        file.all().any(|said| said.finding.waived && said.finding.severity == Severity::Must)
    };
    report.items(Severity::Must).is_empty() && report.files.iter().any(is_waived)
}

/// What was waived, by whom, and why.
pub fn waived(report: &Report) -> String {
    let many = report.files.len() > 1;
    let lines: Vec<String> = report.files.iter().flat_map(|file| of_file(report, file, many)).collect();
    if lines.is_empty() {
        return String::new();
    }
    let more = match lines.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("- … and {more} more\n"),
    };
    let shown: String = lines.into_iter().take(MOST).collect();
    format!(
        "#### Waived\n\nA maintainer decided that this does not stand in the way. Nothing has to be done about it; it stands here so that \
         everybody can see what it was:\n\n{shown}{more}\n"
    )
}

fn of_file(report: &Report, file: &FileReport, many: bool) -> Vec<String> {
    let effects = &report.ledger.effects;
    let place = if many { format!(" in {}", span(&file.nomination.path)) } else { String::new() };
    let line = |topic: &str, what: String, waiver: &Waiver| {
        let by = prose(&waiver.by.named());
        format!("- **{topic}**{place}, waived by {by}{}\n  {what}\n", reason(&waiver.reason))
    };
    let findings = file.all().filter(|said| said.finding.waived).filter_map(|said| {
        let waiver = effects.waiver(said.judged.check.id, &points::point(file, said.finding))?;
        Some(line(said.judged.check.topic, prose(&said.finding.message), waiver))
    });
    let excused = file.judged.iter().filter(|judged| file.excused.contains(&judged.check.id));
    let excused = excused.filter_map(|judged| {
        let waiver = effects.waiver(judged.check.id, &points::lacking(file))?;
        Some(line(judged.check.topic, "It could not be checked.".to_owned(), waiver))
    });
    findings.chain(excused).collect()
}

fn reason(reason: &str) -> String {
    format!(": {}.", quoted(reason, LONGEST_REASON))
}

/// Who chose the communities.
pub fn chooser(report: &Report) -> Option<String> {
    report.ledger.effects.route.as_ref().map(|chosen| prose(&chosen.by.named()))
}
