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

/// Who is asked to wait. Asked for once and not with every row: a thousand may wait.
pub(super) struct Held {
    all: Vec<i64>,
    answers: Vec<i64>,
    /// When the first of them may go on.
    pub(super) ends: Option<i64>,
}

pub(super) async fn held(link: &mut Link<'_>, now: i64) -> Result<Held, sqlx::Error> {
    let mut held = Held { all: Vec::new(), answers: Vec::new(), ends: None };
    for row in link.rows("SELECT name, value FROM note WHERE value > $1", &[now.into()]).await? {
        let (name, until) = (row.text(0)?, row.sure(1)?);
        let who = |beginning| name.strip_prefix(beginning).and_then(|id: &str| id.parse().ok());
        match (who(PREFIX), who(ANSWERS)) {
            (Some(id), _) => held.all.push(id),
            (_, Some(id)) => held.answers.push(id),
            _ => continue,
        }
        held.ends = Some(held.ends.map_or(until, |ends| ends.min(until)));
    }
    Ok(held)
}

impl Held {
    /// A row, called `d`, waits for nothing but its time.
    pub(super) fn lets_go(&self) -> String {
        let mut sql = "d.state = 'ready'".to_owned();
        if !self.all.is_empty() {
            sql += &format!(" AND {}", runs_as_none_of(&self.all));
        }
        if !self.answers.is_empty() {
            let (strongest, other) = (Trigger::STRONGEST_ANSWER as i64, runs_as_none_of(&self.answers));
            sql += &format!(" AND (d.trigger_kind > {strongest} OR {other})");
        }
        sql
    }
}

/// Neither a row, called `d`, is of one of these installations, nor the newest about the same, as which it would run.
pub(super) fn runs_as_none_of(installations: &[i64]) -> String {
    if installations.is_empty() {
        return "TRUE".to_owned();
    }
    // Numbers of our own: they need no placeholders.
    let these = installations.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    format!(
        "d.installation NOT IN ({these}) AND (SELECT n.installation FROM delivery AS n \
         WHERE n.repository_id = d.repository_id AND n.subject = d.subject AND n.state IN ('ready', 'running') \
         ORDER BY n.seq DESC LIMIT 1) NOT IN ({these})"
    )
}

/// A note under a name with this beginning is 1 while the installation is suspended.
const SUSPENDED: &str = "suspended:";

/// The installations that are suspended.
pub(super) async fn suspended(link: &mut Link<'_>) -> Result<Vec<i64>, sqlx::Error> {
    let sql = "SELECT name FROM note WHERE name LIKE $1 AND value = 1";
    let rows = link.rows(sql, &[(&format!("{SUSPENDED}%")).into()]).await?;
    let names: Vec<String> = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    Ok(names.iter().filter_map(|name| name.strip_prefix(SUSPENDED)?.parse().ok()).collect())
}

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
        // What waited for the owner is late from now on.
        let now = self.shared.clock.now();
        self.shared.work.lock().await.late_from(installation, now).await?;
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

    /// For how long an installation is still left alone; no longer than any may be, whatever a clock that was ahead has
    /// left.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn paused(&self, installation: u64) -> Result<Option<Duration>, StoreError> {
        let until = self.noted(&format!("{PREFIX}{installation}")).await?;
        let left = until.map(|until| until.saturating_sub(self.shared.clock.now()));
        Ok(left.filter(|left| *left > 0).map(|left| Duration::from_millis(left.unsigned_abs()).min(LONGEST)))
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
