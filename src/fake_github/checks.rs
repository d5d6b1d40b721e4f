//! Check runs as this GitHub keeps them, and what it makes of a request to create or update one.

use super::answer::{Answer, invalid, unprocessable};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// A check run.
pub(super) struct CheckRun {
    pub(super) id: u64,
    pub(super) suite: u64,
    pub(super) head_sha: String,
    pub(super) name: String,
    pub(super) status: String,
    pub(super) conclusion: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) details_url: Option<String>,
    pub(super) started_at: DateTime<Utc>,
    pub(super) completed_at: Option<DateTime<Utc>>,
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) text: Option<String>,
    pub(super) annotations: Vec<Annotation>,
    pub(super) actions: Vec<Value>,
}

/// A note on lines of a file. Lines and columns count from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// First line.
    pub start_line: u64,
    /// Last line.
    pub end_line: u64,
    /// First column; only where the note stands on one line.
    pub start_column: Option<u64>,
    /// Last column; only where the note stands on one line.
    pub end_column: Option<u64>,
    /// `notice`, `warning` or `failure`.
    pub level: String,
    /// The heading.
    pub title: Option<String>,
    /// The text.
    pub message: String,
    /// More, shown on demand.
    pub raw_details: Option<String>,
}

const STATUSES: [&str; 3] = ["queued", "in_progress", "completed"];
const CONCLUSIONS: [&str; 7] =
    ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"];
const LEVELS: [&str; 3] = ["notice", "warning", "failure"];
const TEXT_LIMIT: usize = 65_535;
const ANNOTATION_LIMIT: usize = 50;
const ACTION_LIMIT: usize = 3;

impl CheckRun {
    /// Takes over what a request says, or refuses all of it.
    /// Source: "REST API endpoints for check runs".
    pub(super) fn apply(&mut self, request: &Value, now: DateTime<Utc>) -> Result<(), Answer> {
        let change = Change::read(request)?;
        self.name = change.name.unwrap_or_else(|| self.name.clone());
        self.external_id = change.external_id.or(self.external_id.take());
        self.details_url = change.details_url.or(self.details_url.take());
        self.apply_status(change.status, change.conclusion, now);
        if let Some(output) = change.output {
            self.title = Some(output.title);
            self.summary = Some(output.summary);
            self.text = output.text;
            self.annotations.extend(output.annotations);
        }
        self.actions = change.actions.unwrap_or_else(|| self.actions.clone());
        Ok(())
    }

    fn apply_status(&mut self, status: Option<String>, conclusion: Option<String>, now: DateTime<Utc>) {
        let status = status.unwrap_or_else(|| self.status.clone());
        if conclusion.is_some() || status == "completed" {
            self.status = "completed".to_owned();
            self.conclusion = conclusion.or(self.conclusion.take());
            self.completed_at = Some(now);
        } else {
            self.status = status;
            self.conclusion = None;
            self.completed_at = None;
        }
    }
}

/// A request to create or update a check run, found in order.
struct Change {
    name: Option<String>,
    status: Option<String>,
    conclusion: Option<String>,
    external_id: Option<String>,
    details_url: Option<String>,
    output: Option<Output>,
    actions: Option<Vec<Value>>,
}

struct Output {
    title: String,
    summary: String,
    text: Option<String>,
    annotations: Vec<Annotation>,
}

impl Change {
    fn read(request: &Value) -> Result<Self, Answer> {
        let change = Self {
            name: text(request, "name")?,
            status: one_of(request, "status", &STATUSES)?,
            conclusion: one_of(request, "conclusion", &CONCLUSIONS)?,
            external_id: text(request, "external_id")?,
            details_url: text(request, "details_url")?,
            output: request.get("output").filter(|output| !output.is_null()).map(Output::read).transpose()?,
            actions: request.get("actions").map(actions).transpose()?,
        };
        if change.status.as_deref() == Some("completed") && change.conclusion.is_none() {
            return Err(unprocessable("No subschema in \"anyOf\" matched.\nMissing: conclusion."));
        }
        Ok(change)
    }
}

