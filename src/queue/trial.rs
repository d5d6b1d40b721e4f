//! Whether the database takes rows: one that is full is still read.
//!
//! In: how the last write ended. Out: whether the next one would do. Never: a row that anybody sees, or a write while
//! all is well.

use std::sync::atomic::Ordering;

use super::{Inbox, Row, StoreError, Subject, Trigger};
use crate::triage::pull_request::RepositoryName;

impl Inbox {
    /// Whether the database answers, and takes rows. The latter is tried only where it took none last time.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut intake = self.shared.intake.lock().await;
        if !self.shared.turns_away.load(Ordering::Relaxed) {
            return intake.ping().await;
        }
        intake.try_out(self.shared.clock.now()).await?;
        self.shared.turns_away.store(false, Ordering::Relaxed);
        Ok(())
    }
}

/// A row as large as any can be.
pub(super) fn row() -> Row {
    Row {
        delivery: "~".repeat(128),
        event: "ping",
        action: "",
        trigger: Trigger::Timer,
        installation: 0,
        repository_id: 0,
        repository: RepositoryName::new("~".repeat(100), "~".repeat(100)),
        subject: Subject::Head("~".repeat(64)),
        actor: None,
    }
}
