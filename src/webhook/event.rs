//! What a verified delivery means to us: work on one pull request, or nothing.
//!
//! In: event name, body, who we are. Out: [`Event`]. Never: octocrab's closed enums (GitHub adds actions and
//! fields at will), a decision that needs more than the payload, or a value of the payload in an error.
//!
//! The structs name only what is used; the rest of a body, all but a few hundred bytes, is skipped unread.
//!
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::queue::{OURS_EDITED, Row, Subject, Trigger};
use crate::triage::pull_request::{RULES, RepositoryName, is_served};

/// Whose events these are, and for whom we work.
#[derive(Clone, Copy, Debug)]
pub struct Us<'a> {
    /// The App's id.
    pub app_id: u64,
    /// `<slug>[bot]`; `None` until GitHub has told the slug. Until then our own labels lead to a look that
    /// finds nothing to do.
    pub login: Option<&'a str>,
    /// Accounts whose installations are served, in any case; empty means all.
    pub allowed_owners: &'a [String],
}

/// What to do about a delivery.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Event {
    /// One row for the inbox.
    Work(Row),
    /// A round of the timer, soon: the App came to repositories, or an installation was suspended or goes on.
    Round {
        /// The installation that was suspended.
        suspended: Option<u64>,
    },
    /// Nothing, and why.
    Ignored(&'static str),
}

/// A payload of an event that we use, without what GitHub always sends. Says where, never which value.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Malformed {
    /// Not JSON, or not UTF-8, or not an object.
    #[error("the body is not a JSON object in UTF-8")]
    NotJson,
    /// A field has another type than GitHub's, or a number is out of range.
    #[error("a field has a value that cannot be, at line {line}, column {column}")]
    Value {
        /// From 1.
        line: usize,
        /// In bytes, from 1.
        column: usize,
    },
    /// The named field is missing or out of range.
    #[error("`{0}` is missing or out of range")]
    Field(&'static str),
}

/// Reads the body of the delivery `id` of the event `name`.
///
/// # Errors
/// [`Malformed`], for which the sender is to blame. Unknown events, actions and fields are no error.
pub fn read(name: &str, id: &str, body: &[u8], us: &Us<'_>) -> Result<Event, Malformed> {
    // One pass over all of it: the JSON reader does not look into strings that it skips.
    let text = std::str::from_utf8(body).map_err(|_| Malformed::NotJson)?;
    // serde would take an array for a struct.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(Malformed::NotJson);
    }
    if INSTALLED.iter().any(|(event, _)| *event == name) {
        return installed(name, text, us);
    }
    let Some(used) = USED.iter().find(|used| used.event == name) else {
        serde_json::from_str::<IgnoredAny>(text).map_err(|_| Malformed::NotJson)?;
        return Ok(Event::Ignored(if name == "ping" { "pong" } else { "this event is not used" }));
    };
    match serde_json::from_str::<Payload<'_>>(text) {
        Ok(payload) => payload.event(used, id, us),
        Err(error) if error.is_data() => {
            // An action that we do not use may look as it likes. Rare, so that a second reading costs nothing.
            let shape = Malformed::Value { line: error.line(), column: error.column() };
            let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else { return Err(shape) };
            if used.action(envelope.action.as_deref()).is_none() {
                Ok(Event::Ignored(UNUSED_ACTION))
            } else if envelope.installation.is_none() {
                Ok(Event::Ignored(NO_INSTALLATION))
            } else {
                Err(shape)
            }
        }
        Err(_) => Err(Malformed::NotJson),
    }
}

/// What the owners of installations do that makes a round of the timer worth while. It asks GitHub what is so now, and
/// each process makes one when it begins; so nothing of this has to be stored.
/// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation>
static INSTALLED: [(&str, &[&str]); 2] =
    [("installation", &["created", "suspend", "unsuspend"]), ("installation_repositories", &["added"])];