impl Output {
    fn read(output: &Value) -> Result<Self, Answer> {
        let title = text(output, "title")?;
        let summary = text(output, "summary")?;
        let (Some(title), Some(summary)) = (title, summary) else {
            return Err(unprocessable("For 'properties/output': \"title\" and \"summary\" are needed."));
        };
        let long = text(output, "text")?;
        for (field, value) in [("summary", Some(&summary)), ("text", long.as_ref())] {
            if value.is_some_and(|value| value.chars().count() > TEXT_LIMIT) {
                let message = format!("{field} exceeds a maximum length of 65535 characters");
                return Err(invalid("CheckRun", field, "custom", &message));
            }
        }
        let none = Vec::new();
        let given = output.get("annotations").and_then(Value::as_array).unwrap_or(&none);
        if given.len() > ANNOTATION_LIMIT {
            let reason = format!(
                "For 'properties/annotations', no more than 50 items are allowed; {} were supplied.",
                given.len()
            );
            return Err(unprocessable(&reason));
        }
        let annotations = given.iter().map(Annotation::read).collect::<Result<_, _>>()?;
        Ok(Self { title, summary, text: long, annotations })
    }
}

impl Annotation {
    fn read(given: &Value) -> Result<Self, Answer> {
        let needed = |field: &str| -> Result<String, Answer> {
            text(given, field)?.ok_or_else(|| {
                unprocessable(&format!("For 'items/properties', \"{field}\" wasn't supplied."))
            })
        };
        let line = |field: &str| -> Result<u64, Answer> {
            let number = given.get(field).and_then(Value::as_u64).filter(|line| *line > 0);
            number.ok_or_else(|| unprocessable(&format!("For 'properties/{field}', nil is not an integer.")))
        };
        let column = |field: &str| given.get(field).and_then(Value::as_u64);
        let annotation = Self {
            path: needed("path")?,
            start_line: line("start_line")?,
            end_line: line("end_line")?,
            start_column: column("start_column"),
            end_column: column("end_column"),
            level: one_of(given, "annotation_level", &LEVELS)?.ok_or_else(|| {
                unprocessable("For 'items/properties', \"annotation_level\" wasn't supplied.")
            })?,
            title: text(given, "title")?,
            message: needed("message")?,
            raw_details: text(given, "raw_details")?,
        };
        annotation.check()?;
        Ok(annotation)
    }

    fn check(&self) -> Result<(), Answer> {
        let wrong = |field: &str, message: &str| Err(invalid("CheckAnnotation", field, "custom", message));
        if self.end_line < self.start_line {
            return wrong("end_line", "end_line must be greater than or equal to start_line");
        }
        let has_columns = self.start_column.is_some() || self.end_column.is_some();
        if has_columns && self.start_line != self.end_line {
            return wrong("start_column", "columns must be omitted if start_line and end_line differ");
        }
        if self.start_column.zip(self.end_column).is_some_and(|(start, end)| end < start) {
            return wrong("end_column", "end_column must be greater than or equal to start_column");
        }
        if self.title.as_ref().is_some_and(|title| title.chars().count() > 255) {
            return wrong("title", "title is too long (maximum is 255 characters)");
        }
        if self.message.is_empty() || self.message.len() > 64 * 1024 {
            return wrong("message", "message must be 1 to 64 KB long");
        }
        Ok(())
    }
}

/// An optional string of a request; anything else at that place is refused.
pub(super) fn text(request: &Value, field: &str) -> Result<Option<String>, Answer> {
    match request.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.clone())),
        Some(other) => Err(unprocessable(&format!("For 'properties/{field}', {other} is not a string."))),
    }
}

fn one_of(request: &Value, field: &str, allowed: &[&str]) -> Result<Option<String>, Answer> {
    let value = text(request, field)?;
    if let Some(value) = value.as_deref().filter(|value| !allowed.contains(value)) {
        let list = allowed.join(", ");
        let reason = format!("For 'properties/{field}', {value} is not a member of [{list}].");
        return Err(unprocessable(&reason));
    }
    Ok(value)
}

fn actions(given: &Value) -> Result<Vec<Value>, Answer> {
    let given = given.as_array().cloned().unwrap_or_default();
    if given.len() > ACTION_LIMIT {
        let reason = format!(
            "For 'properties/actions', no more than 3 items are allowed; {} were supplied.",
            given.len()
        );
        return Err(unprocessable(&reason));
    }
    for action in &given {
        for (field, limit) in [("label", 20), ("description", 40), ("identifier", 20)] {
            let length = text(action, field)?.map_or(0, |value| value.chars().count());
            if length == 0 || length > limit {
                let reason = format!("For 'properties/{field}', 1 to {limit} characters are needed.");
                return Err(unprocessable(&reason));
            }
        }
    }
    Ok(given)
}
