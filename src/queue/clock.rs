//! What time it is for the inbox.
//!
//! In: the wall's clock, or a server's. Out: epoch milliseconds. Never: a step back.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::millis;

/// Epoch milliseconds. Read from the wall once, or told by the server that several processes share, and then
/// counted on, so that a clock that is set back makes no job wait, and paused time in tests moves it.
pub(super) struct Clock {
    wall: AtomicI64,
    start: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { wall: AtomicI64::new(millis(wall)), start: Instant::now() }
    }

    pub(super) fn now(&self) -> i64 {
        self.wall.load(Ordering::Relaxed).saturating_add(millis(self.start.elapsed()))
    }

    /// Less than a second apart is near enough, and a clock that jumps back a little makes fresh rows wait.
    pub(super) fn set(&self, now: i64) {
        if now.abs_diff(self.now()) > 1000 {
            self.wall.store(now.saturating_sub(millis(self.start.elapsed())), Ordering::Relaxed);
        }
    }
}
