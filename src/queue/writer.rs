//! Group commit: all rows that wait when the disk is free go into one transaction.
//!
//! In: rows, each with somebody waiting. Out: to each what became of its row, after the commit. Never: an
//! answer before the commit.
//!
//! A commit costs a sync of the disk, some 2 ms, whatever is in it. One row a commit would be 500 deliveries a
//! second at best and most of the processor time of a delivery.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::store::BATCH;
use super::{Row, Shared, StoreError, Stored};

/// A row, and who waits for it.
pub(super) struct Waiting {
    row: Row,
    answer: oneshot::Sender<Result<Stored, StoreError>>,
}

/// So many rows may wait; more are refused at once, for the sender to come again.
const BACKLOG: usize = 4096;

/// How long a commit waits for as many rows as were under way last time. They mostly come much sooner; a lone
/// row never waits. Measured: half the commits, a tenth less processor time a row.
const GATHER: Duration = Duration::from_millis(1);

/// Starts the one writer, which ends with the last sender.
pub(super) fn start(shared: Arc<Shared>) -> mpsc::Sender<Waiting> {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    tokio::spawn(write(shared, receiver));
    sender
}

/// Hands a row to the writer and waits for the commit.
pub(super) async fn store(to_writer: &mpsc::Sender<Waiting>, row: Row) -> Result<Stored, StoreError> {
    let (answer, answered) = oneshot::channel();
    to_writer.try_send(Waiting { row, answer }).map_err(|error| match error {
        mpsc::error::TrySendError::Full(_) => StoreError::Busy,
        mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
    })?;
    answered.await.map_err(|_| StoreError::Closed)?
}

async fn write(shared: Arc<Shared>, mut receiver: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    // Rows in the last commit and those that came during it.
    let mut company = 1;
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        let gather = async {
            while batch.len() < company
                && let Some(waiting) = receiver.recv().await
            {
                batch.push(waiting);
            }
        };
        // Either way there is a batch. `recv` loses nothing when it is given up.
        let _ = timeout(GATHER, gather).await;
        let committed = batch.len();
        commit(&shared, &mut batch).await;
        company = (committed + receiver.len()).min(BATCH);
    }
}

async fn commit(shared: &Shared, batch: &mut Vec<Waiting>) {
    // Twice the same id in one batch: the second is known.
    let mut ids = HashSet::with_capacity(batch.len());
    let first: Vec<bool> = batch.iter().map(|waiting| ids.insert(waiting.row.delivery.as_str())).collect();
    let rows: Vec<&Row> =
        batch.iter().zip(&first).filter(|(_, first)| **first).map(|(waiting, _)| &waiting.row).collect();
    let result = shared.intake.lock().await.insert(&rows, shared.clock.now()).await;
    match result {
        Ok(known) => {
            shared.turns_away.store(false, Ordering::Relaxed);
            shared.fresh.notify_one();
            for (waiting, first) in batch.drain(..).zip(first) {
                let new = first && !known.contains(&waiting.row.delivery);
                // Whoever does not wait any more has hung up; the row is there all the same.
                let _ = waiting.answer.send(Ok(if new { Stored::New } else { Stored::Known }));
            }
        }
        Err(error) => {
            shared.turns_away.store(true, Ordering::Relaxed);
            tracing::error!(
                rows = batch.len(),
                error = &error as &dyn std::error::Error,
                "deliveries not stored"
            );
            for waiting in batch.drain(..) {
                let _ = waiting.answer.send(Err(error.clone()));
            }
        }
    }
}
