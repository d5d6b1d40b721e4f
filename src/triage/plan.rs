//! What has to be done so that the pull request looks as the report wants: what is wanted minus what stands.
//!
//! In: a [`Report`] and the [`Snapshot`] it speaks of. Out: [`Change`]s in the order in which they are made; none
//! where everything stands already. The comment comes last but for the check run: it remembers what was done
//! before it.

use super::{
    checks,
    commands::Ask,
    finding::Severity,
    ledger::{Ledger, Reaction},
    marker::{Before, Marker, Open, Suggested},
    nomination::Kind,
    policy::Policy,
    posted::{CheckRun, Label, Review},
    render::{
        check_run,
        markdown::{self, Changed},
        suggestions,
    },
    report::Report,
    routing::NONE_MATCHED,
    snapshot::{CheckRunShown, Snapshot, State},
    suggestion,
};

/// One write to GitHub.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    React { comment: u64, reaction: Reaction },
    PostReview(Review),
    AddLabels(Vec<Label>),
    RemoveLabel(String),
    PostComment(String),
    EditComment { id: u64, body: String },
    PostCheckRun(CheckRun),
    EditCheckRun { id: u64, check_run: CheckRun },
}

impl Change {
    /// What it is, in a few words for a log.
    pub fn name(&self) -> String {
        match self {
            Change::React { comment, reaction } => {
                format!("react {} to comment {comment}", reaction.content())
            }
            Change::PostReview(review) => format!("post a review: {} suggestions", review.comments.len()),
            Change::AddLabels(labels) => {
                let names: Vec<&str> = labels.iter().map(|label| label.name.as_str()).collect();
                format!("add labels: {}", names.join(", "))
            }
            Change::RemoveLabel(name) => format!("remove label: {name}"),
            Change::PostComment(_) => "post the comment".to_owned(),
            Change::EditComment { id, .. } => format!("edit the comment {id}"),
            Change::PostCheckRun(check_run) => {
                format!("post check run: {} ({})", check_run.title, check_run.conclusion)
            }
            Change::EditCheckRun { check_run, .. } => {
                format!("edit check run: {} ({})", check_run.title, check_run.conclusion)
            }
        }
    }
}

/// What the pull request asks for beyond the report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Somebody pressed the Re-run button: GitHub waits for a new check run, even with the same result.
    pub rerun: bool,
    /// What came of the review that was planned before.
    pub suggested: Option<Suggested>,
}

/// The changes that bring a pull request with nominations to where the report wants it. A review comes first: what
/// came of it is then planned for, too.
pub fn plan(report: &Report, snapshot: &Snapshot, asked: Asked) -> Vec<Change> {
    if snapshot.state == State::Closed {
        return Vec::new();
    }
    let before = snapshot.living.as_ref().and_then(|living| Marker::read(&living.body));
    let (managed, mut changes) = labels(report, snapshot, before.as_ref());
    let (suggested, review) = suggest(report, snapshot, before.as_ref(), asked);
    let marker = Marker { suggested, ..remember(report, snapshot, before, managed) };
    let changed = marker.before.as_ref().map(|before| changed(before, &marker));
    let body = marker.with(&markdown::comment(report, snapshot, changed.as_ref(), suggested));
    let mut plan: Vec<Change> = review.map(Change::PostReview).into_iter().collect();
    let mut ledger = report.ledger.clone();
    if suggested == Some(Suggested::Refused) {
        ledger.could_not(Ask::Suggestions);
    }
    plan.append(&mut reactions(&ledger));
    plan.append(&mut changes);
    plan.extend(comment(snapshot, body));
    let wanted = check_run::check_run(report, snapshot.pull_request.number);
    plan.extend(check(wanted, snapshot.check_run.as_ref(), asked));
    plan
}

