//! What the bot posts beside its comment, as values: labels, check runs and reviews.
//!
//! In: what the renderers make. Out: to `github/write.rs`. Never: a decision.

/// A label and how it is created where the repository does not have it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    pub name: String,
    /// Six hex digits.
    pub color: &'static str,
    /// At most 100 characters.
    pub description: &'static str,
}

/// The built-in names of all labels but the communities'.
pub const LABELS: [&str; 14] = [
    "nomination",
    "submission",
    "application",
    "triage: needs changes",
    "triage: needs a person",
    "triage: ready for review",
    "triage: reviewed",
    "triage: on hold",
    "license: verified",
    "license: unverified",
    "license: missing",
    "license: mismatch",
    "possible duplicate",
    "cop: none matched",
];

/// A review that neither approves nor asks for changes: <https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Review {
    /// Markdown.
    pub body: String,
    pub comments: Vec<ReviewComment>,
}

/// A comment on lines of a file at the head.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReviewComment {
    pub path: String,
    /// The first line, where it is on several.
    pub start_line: Option<usize>,
    /// The last line.
    pub line: usize,
    /// Markdown.
    pub body: String,
}

/// Whom to ask for a review.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReviewRequest {
    /// `ORGANIZATION/TEAM` each.
    pub teams: Vec<String>,
    /// Logins.
    pub people: Vec<String>,
}

/// The name of the check run, which branch protection may ask for.
pub const CHECK_RUN: &str = "Nomination triage";

/// The name of the check run on a registry's rules.
pub const RULES_CHECK_RUN: &str = "Triage rules";

/// A check run as it should be: <https://docs.github.com/rest/checks/runs#create-a-check-run>.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CheckRun {
    pub name: &'static str,
    /// `<pull request>:<digest of the annotations>`: pull requests from forks are not named in check runs.
    /// One that was made for a press on Re-run has a digest of that behind it.
    pub external_id: String,
    pub conclusion: &'static str,
    pub title: String,
    /// Markdown, of our own words only.
    pub summary: String,
    pub annotations: Vec<Annotation>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Annotation {
    pub path: String,
    pub start_line: usize,
    pub end_line: usize,
    /// First and last column; GitHub takes them only within one line.
    pub columns: Option<(usize, usize)>,
    /// `failure`, `warning` or `notice`.
    pub level: &'static str,
    pub title: &'static str,
    pub message: String,
}