fn installed(name: &str, text: &str, us: &Us<'_>) -> Result<Event, Malformed> {
    #[derive(Deserialize)]
    struct Told<'a> {
        #[serde(borrow)]
        action: Text<'a>,
        installation: Installation,
    }
    #[derive(Deserialize)]
    struct Installation {
        id: Option<u64>,
        account: Option<Account>,
    }
    /// An enterprise has no login.
    #[derive(Deserialize)]
    struct Account {
        login: Option<String>,
    }
    let told = match serde_json::from_str::<Told<'_>>(text) {
        Ok(told) => told,
        // Nothing hangs on it: the timer goes round anyway.
        Err(error) if error.is_data() => return Ok(Event::Ignored(UNUSED_ACTION)),
        Err(_) => return Err(Malformed::NotJson),
    };
    if !INSTALLED.iter().any(|(event, actions)| *event == name && actions.contains(&&*told.action)) {
        return Ok(Event::Ignored(UNUSED_ACTION));
    }
    let owner = told.installation.account.and_then(|account| account.login).unwrap_or_default();
    Ok(match is_served(&owner, us.allowed_owners) {
        true => {
            Event::Round { suspended: (&*told.action == "suspend").then_some(told.installation.id).flatten() }
        }
        false => Event::Ignored(NOT_SERVED),
    })
}

/// The event's name where it is one of ours, else `other`: whoever may sign could count up names without end.
pub fn known(event: &str) -> &'static str {
    USED.iter().find(|used| used.event == event).map_or("other", |used| used.event)
}

/// Whether an event with this action can lead to work.
pub fn is_used(event: &str, action: Option<&str>) -> bool {
    USED.iter().any(|used| used.event == event && used.action(action).is_some())
}

const UNUSED_ACTION: &str = "this action is not used";
const NOT_SERVED: &str = "this account is not served";
const NO_INSTALLATION: &str = "the payload names no installation";

/// An event that can lead to work, and with which actions.
struct Used {
    event: &'static str,
    actions: &'static [&'static str],
    trigger: Trigger,
}

/// All that leads to work. The rest of what the App is subscribed to is acknowledged and dropped.
static USED: [Used; 6] = [
    Used {
        event: "pull_request",
        actions: &[
            "opened",
            "reopened",
            "synchronize",
            "edited",
            "ready_for_review",
            "converted_to_draft",
            "labeled",
            "unlabeled",
            "unlocked",
        ],
        trigger: Trigger::Event,
    },
    Used {
        event: "pull_request_review",
        actions: &["submitted", "edited", "dismissed"],
        trigger: Trigger::Review,
    },
    Used { event: "issue_comment", actions: &["created", "edited", "deleted"], trigger: Trigger::Comment },
    Used { event: "check_run", actions: &["rerequested"], trigger: Trigger::Rerun },
    Used { event: "check_suite", actions: &["rerequested"], trigger: Trigger::Rerun },
    // The one event of these without an action.
    Used { event: "push", actions: &[], trigger: Trigger::Event },
];

impl Used {
    fn action(&self, name: Option<&str>) -> Option<&'static str> {
        if self.actions.is_empty() {
            return Some("");
        }
        self.actions.iter().copied().find(|action| Some(*action) == name)
    }
}

/// A string that is borrowed from the body where it has no escapes.
/// (serde borrows a plain `Cow` field, but not one inside an `Option`.)
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    action: Option<Text<'a>>,
    installation: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    action: Option<Text<'a>>,
    number: Option<u64>,
    pull_request: Option<PullRequest<'a>>,
    issue: Option<Issue>,
    comment: Option<Comment>,
    review: Option<Identified>,
    check_run: Option<Check<'a>>,
    check_suite: Option<Check<'a>>,
    /// `refs/heads/main`, of a push.
    #[serde(rename = "ref")]
    reference: Option<Text<'a>>,
    /// Of a push: whether history was rewritten.
    #[serde(default)]
    forced: bool,
    commits: Option<Vec<Commit<'a>>>,
    repository: Option<Repository<'a>>,
    installation: Option<Identified>,
    /// Null for a deleted account.
    sender: Option<Sender<'a>>,
}

#[derive(Deserialize)]
struct Identified {
    id: u64,
}

/// An App, whose id may be null by GitHub's description.
#[derive(Deserialize)]
struct App {
    id: Option<u64>,
}

#[derive(Deserialize)]
struct PullRequest<'a> {
    number: u64,
    #[serde(borrow)]
    head: Head<'a>,
}

