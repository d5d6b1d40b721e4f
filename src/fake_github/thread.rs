//! An issue or pull request: one thread of comments, labels, reviews.

use chrono::{DateTime, Utc};

/// An issue; a pull request when `pull` is there.
pub(super) struct Thread {
    pub(super) id: u64,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) author: u64,
    pub(super) open: bool,
    /// Only those with write access may comment, and no App.
    pub(super) locked: bool,
    /// Ids of the repository's labels.
    pub(super) labels: Vec<u64>,
    pub(super) comments: Vec<Comment>,
    pub(super) events: Vec<ThreadEvent>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) pull: Option<Pull>,
}

/// What makes an issue a pull request.
pub(super) struct Pull {
    pub(super) id: u64,
    pub(super) draft: bool,
    pub(super) base_branch: String,
    pub(super) base_sha: String,
    /// None once the fork is deleted.
    pub(super) head_repository: Option<u64>,
    pub(super) head_branch: String,
    pub(super) head_sha: String,
    pub(super) merged: Option<Merge>,
    pub(super) reviews: Vec<Review>,
    pub(super) requested_reviewers: Vec<u64>,
    pub(super) requested_teams: Vec<u64>,
}

/// How a pull request was merged.
pub(super) struct Merge {
    pub(super) by: u64,
    pub(super) at: DateTime<Utc>,
    pub(super) sha: String,
}

/// A comment in the conversation.
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) author: u64,
    pub(super) body: String,
    pub(super) via_app: bool,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    /// Its versions once it was changed, oldest first, the first one among them.
    pub(super) versions: Vec<Version>,
    pub(super) reactions: Vec<Reaction>,
}

/// A version of a comment.
pub(super) struct Version {
    pub(super) by: u64,
    pub(super) at: DateTime<Utc>,
    pub(super) body: String,
}

/// A reaction to a comment.
#[derive(Clone)]
pub(super) struct Reaction {
    pub(super) id: u64,
    pub(super) user: u64,
    /// `+1`, `-1`, `laugh`, `confused`, `heart`, `hooray`, `rocket` or `eyes`.
    pub(super) content: String,
    pub(super) created_at: DateTime<Utc>,
}

/// The reactions that GitHub knows.
pub(super) const REACTIONS: [&str; 8] =
    ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];

/// A review of a pull request.
#[derive(Clone)]
pub(super) struct Review {
    pub(super) id: u64,
    pub(super) author: u64,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED` or `DISMISSED`.
    pub(super) state: String,
    pub(super) body: String,
    pub(super) commit_sha: String,
    pub(super) submitted_at: DateTime<Utc>,
    pub(super) comments: Vec<ReviewComment>,
}

/// A comment on lines of the difference.
#[derive(Clone)]
pub(super) struct ReviewComment {
    pub(super) id: u64,
    pub(super) path: String,
    pub(super) start_line: Option<u64>,
    pub(super) line: u64,
    pub(super) body: String,
}

/// An entry of the thread's history: who did what to which label.
#[derive(Clone)]
pub(super) struct ThreadEvent {
    pub(super) id: u64,
    pub(super) actor: u64,
    /// `labeled`, `unlabeled`, `closed`, `reopened`, `renamed`, `review_requested`, ...
    pub(super) event: &'static str,
    pub(super) label: Option<(String, String)>,
    pub(super) at: DateTime<Utc>,
}

impl Thread {
    /// A comment by id.
    pub(super) fn comment(&self, id: u64) -> Option<&Comment> {
        self.comments.iter().find(|comment| comment.id == id)
    }
}
