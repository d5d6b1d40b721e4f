//! `/readyz`: whether deliveries can be taken in, and in a few words how the rest is; `/metrics`: the same in numbers.
//!
//! In: the inbox, what the parts said. Out: 200, or 503 when the database does not answer, or is full. Never: 503 for
//! anything else. Who obeys it turns GitHub's deliveries away, and those could still be stored.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Json, Response};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use tokio::time::timeout;

use super::Parts;
use crate::health::Known;
use crate::metrics::{self, Metric};
use crate::queue::Lag;

/// A database that takes longer is as good as gone.
const WITHIN: Duration = Duration::from_secs(1);

/// A job that may run and is not done for longer than this is worth a word.
const LAG: Duration = Duration::from_secs(300);

/// As long may jobs wait for a limit of GitHub's: its allowances are full again after an hour.
const HELD: Duration = Duration::from_secs(3900);

/// The media type of Prometheus' text format.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The JSON body.
#[derive(Serialize)]
struct Readiness {
    /// `ready`; `troubled` when something else than the database is not as it should be; `unavailable`.
    status: &'static str,
    database: Point,
    github: Point,
    inbox: Point,
    missed_deliveries: Point,
}

/// How one thing is.
#[derive(Serialize)]
struct Point {
    ok: bool,
    word: String,
}

impl Point {
    fn good(word: impl Into<String>) -> Self {
        Self { ok: true, word: word.into() }
    }

    fn bad(word: impl Into<String>) -> Self {
        Self { ok: false, word: word.into() }
    }
}

/// Answers `/readyz`.
pub(super) async fn answer(State(parts): State<Parts>) -> Response {
    let asked = timeout(WITHIN, async {
        parts.inbox.ping().await?;
        parts.inbox.lag().await
    });
    let lag = match asked.await {
        Ok(Ok(lag)) => Ok(lag),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            Err("does not answer, or takes nothing new")
        }
        Err(_) => Err("does not answer in time"),
    };
    parts.health.say(|known| known.is_database_away = lag.is_err());
    let readiness = readiness(lag, &parts.health.known());
    let code = if lag.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(readiness)).into_response()
}

/// Answers `/metrics`: what was counted, and how things stand now.
pub(super) async fn numbers(State(parts): State<Parts>) -> Response {
    // An alarm needs a number that grows old, also before this process has done so.
    let Known { caught_up, begun, .. } = parts.health.known();
    if let Some(at) = caught_up.or(begun) {
        // Whole seconds of our time are exact in a float.
        parts.meter.set(Metric::CaughtUp, &[], at.timestamp() as f64);
    }
    let mut meters = parts.meters;
    meters.push(parts.meter);
    // Without the database, its numbers are missing, and the others are still good to know.
    if let Ok(Ok(inbox)) = timeout(WITHIN, parts.inbox.measured()).await {
        meters.push(inbox);
    }
    ([(CONTENT_TYPE, TEXT)], metrics::text(&meters)).into_response()
}

fn readiness(lag: Result<Lag, &str>, known: &Known) -> Readiness {
    let (database, inbox) = match lag {
        Ok(Lag { waits, held }) => {
            let mut word = match waits > LAG {
                true => format!("the oldest job has waited for {} s", waits.as_secs()),
                false => format!("no job has waited for longer than {} s", waits.as_secs()),
            };
            if !held.is_zero() {
                word += &format!("; for a limit of GitHub's the oldest waits for {} s", held.as_secs());
            }
            (Point::good("it answers"), Point { ok: waits <= LAG && held <= HELD, word })
        }
        Err(why) => {
            let which = known.database.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
            let word = format!("the database{which} {why}{}", since(known.since.database_away));
            (Point::bad(word), Point::bad("not known without the database"))
        }
    };
    let github = match (&known.login, &known.stranger) {
        (Some(login), _) => Point::good(format!("GitHub knows us as {login}")),
        (None, Some(why)) => Point::bad(format!("{why}{}", since(known.since.stranger))),
        (None, None) => Point::bad("GitHub has not been asked yet who we are"),
    };
    let at = known.caught_up.map(told);
    let place = known.github.as_deref().unwrap_or("GitHub");
    let cannot = |why| format!("cannot be looked for at {place}{}: {why}", since(known.since.behind));
    let missed_deliveries = match (at, &known.behind) {
        (Some(at), None) => Point::good(format!("last looked for at {at}")),
        (Some(at), Some(why)) => Point::bad(format!("last looked for at {at}; they {}", cannot(why))),
        (None, Some(why)) => Point::bad(format!("not looked for yet; they {}", cannot(why))),
        (None, None) => Point::bad("not looked for yet"),
    };
    let all = [&github, &inbox, &missed_deliveries];
    let status = match lag {
        Err(_) => "unavailable",
        Ok(_) if all.iter().all(|point| point.ok) => "ready",
        Ok(_) => "troubled",
    };
    Readiness { status, database, github, inbox, missed_deliveries }
}

