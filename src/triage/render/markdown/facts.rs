//! The part of the comment that lays out facts: licenses declared and found, and the communities.

use super::decided::chooser;
use super::inert::{anchor, cell, prose, span, words};
use crate::triage::{
    evidence::{GONE, OwnerKind, Relation, RepositoryLicense},
    nomination::Kind,
    prose::{Piece, Prose, listed},
    report::{FileReport, Report},
    routing::Routed,
};

/// So many repositories stand in a table.
const MOST: usize = 25;

/// What is declared beside what was found.
pub fn nomination(file: &FileReport, many: bool) -> String {
    if file.licenses.is_empty() {
        return String::new();
    }
    let declared: Vec<Piece> = (file.nomination.licenses.iter())
        .filter_map(|license| license.spdx.as_ref())
        .map(|id| Piece::Theirs(id.value.clone()))
        .collect();
    let declared = if declared.is_empty() { "–".to_owned() } else { cell(&prose(&listed(declared, 6))) };
    let title =
        if many { format!("License of {}", span(file.nomination.title())) } else { "License".to_owned() };
    let rows: String = file.licenses.iter().take(MOST).map(|license| row(file, license, &declared)).collect();
    let more = match file.licenses.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("\n… and {more} more repositories.\n"),
    };
    let (state, dashes) = match file.repositories.is_empty() {
        true => ("", ""),
        false => (" Owner | Last change |", " --- | --- |"),
    };
    format!(
        "#### {title}\n\n| Repository |{state} Declared | Found there | |\n| --- |{dashes} --- | --- | --- |\n{rows}{more}\n"
    )
}

/// Who owns a repository, and when it was last pushed to; nothing where GitHub says it of none.
fn state(file: &FileReport, license: &RepositoryLicense) -> String {
    if file.repositories.is_empty() {
        return String::new();
    }
    let facts = license
        .repository
        .as_ref()
        .and_then(|name| file.repositories.iter().find(|facts| facts.name.is_same(name)));
    let owner = match facts.and_then(|facts| facts.owner) {
        Some(OwnerKind::Organization) => "organization",
        Some(OwnerKind::Person) => "person",
        None => "–",
    };
    let pushed = facts.and_then(|facts| facts.pushed_at).map(|pushed| pushed.date_naive().to_string());
    format!(" {owner} | {} |", pushed.as_deref().unwrap_or("–"))
}

fn row(file: &FileReport, license: &RepositoryLicense, declared: &str) -> String {
    let repository = match &license.repository {
        Some(name) => anchor(&name.to_string(), &name.page()),
        None => cell(&span(&license.url.value)),
    };
    let found = match &license.found {
        Some(found) => match (&found.spdx, &license.relation) {
            (Some(_), _) => anchor(&found.ids().join(" and "), &found.page),
            (None, Relation::Matches | Relation::Differs) => {
                format!("{}, by its text", anchor(&found.ids().join(" and "), &found.page))
            }
            _ => anchor("a text that is not known", &found.page),
        },
        None if license.relation == Relation::None => "no license file".to_owned(),
        None => "–".to_owned(),
    };
    let relation = match &license.relation {
        Relation::Matches => "✅ same",
        Relation::Differs => "❌ differs",
        Relation::NotRecognized => "👀 to be read by a person",
        Relation::None => "❌ missing",
        Relation::NotReachable { why, .. } if *why == Prose::from(GONE) => "❌ not found",
        Relation::NotReachable { .. } => "❔ not checked",
    };
    format!("| {repository} |{} {declared} | {found} | {relation} |\n", state(file, license))
}

pub fn community(report: &Report) -> String {
    // A submission says nothing of the field in which its project works.
    let says =
        |file: &FileReport| file.nomination.document.is_some() && file.nomination.kind != Kind::Submission;
    if let Some(chooser) = chooser(report)
        && !report.route.is_empty()
    {
        let lines: String = report.route.iter().map(|routed| chosen(routed, &chooser)).collect();
        return format!("#### Community of Practice\n\n{lines}\n");
    }
    if report.route.is_empty() && !report.files.iter().any(says) {
        let is_read = report.files.iter().any(|file| file.nomination.document.is_some());
        let why = match is_read {
            true => "a submission does not say in which field its project is used",
            false => "the file cannot be read yet",
        };
        return format!("#### Community of Practice\n\nNone matched: {why}.\n\n");
    }
    if report.route.is_empty() {
        return "#### Community of Practice\n\nNone matched: the file does not say clearly enough in which field the \
                project is used. Say in the description what it is used for, and by whom: for example \"Nurses record \
                vaccinations with it\" or \"Teachers find open textbooks in it\". Goals, sectors, and the topics of the \
                repository on GitHub count as well.\n\n"
            .to_owned();
    }
    let lines: String = report.route.iter().map(routed).collect();
    format!("#### Community of Practice\n\n{lines}\n")
}

fn routed(routed: &Routed) -> String {
    format!(
        "- **{}**, because of {} (label {})\n",
        words(&routed.name),
        routed.reasons.iter().map(|reason| words(reason)).collect::<Vec<_>>().join("; "),
        span(&routed.label)
    )
}

fn chosen(routed: &Routed, chooser: &str) -> String {
    format!("- **{}**, chosen by {chooser} (label {})\n", words(&routed.name), span(&routed.label))
}
