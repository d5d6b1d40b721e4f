//! The record of what was asked, answered and told, for `tests/github`, which holds it to GitHub's own description.
//!
//! In: requests with their answers, and webhooks. Out: lines of JSON in a file of this process's own, in the folder
//! that the environment's `RECORD_GITHUB` names; nothing where it names none. Never: the same shape twice, so that the
//! record of thousands of requests stays small.

use super::http::{Incoming, Outgoing};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex};

/// So many shapes of a route's answers with one status, or of an event, tell enough.
const MOST: usize = 1000;

/// One for all worlds of this process.
static RECORD: LazyLock<Option<Mutex<Record>>> = LazyLock::new(|| {
    #[expect(
        clippy::disallowed_methods,
        reason = "a setting of whoever tests the double, not of the program"
    )]
    let folder = PathBuf::from(std::env::var_os("RECORD_GITHUB")?);
    let opened = std::fs::create_dir_all(&folder)
        .and_then(|()| File::create(folder.join(format!("{}.jsonl", std::process::id()))));
    match opened {
        Ok(file) => Some(Mutex::new(Record { file, known: HashSet::new(), counts: HashMap::new() })),
        Err(error) => {
            tracing::error!(%error, folder = %folder.display(), "no record of GitHub can be written");
            None
        }
    }
});

struct Record {
    file: File,
    known: HashSet<(String, String)>,
    counts: HashMap<String, usize>,
}

impl Record {
    /// Writes the line, but for a shape that is known.
    fn keep(&mut self, topic: String, shape: String, line: &Value) {
        let count = self.counts.entry(topic.clone()).or_default();
        if *count >= MOST || !self.known.insert((topic, shape)) {
            return;
        }
        *count += 1;
        if let Err(error) = writeln!(self.file, "{line}") {
            tracing::error!(%error, "a line of the record of GitHub is lost");
        }
    }
}

/// Takes down a request. Its answer is None where a fault spoke in this GitHub's stead.
pub(super) fn request(incoming: &Incoming, route: &str, answer: Option<&Outgoing>) {
    let Some(record) = RECORD.as_ref() else { return };
    let (method, query) = (&incoming.method, incoming.query.as_deref().unwrap_or_default());
    let body = read(&incoming.body);
    let status = answer.map(|answer| answer.status);
    let kind = answer.and_then(|answer| answer.header("content-type")).unwrap_or_default();
    let said = answer.filter(|_| kind.starts_with("application/json")).map(|answer| thin(read(&answer.body)));
    let asked: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| format!("{name}={}", shape(&json!(value))))
        .collect();
    let question = body["query"].as_str().unwrap_or_default();
    let said_shape = said.as_ref().map(shape).unwrap_or_default();
    let shape = [&asked.join("&"), question, &shape(&body), &said_shape].join("\n");
    let line = json!({
        "method": method, "route": route, "path": incoming.path, "query": query,
        "agent": incoming.header("user-agent"), "body": body, "status": status, "type": kind, "answer": said,
    });
    super::locked(record).keep(format!("{method} {route} {status:?}"), shape, &line);
}

/// Takes down a webhook.
pub(super) fn webhook(event: &str, body: &[u8]) {
    let Some(record) = RECORD.as_ref() else { return };
    let payload = thin(read(body));
    let shape = shape(&payload);
    let topic = format!("{event} {}", payload["action"]);
    super::locked(record).keep(topic, shape, &json!({"event": event, "payload": payload}));
}

fn read(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

/// A value without its lists' repetitions.
fn thin(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut known = HashSet::new();
            Value::Array(items.into_iter().filter(|item| known.insert(shape(item))).map(thin).collect())
        }
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, thin(value))).collect(),
        plain => plain,
    }
}

/// Names and types; of strings, whether one is a single word, and which, since it may be one of a few.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(text) if is_word(text) => format!("{text:?}"),
        Value::String(_) => "string".to_owned(),
        Value::Array(items) => {
            let shapes: BTreeSet<String> = items.iter().map(shape).collect();
            format!("[{}]", shapes.into_iter().collect::<Vec<_>>().join(","))
        }
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}:{}", shape(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
    }
}

fn is_word(text: &str) -> bool {
    text.len() <= 24 && text.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_+-1".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_thinned_to_what_differs() {
        let list = json!({"files": [
            {"status": "added", "sha": "0a"}, {"status": "added", "sha": "0b"},
            {"status": "removed", "sha": "0c"}, {"status": "added", "sha": null},
        ]});
        let thinned = thin(list);
        let kept: Vec<&Value> =
            thinned["files"].as_array().unwrap().iter().map(|file| &file["sha"]).collect();
        assert_eq!(kept, [&json!("0a"), &json!("0c"), &Value::Null]);
    }

    #[test]
    fn a_shape_tells_types_and_words_apart_but_not_texts() {
        let of = |value: Value| shape(&value);
        assert_eq!(of(json!({"a": "first text", "b": 1})), of(json!({"a": "a second", "b": 2})));
        assert_ne!(of(json!({"a": "open"})), of(json!({"a": "closed"})));
        assert_ne!(of(json!({"a": null})), of(json!({"a": 1})));
        assert_ne!(of(json!({"a": {"b": 1}})), of(json!({"a": 1, "b": 1})));
        assert_eq!(of(json!([1, 2])), of(json!([1])));
    }
}
