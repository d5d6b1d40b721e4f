//! What people see: plain copies of the world, for tests to look at and for the demo to show.

use super::checks::Annotation;
use super::files::{ChangedFile, changed_files};
use super::thread::{Comment, Pull, Review, Thread};
use super::world::{AccountKind, Repository, World};
use super::{Unknown, checks};
use chrono::{DateTime, Utc};

/// A pull request as it stands.
#[derive(Clone, Debug)]
pub struct PullRequestView {
    /// Its number.
    pub number: u64,
    /// The heading.
    pub title: String,
    /// The description.
    pub body: Option<String>,
    /// Who opened it.
    pub author: String,
    /// Whether it is open.
    pub open: bool,
    /// Whether it is merged.
    pub merged: bool,
    /// Whether it is a draft.
    pub draft: bool,
    /// The base branch.
    pub base: String,
    /// The head commit.
    pub head_sha: String,
    /// Whether the head lies in a fork.
    pub from_fork: bool,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// The changed files.
    pub files: Vec<FileView>,
    /// The conversation, oldest first.
    pub comments: Vec<CommentView>,
    /// The labels, in the order they were put on.
    pub labels: Vec<LabelView>,
    /// All check runs on the head, oldest first.
    pub check_runs: Vec<CheckRunView>,
    /// The reviews, oldest first.
    pub reviews: Vec<ReviewView>,
    /// Logins and `team:slug`s that a review is asked of.
    pub requested_reviewers: Vec<String>,
}