#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    sha: Text<'a>,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    /// Only there when the issue is a pull request.
    pull_request: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Comment {
    id: u64,
    performed_via_github_app: Option<App>,
}

/// A check run or a check suite: the same fields as far as we read them.
#[derive(Deserialize)]
struct Check<'a> {
    #[serde(borrow)]
    head_sha: Text<'a>,
    external_id: Option<Text<'a>>,
    app: Option<App>,
}

/// A commit of a push, with the paths that it touches.
#[derive(Deserialize)]
struct Commit<'a> {
    #[serde(borrow, default)]
    added: Vec<Text<'a>>,
    #[serde(borrow, default)]
    modified: Vec<Text<'a>>,
    #[serde(borrow, default)]
    removed: Vec<Text<'a>>,
}

impl Commit<'_> {
    fn touches(&self, path: &str) -> bool {
        [&self.added, &self.modified, &self.removed].into_iter().flatten().any(|touched| **touched == *path)
    }
}

/// GitHub names no more commits of a push: <https://docs.github.com/en/webhooks/webhook-events-and-payloads#push>.
const MOST_COMMITS: usize = 2048;

#[derive(Deserialize)]
struct Repository<'a> {
    id: u64,
    #[serde(borrow)]
    full_name: Text<'a>,
    default_branch: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Sender<'a> {
    #[serde(borrow)]
    login: Text<'a>,
    id: u64,
    #[serde(rename = "type")]
    kind: Option<Text<'a>>,
}

