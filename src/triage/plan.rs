//! What has to be done so that the pull request looks as the report wants: what is wanted minus what stands.
//!
//! In: a [`Report`] and the [`Snapshot`] it speaks of. Out: [`Change`]s in the order in which they are made; none
//! where everything stands already. The comment comes last but for the check run: it remembers what was done
//! before it.

mod gave_up;
mod labels;

pub use gave_up::{gave_up, says_so};
pub use labels::in_doubt;

use self::labels::{Managed, is_kind, is_ours_alone, labels, overruled};
use super::{
    check::Outcome,
    checks,
    commands::Ask,
    ledger::{Ledger, Reaction},
    marker::{Before, Marker, Memory, Open, Requested, Suggested, digest},
    policy::Policy,
    posted::{CheckRun, Label, Review, ReviewRequest},
    render::{
        check_run,
        markdown::{self, Changed},
        suggestions,
    },
    report::{Report, Verdict, points},
    snapshot::{CheckRunShown, Snapshot, State},
    suggestion, votes,
};

/// One write to GitHub.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    React { comment: u64, reaction: Reaction },
    PostReview(Review),
    RequestReviews(ReviewRequest),
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
            Change::RequestReviews(ReviewRequest { teams, people }) => {
                format!("ask for a review: {}", [&teams[..], &people[..]].concat().join(", "))
            }
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
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Somebody pressed the Re-run button: GitHub waits for a new check run, even with the same result. By this name of
    /// the press the new one is found, if the answer to its making got lost.
    pub rerun: Option<String>,
    /// What came of the review that was planned before.
    pub suggested: Option<Suggested>,
    /// What came of the requests for a review that were planned before.
    pub requested: Option<Vec<Requested>>,
}

