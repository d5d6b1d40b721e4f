//! Installations that GitHub asked to wait: none of their jobs is handed out until then, here or in any other process
//! on the same database, and a restart does not forget it.
//!
//! In: an installation, and for how long. Out: whether its jobs may run. Never: why it waits.
//!
//! Kept among the notes. Jobs of other installations go on.

use std::time::Duration;

use super::link::Link;
use super::{Inbox, StoreError, millis, notes};

/// Notes under names with this beginning are times until which an installation is left alone.
pub(super) const PREFIX: &str = "paused:";

/// A row, called `d`, is due at `$1` and its installation is not asked to wait.
pub(super) const DUE: &str = "d.state = 'ready' AND d.run_at <= $1 AND NOT EXISTS \
     (SELECT 1 FROM note WHERE name = 'paused:' || d.installation AND value > $1)";

/// The time until which a suspended installation is left alone: for ever, unless somebody says otherwise.
const SUSPENDED: i64 = i64::MAX - 1;

/// No pause is longer, but for a suspended installation: GitHub's allowances are full again after an hour.
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

    /// Hands out no job of this installation until it is resumed: its owner has suspended it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn suspend(&self, installation: u64) -> Result<(), StoreError> {
        self.note(&format!("{PREFIX}{installation}"), SUSPENDED, SUSPENDED).await.map(drop)
    }

    /// Hands out the jobs of this installation again.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn resume(&self, installation: u64) -> Result<(), StoreError> {
        self.note(&format!("{PREFIX}{installation}"), 0, i64::MAX).await?;
        self.shared.fresh.notify_one();
        Ok(())
    }

    /// Whether an installation was suspended, and not resumed since.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_suspended(&self, installation: u64) -> Result<bool, StoreError> {
        Ok(self.noted(&format!("{PREFIX}{installation}")).await? == Some(SUSPENDED))
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

/// Writes a pause down.
pub(super) async fn write(
    link: &mut Link<'_>,
    installation: u64,
    after: Duration,
    now: i64,
) -> Result<(), sqlx::Error> {
    let until = now.saturating_add(millis(after.min(LONGEST)));
    notes::write(link, &format!("{PREFIX}{installation}"), until, until).await.map(drop)
}
