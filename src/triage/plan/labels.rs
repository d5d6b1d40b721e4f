//! The labels: which are wanted, which of them people overruled, and what is to be changed.
//!
//! In: a [`Report`], the [`Snapshot`], what the marker remembers, and who last did what where that is in doubt. Out:
//! changes, and what is to be remembered. Never: a label outside the bot's families.

use std::collections::BTreeMap;

use super::Change;
use crate::triage::{
    finding::Severity,
    marker::{Marker, Memory},
    nomination::Kind,
    posted::Label,
    report::Report,
    routing::NONE_MATCHED,
    snapshot::Snapshot,
};

/// What is to be remembered of labels.
pub(super) struct Managed {
    /// Those that the bot set, of the families in which people may overrule it.
    pub ours: Vec<String>,
    /// Those of these families that it leaves to people.
    pub left: Vec<String>,
    /// What those that it set are called here, where they are renamed.
    pub renamed: BTreeMap<String, String>,
}

/// Whether somebody else than the bot may have had a hand in a label that people may overrule, so that it has to be
/// asked who did it last. On a first look nobody had. Without a report no label is wanted.
pub fn in_doubt(report: Option<&Report>, snapshot: &Snapshot) -> bool {
    let memory = Memory::of(snapshot);
    let is_first = memory == Memory::New && !snapshot.labels.iter().any(|label| is_overrulable(label));
    let before = memory.kept().unwrap_or_default();
    let wanted = report.map(|report| overrulable(report, snapshot, &before)).unwrap_or_default();
    !is_first && !doubtful(&before, &wanted, snapshot).is_empty()
}

/// Labels that are otherwise than the bot remembers to have left them, or would be set anew.
fn doubtful(before: &Marker, wanted: &[String], snapshot: &Snapshot) -> Vec<String> {
    let standing = snapshot.labels.iter().filter(|label| is_overrulable(label) || has(wanted, label));
    let mut all: Vec<String> = Vec::new();
    for label in standing.chain(&before.labels).chain(wanted) {
        let as_left = has(&snapshot.labels, label) && has(&before.labels, label);
        if !as_left && !has(&before.left, label) && !has(&all, label) {
            all.push(label.clone());
        }
    }
    all
}

/// Labels that are left to people from now on: those with which the last that was done was not done by the bot. Where
/// that is not known, a label that is otherwise than the bot remembers was changed by a person.
fn left(before: &Marker, wanted: &[String], snapshot: &Snapshot) -> Vec<String> {
    let by_person = |label: &String| {
        let acts = snapshot.label_acts.as_deref().unwrap_or_default();
        match acts.iter().rev().find(|act| act.label.eq_ignore_ascii_case(label)) {
            Some(act) => !act.ours,
            // Never put on, as far as its history tells: GitHub did not take it from us.
            None if snapshot.label_acts.is_some() && !has(&snapshot.labels, label) => false,
            None => has(&snapshot.labels, label) != has(&before.labels, label),
        }
    };
    let doubtful = doubtful(before, wanted, snapshot);
    before.left.iter().cloned().chain(doubtful.into_iter().filter(by_person)).collect()
}

/// Labels that are left to people while nothing is judged.
pub(super) fn overruled(before: &Marker, snapshot: &Snapshot) -> Vec<String> {
    left(before, &[], snapshot)
}

/// The labels that the report wants and people may overrule. Where somebody has routed it by hand, something matched.
fn overrulable(report: &Report, snapshot: &Snapshot, before: &Marker) -> Vec<String> {
    let mut labels: Vec<String> = report.route.iter().map(|routed| routed.label.clone()).collect();
    let by_hand = |label: &&String| {
        is_community(label) && !label.eq_ignore_ascii_case(NONE_MATCHED) && !has(&before.labels, label)
    };
    if labels.is_empty() && !snapshot.labels.iter().any(|label| by_hand(&label)) {
        labels.push(NONE_MATCHED.to_owned());
    }
    if is_possible_duplicate(report) {
        labels.push(POSSIBLE_DUPLICATE.to_owned());
    }
    labels
}

