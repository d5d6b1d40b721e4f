//! Webhooks that nobody took are asked for again: GitHub itself sends none twice.
//!
//! In: GitHub's list of deliveries, what the inbox has. Out: requests to deliver again, and in the inbox's database how
//! far back everything is settled. Never: a row or a look of its own: what is asked for comes in by the front door.
//!
//! <https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries>

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use crate::{
    github::{Error, GitHub, deliveries::Attempt},
    health::Health,
    queue::{ASKED, Inbox, StoreError},
    triage::pull_request::is_served,
};

/// How often GitHub's list is read.
pub const EVERY: Duration = Duration::from_secs(300);

/// GitHub delivers nothing again that is older.
const OLDEST: TimeDelta = TimeDelta::days(3);

/// The list may show a delivery a little later than one that was sent after it.
const SLACK: TimeDelta = TimeDelta::minutes(5);

/// One event is not asked for again within this time. It doubles with each attempt that failed.
const PAUSE: TimeDelta = TimeDelta::minutes(10);

/// The longest that it grows to.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(6);

/// So many are asked for in one round; the next one goes on.
const MOST: usize = 50;

/// The note of the time up to which everything is settled, in epoch milliseconds.
const SETTLED: &str = "deliveries settled";

/// The note of when they were last looked for, in epoch milliseconds.
const LOOKED: &str = "deliveries looked for";

/// Whether an event with this action can lead to work.
pub type IsUsed = fn(&str, Option<&str>) -> bool;

/// Asks for what was missed.
pub struct CatchUp {
    github: Arc<GitHub>,
    inbox: Inbox,
    /// Accounts whose installations are served; empty means all.
    allowed_owners: Arc<[String]>,
    is_used: IsUsed,
    health: Health,
}