impl Payload<'_> {
    fn event(&self, used: &Used, id: &str, us: &Us<'_>) -> Result<Event, Malformed> {
        let Some(action) = used.action(self.action.as_deref()) else {
            return match self.action {
                Some(_) => Ok(Event::Ignored(UNUSED_ACTION)),
                None => Err(Malformed::Field("action")),
            };
        };
        let Some(installation) = &self.installation else { return Ok(Event::Ignored(NO_INSTALLATION)) };
        let installation = in_range(installation.id, "installation.id")?;
        let repository = self.repository.as_ref().ok_or(Malformed::Field("repository"))?;
        let repository_id = in_range(repository.id, "repository.id")?;
        let name = repository_name(&repository.full_name)?;
        let actor = self.sender.as_ref().map(|sender| in_range(sender.id, "sender.id")).transpose()?;
        let subject = match self.subject(used.event, us)? {
            Ok(subject) => subject,
            Err(reason) => return Ok(Event::Ignored(reason)),
        };
        if !is_served(&name.owner, us.allowed_owners) {
            return Ok(Event::Ignored(NOT_SERVED));
        }
        // Our own comments, labels and reviews, never a new head: whoever pushed it, it wants a look.
        let by_us = match (used.event, action) {
            ("pull_request", "labeled" | "unlabeled") | ("pull_request_review", _) => self.sent_by(us.login),
            ("issue_comment", _) => self.sent_by(us.login) || self.commented_by_app(us.app_id),
            _ => false,
        };
        if by_us {
            return Ok(Event::Ignored("it is this App's own doing"));
        }
        // The inbox keeps apart who edited a comment of ours.
        let is_ours_edited = (used.event, action) == ("issue_comment", "edited") && self.is_ours(us.app_id);
        Ok(Event::Work(Row {
            delivery: id.to_owned(),
            event: used.event,
            action: if is_ours_edited { OURS_EDITED } else { action },
            trigger: used.trigger,
            installation,
            repository_id,
            repository: name,
            subject,
            actor,
        }))
    }

    /// Which pull request it is about, or why it is about none of ours.
    fn subject(&self, event: &str, us: &Us<'_>) -> Result<Result<Subject, &'static str>, Malformed> {
        if event == "push" {
            return self.pushed();
        }
        if let "check_run" | "check_suite" = event {
            let (check, field) = match event {
                "check_run" => (&self.check_run, "check_run"),
                _ => (&self.check_suite, "check_suite"),
            };
            let check = check.as_ref().ok_or(Malformed::Field(field))?;
            let sha = commit_sha(&check.head_sha)?;
            if check.app.as_ref().is_none_or(|app| app.id != Some(us.app_id)) {
                return Ok(Err("the check is another App's"));
            }
            // `pull_requests` of a check is empty for pull requests from forks.
            let number = check.external_id.as_deref().filter(|_| event == "check_run").and_then(number_of);
            return Ok(Ok(number.map_or_else(|| Subject::Head(sha.to_owned()), Subject::PullRequest)));
        }
        let number = if event == "issue_comment" {
            let issue = self.issue.as_ref().ok_or(Malformed::Field("issue"))?;
            let comment = self.comment.as_ref().ok_or(Malformed::Field("comment"))?;
            in_range(comment.id, "comment.id")?;
            if issue.pull_request.is_none() {
                return Ok(Err("the issue is no pull request"));
            }
            issue.number
        } else {
            let pull_request = self.pull_request.as_ref().ok_or(Malformed::Field("pull_request"))?;
            commit_sha(&pull_request.head.sha)?;
            if self.number.is_some_and(|number| number != pull_request.number) {
                return Err(Malformed::Field("number"));
            }
            if event == "pull_request_review" {
                in_range(self.review.as_ref().ok_or(Malformed::Field("review"))?.id, "review.id")?;
            }
            pull_request.number
        };
        Ok(Ok(Subject::PullRequest(in_range(number, "number")?)))
    }

    /// A push matters only where it may change the registry's rules.
    fn pushed(&self) -> Result<Result<Subject, &'static str>, Malformed> {
        let reference = self.reference.as_deref().ok_or(Malformed::Field("ref"))?;
        let branch = self.repository.as_ref().and_then(|repository| repository.default_branch.as_deref());
        if reference.strip_prefix("refs/heads/") != branch || branch.is_none() {
            return Ok(Err("the push is not to the default branch"));
        }
        let commits = self.commits.as_deref().unwrap_or_default();
        let named = commits.iter().any(|commit| commit.touches(RULES));
        let unnamed = self.forced || commits.len() >= MOST_COMMITS;
        Ok(if named || unnamed { Ok(Subject::Rules) } else { Err("the push does not touch the rules") })
    }

    fn sent_by(&self, login: Option<&str>) -> bool {
        let sender = self.sender.as_ref();
        login.is_some_and(|login| sender.is_some_and(|sender| sender.login.eq_ignore_ascii_case(login)))
    }

    /// A person who ticks a box in our comment edits a comment that was made via the App: the sender decides.
    fn commented_by_app(&self, app_id: u64) -> bool {
        let kind = self.sender.as_ref().and_then(|sender| sender.kind.as_deref());
        self.is_ours(app_id) && kind == Some("Bot")
    }

    /// Whether the comment was made via this App.
    fn is_ours(&self, app_id: u64) -> bool {
        let via = self.comment.as_ref().and_then(|comment| comment.performed_via_github_app.as_ref());
        via.is_some_and(|app| app.id == Some(app_id))
    }
}

/// The pull request's number in the `external_id` of our check runs, `<number>:<digest>`.
fn number_of(external_id: &str) -> Option<u64> {
    let (number, _) = external_id.split_once(':')?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    in_range(number.parse().ok()?, "external_id").ok()
}

/// GitHub's ids and numbers count from 1 and are signed 64-bit integers, as are the database's.
fn in_range(id: u64, field: &'static str) -> Result<u64, Malformed> {
    if (1..=i64::MAX.unsigned_abs()).contains(&id) { Ok(id) } else { Err(Malformed::Field(field)) }
}

/// SHA-1 or SHA-256, in hexadecimal.
fn commit_sha(text: &str) -> Result<&str, Malformed> {
    let fits = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if fits { Ok(text) } else { Err(Malformed::Field("head sha")) }
}

/// These two strings end up in the paths of requests to the API.
fn repository_name(full_name: &str) -> Result<RepositoryName, Malformed> {
    let plain = |part: &str| {
        (1..=100).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
            && part != "."
            && !part.contains("..")
    };
    match full_name.split_once('/') {
        Some((owner, name)) if plain(owner) && plain(name) => Ok(RepositoryName::new(owner, name)),
        _ => Err(Malformed::Field("repository.full_name")),
    }
}

#[cfg(test)]
mod tests;
