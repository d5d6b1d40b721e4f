//! The HTTP server: webhook in, health out.
//!
//! In: a listener, the parts, when to stop. Out: rows in the inbox. Never: the work itself, or a 2xx for a
//! delivery of ours that is not on disk.

mod connection;
mod crowd;
mod ready;

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_http::catch_panic::CatchPanicLayer;

use self::crowd::{Crowd, Seat};
use crate::health::Health;
use crate::metrics::{Meter, Metric};
use crate::queue::{Inbox, StoreError, Stored};
use crate::webhook::event::{self, Event, Us};
use crate::webhook::room::Room;
use crate::webhook::signature::Secrets;
use crate::webhook::{Answer, Delivery};

/// Where GitHub sends its webhooks.
pub const WEBHOOKS: &str = "/api/github/webhooks";

/// For whoever opens the address in a browser.
const HERE: &str = concat!(
    "dpg-triage ",
    env!("CARGO_PKG_VERSION"),
    "\n\n",
    "POST /api/github/webhooks  where GitHub sends its webhooks\n",
    "GET  /healthz              whether the process answers\n",
    "GET  /readyz               whether webhooks can be stored, and how the rest is\n",
    "GET  /metrics              numbers for Prometheus\n",
);

/// A 2xx must be out within 2 s, and a sender that is told to come again must hear it before it gives up.
const STORE_WITHIN: Duration = Duration::from_millis(1700);
/// So many connections at a time; of more, those that rest have to go. Bounds what small bodies take of memory.
const CONNECTIONS: usize = 512;
/// What requests in flight get to end when the process stops.
const GRACE: Duration = Duration::from_secs(5);

/// What the server needs of the others.
#[derive(Clone)]
pub struct Parts {
    /// The webhook secrets in force.
    pub secrets: Secrets,
    /// The App's id.
    pub app_id: u64,
    /// `<slug>[bot]`, set as soon as GitHub has told the slug.
    pub login: Arc<OnceLock<String>>,
    /// Accounts whose installations are served; empty means all.
    pub allowed_owners: Arc<[String]>,
    /// What bodies that are being received may take of memory.
    pub room: Room,
    /// Where deliveries go.
    pub inbox: Inbox,
    /// Told when the timer is to go round now.
    pub round: Arc<Notify>,
    /// What the other parts say of themselves.
    pub health: Health,
    /// What other parts count.
    pub meters: Vec<Meter>,
    /// What is counted here.
    pub meter: Meter,
}

impl FromRef<Parts> for Secrets {
    fn from_ref(parts: &Parts) -> Self {
        parts.secrets.clone()
    }
}

impl FromRef<Parts> for Room {
    fn from_ref(parts: &Parts) -> Self {
        parts.room.clone()
    }
}

/// All routes of `serve`.
pub fn router(parts: Parts) -> Router {
    let routes = Router::new()
        .route("/", get(async || HERE))
        .route(WEBHOOKS, post(webhook))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready::answer))
        .route("/metrics", get(ready::numbers));
    guarded(routes.with_state(parts))
}

/// A panic in a request is its 500, and nobody else's.
fn guarded(router: Router) -> Router {
    router.layer(CatchPanicLayer::custom(panicked))
}

/// Serves [`router`] until `shutdown`.
///
/// # Errors
/// None at present: what goes wrong with one connection ends that connection.
pub async fn run(listener: TcpListener, parts: Parts, shutdown: CancellationToken) -> io::Result<()> {
    serve(listener, router(parts), shutdown).await
}