/// The labels that people may overrule, and the changes to all labels.
pub(super) fn labels(
    report: &Report,
    snapshot: &Snapshot,
    before: Option<&Marker>,
) -> (Managed, Vec<Change>) {
    let nothing = Marker::default();
    let before = before.unwrap_or(&nothing);
    let mut wanted: Vec<String> = Vec::new();
    for file in &report.files {
        let kind = kind_label(file.nomination.kind).to_owned();
        if !wanted.contains(&kind) {
            wanted.push(kind);
        }
    }
    wanted.push(format!("triage: {}", report.verdict.word()));
    wanted.push(format!("license: {}", report.license.word()));
    let mut overrulable = overrulable(report, snapshot, before);
    let mut left = left(before, &overrulable, snapshot);
    // The later act counts: a new command comes after whatever people did to the labels.
    let effects = &report.ledger.effects;
    let commanded = |label: &str| {
        effects.route_is_new
            && (is_community(label) || has(&overrulable, label) && label != POSSIBLE_DUPLICATE)
            || effects.duplicate_is_new && label.eq_ignore_ascii_case(POSSIBLE_DUPLICATE)
    };
    left.retain(|label| !commanded(label));
    let unwanted: Vec<String> = snapshot
        .labels
        .iter()
        .filter(|label| commanded(label) && !has(&overrulable, label))
        .cloned()
        .collect();
    overrulable.retain(|label| !has(&left, label));
    let ours = overrulable.clone();
    wanted.extend(overrulable);
    let stands = |label: &String| has(&snapshot.labels, label);
    let surplus = |label: &&String| {
        // A label of these families that is nobody else's is the bot's, even if it forgot that it set it.
        let overrulable = is_overrulable(label) || has(&before.labels, label);
        let ours = is_ours_alone(label) || is_kind(label) || overrulable && !has(&left, label);
        (ours || unwanted.contains(label)) && !has(&wanted, label)
    };
    let missing: Vec<Label> =
        wanted.iter().filter(|label| !stands(label)).map(|name| describe(name)).collect();
    let mut changes: Vec<Change> = Vec::new();
    if !missing.is_empty() {
        changes.push(Change::AddLabels(missing));
    }
    changes.extend(snapshot.labels.iter().filter(surplus).cloned().map(Change::RemoveLabel));
    let renamed = snapshot.renamed.iter().filter(|(known, _)| has(&wanted, known));
    let renamed = renamed.map(|(known, here)| (known.clone(), here.clone())).collect();
    (Managed { ours, left, renamed }, changes)
}

const POSSIBLE_DUPLICATE: &str = "possible duplicate";

/// Whether somebody is asked what tells the project from one that is known, or a person says that nothing does.
fn is_possible_duplicate(report: &Report) -> bool {
    report.ledger.effects.duplicate.is_some()
        || report.files.iter().flat_map(|file| file.all()).any(|said| {
            ["not-in-registry", "not-in-open-pull-request"].contains(&said.judged.check.id)
                && said.finding.severity > Severity::Hint
                && !said.finding.waived
        })
}

/// Whether a label is among these; GitHub takes labels that differ in case for the same.
pub(super) fn has(labels: &[String], label: &str) -> bool {
    labels.iter().any(|known| known.eq_ignore_ascii_case(label))
}

/// Whether a label names a community, as far as its name tells.
fn is_community(label: &str) -> bool {
    label.get(..5).is_some_and(|family| family.eq_ignore_ascii_case("cop: "))
}

/// Families in which people may overrule the bot.
fn is_overrulable(label: &str) -> bool {
    is_community(label) || label.eq_ignore_ascii_case(POSSIBLE_DUPLICATE)
}

/// Families that nobody but the bot sets.
pub(super) fn is_ours_alone(label: &str) -> bool {
    label.starts_with("triage: ") || label.starts_with("license: ")
}

pub(super) fn is_kind(label: &str) -> bool {
    [Kind::Nominee, Kind::Submission, Kind::Application].iter().any(|kind| kind_label(*kind) == label)
}

fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Nominee => "nomination",
        Kind::Submission => "submission",
        Kind::Application => "application",
    }
}

/// Colour and description of a label of ours.
fn describe(name: &str) -> Label {
    let (color, description) = match name {
        "nomination" => ("1d76db", "A project is nominated"),
        "submission" => ("1d76db", "Answers on all nine indicators"),
        "application" => ("1d76db", "An application from the web form"),
        "triage: needs changes" => ("d93f0b", "The nominator has to change something"),
        "triage: needs a person" => ("fbca04", "A point that only a person settles"),
        "triage: ready for review" => ("0e8a16", "Nothing has to be changed before people look at it"),
        "triage: reviewed" => ("0e8a16", "A reviewer has looked at it"),
        "triage: on hold" => ("c5def5", "A maintainer put it on hold"),
        "license: verified" => ("0e8a16", "Every repository has the declared license"),
        "license: unverified" => ("fbca04", "A license could not be recognized or looked up"),
        "license: missing" => ("d93f0b", "A repository has no license file"),
        "license: mismatch" => ("d93f0b", "A repository has another license than declared"),
        POSSIBLE_DUPLICATE => {
            ("fbca04", "The registry or another pull request may have this project already")
        }
        NONE_MATCHED => ("ededee", "No Community of Practice matched"),
        _ => ("5319e7", "Community of Practice that looks at this nomination"),
    };
    Label { name: name.to_owned(), color, description }
}
