//! Answers as GitHub gives them: JSON, pages with a `Link` header, and refusals in its words.

use serde_json::{Value, json};

const DOCS: &str = "https://docs.github.com/rest";

/// An answer before it becomes HTTP.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Body,
}

/// What an answer carries.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Empty,
    Json(Value),
    Raw(Vec<u8>),
}

/// What a route makes of a request; both sides go out, the second one early.
pub(super) type Reply = Result<Answer, Answer>;

impl Answer {
    /// 200 with a document.
    pub(super) fn ok(value: Value) -> Self {
        Self::json(200, value)
    }

    /// 201 with the thing made.
    pub(super) fn created(value: Value) -> Self {
        Self::json(201, value)
    }

    /// 204.
    pub(super) fn no_content() -> Self {
        Self { status: 204, headers: Vec::new(), body: Body::Empty }
    }

    /// 404 without a word, where the question is only whether something is there.
    pub(super) fn not_there() -> Self {
        Self { status: 404, ..Self::no_content() }
    }

    /// 200 with a file's bytes (media type `application/vnd.github.raw+json`).
    pub(super) fn raw(bytes: Vec<u8>) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Raw(bytes) }
    }

    pub(super) fn json(status: u16, value: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(value) }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A refusal: GitHub's `message`, `documentation_url` and `status`.
pub(super) fn refuse(status: u16, message: &str) -> Answer {
    let body = json!({"message": message, "documentation_url": DOCS, "status": status.to_string()});
    Answer::json(status, body)
}

/// 404, also for what the caller may not know of.
pub(super) fn not_found() -> Answer {
    refuse(404, "Not Found")
}

/// What the git routes say of a repository without a commit.
pub(super) fn no_commits() -> Answer {
    refuse(409, "Git Repository is empty.")
}

/// 403 for a permission that the installation lacks.
pub(super) fn not_accessible() -> Answer {
    refuse(403, "Resource not accessible by integration")
}

/// 422 about one field (`code`: `missing_field`, `invalid`, `custom`, `already_exists`).
pub(super) fn invalid(resource: &str, field: &str, code: &str, message: &str) -> Answer {
    let mut error = json!({"resource": resource, "field": field, "code": code});
    if !message.is_empty() {
        error["message"] = json!(message);
    }
    let body = json!({
        "message": "Validation Failed", "errors": [error], "documentation_url": DOCS, "status": "422",
    });
    Answer::json(422, body)
}

/// 422 of the routes that check a request against a schema.
pub(super) fn unprocessable(reason: &str) -> Answer {
    let message = format!("Invalid request.\n\n{reason}");
    refuse(422, &message)
}

/// Which part of a list was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Page {
    pub(super) number: usize,
    pub(super) size: usize,
}

impl Page {
    /// The items of this page.
    pub(super) fn cut<T>(self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip((self.number - 1).saturating_mul(self.size)).take(self.size).collect()
    }

    /// The `Link` header for a list of so many items; None when all of it fits one page.
    /// Source: "Using pagination in the REST API".
    pub(super) fn links(self, total: usize, address: &str, query: &[(String, String)]) -> Option<String> {
        let last = total.div_ceil(self.size).max(1);
        let mut links = Vec::new();
        let mut add = |name: &str, number: usize| {
            links.push(format!("<{address}?{}>; rel=\"{name}\"", with_page(query, number)));
        };
        if self.number > 1 {
            add("prev", (self.number - 1).min(last));
        }
        if self.number < last {
            add("next", self.number + 1);
            add("last", last);
        }
        if self.number > 1 {
            add("first", 1);
        }
        (!links.is_empty()).then(|| links.join(", "))
    }
}

fn with_page(query: &[(String, String)], number: usize) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.iter().filter(|(name, _)| name != "page") {
        text.append_pair(name, value);
    }
    text.append_pair("page", &number.to_string());
    text.finish()
}