/// Serves `router` over HTTP/1.1 until `shutdown`; then takes no more and gives requests in flight 5 s.
///
/// Not `axum::serve`: that has no limit on slow heads, on idle connections and on their number.
///
/// # Errors
/// None at present.
pub async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) -> io::Result<()> {
    let tracker = TaskTracker::new();
    let crowd = Crowd::of(CONNECTIONS);
    while let Some((stream, seat)) = shutdown.run_until_cancelled(accept(&listener, &crowd)).await {
        tracker.spawn(connection::serve(stream, seat, router.clone(), shutdown.clone()));
    }
    drop(listener);
    tracker.close();
    if timeout(GRACE, tracker.wait()).await.is_err() {
        tracing::warn!(connections = tracker.len(), "connections cut off");
    }
    Ok(())
}

async fn accept(listener: &TcpListener, crowd: &Crowd) -> (TcpStream, Seat) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, crowd.seat().await),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "connection not accepted");
                // Out of file descriptors, mostly: without a pause this loop would be all that runs.
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn webhook(
    State(parts): State<Parts>,
    delivery: Result<Delivery, crate::webhook::Refusal>,
) -> Response {
    let delivery = match delivery {
        Ok(delivery) => delivery,
        Err(refusal) => {
            tracing::warn!(status = refusal.status().as_u16(), why = %refusal, "request refused");
            counted(&parts.meter, "none", "refused");
            return refusal.into_response();
        }
    };
    let (name, id) = (delivery.event(), delivery.id());
    let login = parts.login.get().map(String::as_str);
    let us = Us { app_id: parts.app_id, login, allowed_owners: &parts.allowed_owners };
    let row = match event::read(name, id, delivery.body(), &us) {
        Ok(Event::Work(row)) => row,
        Ok(Event::Round { suspended }) => {
            // However short it is, what is said meanwhile is looked for once it is over.
            if let Some(installation) = suspended
                && !matches!(timeout(STORE_WITHIN, parts.inbox.suspend(installation)).await, Ok(Ok(())))
            {
                counted(&parts.meter, event::known(name), "unavailable");
                return unavailable("it could not be stored");
            }
            tracing::info!(
                delivery = id,
                event = name,
                "what the App covers has changed; the timer goes round"
            );
            parts.round.notify_one();
            counted(&parts.meter, event::known(name), "heard");
            return answer(StatusCode::OK, "heard", None);
        }
        Ok(Event::Ignored(why)) => {
            tracing::debug!(delivery = id, event = name, why, "delivery ignored");
            counted(&parts.meter, event::known(name), "ignored");
            return answer(StatusCode::OK, "ignored", Some(why.to_owned()));
        }
        Err(malformed) => {
            tracing::warn!(delivery = id, event = name, why = %malformed, "delivery refused");
            counted(&parts.meter, event::known(name), "refused");
            return answer(StatusCode::BAD_REQUEST, "refused", Some(malformed.to_string()));
        }
    };
    let event = event::known(name);
    drop(delivery);
    let (result, response) = match timeout(STORE_WITHIN, parts.inbox.store(row)).await {
        Ok(Ok(Stored::New)) => ("stored", answer(StatusCode::ACCEPTED, "stored", None)),
        Ok(Ok(Stored::Known)) => {
            ("known", answer(StatusCode::OK, "known", Some("delivered before".to_owned())))
        }
        // The writer has logged why, once for all who wait.
        Ok(Err(StoreError::Database(_))) => ("unavailable", unavailable("it could not be stored")),
        Ok(Err(error)) => ("unavailable", unavailable(&error.to_string())),
        Err(_) => ("unavailable", unavailable("it could not be stored in time")),
    };
    counted(&parts.meter, event, result);
    response
}

fn counted(meter: &Meter, event: &str, result: &str) {
    meter.add(Metric::Deliveries, &[("event", event), ("result", result)], 1.0);
}

fn unavailable(why: &str) -> Response {
    let mut response = answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable", Some(why.to_owned()));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

fn answer(code: StatusCode, status: &'static str, why: Option<String>) -> Response {
    (code, Json(Answer { status, why })).into_response()
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    // The panic hook has said where; the text may hold what a stranger sent.
    tracing::error!("a request panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

#[cfg(test)]
mod tests;
