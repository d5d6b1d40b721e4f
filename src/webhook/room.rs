//! How much memory bodies that are being received may take together: whoever has no secret may send them all the same.
//!
//! In: bytes as they come. Out: a body, or [`Refusal::Full`]. Never: a wait; the sender is told to come again.
//!
//! A small body needs no room, so that a flood of large ones keeps no ordinary delivery out. How many small ones there
//! are is bounded by the connections.

use std::sync::Arc;

use axum::body::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{LARGEST, Refusal};

/// Bodies up to this size need no room, in bytes. Nearly all deliveries are smaller.
const SMALL: usize = 64 * 1024;

/// What all larger bodies may take together, in bytes: two of the largest, and some more.
const ROOM: usize = 64 * 1024 * 1024;

/// The room that is left.
#[derive(Clone, Debug)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self::of(ROOM)
    }
}

impl Room {
    /// A room of so many bytes.
    pub fn of(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes)))
    }

    /// Whether a body of this announced length could be had now. Nothing is taken: an announcement costs nothing.
    pub(super) fn has(&self, announced: usize) -> Result<(), Refusal> {
        let fits = announced <= SMALL || announced <= self.0.available_permits();
        if fits { Ok(()) } else { Err(Refusal::Full) }
    }

    #[cfg(test)]
    pub(crate) fn is_free(&self, bytes: usize) -> bool {
        self.0.available_permits() >= bytes
    }

    /// An empty body in it, of an announced length; 0 when that is not known.
    pub(super) fn body(&self, announced: usize) -> Growing {
        let most = if announced == 0 { LARGEST } else { announced };
        Growing { room: self.clone(), most, taken: None, bytes: Vec::new() }
    }

    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let bytes = u32::try_from(bytes).map_err(|_| Refusal::TooLarge)?;
        Arc::clone(&self.0).try_acquire_many_owned(bytes).map_err(|_| Refusal::Full)
    }
}

/// A body that is being received.
pub(super) struct Growing {
    room: Room,
    /// It is expected to grow so far.
    most: usize,
    taken: Option<OwnedSemaphorePermit>,
    bytes: Vec<u8>,
}

impl Growing {
    /// Adds what has come. The memory grows by doubling, and never beyond what was taken of the room.
    pub(super) fn add(&mut self, data: &[u8]) -> Result<(), Refusal> {
        let needed = self.bytes.len() + data.len();
        if needed > LARGEST {
            return Err(Refusal::TooLarge);
        }
        let has = self.bytes.capacity();
        if needed > has {
            let most = if needed <= SMALL { SMALL.min(self.most) } else { self.most };
            let wanted = (2 * has).min(most).max(needed);
            let held = self.taken.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
            if wanted > SMALL {
                let more = self.room.take(wanted - held)?;
                match &mut self.taken {
                    Some(taken) => taken.merge(more),
                    None => self.taken = Some(more),
                }
            }
            self.bytes.reserve_exact(wanted - self.bytes.len());
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// All of it, and what it holds of the room until it is dropped.
    pub(super) fn whole(self) -> (Bytes, Option<OwnedSemaphorePermit>) {
        (self.bytes.into(), self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(room: &Room, bytes: usize) -> Result<Growing, Refusal> {
        let mut body = room.body(bytes);
        for chunk in vec![b'x'; bytes].chunks(10_000) {
            body.add(chunk)?;
        }
        Ok(body)
    }

    #[test]
    fn small_bodies_need_no_room_and_large_ones_give_theirs_back() {
        let room = Room::of(1_000_000);
        let large = filled(&room, 600_000).unwrap();
        assert!(large.bytes.capacity() <= 1_000_000 - room.0.available_permits());
        assert!(matches!(filled(&room, 600_000), Err(Refusal::Full)));
        assert!(matches!(room.has(600_000), Err(Refusal::Full)));
        let small: Vec<_> = (0..100).map(|_| filled(&room, SMALL).unwrap()).collect();
        assert!(small.iter().all(|body| body.bytes.capacity() <= SMALL && body.taken.is_none()));
        let (bytes, held) = large.whole();
        assert_eq!(bytes.len(), 600_000);
        assert!(room.has(600_000).is_err(), "until it is dropped");
        drop(held);
        assert_eq!(room.0.available_permits(), 1_000_000);
        assert!(filled(&room, 600_000).is_ok() && room.has(600_000).is_ok());
    }

    #[test]
    fn the_largest_fits_and_no_larger() {
        let room = Room::default();
        assert!(filled(&room, LARGEST).unwrap().bytes.capacity() <= LARGEST);
        assert!(matches!(filled(&room, LARGEST + 1), Err(Refusal::TooLarge)));
    }
}
