//! The door: a request becomes a [`Delivery`] only if its HMAC matched.
//!
//! In: a request to the webhook's path. Out: a `Delivery`, or a [`Refusal`] that is an answer. Never: a look
//! into a body before its signature is known to be right, or more of all bodies in memory than the [`Room`] has.
//!
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers>

pub mod event;
pub mod room;
pub mod signature;

use std::time::Duration;

use axum::Json;
use axum::body::Body;
use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, Request};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use room::{Growing, Room};
use signature::{BadSignature, Claim, Secrets};

/// GitHub sends no larger payload: 25 MB, in bytes.
pub const LARGEST: usize = 25 * 1024 * 1024;
/// A body must be here by then. GitHub itself gives up after 10 s.
pub const SLOWEST: Duration = Duration::from_secs(10);
/// How long the rest of a refused body is read and thrown away. Without that, the connection is reset under a
/// sender that is still sending, and it never sees the answer.
const DRAIN: Duration = Duration::from_millis(1500);

/// A webhook delivery that GitHub signed. Nobody else can make one.
#[derive(Debug)]
pub struct Delivery {
    event: String,
    id: String,
    body: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl Delivery {
    /// Name of the event: lower-case letters, digits and `_`, at most 64.
    pub fn event(&self) -> &str {
        &self.event
    }

    /// GitHub's id of the delivery, which a redelivery repeats: letters, digits, `-`, `_` and `.`, at most 128.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The raw bytes, at most [`LARGEST`]. Signed, but not known to be JSON.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
}

/// Why a request is no delivery. Its `Display` goes to the sender, and says nothing of ours.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// 415.
    #[error("the content type is not application/json")]
    ContentType,
    /// 413.
    #[error("the body is larger than 25 MB")]
    TooLarge,
    /// 401.
    #[error(transparent)]
    Signature(#[from] BadSignature),
    /// 400.
    #[error("the header {0} is missing or odd")]
    Header(&'static str),
    /// 400. Nobody is there any more to read it.
    #[error("the body broke off")]
    BrokeOff,
    /// 408.
    #[error("the body took too long")]
    TooSlow,
    /// 503.
    #[error("too much is being received at once; come again")]
    Full,
}

impl Refusal {
    /// The answer's status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Signature(_) => StatusCode::UNAUTHORIZED,
            Self::Header(_) | Self::BrokeOff => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Full => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.status();
        let word = if matches!(self, Self::Full) { "unavailable" } else { "refused" };
        let mut response =
            (status, Json(Answer { status: word, why: Some(self.to_string()) })).into_response();
        if matches!(self, Self::Full) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if matches!(self, Self::TooSlow | Self::TooLarge | Self::Full) {
            // What is left of the body would be taken for the next request.
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// The JSON body of every answer on the webhook's path.
#[derive(Debug, serde::Serialize)]
pub struct Answer {
    /// `stored`, `known`, `heard`, `ignored`, `refused` or `unavailable`.
    pub status: &'static str,
    /// Why, unless it was stored or heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl<S> FromRequest<S> for Delivery
where
    S: Send + Sync,
    Secrets: FromRef<S>,
    Room: FromRef<S>,
{
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let (parts, mut body) = request.into_parts();
        let room = Room::from_ref(state);
        let fits = acceptable(&parts.headers).and_then(|claim| {
            room.has(announced(&parts.headers))?;
            Ok(claim)
        });
        let claim = match fits {
            Ok(claim) => claim,
            Err(refusal) => {
                // Who asks before sending has sent nothing.
                if !parts.headers.contains_key(EXPECT) {
                    drain(&mut body).await;
                }
                return Err(refusal);
            }
        };
        let (body, held) = match timeout(SLOWEST, read(&mut body, room.body(announced(&parts.headers)))).await
        {
            Ok(Err(refusal @ (Refusal::TooLarge | Refusal::Full))) => {
                drain(&mut body).await;
                return Err(refusal);
            }
            Ok(read) => read?,
            Err(_) => return Err(Refusal::TooSlow),
        };
        Secrets::from_ref(state).check(&claim, &body)?;
        let event = header(
            &parts.headers,
            "X-GitHub-Event",
            64,
            |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'),
        )?;
        let id = header(&parts.headers, "X-GitHub-Delivery", 128, |byte| {
            byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
        })?;
        Ok(Self { event, id, body, _room: held })
    }
}

/// What can be known before the body is here.
fn acceptable(headers: &HeaderMap) -> Result<Claim, Refusal> {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let essence = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if !essence.eq_ignore_ascii_case(b"application/json") {
        return Err(Refusal::ContentType);
    }
    if announced(headers) > LARGEST {
        return Err(Refusal::TooLarge);
    }
    Ok(Claim::read(headers)?)
}

/// The announced length in bytes; 0 when there is none. hyper has refused those that are no numbers.
fn announced(headers: &HeaderMap) -> usize {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

async fn read(body: &mut Body, mut all: Growing) -> Result<(Bytes, Option<OwnedSemaphorePermit>), Refusal> {
    let mut first: Option<Bytes> = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::BrokeOff)?.into_data() else { continue };
        // Most bodies come in one piece, which hyper holds already.
        match (first.take(), all.is_empty()) {
            (None, true) if data.len() > LARGEST => return Err(Refusal::TooLarge),
            (None, true) => first = Some(data),
            (held, _) => {
                all.add(held.as_deref().unwrap_or_default())?;
                all.add(&data)?;
            }
        }
    }
    Ok(first.map_or_else(|| all.whole(), |first| (first, None)))
}

async fn drain(body: &mut Body) {
    // Whether it ends, breaks or lasts: the answer is the same.
    let _ = timeout(DRAIN, async { while let Some(Ok(_)) = body.frame().await {} }).await;
}

fn header(
    headers: &HeaderMap,
    name: &'static str,
    longest: usize,
    allowed: impl Fn(u8) -> bool,
) -> Result<String, Refusal> {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).ok_or(Refusal::Header(name))?;
    let fits = (1..=longest).contains(&value.len()) && value.bytes().all(allowed);
    if fits { Ok(value.to_owned()) } else { Err(Refusal::Header(name)) }
}
