//! Webhook deliveries as GitHub remembers them, for three days: <https://docs.github.com/rest/apps/webhooks>.
//!
//! In: the App's own credentials, how far back. Out: attempts; a request to deliver again. Never: a payload.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use http::Method;
use serde::Deserialize;

use super::{Error, GitHub};

const ROUTE: &str = "/app/hook/deliveries";

/// More pages of 100 are not read at once.
const MOST_PAGES: usize = 10_000;

/// One attempt to deliver an event. All attempts for one event have the same `guid`.
#[derive(Clone, Debug, Deserialize)]
pub struct Attempt {
    pub id: u64,
    /// What the webhook says in `X-GitHub-Delivery`.
    pub guid: String,
    pub delivered_at: DateTime<Utc>,
    /// Whether somebody asked for it.
    pub redelivery: bool,
    /// `OK`, or what went wrong.
    pub status: Option<String>,
    /// 0 where nobody answered.
    pub status_code: Option<u16>,
    pub event: String,
    pub action: Option<String>,
    pub installation_id: Option<u64>,
}

impl Attempt {
    /// Whether somebody took it.
    pub fn is_good(&self) -> bool {
        self.status.as_deref() == Some("OK")
            || self.status_code.is_some_and(|code| (200..300).contains(&code))
    }
}

impl GitHub {
    /// All attempts since then, newest first. A list that leads back to where it was is not believed to be all.
    pub async fn attempts(&self, since: DateTime<Utc>) -> Result<Vec<Attempt>, Error> {
        let mut attempts = Vec::new();
        let mut query = "per_page=100".to_owned();
        let mut read = HashSet::new();
        while read.len() < MOST_PAGES {
            if !read.insert(query.clone()) {
                let why = format!("{ROUTE}: the next page is one that was read already");
                return Err(Error::Later { after: None, why });
            }
            let path = format!("{ROUTE}?{query}");
            let (page, next): (Vec<Attempt>, _) = self.app().linked(&path).await?;
            let is_last = page.last().is_none_or(|oldest| oldest.delivered_at < since);
            attempts.extend(page.into_iter().filter(|attempt| attempt.delivered_at >= since));
            match next.filter(|_| !is_last) {
                Some(next) => query = next,
                None => return Ok(attempts),
            }
        }
        Err(Error::Bug { why: format!("{ROUTE}: more than {MOST_PAGES} pages of deliveries") })
    }

    /// Asks GitHub to deliver an event again. It does so soon, not at once.
    pub async fn redeliver(&self, attempt: u64) -> Result<(), Error> {
        let path = format!("{ROUTE}/{attempt}/attempts");
        // The answer is an empty object, or nothing.
        let client = self.app();
        client.request(Method::POST, &path, super::JSON, None, super::MOST_ANSWER).await.map(drop)
    }
}
