//! The part of the comment that lays out facts: licenses declared and found, and the communities.

use super::inert::{anchor, cell, prose, span, words};
use crate::triage::{
    evidence::{Relation, RepositoryLicense},
    nomination::Kind,
    prose::{Piece, listed},
    report::{FileReport, Report},
    repository,
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
    let rows: String = file.licenses.iter().take(MOST).map(|license| row(license, &declared)).collect();
    let more = match file.licenses.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("\n… and {more} more repositories.\n"),
    };
    format!(
        "#### {title}\n\n| Repository | Declared | Found there | |\n| --- | --- | --- | --- |\n{rows}{more}\n"
    )
}

fn row(license: &RepositoryLicense, declared: &str) -> String {
    let repository = match &license.repository {
        Some(name) => anchor(&name.to_string(), &repository::page(name)),
        None => cell(&span(&license.url.value)),
    };
    let found = match &license.found {
        Some(found) => match (&found.spdx, &license.relation) {
            (Some(id), _) => anchor(id, &found.page),
            (None, Relation::Matches | Relation::Differs) => {
                format!("{}, by its text", anchor(&found.ids().join(" and "), &found.page))
            }
            _ => anchor("a text that GitHub does not know", &found.page),
        },
        None if license.relation == Relation::None => "no license file".to_owned(),
        None => "–".to_owned(),
    };
    let relation = match &license.relation {
        Relation::Matches => "✅ same",
        Relation::Differs => "❌ differs",
        Relation::NotRecognized => "👀 to be read by a person",
        Relation::None => "❌ missing",
        Relation::NotReachable { .. } => "❔ not checked",
    };
    format!("| {repository} | {declared} | {found} | {relation} |\n")
}

pub fn community(report: &Report) -> String {
    // A submission says nothing of the field in which its project works.
    let says =
        |file: &FileReport| file.nomination.document.is_some() && file.nomination.kind != Kind::Submission;
    if !report.files.iter().any(says) {
        return String::new();
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