/// The changes on a pull request without a nomination: none, unless one was taken out or a check run is required.
pub fn without_nomination(snapshot: &Snapshot, policy: &Policy, asked: Asked) -> Vec<Change> {
    if snapshot.state == State::Closed {
        return Vec::new();
    }
    let mut plan = Vec::new();
    if let Some(living) = &snapshot.living {
        let before = Marker::read(&living.body).unwrap_or_default();
        let ours = |label: &&String| is_ours_alone(label) || is_kind(label) || has(&before.labels, label);
        plan.extend(snapshot.labels.iter().filter(ours).cloned().map(Change::RemoveLabel));
        let marker = Marker {
            head: snapshot.head_sha.clone(),
            since: snapshot.taken_at,
            commands: before.commands.clone(),
            past: before.past,
            ..Marker::default()
        };
        let marker = if before.head == marker.head && before.open.is_empty() && before.before.is_none() {
            Marker { since: before.since, ..marker }
        } else {
            marker
        };
        plan.extend(comment(snapshot, marker.with(&markdown::withdrawn(snapshot))));
    }
    if policy.required_check || snapshot.check_run.is_some() {
        let wanted = check_run::nothing_to_judge(snapshot.pull_request.number);
        plan.extend(check(wanted, snapshot.check_run.as_ref(), asked));
    }
    plan
}

/// The changes where commands came that ask for no new judgement: answers, and their memory.
pub fn answers(ledger: &Ledger, snapshot: &Snapshot) -> Vec<Change> {
    let mut plan = reactions(ledger);
    if let Some(living) = &snapshot.living
        && let Some(mut marker) = Marker::read(&living.body)
        && marker.commands != ledger.records
    {
        marker.commands.clone_from(&ledger.records);
        marker.past = ledger.past;
        plan.push(Change::EditComment { id: living.id, body: marker.put_into(&living.body) });
    }
    plan
}

/// What came of `/suggest` at this head, and the review that is still to be posted for it.
fn suggest(
    report: &Report,
    snapshot: &Snapshot,
    before: Option<&Marker>,
    asked: Asked,
) -> (Option<Suggested>, Option<Review>) {
    if !report.ledger.asks(Ask::Suggestions) {
        let before = before.filter(|marker| marker.head == snapshot.head_sha);
        return (before.and_then(|marker| marker.suggested), None);
    }
    if asked.suggested.is_some() {
        return (asked.suggested, None);
    }
    if snapshot.review.is_some() {
        return (Some(Suggested::Given { review: snapshot.review }), None);
    }
    match suggestions::review(&suggestion::suggestions(report, snapshot), &snapshot.head_sha) {
        Some(review) => (Some(Suggested::Given { review: None }), Some(review)),
        None => (Some(Suggested::Nothing), None),
    }
}

/// The answers to commands. 👀 is given before the look, not with its changes.
fn reactions(ledger: &Ledger) -> Vec<Change> {
    let answers = ledger.reactions.iter().filter(|(_, reaction)| *reaction != Reaction::Eyes);
    answers.map(|&(comment, reaction)| Change::React { comment, reaction }).collect()
}

fn remember(report: &Report, snapshot: &Snapshot, before: Option<Marker>, managed: Managed) -> Marker {
    let open = markdown::open(report);
    let mut marker = Marker {
        head: snapshot.head_sha.clone(),
        since: chrono::DateTime::from_timestamp(snapshot.taken_at.timestamp(), 0)
            .unwrap_or(snapshot.taken_at),
        open,
        before: None,
        labels: managed.ours,
        left: managed.left,
        suggested: None,
        commands: report.ledger.records.clone(),
        past: report.ledger.past,
        seal: String::new(),
    };
    if let Some(before) = before {
        if before.head == marker.head {
            marker.since = before.since;
        }
        let same = before.head == marker.head && before.open == marker.open;
        marker.before =
            if same { before.before } else { Some(Before { head: before.head, open: before.open }) };
    }
    marker
}

fn changed(before: &Before, now: &Marker) -> Changed {
    let open = &now.open;
    // A check is named where one of its findings is in the one and not in the other.
    let topics = |these: &Open, those: &Open| {
        let differs = |id: &str| {
            let none = Vec::new();
            let there = those.get(id).unwrap_or(&none);
            these.get(id).is_some_and(|here| here.iter().any(|digest| !there.contains(digest)))
        };
        checks::ALL.iter().filter(|check| differs(check.id)).map(|check| check.topic).collect::<Vec<_>>()
    };
    let (gone, come): (Vec<_>, Vec<_>) = (topics(&before.open, open), topics(open, &before.open));
    let both = |topic: &&'static str| gone.contains(topic) && come.contains(topic);
    Changed {
        since: (before.head != now.head).then(|| before.head.clone()),
        changed: gone.iter().copied().filter(|topic| both(topic)).collect(),
        solved: gone.iter().copied().filter(|topic| !both(topic)).collect(),
        new: come.iter().copied().filter(|topic| !both(topic)).collect(),
    }
}

