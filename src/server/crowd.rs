//! Who is connected, and who has to go when there are too many.
//!
//! In: connections as they are accepted. Out: a seat for each. Never: the end of a connection whose request is being
//! answered.
//!
//! Anybody can hold connections without using them. When no seat is free, the least useful one is taken away: first
//! those that never asked anything, then those that rest, and of these the oldest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::connection::Pulse;

/// How long a newcomer waits before another one has to go.
const AGAIN: Duration = Duration::from_millis(50);

/// All connections.
pub(super) struct Crowd {
    seats: Arc<Semaphore>,
    members: Arc<Mutex<Members>>,
}

#[derive(Default)]
struct Members {
    last: u64,
    /// In the order in which they came.
    seated: BTreeMap<u64, (Arc<Pulse>, CancellationToken)>,
}

/// A connection's place, which it gives back when it ends.
pub(super) struct Seat {
    pub(super) pulse: Arc<Pulse>,
    /// Somebody else needs it more.
    pub(super) leave: CancellationToken,
    number: u64,
    members: Arc<Mutex<Members>>,
    _seat: Option<OwnedSemaphorePermit>,
}

impl Crowd {
    /// With so many seats.
    pub(super) fn of(seats: usize) -> Self {
        Self { seats: Arc::new(Semaphore::new(seats)), members: Arc::default() }
    }

    /// A seat; somebody of less use loses theirs if need be.
    pub(super) async fn seat(&self) -> Seat {
        // Never closed, so that there always is one in the end.
        let mut seat = Arc::clone(&self.seats).try_acquire_owned().ok();
        while seat.is_none() {
            self.send_away();
            let waited = timeout(AGAIN, Arc::clone(&self.seats).acquire_owned()).await;
            seat = waited.ok().and_then(Result::ok);
        }
        let (pulse, leave) = (Arc::default(), CancellationToken::new());
        let mut members = locked(&self.members);
        members.last += 1;
        let number = members.last;
        members.seated.insert(number, (Arc::clone(&pulse), leave.clone()));
        Seat { pulse, leave, number, members: Arc::clone(&self.members), _seat: seat }
    }

    /// Asks the least useful one to leave, if nobody is about to.
    fn send_away(&self) {
        let members = locked(&self.members);
        let idle =
            members.seated.iter().filter(|(_, (pulse, leave))| pulse.is_idle() && !leave.is_cancelled());
        if let Some((_, (_, leave))) = idle.min_by_key(|(number, (pulse, _))| (pulse.was_of_use(), **number))
        {
            leave.cancel();
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        locked(&self.members).seated.remove(&self.number);
    }
}

fn locked(members: &Mutex<Members>) -> MutexGuard<'_, Members> {
    members.lock().unwrap_or_else(PoisonError::into_inner)
}
