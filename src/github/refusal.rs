//! What GitHub's refusals ask of us.
//!
//! In: octocrab's errors. Out: [`Error`]s that say what to do. Never: a wait.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::{HeaderMap, StatusCode};

use super::{Error, lane};

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

/// Whether a refusal is for want of a permission, and not for what the repository is like.
pub(super) fn is_not_granted(error: &octocrab::Error) -> bool {
    let octocrab::Error::GitHub { source, .. } = error else { return false };
    source.status_code == StatusCode::FORBIDDEN && source.message.contains("not accessible by integration")
}

/// What octocrab's error asks of us. Rate limits: <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>.
pub(super) fn error(error: &octocrab::Error) -> Error {
    let octocrab::Error::GitHub { source, .. } = error else {
        return Error::Later { after: None, why: chain(error) };
    };
    let message = source.message.lines().next().unwrap_or_default().to_owned();
    let why = format!("{}: {message}", source.status_code);
    let header = |name: &str| source.headers.as_ref()?.get(name)?.to_str().ok()?.parse::<u64>().ok();
    let waits = header("retry-after").map(Duration::from_secs).map(lane::believable);
    let exhausted = header("x-ratelimit-remaining") == Some(0);
    match source.status_code {
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS
            if waits.is_some()
                || exhausted
                || source.status_code == StatusCode::TOO_MANY_REQUESTS
                || message.contains("rate limit") =>
        {
            let reset = source.rate_limit_reset_at().filter(|_| exhausted);
            // By GitHub's clock, for ours may be wrong.
            let now = source.headers.as_ref().and_then(dated).unwrap_or_else(Utc::now);
            let until_reset = reset.and_then(|reset| (reset - now).to_std().ok()).map(lane::believable);
            // Where GitHub names no time, the lane knows what is due.
            Error::Paused { after: waits.or(until_reset).unwrap_or_default(), why }
        }
        StatusCode::FORBIDDEN if message.contains("suspended") => Error::Suspended { why },
        StatusCode::FORBIDDEN if message.contains("is locked") => Error::Locked { what: why },
        StatusCode::FORBIDDEN => Error::Denied { what: why },
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => {
            Error::Gone { what: why }
        }
        // A token that has just been made may not be known everywhere yet.
        StatusCode::UNAUTHORIZED => Error::Later { after: Some(Duration::from_secs(10)), why },
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
            Error::Later { after: waits, why }
        }
        _ => {
            let details = source.errors.as_ref().map(|errors| format!("{errors:?}")).unwrap_or_default();
            Error::Bug { why: format!("{why} {details}") }
        }
    }
}

/// What the layers of the transport say before or in place of what went wrong.
const WRAPPING: [&str; 2] = ["Service Error: ", "client error (Connect)"];

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