fn comment(snapshot: &Snapshot, body: String) -> Option<Change> {
    match &snapshot.living {
        None => Some(Change::PostComment(body)),
        Some(living) if normal(&living.body) != normal(&body) => {
            Some(Change::EditComment { id: living.id, body })
        }
        Some(_) => None,
    }
}

/// GitHub may change line ends and trim; that is no difference.
fn normal(body: &str) -> String {
    body.replace("\r\n", "\n").trim_end().to_owned()
}

/// The change from the check run that stands to the one that is wanted.
pub fn check(wanted: CheckRun, stands: Option<&CheckRunShown>, asked: Asked) -> Option<Change> {
    match stands {
        Some(shown) if shown.external_id == wanted.external_id && !asked.rerun => {
            let same = shown.conclusion.as_deref() == Some(wanted.conclusion)
                && shown.title == wanted.title
                && normal(&shown.summary) == normal(&wanted.summary);
            (!same).then_some(Change::EditCheckRun { id: shown.id, check_run: wanted })
        }
        // Annotations only ever grow on a check run, so others need a new one, which takes the old one's place.
        _ => Some(Change::PostCheckRun(wanted)),
    }
}

/// Labels in which people may overrule the bot: those that it set, and those that it leaves to them.
struct Managed {
    ours: Vec<String>,
    left: Vec<String>,
}

/// The labels that people may overrule, and the changes to all labels.
fn labels(report: &Report, snapshot: &Snapshot, before: Option<&Marker>) -> (Managed, Vec<Change>) {
    let mut wanted: Vec<String> = Vec::new();
    for file in &report.files {
        let kind = kind_label(file.nomination.kind).to_owned();
        if !wanted.contains(&kind) {
            wanted.push(kind);
        }
    }
    wanted.push(format!("triage: {}", report.verdict.word()));
    wanted.push(format!("license: {}", report.license.word()));
    let mut overrulable: Vec<String> = report.route.iter().map(|routed| routed.label.clone()).collect();
    let routable = report
        .files
        .iter()
        .any(|file| file.nomination.document.is_some() && file.nomination.kind != Kind::Submission);
    if overrulable.is_empty() && routable {
        overrulable.push(NONE_MATCHED.to_owned());
    }
    if is_possible_duplicate(report) {
        overrulable.push(POSSIBLE_DUPLICATE.to_owned());
    }
    let set_before: &[String] = before.map_or(&[], |marker| &marker.labels);
    let stands = |label: &String| has(&snapshot.labels, label);
    // What the bot set and is gone was taken away by a person: it is theirs from then on, also if they set it again.
    let mut left: Vec<String> = before.map(|marker| marker.left.clone()).unwrap_or_default();
    left.extend(set_before.iter().filter(|label| !stands(label)).cloned());
    overrulable.retain(|label| !has(&left, label));
    let ours = overrulable.iter().filter(|label| has(set_before, label) || !stands(label)).cloned().collect();
    wanted.extend(overrulable);
    let surplus = |label: &&String| {
        (is_ours_alone(label) || is_kind(label) || has(set_before, label)) && !has(&wanted, label)
    };
    let missing: Vec<Label> =
        wanted.iter().filter(|label| !stands(label)).map(|name| describe(name)).collect();
    let mut changes: Vec<Change> = Vec::new();
    if !missing.is_empty() {
        changes.push(Change::AddLabels(missing));
    }
    changes.extend(snapshot.labels.iter().filter(surplus).cloned().map(Change::RemoveLabel));
    (Managed { ours, left }, changes)
}

const POSSIBLE_DUPLICATE: &str = "possible duplicate";

/// Whether somebody is asked what tells the project from one that is known.
fn is_possible_duplicate(report: &Report) -> bool {
    report.files.iter().flat_map(|file| file.all()).any(|said| {
        ["not-in-registry", "not-in-open-pull-request"].contains(&said.judged.check.id)
            && said.finding.severity > Severity::Hint
    })
}

/// Whether a label is among these; GitHub takes labels that differ in case for the same.
fn has(labels: &[String], label: &str) -> bool {
    labels.iter().any(|known| known.eq_ignore_ascii_case(label))
}

/// Families that nobody but the bot sets.
fn is_ours_alone(label: &str) -> bool {
    label.starts_with("triage: ") || label.starts_with("license: ")
}

fn is_kind(label: &str) -> bool {
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
