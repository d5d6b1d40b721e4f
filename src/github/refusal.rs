//! What GitHub's refusals ask of us.
//!
//! In: answers that are none of the 200s, and octocrab's errors. Out: [`Error`]s that say what to do. Never: a wait, or
//! more of an answer than its first words.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

use super::{Error, credentials::Answer, lane, read_at_most};

/// The permission that a request needs; GitHub says so with every answer.
pub(super) fn needed<B>(response: &http::Response<B>) -> Option<String> {
    let needed = response.headers().get("x-accepted-github-permissions")?.to_str().ok()?;
    let is_plain = needed.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_=,; ".contains(&byte));
    (is_plain && needed.len() <= 200).then(|| needed.to_owned())
}

/// GitHub's time when it answered (RFC 9110, section 6.6.1).
pub(super) fn dated(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let date = headers.get("date")?.to_str().ok()?;
    DateTime::parse_from_rfc2822(date).ok().map(|date| date.to_utc())
}

/// A refusal's words are few; more is not read.
const MOST_WORDS: usize = 64 * 1024;

/// So many characters of a message are told; GitHub's are shorter.
const LONGEST_MESSAGE: usize = 500;

/// An answer that is none of the 200s.
pub(super) struct Refusal {
    status: StatusCode,
    headers: HeaderMap,
    message: String,
    details: Option<serde_json::Value>,
}

impl Refusal {
    /// Reads what was said.
    pub(super) async fn read(answer: Answer) -> Self {
        #[derive(Default, Deserialize)]
        struct Words {
            message: Option<String>,
            errors: Option<serde_json::Value>,
        }
        let (parts, body) = answer.into_parts();
        // Where it breaks off, the status says enough.
        let bytes = read_at_most(body, MOST_WORDS).await.unwrap_or_default();
        let Words { message, errors } = serde_json::from_slice(&bytes).unwrap_or_default();
        let said = message.unwrap_or_else(|| String::from_utf8_lossy(&bytes).trim().to_owned());
        let line = said.lines().next().or(parts.status.canonical_reason()).unwrap_or_default();
        let message = line.chars().take(LONGEST_MESSAGE).collect();
        Self { status: parts.status, headers: parts.headers, message, details: errors }
    }

    /// Whether it is for want of a permission, and not for what the repository is like.
    pub(super) fn is_not_granted(&self) -> bool {
        self.status == StatusCode::FORBIDDEN && self.message.contains("not accessible by integration")
    }

    /// Whether it is for a limit, of whichever kind.
    fn is_limit(&self) -> bool {
        let says = |words| self.message.to_ascii_lowercase().contains(words);
        match self.status {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::FORBIDDEN => {
                self.headers.contains_key("retry-after")
                    || self.is_exhausted()
                    || says("rate limit")
                    || says("abuse")
            }
            _ => false,
        }
    }

    fn is_exhausted(&self) -> bool {
        self.number("x-ratelimit-remaining") == Some(0)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.trim().parse().ok()
    }

    /// How long to wait, where that is named in a way that can be read: seconds or a date (RFC 9110, section 10.2.3).
    fn waits(&self) -> Option<Duration> {
        let seconds = self.number("retry-after").map(Duration::from_secs);
        let date = || DateTime::parse_from_rfc2822(self.text("retry-after")?).ok();
        seconds.or_else(|| self.until(date()?.to_utc())).map(lane::believable)
    }

    /// When the allowance is full again.
    fn until_reset(&self) -> Option<Duration> {
        let reset = i64::try_from(self.number("x-ratelimit-reset")?).ok()?;
        self.until(DateTime::from_timestamp(reset, 0)?).map(lane::believable)
    }

    /// By GitHub's clock, for ours may be wrong.
    fn until(&self, time: DateTime<Utc>) -> Option<Duration> {
        (time - dated(&self.headers).unwrap_or_else(Utc::now)).to_std().ok()
    }

    /// What it asks of us. Rate limits: <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>.
    pub(super) fn error(self) -> Error {
        let why = format!("{}: {}", self.status, self.message);
        match self.status {
            _ if self.is_limit() => {
                let until_reset = self.until_reset().filter(|_| self.is_exhausted());
                // Where GitHub names no time, the lane knows what is due.
                Error::Paused { after: self.waits().or(until_reset).unwrap_or_default(), why }
            }
            StatusCode::FORBIDDEN if self.message.contains("suspended") => Error::Suspended { why },
            StatusCode::FORBIDDEN if self.message.contains("is locked") => Error::Locked { what: why },
            StatusCode::FORBIDDEN => Error::Denied { what: why },
            StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => {
                Error::Gone { what: why }
            }
            // A token that has just been made may not be known everywhere yet.
            StatusCode::UNAUTHORIZED => Error::Later { after: Some(Duration::from_secs(10)), why },
            status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                Error::Later { after: self.waits(), why }
            }
            _ => {
                let details = self.details.map(|details| details.to_string()).unwrap_or_default();
                Error::Bug { why: format!("{why} {details}") }
            }
        }
    }
}

/// What an answer that is none of the 200s asks of us.
pub(super) async fn granted(answer: Answer) -> Result<Answer, Error> {
    if answer.status().is_success() { Ok(answer) } else { Err(Refusal::read(answer).await.error()) }
}

/// A request that did not get there, or an answer that did not get here.
pub(super) fn broken(error: &octocrab::Error) -> Error {
    Error::Later { after: None, why: chain(error) }
}

/// What the layers of the transport say before or in place of what went wrong.
const WRAPPING: [&str; 3] = ["Service Error: ", "client error (Connect)", "tcp connect error"];

/// An error with everything that caused it, in one line, without what says nothing.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let telling = |cause: &dyn std::error::Error| {
        let line = cause.to_string().lines().next().unwrap_or_default().to_owned();
        WRAPPING.iter().fold(line, |line, wrapping| line.replace(wrapping, ""))
    };
    let all: Vec<String> = causes.map(telling).filter(|line| !line.is_empty()).collect();
    if all.is_empty() { error.to_string() } else { all.join(": ") }
}