/// All attempts to deliver one event.
struct Event {
    /// The newest attempt, by which it is asked for.
    newest: Attempt,
    /// When the oldest was made, and its id: GitHub's times may have whole seconds.
    first: (DateTime<Utc>, u64),
    attempts: u32,
    is_good: bool,
    /// Whether the first attempt is among them. Once it is too old, redeliveries that fail keep nothing alive.
    is_recent: bool,
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    GitHub(#[from] Error),
    #[error("the inbox: {0}")]
    Inbox(#[from] StoreError),
}

impl CatchUp {
    /// Nothing is asked yet.
    pub fn new(
        github: Arc<GitHub>,
        inbox: Inbox,
        allowed_owners: Arc<[String]>,
        is_used: IsUsed,
        health: Health,
    ) -> Self {
        Self { github, inbox, allowed_owners, is_used, health }
    }

    /// One round after the other, until `stop`.
    pub async fn run(self, interval: Duration, stop: CancellationToken) {
        let now = self.github.now();
        // A process that starts anew again and again is no news of the webhooks that were missed.
        let looked = self.inbox.noted(LOOKED).await.ok().flatten().and_then(DateTime::from_timestamp_millis);
        self.health.say(|known| known.begun = Some(looked.map_or(now, |looked| now.min(looked))));
        while let Some(pause) = stop.run_until_cancelled(self.round(self.github.now())).await {
            if stop.run_until_cancelled(tokio::time::sleep(pause.max(interval))).await.is_none() {
                return;
            }
        }
    }

    /// Goes once through the list as of `now`; answers for how long GitHub is to be left alone. What goes wrong is
    /// logged and left to a later round.
    pub async fn round(&self, now: DateTime<Utc>) -> Duration {
        let looked = async {
            self.go_through(now).await?;
            self.inbox.note(LOOKED, now.timestamp_millis(), i64::MAX).await.map_err(Trouble::from)
        };
        match looked.await {
            Ok(_) => {
                self.health.say(|known| (known.caught_up, known.behind) = (Some(now), None));
                Duration::ZERO
            }
            Err(trouble) => {
                warn!(%trouble, "missed webhooks cannot be looked for; trying again");
                self.health.say(|known| known.behind = Some(trouble.to_string()));
                match trouble {
                    Trouble::GitHub(error) => error.after().unwrap_or_default(),
                    Trouble::Inbox(_) => Duration::ZERO,
                }
            }
        }
    }

    async fn go_through(&self, now: DateTime<Utc>) -> Result<(), Trouble> {
        let settled = self.inbox.noted(SETTLED).await?.and_then(DateTime::from_timestamp_millis);
        // What lies ahead was noted by a clock that was, and settles nothing.
        let settled = settled.filter(|settled| *settled <= now + SLACK);
        let oldest = now - OLDEST;
        let since = settled.map_or(oldest, |settled| oldest.max(settled - SLACK));
        let attempts = self.github.attempts(since).await?;
        let Some(newest_at) = attempts.iter().map(|attempt| attempt.delivered_at).max() else {
            return Ok(());
        };
        let listed = attempts.len();
        let missed = self.missed(attempts).await?;
        let (mut asked, mut refused) = (0, 0);
        for event in &missed {
            if asked == MOST || !self.claim(event, now).await? {
                continue;
            }
            asked += 1;
            let Attempt { id, guid, event, .. } = &event.newest;
            match self.github.redeliver(*id).await {
                Ok(()) => info!(delivery = guid, event, "a webhook was missed; GitHub delivers it again"),
                Err(error) if error.is_passing() => return Err(error.into()),
                Err(error) => {
                    refused += 1;
                    warn!(delivery = guid, event, %error, "a webhook was missed, and is not delivered again");
                }
            }
        }
        debug!(listed, missed = missed.len(), asked, refused, "deliveries gone through");
        let settled = missed.first().map_or(newest_at, |event| event.first.0).min(now);
        self.inbox.note(SETTLED, settled.timestamp_millis(), i64::MAX).await?;
        Ok(())
    }

    /// Events of ours that nobody took, oldest first.
    async fn missed(&self, attempts: Vec<Attempt>) -> Result<Vec<Event>, Trouble> {
        let ours = attempts.into_iter().filter(|one| (self.is_used)(&one.event, one.action.as_deref()));
        let mut failed = by_guid(ours);
        failed.retain(|event| !event.is_good && event.is_recent);
        if failed.is_empty() {
            return Ok(failed);
        }
        let served = self.served().await?;
        let mut missed = Vec::new();
        for event in failed {
            let is_served = event.newest.installation_id.is_some_and(|id| served.contains(&id));
            // It may be stored although the answer did not reach GitHub.
            if is_served && !self.inbox.has(&event.newest.guid).await? {
                missed.push(event);
            }
        }
        missed.sort_by_key(|event| event.first);
        Ok(missed)
    }

    async fn served(&self) -> Result<BTreeSet<u64>, Error> {
        let mut installed = self.github.installed().await?;
        installed.retain(|one| !one.is_suspended && is_served(&one.owner, &self.allowed_owners));
        Ok(installed.into_iter().map(|one| one.id).collect())
    }

    /// Whether it is to be asked for now, and by us.
    async fn claim(&self, event: &Event, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let name = format!("{ASKED}{}", event.newest.guid);
        let before = now - pause(event.attempts);
        self.inbox.note(&name, now.timestamp_millis(), before.timestamp_millis()).await
    }
}

/// How long after it was asked for an event is asked for again.
fn pause(attempts: u32) -> TimeDelta {
    // The first attempt was none of ours, and the second one is why the pause begins.
    let doubled = PAUSE * (1 << attempts.saturating_sub(2).min(10));
    doubled.min(LONGEST_PAUSE)
}

fn by_guid(attempts: impl Iterator<Item = Attempt>) -> Vec<Event> {
    let mut events: HashMap<String, Event> = HashMap::new();
    for attempt in attempts {
        let first = (attempt.delivered_at, attempt.id);
        let (is_good, is_first) = (attempt.is_good(), !attempt.redelivery);
        match events.get_mut(&attempt.guid) {
            Some(event) => {
                event.attempts += 1;
                event.is_good |= is_good;
                event.is_recent |= is_first;
                event.first = event.first.min(first);
                if attempt.id > event.newest.id {
                    event.newest = attempt;
                }
            }
            None => {
                let guid = attempt.guid.clone();
                let event = Event { newest: attempt, first, attempts: 1, is_good, is_recent: is_first };
                events.insert(guid, event);
            }
        }
    }
    events.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_each_time() {
        let minutes: Vec<i64> = [1, 2, 3, 4, 7, 8, 4_000_000].map(|tries| pause(tries).num_minutes()).into();
        assert_eq!(minutes, [10, 10, 20, 40, 320, 360, 360]);
    }

    #[test]
    fn one_good_attempt_is_enough() {
        let attempt = |id: u64, guid: &str, status: &str| Attempt {
            id,
            guid: guid.to_owned(),
            delivered_at: DateTime::UNIX_EPOCH + TimeDelta::seconds(i64::try_from(id).unwrap()),
            redelivery: id > 2,
            status: Some(status.to_owned()),
            status_code: Some(if status == "OK" { 202 } else { 503 }),
            event: "pull_request".to_owned(),
            action: Some("opened".to_owned()),
            installation_id: Some(1),
        };
        let attempts =
            [attempt(4, "b", "x"), attempt(3, "a", "OK"), attempt(2, "b", "x"), attempt(1, "a", "x")];
        let mut events = by_guid(attempts.into_iter());
        events.sort_by_key(|event| event.first);
        let shown: Vec<_> = events
            .iter()
            .map(|event| (event.newest.id, event.attempts, event.is_good, event.is_recent))
            .collect();
        assert_eq!(shown, [(3, 2, true, true), (4, 2, false, true)]);
        assert!(!by_guid([attempt(4, "b", "x")].into_iter())[0].is_recent);
        assert_eq!(events[1].first.1, 2);
    }
}
