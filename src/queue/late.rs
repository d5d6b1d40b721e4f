//! How late the inbox is: for how long somebody waits for what is not done.
//!
//! In: the rows. Out: two times. Never: what waits for a time of its own, or for the owner of a suspended installation.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::link::Link;
use super::{Inbox, StoreError, pause};

/// For how long the oldest jobs that are not done have been asked for. What was tried in vain counts from when it came,
/// however far its next try is put off; what waits for a time of its own only from then on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Lag {
    /// Of those that may run.
    pub waits: Duration,
    /// Of those that wait because GitHub asked to, or as answers that yield. Suspended installations' do not count:
    /// those wait for their owners.
    pub held: Duration,
}

impl Inbox {
    /// How late the inbox is.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn lag(&self) -> Result<Lag, StoreError> {
        let now = self.shared.clock.now();
        let (waits, held) = self.shared.work.lock().await.late_since(now).await?;
        let since = |at: Option<i64>| {
            Duration::from_millis(now.saturating_sub(at.unwrap_or(now)).max(0).cast_unsigned())
        };
        Ok(Lag { waits: since(waits), held: since(held) })
    }
}

/// Since when the oldest rows have been late: of those that may run, and of those that a limit holds.
pub(super) async fn since(link: &mut Link<'_>, now: i64) -> Result<(Option<i64>, Option<i64>), sqlx::Error> {
    let goes = pause::held(link, now).await?.lets_go();
    let suspended = pause::suspended(link).await?;
    let waits = oldest(link, &format!("({goes} OR d.state = 'running')"), now).await?;
    let held = format!("d.state = 'ready' AND NOT ({goes}) AND {}", pause::runs_as_none_of(&suspended));
    let held = oldest(link, &held, now).await?;
    Ok((waits, held))
}

/// Since when the oldest of these rows, called `d`, has been late. One that was tried in vain is so since it came.
async fn oldest(link: &mut Link<'_>, which: &str, now: i64) -> Result<Option<i64>, sqlx::Error> {
    let sql = format!(
        "SELECT MIN(CASE WHEN d.last_error IS NULL THEN d.run_at ELSE d.received_at END) FROM delivery AS d \
         WHERE {which} AND (d.last_error IS NOT NULL OR d.run_at <= $1)"
    );
    link.number(AssertSqlSafe(sql), &[now.into()]).await
}