fn told(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// " (since 2026-02-03T04:05:06Z)"; when it was noticed, for nobody knows more.
fn since(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| format!(" (since {})", told(at))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;
    use crate::health::Health;

    fn shown(lag: Result<Lag, &str>, known: &Known) -> String {
        serde_json::to_string_pretty(&readiness(lag, known)).unwrap()
    }

    #[test]
    fn says_what_is_wrong() {
        let mut known = Known::default();
        let waited =
            |waits, held| Ok(Lag { waits: Duration::from_secs(waits), held: Duration::from_secs(held) });
        let early = shown(waited(0, 0), &known);
        assert!(early.contains("troubled") && early.contains("not been asked yet"), "{early}");
        known.login = Some("dpg-triage[bot]".to_owned());
        known.caught_up = DateTime::from_timestamp(1_700_000_000, 0);
        let good = shown(waited(2, 0), &known);
        assert!(good.contains("\"ready\"") && good.contains("2023-11-14T22:13:20Z"), "{good}");
        let slow = shown(waited(301, 0), &known);
        assert!(slow.contains("troubled") && slow.contains("waited for 301 s"), "{slow}");
        // An hour is as long as a limit of GitHub's may last.
        let held = shown(waited(2, 3600), &known);
        assert!(held.contains("\"ready\"") && held.contains("the oldest waits for 3600 s"), "{held}");
        assert!(shown(waited(2, 3901), &known).contains("troubled"));
        known.behind = Some("403: no".to_owned());
        let behind = shown(waited(0, 0), &known);
        assert!(
            behind.contains("troubled") && behind.contains("cannot be looked for at GitHub: 403: no"),
            "{behind}"
        );
        assert!(shown(Err("it is gone"), &known).contains("unavailable"));
    }

    /// Who operates it reads which part is not reachable, and since when; a better word ends that.
    #[test]
    fn says_which_part_and_since_when() {
        static TIME: AtomicI64 = AtomicI64::new(1_700_000_000);
        let clock = || DateTime::from_timestamp(TIME.fetch_add(60, Ordering::Relaxed), 0).unwrap();
        let places =
            ["inbox on the PostgreSQL server at db.example", "https://api.github.com"].map(str::to_owned);
        let [database, github] = places;
        let health = Health::of(database, github, clock);
        health.say(|known| known.is_database_away = true);
        let first = health.known().since.database_away;
        let away = shown(Err("does not answer in time"), &health.known());
        let told = "the database inbox on the PostgreSQL server at db.example does not answer in time (since \
                    2023-11-14T22:14:20Z)";
        assert!(away.contains(told), "{away}");
        health.say(|known| known.behind = Some("GitHub cannot be asked".to_owned()));
        assert!(first.is_some() && health.known().since.database_away == first, "the first word counts");
        let lag = Ok(Lag { waits: Duration::ZERO, held: Duration::ZERO });
        let behind = shown(lag, &health.known());
        assert!(
            behind
                .contains("they cannot be looked for at https://api.github.com (since 2023-11-14T22:15:20Z)"),
            "{behind}"
        );
        health.say(|known| (known.is_database_away, known.behind) = (false, None));
        let since = health.known().since;
        assert!(since.database_away.is_none() && since.behind.is_none(), "{since:?}");
    }
}
