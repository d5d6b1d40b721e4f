//! The lane of each installation for writes to GitHub: when the last ones were, and so when the next one may be.
//!
//! In: an installation that wants to write, whether it answers somebody, and the [`Pace`]. Out: now, or how long to
//! wait. Never: what is written.
//!
//! It is kept in the database, so that all processes share one budget and a restart does not begin a new hour. What is
//! granted is counted, whether or not it is then made.
//!
//! <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests>

use std::time::Duration;

use super::link::Link;
use super::{Inbox, StoreError, millis, notes, ours};

/// Made when missing. A program that does not know of it works with the rest as ever.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS wrote (installation BIGINT NOT NULL, at BIGINT NOT NULL, \
     is_answer BIGINT NOT NULL); CREATE INDEX IF NOT EXISTS wrote_when ON wrote (installation, at)";

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

    /// The most in any minute.
    fn minutely(&self) -> u32 {
        let apart = MINUTE.as_millis().checked_div(self.apart.as_millis());
        let apart = apart.and_then(|apart| u32::try_from(apart).ok()).unwrap_or(u32::MAX);
        self.free.saturating_add(apart)
    }
}

/// Answers to what people say (commands, votes) have at most one in so many of an hour's writes, and of a minute's: whoever
/// has many accounts can ask for as many as there are. Looks at new pull requests and commits have the whole.
const ANSWERS: u32 = 2;

/// Whether a write may be made now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Slot {
    /// Zero: now, and it is counted. Else nothing is counted, and this is when to ask again.
    pub wait: Duration,
    /// How many more there may be within the hour.
    pub left: u32,
    /// It is answers alone that have to wait: their share is used up.
    pub yields: bool,
}

impl Inbox {
    /// Asks for one write, which answers somebody or does not.
    ///
    /// # Errors
    /// [`StoreError::Database`]; [`StoreError::TakenOver`] on behalf of a job that is no longer this process's.
    pub async fn slot(&self, installation: u64, is_answer: bool, pace: &Pace) -> Result<Slot, StoreError> {
        let now = self.shared.clock.now();
        self.shared.work.lock().await.slot((installation, is_answer), ours::job(), pace, now).await
    }
}

/// Grants a write or says when to ask again; in a transaction during which nobody else writes.
pub(super) async fn slot(
    link: &mut Link<'_>,
    installation: u64,
    is_answer: bool,
    pace: &Pace,
    now: i64,
) -> Result<Slot, sqlx::Error> {
    let id = installation.cast_signed();
    let ago = |time: Duration| now.saturating_sub(millis(time));
    link.execute("DELETE FROM wrote WHERE installation = $1 AND at <= $2", &[id.into(), ago(HOUR).into()])
        .await?;
    // Those that a clock which was ahead has left were made, at a time that nobody knows.
    let ahead = now.saturating_add(notes::SKEW);
    let sql = "UPDATE wrote SET at = $2 WHERE installation = $1 AND at > $3";
    link.execute(sql, &[id.into(), now.into(), ahead.into()]).await?;
    let wrote = "SELECT COUNT(*) FROM wrote WHERE installation = $1 AND at > $2";
    let in_hour = link.number(wrote, &[id.into(), ago(HOUR).into()]).await?.unwrap_or_default();
    let left = i64::from(pace.hourly) - in_hour;
    let wait = if left <= 0 {
        let oldest = "SELECT MIN(at) FROM wrote WHERE installation = $1";
        until(link.number(oldest, &[id.into()]).await?, HOUR, now)
    } else if link.number(wrote, &[id.into(), ago(MINUTE).into()]).await?.unwrap_or_default()
        < i64::from(pace.free)
    {
        Duration::ZERO
    } else {
        let newest = "SELECT MAX(at) FROM wrote WHERE installation = $1";
        until(link.number(newest, &[id.into()]).await?, pace.apart, now)
    };
    if is_answer && left > 0 {
        let wait = share(link, id, pace, now).await?;
        if !wait.is_zero() {
            return Ok(Slot { wait, left: u32::try_from(left).unwrap_or_default(), yields: true });
        }
    }
    if wait.is_zero() {
        let sql = "INSERT INTO wrote (installation, at, is_answer) VALUES ($1, $2, $3)";
        link.execute(sql, &[id.into(), now.into(), i64::from(is_answer).into()]).await?;
    }
    let left = u32::try_from(left - i64::from(wait.is_zero())).unwrap_or_default();
    Ok(Slot { wait, left, yields: false })
}

/// How long answers have to wait for their share. Where it is used up, until there is room for some again, so that
/// those who wait do not come back for each single one.
async fn share(link: &mut Link<'_>, id: i64, pace: &Pace, now: i64) -> Result<Duration, sqlx::Error> {
    let mut wait = Duration::ZERO;
    for (window, whole) in [(HOUR, pace.hourly), (MINUTE, pace.minutely())] {
        let most = i64::from(whole / ANSWERS).max(1);
        let since = now.saturating_sub(millis(window));
        let sql = "SELECT COUNT(*) FROM wrote WHERE installation = $1 AND at > $2 AND is_answer = 1";
        let made = link.number(sql, &[id.into(), since.into()]).await?.unwrap_or_default();
        if made >= most {
            let in_the_way = made - most + i64::from(pace.free).clamp(1, most);
            let sql = "SELECT at FROM wrote WHERE installation = $1 AND at > $2 AND is_answer = 1 \
                 ORDER BY at LIMIT 1 OFFSET $3";
            let last = link.number(sql, &[id.into(), since.into(), (in_the_way - 1).into()]).await?;
            wait = wait.max(until(last, window, now));
        }
    }
    Ok(wait)
}

/// What is left of a time after another one. What a clock that was set back makes of it is no longer than it ever
/// would be.
fn until(at: Option<i64>, after: Duration, now: i64) -> Duration {
    let wait = at.unwrap_or(now).saturating_add(millis(after)).saturating_sub(now);
    Duration::from_millis(wait.max(0).unsigned_abs()).min(after)
}