impl PullRequestView {
    /// The names of the labels, sorted.
    pub fn label_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.labels.iter().map(|label| label.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// The comments of an account.
    pub fn comments_by(&self, login: &str) -> Vec<&CommentView> {
        self.comments.iter().filter(|comment| comment.author == login).collect()
    }
}

/// A changed file.
#[derive(Clone, Debug)]
pub struct FileView {
    /// Where it lies.
    pub path: String,
    /// Where it lay before.
    pub previous_path: Option<String>,
    /// `added`, `modified`, `removed` or `renamed`.
    pub status: String,
    /// Its text at the head; None for a removed file and where it is no text.
    pub text: Option<String>,
    /// The difference as GitHub shows it.
    pub patch: Option<String>,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct CommentView {
    /// Its id.
    pub id: u64,
    /// Whose it is.
    pub author: String,
    /// Whether a machine wrote it.
    pub is_bot: bool,
    /// Its Markdown.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who changed it, oldest first.
    pub edited_by: Vec<String>,
    /// Login and content (`+1`, `eyes`, ...), oldest first.
    pub reactions: Vec<(String, String)>,
}

/// A label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabelView {
    /// Its name.
    pub name: String,
    /// Six hex digits.
    pub color: String,
    /// What it means.
    pub description: Option<String>,
}

/// A check run.
#[derive(Clone, Debug)]
pub struct CheckRunView {
    /// Its id.
    pub id: u64,
    /// The suite it is in.
    pub suite: u64,
    /// Its name.
    pub name: String,
    /// The commit it is about.
    pub head_sha: String,
    /// `queued`, `in_progress` or `completed`.
    pub status: String,
    /// `success`, `failure`, `neutral`, ...
    pub conclusion: Option<String>,
    /// The App's own reference.
    pub external_id: Option<String>,
    /// The heading of the output.
    pub title: Option<String>,
    /// The output's summary, Markdown.
    pub summary: Option<String>,
    /// The output's details, Markdown.
    pub text: Option<String>,
    /// The notes on lines.
    pub annotations: Vec<Annotation>,
    /// The identifiers of its buttons.
    pub actions: Vec<String>,
}

/// A review.
#[derive(Clone, Debug)]
pub struct ReviewView {
    /// Its id.
    pub id: u64,
    /// Whose it is.
    pub author: String,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED` or `DISMISSED`.
    pub state: String,
    /// Its Markdown.
    pub body: String,
    /// The commit it is about.
    pub commit_sha: String,
    /// Its comments on lines.
    pub comments: Vec<ReviewCommentView>,
}

/// A comment on lines of the difference.
#[derive(Clone, Debug)]
pub struct ReviewCommentView {
    /// The file.
    pub path: String,
    /// The first line, where it is about several.
    pub start_line: Option<u64>,
    /// The (last) line.
    pub line: u64,
    /// Its Markdown.
    pub body: String,
}

impl World {
    /// A pull request as it stands.
    pub(super) fn view(&self, full_name: &str, number: u64) -> Result<PullRequestView, Unknown> {
        let repository = self.repository(full_name)?;
        let (thread, pull) = (self.thread(repository.id, number)?, self.pull(repository.id, number)?);
        let people = pull.requested_reviewers.iter().map(|id| self.login(*id).to_owned());
        let teams = self.teams.iter().filter(|team| pull.requested_teams.contains(&team.id));
        let runs = repository.check_runs.iter().filter(|run| run.head_sha == pull.head_sha);
        Ok(PullRequestView {
            number,
            title: thread.title.clone(),
            body: thread.body.clone(),
            author: self.login(thread.author).to_owned(),
            open: thread.open,
            merged: pull.merged.is_some(),
            draft: pull.draft,
            base: pull.base_branch.clone(),
            head_sha: pull.head_sha.clone(),
            from_fork: pull.head_repository != Some(repository.id),
            created_at: thread.created_at,
            updated_at: thread.updated_at,
            files: self.file_views(pull),
            comments: thread.comments.iter().map(|comment| self.comment_view(comment)).collect(),
            labels: label_views(repository, thread),
            check_runs: runs.map(check_run_view).collect(),
            reviews: pull.reviews.iter().map(|review| self.review_view(review)).collect(),
            requested_reviewers: people.chain(teams.map(|team| format!("team:{}", team.slug))).collect(),
        })
    }

    fn file_views(&self, pull: &Pull) -> Vec<FileView> {
        changed_files(&self.git, pull).into_iter().map(|file| self.file_view(file)).collect()
    }

    fn file_view(&self, file: ChangedFile) -> FileView {
        let bytes = self.git.blob(&file.sha).filter(|_| file.status != "removed");
        FileView {
            path: file.path,
            previous_path: file.previous_path,
            status: file.status.to_owned(),
            text: bytes.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()),
            patch: file.diff.patch,
        }
    }

    pub(super) fn comment_view(&self, comment: &Comment) -> CommentView {
        let account = self.accounts.get(&comment.author);
        let reactions = comment.reactions.iter();
        CommentView {
            id: comment.id,
            author: self.login(comment.author).to_owned(),
            is_bot: account.is_some_and(|account| account.kind == AccountKind::Bot),
            body: comment.body.clone(),
            created_at: comment.created_at,
            updated_at: comment.updated_at,
            edited_by: comment.versions.iter().skip(1).map(|one| self.login(one.by).to_owned()).collect(),
            reactions: reactions.map(|one| (self.login(one.user).to_owned(), one.content.clone())).collect(),
        }
    }

    fn review_view(&self, review: &Review) -> ReviewView {
        let comments = review.comments.iter().map(|comment| ReviewCommentView {
            path: comment.path.clone(),
            start_line: comment.start_line,
            line: comment.line,
            body: comment.body.clone(),
        });
        ReviewView {
            id: review.id,
            author: self.login(review.author).to_owned(),
            state: review.state.clone(),
            body: review.body.clone(),
            commit_sha: review.commit_sha.clone(),
            comments: comments.collect(),
        }
    }

    /// The conversations of all open pull requests, for a test that waited in vain.
    pub(super) fn conversations(&self) -> String {
        let mut text = String::new();
        for repository in self.repositories.values() {
            for thread in repository.threads.values().filter(|thread| thread.pull.is_some()) {
                text.push_str(&format!(
                    "{}#{} {}\n",
                    self.full_name(repository),
                    thread.number,
                    thread.title
                ));
                for comment in &thread.comments {
                    text.push_str(&format!("--- {} ---\n{}\n", self.login(comment.author), comment.body));
                }
            }
        }
        text
    }
}

fn label_views(repository: &Repository, thread: &Thread) -> Vec<LabelView> {
    let on_thread =
        thread.labels.iter().filter_map(|id| repository.labels.iter().find(|label| label.id == *id));
    let view = |label: &super::world::Label| LabelView {
        name: label.name.clone(),
        color: label.color.clone(),
        description: label.description.clone(),
    };
    on_thread.map(view).collect()
}

pub(super) fn check_run_view(run: &checks::CheckRun) -> CheckRunView {
    let action = |action: &serde_json::Value| action["identifier"].as_str().unwrap_or_default().to_owned();
    CheckRunView {
        id: run.id,
        suite: run.suite,
        name: run.name.clone(),
        head_sha: run.head_sha.clone(),
        status: run.status.clone(),
        conclusion: run.conclusion.clone(),
        external_id: run.external_id.clone(),
        title: run.title.clone(),
        summary: run.summary.clone(),
        text: run.text.clone(),
        annotations: run.annotations.clone(),
        actions: run.actions.iter().map(action).collect(),
    }
}
