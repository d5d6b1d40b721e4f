//! Installations that GitHub asked to wait: none of their jobs is handed out until then, here or in any other process
//! on the same database, and a restart does not forget it.
//!
//! In: an installation, and for how long. Out: whether its jobs may run. Never: why it waits.
//!
//! Kept among the notes. Jobs of other installations go on. What only answers people may be asked to wait alone.

use std::time::Duration;

use super::link::Link;
use super::{Inbox, StoreError, Trigger, millis, notes};

/// Notes under names with this beginning are times until which an installation is left alone.
pub(super) const PREFIX: &str = "paused:";

/// As these, until which answers yield ([`super::Trigger::is_answer`]).
pub(super) const ANSWERS: &str = "answers:";

/// Until when a row, called `d`, is asked to wait; NULL where that is over at `$1`.
pub(super) fn held() -> String {
    let answers = Trigger::STRONGEST_ANSWER as i64;
    format!(
        "(SELECT MAX(value) FROM note WHERE value > $1 AND name IN ('{PREFIX}' || d.installation, \
         CASE WHEN d.trigger_kind <= {answers} THEN '{ANSWERS}' || d.installation END))"
    )
}

/// A row, called `d`, is due at `$1` and is not asked to wait.
pub(super) fn due() -> String {
    format!("d.state = 'ready' AND d.run_at <= $1 AND {} IS NULL", held())
}

/// A note under a name with this beginning is 1 while the installation is suspended.
const SUSPENDED: &str = "suspended:";

/// No pause is longer: GitHub's allowances are full again after an hour.
pub const LONGEST: Duration = Duration::from_secs(60 * 60);

impl Inbox {
    /// Hands out no job of this installation for so long, at most [`LONGEST`]. A longer pause that holds already stays.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn pause(&self, installation: u64, after: Duration) -> Result<(), StoreError> {
        let now = self.shared.clock.now();
        self.shared.work.lock().await.pause(installation, after, now).await
    }

    /// Hands out no job of this installation for [`LONGEST`], and remembers why until it is resumed: its owner has
    /// suspended it. To be said again as long as that holds: one that is taken off meanwhile is never resumed.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn suspend(&self, installation: u64) -> Result<(), StoreError> {
        self.note(&format!("{SUSPENDED}{installation}"), 1, 1).await?;
        self.pause(installation, LONGEST).await
    }

    /// Hands out the jobs of this installation again.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn resume(&self, installation: u64) -> Result<(), StoreError> {
        for beginning in [PREFIX, SUSPENDED] {
            self.note(&format!("{beginning}{installation}"), 0, i64::MAX).await?;
        }
        self.shared.fresh.notify_one();
        Ok(())
    }

    /// Whether an installation was suspended, and not resumed since.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_suspended(&self, installation: u64) -> Result<bool, StoreError> {
        Ok(self.noted(&format!("{SUSPENDED}{installation}")).await? == Some(1))
    }

    /// For how long an installation is still left alone.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn paused(&self, installation: u64) -> Result<Option<Duration>, StoreError> {
        let until = self.noted(&format!("{PREFIX}{installation}")).await?;
        let left = until.map(|until| until.saturating_sub(self.shared.clock.now()));
        Ok(left.filter(|left| *left > 0).map(|left| Duration::from_millis(left.unsigned_abs())))
    }
}

/// Writes a pause down: of everything, or of what goes by another beginning.
pub(super) async fn write(
    link: &mut Link<'_>,
    of: &str,
    installation: u64,
    after: Duration,
    now: i64,
) -> Result<(), sqlx::Error> {
    let until = now.saturating_add(millis(after.min(LONGEST)));
    notes::write(link, &format!("{of}{installation}"), until, until).await.map(drop)
}
