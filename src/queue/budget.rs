//! The lane of each installation for writes to GitHub: when the last ones were, and so when the next one may be.
//!
//! In: an installation that wants to write, and the [`Pace`]. Out: now, or how long to wait. Never: what is written.
//!
//! It is kept in the database, so that all processes share one budget and a restart does not begin a new hour. What is
//! granted is counted, whether or not it is then made.
//!
//! <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests>

use std::time::Duration;

use super::link::Link;
use super::{Inbox, StoreError, millis};

/// Made when missing. A program that does not know of it works with the rest as ever.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS written (installation BIGINT NOT NULL, at BIGINT NOT NULL); \
     CREATE INDEX IF NOT EXISTS written_when ON written (installation, at)";

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How fast an installation may write.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// So many in a minute need not keep their distance.
    pub free: u32,
    /// The distance of all others to the one before.
    pub apart: Duration,
    /// So many in an hour, and no more.
    pub hourly: u32,
}

impl Pace {
    /// What GitHub asks for: a second between writes of those who make many, at most 80 a minute, at most 500 an hour.
    /// Ten are what a first look at a nomination makes. Ten at once and then one a second are 70 in any minute.
    pub const GITHUB: Self = Self { free: 10, apart: Duration::from_secs(1), hourly: 500 };
}

/// Whether a write may be made now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Slot {
    /// Zero: now, and it is counted. Else nothing is counted, and this is when to ask again.
    pub wait: Duration,
    /// How many more there may be within the hour.
    pub left: u32,
}

impl Inbox {
    /// Asks for one write.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn slot(&self, installation: u64, pace: &Pace) -> Result<Slot, StoreError> {
        let now = self.shared.clock.now();
        self.shared.work.lock().await.slot(installation, pace, now).await
    }
}

/// Grants a write or says when to ask again; in a transaction during which nobody else writes.
pub(super) async fn slot(
    link: &mut Link<'_>,
    installation: u64,
    pace: &Pace,
    now: i64,
) -> Result<Slot, sqlx::Error> {
    let id = installation.cast_signed();
    let ago = |time: Duration| now.saturating_sub(millis(time));
    link.execute("DELETE FROM written WHERE installation = $1 AND at <= $2", &[id.into(), ago(HOUR).into()])
        .await?;
    let written = "SELECT COUNT(*) FROM written WHERE installation = $1 AND at > $2";
    let in_hour = link.number(written, &[id.into(), ago(HOUR).into()]).await?.unwrap_or_default();
    let left = i64::from(pace.hourly) - in_hour;
    // What a clock that was set back makes of it is no longer than it ever would be.
    let until = |at: Option<i64>, after: Duration| {
        let wait = at.unwrap_or(now).saturating_add(millis(after)).saturating_sub(now);
        Duration::from_millis(wait.max(0).unsigned_abs()).min(after)
    };
    let wait = if left <= 0 {
        let oldest = "SELECT MIN(at) FROM written WHERE installation = $1";
        until(link.number(oldest, &[id.into()]).await?, HOUR)
    } else if link.number(written, &[id.into(), ago(MINUTE).into()]).await?.unwrap_or_default()
        < i64::from(pace.free)
    {
        Duration::ZERO
    } else {
        let newest = "SELECT MAX(at) FROM written WHERE installation = $1";
        until(link.number(newest, &[id.into()]).await?, pace.apart)
    };
    if wait.is_zero() {
        let sql = "INSERT INTO written (installation, at) VALUES ($1, $2)";
        link.execute(sql, &[id.into(), now.into()]).await?;
    }
    let left = u32::try_from(left - i64::from(wait.is_zero())).unwrap_or_default();
    Ok(Slot { wait, left })
}