/// The changes that bring a pull request with nominations to where the report wants it. A review and requests for one
/// come first: what came of them is then planned for, too.
pub fn plan(report: &Report, snapshot: &Snapshot, asked: &Asked) -> Vec<Change> {
    if snapshot.state == State::Closed {
        return Vec::new();
    }
    let before = Memory::of(snapshot).kept();
    let (managed, mut changes) = labels(report, snapshot, before.as_ref());
    let (suggested, review) = suggest(report, snapshot, before.as_ref(), asked);
    let (requested, request) = request(report, snapshot, before.as_ref(), asked);
    let marker = Marker { suggested, requested, ..remember(report, snapshot, before, managed) };
    let changed = marker.before.as_ref().map(|before| changed(before, &marker, report));
    let text = markdown::comment(report, snapshot, changed.as_ref(), suggested, &marker.requested);
    let body = marker.with(&text);
    let mut plan: Vec<Change> = review.map(Change::PostReview).into_iter().collect();
    plan.extend(request.map(Change::RequestReviews));
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
pub fn without_nomination(snapshot: &Snapshot, policy: &Policy, asked: &Asked) -> Vec<Change> {
    if snapshot.state == State::Closed {
        return Vec::new();
    }
    let mut plan = Vec::new();
    if snapshot.living.is_some() {
        let memory = Memory::of(snapshot);
        // Nobody is told now, but once there is a nomination again, commands are read anew.
        let forgot = memory == Memory::Lost;
        let before = memory.kept().unwrap_or_default();
        let ours =
            |label: &&String| is_ours_alone(label) || is_kind(label) || labels::has(&before.labels, label);
        plan.extend(snapshot.labels.iter().filter(ours).cloned().map(Change::RemoveLabel));
        let marker = Marker {
            head: snapshot.head_sha.clone(),
            since: snapshot.taken_at,
            left: overruled(&before, snapshot),
            commands: before.commands.clone(),
            past: before.past,
            forgot: forgot || before.forgot,
            requested: before.requested.clone(),
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

/// The changes where commands came that ask for no new judgement: answers, and their memory; `None` where the comment
/// has no place for them.
pub fn answers(ledger: &Ledger, snapshot: &Snapshot) -> Option<Vec<Change>> {
    let mut plan = reactions(ledger);
    if let Some(living) = &snapshot.living
        && let Some(mut marker) = Marker::read(&living.body)
        && ledger.has_news()
        && marker.commands != ledger.records
    {
        marker.commands.clone_from(&ledger.records);
        marker.past = ledger.past;
        let mut body = marker.put_into(&living.body);
        if ledger.speaks() {
            let (_, text) = living.body.split_once('\n')?;
            body = marker.clone().with(&markdown::answered_in(text, ledger, &marker.open)?);
        }
        plan.push(Change::EditComment { id: living.id, body });
    }
    Some(plan)
}

/// What came of `/suggest` at this head, and the review that is still to be posted for it.
fn suggest(
    report: &Report,
    snapshot: &Snapshot,
    before: Option<&Marker>,
    asked: &Asked,
) -> (Option<Suggested>, Option<Review>) {
    if !report.ledger.asks(Ask::Suggestions) {
        let suggested = match before {
            Some(marker) if marker.head == snapshot.head_sha => marker.suggested,
            Some(_) => None,
            // Memory may be lost; the review is there.
            None => snapshot.review.map(|id| Suggested::Given { review: Some(id) }),
        };
        return (suggested, None);
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

/// How many people one request names at most: <https://docs.github.com/rest/pulls/review-requests>.
const MOST_ASKED: usize = 15;

/// Whom the bot has asked for a review by then, and whom it is still to ask: when nothing has to be changed and nobody
/// has said anything yet, the routed communities' teams and reviewers, each once a pull request.
fn request(
    report: &Report,
    snapshot: &Snapshot,
    before: Option<&Marker>,
    asked: &Asked,
) -> (Vec<Requested>, Option<ReviewRequest>) {
    let mut known = before.map(|marker| marker.requested.clone()).unwrap_or_default();
    if let Some(requested) = &asked.requested {
        known.extend(requested.iter().cloned());
        return (known, None);
    }
    let votes = &report.votes;
    let due = matches!(report.verdict, Verdict::Ready | Verdict::NeedsPerson)
        && !snapshot.draft
        && votes.said.is_empty();
    if !due {
        return (known, None);
    }
    let is_new = |who: &&String| {
        let same = |one: &Requested| one.who.eq_ignore_ascii_case(who);
        !known.iter().any(same) && !who.eq_ignore_ascii_case(&snapshot.author.login)
    };
    let teams: Vec<String> = votes.voters.teams.iter().filter(is_new).cloned().collect();
    let mut people: Vec<String> = votes.voters.reviewers.iter().filter(is_new).cloned().collect();
    people.truncate(MOST_ASKED);
    if teams.is_empty() && people.is_empty() {
        return (known, None);
    }
    known.extend(teams.iter().chain(&people).map(|who| Requested { who: who.clone(), refused: false }));
    (known, Some(ReviewRequest { teams, people }))
}

/// The answers to commands. 👀 is given before the look, not with its changes.
fn reactions(ledger: &Ledger) -> Vec<Change> {
    let answers = ledger.reactions.iter().filter(|(_, reaction)| *reaction != Reaction::Eyes);
    answers.map(|&(comment, reaction)| Change::React { comment, reaction }).collect()
}

fn remember(report: &Report, snapshot: &Snapshot, before: Option<Marker>, managed: Managed) -> Marker {
    let open = points::open(report);
    let mut marker = Marker {
        head: snapshot.head_sha.clone(),
        since: chrono::DateTime::from_timestamp(snapshot.taken_at.timestamp(), 0)
            .unwrap_or(snapshot.taken_at),
        open,
        before: None,
        labels: managed.ours,
        renamed: managed.renamed,
        left: managed.left,
        suggested: None,
        requested: Vec::new(),
        ticks: report.boxes.ticks.clone(),
        put_back: report.boxes.put_back.clone(),
        commands: report.ledger.records.clone(),
        past: report.ledger.past,
        reacted: votes::digest(snapshot.reactions.iter().map(|reaction| reaction.id)),
        earlier: votes::FirstSeen::of(snapshot, before.as_ref()).undated(snapshot),
        forgot: report.ledger.tells_of_loss,
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

/// What is different. Solved is what was looked at and found in order, whole; of what is neither open nor in order any
/// more, because what it was about is gone, nothing is said.
fn changed(before: &Before, now: &Marker, report: &Report) -> Changed {
    // Whether a check has a finding in the one that is not in the other.
    let differs = |these: &Open, those: &Open, id: &str| {
        let there = those.get(id).map(Vec::as_slice).unwrap_or_default();
        these.get(id).is_some_and(|here| here.iter().any(|digest| !there.contains(digest)))
    };
    let mut changed =
        Changed { since: (before.head != now.head).then(|| before.head.clone()), ..Changed::default() };
    for check in checks::ALL {
        let (gone, come) =
            (differs(&before.open, &now.open, check.id), differs(&now.open, &before.open, check.id));
        let judged = report.files.iter().flat_map(|file| &file.judged);
        let outcomes = || judged.clone().filter(|judged| judged.check.id == check.id).map(|one| &one.outcome);
        let found = outcomes().any(|outcome| !outcome.findings().is_empty());
        let silent = outcomes().any(|outcome| matches!(outcome, Outcome::NotChecked { told: false, .. }));
        let untold = outcomes().any(|outcome| matches!(outcome, Outcome::NotChecked { .. }));
        let in_order = outcomes().any(|outcome| matches!(outcome, Outcome::Met));
        let topics = match (gone, come) {
            (false, false) => continue,
            (false, true) => &mut changed.new,
            (true, true) => &mut changed.changed,
            (true, false) if found => &mut changed.changed,
            (true, false) if silent => &mut changed.unseen,
            (true, false) if in_order && !untold => &mut changed.solved,
            (true, false) => continue,
        };
        topics.push(check.topic);
    }
    changed
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
pub fn check(wanted: CheckRun, stands: Option<&CheckRunShown>, asked: &Asked) -> Option<Change> {
    let mut wanted = wanted;
    let kept = stands.filter(|shown| shown.id_without_rerun() == wanted.external_id);
    if let Some(press) = &asked.rerun {
        wanted.external_id = format!("{}:{}", wanted.external_id, digest(press));
    }
    match kept {
        Some(shown) if asked.rerun.is_none() || shown.external_id == wanted.external_id => {
            let same = shown.conclusion.as_deref() == Some(wanted.conclusion)
                && shown.title == wanted.title
                && normal(&shown.summary) == normal(&wanted.summary);
            wanted.external_id.clone_from(&shown.external_id);
            (!same).then_some(Change::EditCheckRun { id: shown.id, check_run: wanted })
        }
        // Annotations only ever grow on a check run, so others need a new one, which takes the old one's place.
        _ => Some(Change::PostCheckRun(wanted)),
    }
}
