//! The changes that a look came to, as `check --pr` shows them.
//!
//! In: [`Looked`]. Out: text, JSON, Markdown. Never: a decision.

use std::fmt::Write;

use serde_json::{Value, json};

use super::standing;
use crate::{
    pipeline::Looked,
    triage::{
        plan::Change,
        posted::{Annotation, CheckRun},
        prose::inert,
        snapshot::State,
    },
};

/// For whom it is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Form {
    /// At a terminal.
    Human,
    /// One document for programs.
    Json,
    /// A document for an issue or a summary.
    Markdown,
}

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

/// No name of a change is longer, in characters.
const LONGEST: usize = 500;

/// What would be changed.
pub fn shown(looked: &Looked, form: Form) -> String {
    let changes = looked.planned();
    match form {
        Form::Human => human(looked, &changes),
        Form::Json => json(looked, &changes),
        Form::Markdown => markdown(looked, &changes),
    }
}

fn human(looked: &Looked, changes: &[Change]) -> String {
    let snapshot = &looked.snapshot;
    let head = snapshot.head_sha.get(..7).unwrap_or(&snapshot.head_sha);
    let mut text = format!("{BOLD}{} at {head}: {}{PLAIN}\n", snapshot.pull_request, standing(looked));
    let _ = writeln!(text, "{}", sum(looked, changes));
    for (at, change) in changes.iter().enumerate() {
        let _ = writeln!(text, "\n{BOLD}{}. {}{PLAIN}", at + 1, inert(&change.name(), LONGEST));
        for line in detail(change).lines() {
            let _ = writeln!(text, "{}", format!("   {line}").trim_end());
        }
    }
    text
}

fn markdown(looked: &Looked, changes: &[Change]) -> String {
    let snapshot = &looked.snapshot;
    let mut text = format!("## {} at {}: {}\n\n", snapshot.pull_request, snapshot.head_sha, standing(looked));
    let _ = writeln!(text, "{}", sum(looked, changes));
    for (at, change) in changes.iter().enumerate() {
        // Names of labels and teams, and the words of annotations, are others'.
        let _ = write!(text, "\n### Change {}\n\n{}", at + 1, block(&inert(&change.name(), LONGEST)));
        match change {
            Change::PostComment(body) | Change::EditComment { body, .. } => {
                let _ = write!(text, "\n{}\n", without_marker(body).trim_end());
            }
            Change::PostCheckRun(run) | Change::EditCheckRun { check_run: run, .. } => {
                let _ = write!(text, "\n{}\n", run.summary.trim_end());
                if !run.annotations.is_empty() {
                    let _ = write!(text, "\n{}", block(&annotations(run)));
                }
            }
            Change::PostReview(_) => {
                let _ = write!(text, "\n{}", block(&detail(change)));
            }
            _ => {}
        }
    }
    text
}

/// A code block that its text cannot leave.
fn block(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

/// How many changes, or why none.
fn sum(looked: &Looked, changes: &[Change]) -> String {
    let mut words = match changes.len() {
        0 if looked.report.is_some() => "Everything stands as it should: nothing would change.".to_owned(),
        0 => "Nothing would change.".to_owned(),
        1 => "1 change would be made. Nothing was written.".to_owned(),
        many => format!("{many} changes would be made. Nothing was written."),
    };
    if looked.incomplete {
        words.push_str(" Some facts could not be had now; `serve` would ask for them again.");
    }
    words
}

/// What a change writes.
fn detail(change: &Change) -> String {
    match change {
        Change::PostComment(body) | Change::EditComment { body, .. } => {
            without_marker(body).trim_end().to_owned()
        }
        Change::PostCheckRun(run) | Change::EditCheckRun { check_run: run, .. } => {
            format!("{}\n\n{}", run.summary.trim_end(), annotations(run)).trim_end().to_owned()
        }
        Change::PostReview(review) => {
            let mut text = without_marker(&review.body).trim_end().to_owned();
            for comment in &review.comments {
                let path = inert(&comment.path, LONGEST);
                let _ = write!(text, "\n\n{path}:{}\n{}", comment.line, comment.body.trim_end());
            }
            text
        }
        // Their names say all.
        Change::React { .. } | Change::RequestReviews(_) | Change::AddLabels(_) | Change::RemoveLabel(_) => {
            String::new()
        }
    }
}

fn annotations(run: &CheckRun) -> String {
    let line = |one: &Annotation| {
        let (path, message) = (inert(&one.path, LONGEST), &one.message);
        format!("{path}:{}: {}: {}: {message}\n", one.start_line, one.level, one.title)
    };
    run.annotations.iter().map(line).collect()
}

/// The first line is memory, which GitHub does not show.
fn without_marker(body: &str) -> &str {
    match body.split_once('\n') {
        Some((marker, text)) if marker.starts_with("<!--") => text,
        _ => body,
    }
}

fn json(looked: &Looked, changes: &[Change]) -> String {
    let snapshot = &looked.snapshot;
    let nominations: Vec<&str> = snapshot.nominations.iter().map(|file| file.filed.path.as_str()).collect();
    let document = json!({
        "pull_request": snapshot.pull_request.to_string(),
        "head": snapshot.head_sha,
        "state": if snapshot.state == State::Closed { "closed" } else { "open" },
        "nominations": nominations,
        "verdict": looked.report.as_ref().map(|report| report.verdict.word()),
        "incomplete": looked.incomplete,
        "changes": changes.iter().map(value).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn value(change: &Change) -> Value {
    match change {
        Change::React { comment, reaction } => {
            json!({"change": "react", "comment": comment, "content": reaction.content()})
        }
        Change::PostReview(review) => {
            let comments = review.comments.iter().map(|comment| {
                json!({
                    "path": comment.path,
                    "start_line": comment.start_line,
                    "line": comment.line,
                    "body": comment.body,
                })
            });
            json!({"change": "post-review", "body": review.body, "comments": comments.collect::<Vec<_>>()})
        }
        Change::RequestReviews(request) => {
            json!({"change": "request-reviews", "teams": request.teams, "people": request.people})
        }
        Change::AddLabels(labels) => {
            let labels = labels.iter().map(
                |label| json!({"name": label.name, "color": label.color, "description": label.description}),
            );
            json!({"change": "add-labels", "labels": labels.collect::<Vec<_>>()})
        }
        Change::RemoveLabel(label) => json!({"change": "remove-label", "label": label}),
        Change::PostComment(body) => json!({"change": "post-comment", "body": body}),
        Change::EditComment { id, body } => json!({"change": "edit-comment", "id": id, "body": body}),
        Change::PostCheckRun(run) => run_value("post-check-run", None, run),
        Change::EditCheckRun { id, check_run } => run_value("edit-check-run", Some(*id), check_run),
    }
}

fn run_value(change: &str, id: Option<u64>, run: &CheckRun) -> Value {
    let annotations = run.annotations.iter().map(|one| {
        json!({
            "path": one.path,
            "start_line": one.start_line,
            "end_line": one.end_line,
            "level": one.level,
            "title": one.title,
            "message": one.message,
        })
    });
    let mut value = json!({
        "change": change,
        "name": run.name,
        "conclusion": run.conclusion,
        "title": run.title,
        "summary": run.summary,
        "annotations": annotations.collect::<Vec<_>>(),
    });
    if let Some(id) = id {
        value["id"] = id.into();
    }
    value
}
