//! The inbox: what is still to do, stored before GitHub gets its 2xx, and worked off one job a pull request at
//! a time.
//!
//! In: thin [`Row`]s, from webhooks and timers. Out: [`Job`]s to a [`Runner`], and how each [`Ended`]. Never: a
//! payload, a decision about a pull request, or a call to GitHub.
//!
//! A job has no payload: it asks "what should this pull request look like now?". So rows of one pull request
//! merge, their order does not matter, and doing one twice does no harm. What GitHub does, and this obeys: a
//! failed delivery is never sent again unless asked for, and one that was answered with 2xx is not even in the
//! list of failed ones (<https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries>).
//!
//! `store` and `claim` have the SQL, `sqlite` and `postgres` what differs, `link` the way to either; `writer` commits
//! rows in groups, `worker` runs the jobs. `notes` are a few numbers beside them, `upkeep` is what an operator does,
//! `trial` what tells whether rows are taken, `error` why something was not done.
//! `pause` and `budget` are what GitHub's limits for an installation ask of all processes together.
//! `labels` keeps looks for labels alone apart, `late` tells how long somebody waits, `ours` tells whose a running job is.

pub mod budget;
mod claim;
mod clock;
mod error;
pub mod examine;
mod labels;
mod late;
mod link;
mod notes;
mod ours;
pub mod pause;
mod postgres;
mod sqlite;
mod store;
mod trial;
pub mod upkeep;
mod worker;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, Notify, mpsc};

use crate::metrics::{Meter, Metric};
use crate::triage::pull_request::RepositoryName;

use clock::Clock;
pub use error::StoreError;
pub use late::Lag;
pub use notes::ASKED;
pub use postgres::Server;
pub use worker::{Runner, WORKERS};

/// Where an inbox is.
#[derive(Clone, Debug)]
pub enum Database {
    /// A SQLite file, worked on by one process.
    File(PathBuf),
    /// A PostgreSQL database, worked on by any number.
    Server(Server),
}

impl std::fmt::Display for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Server(server) => server.fmt(f),
        }
    }
}

/// One delivery, as thin as it can be.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Row {
    /// GitHub's id of the delivery (`X-GitHub-Delivery`), or any other name that is unique; a redelivery
    /// repeats it. Names with a colon are made by this program.
    pub delivery: String,
    /// GitHub's name of the event.
    pub event: &'static str,
    /// Its action, or [`OURS_EDITED`].
    pub action: &'static str,
    /// What it counts as when rows merge.
    pub trigger: Trigger,
    /// Id of the App's installation.
    pub installation: u64,
    /// GitHub's id of the repository: it outlives a rename.
    pub repository_id: u64,
    /// The repository's name when the event was sent.
    pub repository: RepositoryName,
    /// What it is about. Together with the repository's id the key that jobs are serial by.
    pub subject: Subject,
    /// Id of the account that caused it; `None` for a deleted one.
    pub actor: Option<u64>,
}

/// The action of a row about somebody's edit of a comment of ours: by it a job knows who had a hand in the comment.
pub const OURS_EDITED: &str = "edited-ours";

/// What a job is about.
#[derive(Clone, Debug, Eq, PartialEq, Hash)]
pub enum Subject {
    /// The pull request with this number.
    PullRequest(u64),
    /// The pull requests, not yet known, whose head is this commit (40 or 64 hexadecimal digits).
    Head(String),
    /// The registry's own rules.
    Rules,
}

/// How [`Subject::Rules`] is written; no commit's id.
const RULES: &str = "rules";

impl From<&str> for Subject {
    fn from(text: &str) -> Self {
        // A number has at most 19 digits, a commit at least 40.
        match text.parse() {
            Ok(number) => Self::PullRequest(number),
            Err(_) if text == RULES => Self::Rules,
            Err(_) => Self::Head(text.to_owned()),
        }
    }
}

/// Why a job runs: of the merged rows the one that asks for most. For the log, and for whether a full look is due.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash)]
pub enum Trigger {
    /// A comment, perhaps with a command: alone it asks for a look only if there is one.
    Comment,
    /// It was time to look again, perhaps because somebody reacted.
    Timer,
    /// Somebody reviewed: perhaps a vote.
    Review,
    /// Something about the pull request changed.
    Event,
    /// Somebody pressed Re-run.
    Rerun,
}

impl Trigger {
    const STRONGEST_ANSWER: Self = Self::Review;

    /// Whether a look for this alone answers what people said. Anybody can say as much as they like, so answers have a
    /// share of the writes, and no more.
    pub fn is_answer(self) -> bool {
        self <= Self::STRONGEST_ANSWER
    }
}

/// One look at one subject, all its waiting rows merged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Job {
    /// Of the newest row.
    pub installation: u64,
    /// GitHub's id of the repository.
    pub repository_id: u64,
    /// Of the newest row.
    pub repository: RepositoryName,
    /// What to look at.
    pub subject: Subject,
    /// The strongest of the merged rows.
    pub trigger: Trigger,
    /// The newest delivery in which somebody pressed Re-run; the same at every try.
    pub rerun: Option<String>,
    /// Which try of the newest row this is, from 1 to [`MAX_ATTEMPTS`].
    pub attempt: u32,
    /// Why the try before did not end well.
    pub why: Option<String>,
    /// How many looks in a row were due to `look_again` alone; 0 as soon as anything else is among the rows.
    /// For delays that grow.
    pub timer_round: u32,
    /// Whose edits of our comment are among the merged rows, one for each, newest first; `None` for a deleted account.
    pub editors: Vec<Option<u64>>,
    /// Ids of the merged deliveries, newest first, at most [`MAX_LISTED`]. For the log.
    pub deliveries: Vec<String>,
}

/// How a job ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ended {
    /// Everything is as it should be.
    Done {
        /// When to look again unasked, for evidence that could not be had.
        look_again: Option<Duration>,
    },
    /// Not now. Counts as an attempt; after [`MAX_ATTEMPTS`] the job is dead.
    Later {
        /// How long to wait, unless a fresh delivery comes.
        after: Duration,
        /// Kept with the row.
        why: String,
    },
    /// Not now, nor any other job of this installation. Not an attempt.
    Paused {
        /// For how long, at most [`pause::LONGEST`].
        after: Duration,
        /// Kept with the row.
        why: String,
    },
    /// Not now, nor any other job of this installation that only answers people ([`Trigger::is_answer`]). Not an attempt.
    Yields {
        /// For how long, at most [`pause::LONGEST`].
        after: Duration,
        /// Kept with the row.
        why: String,
    },
    /// Never, unless it is delivered again or an operator retries it.
    Dead {
        /// Kept with the row.
        why: String,
    },
    /// A commit turned out to be the head of these pull requests: each becomes a job of its own.
    Became(Vec<u64>),
}

/// What became of a row that was handed in. Both are as good as a 2xx: it is on disk.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stored {
    /// It is waiting now: new, or delivered again after it had died.
    New,
    /// A delivery of this id is waiting, running or done already.
    Known,
}

/// How many rows are in which state.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Waiting, due or not.
    pub ready: u64,
    /// Being worked on, which is also the number of running jobs.
    pub running: u64,
    /// Done, kept for [`KEPT`] to tell redeliveries.
    pub done: u64,
    /// Given up.
    pub dead: u64,
}

/// After so many attempts a job is dead. Enough for more than a day where the later ones are an hour apart.
pub const MAX_ATTEMPTS: u32 = 40;
/// So many delivery ids are listed in a [`Job`].
pub const MAX_LISTED: usize = 20;
/// How long done rows are kept. GitHub redelivers what is up to 3 days old.
pub const KEPT: Duration = Duration::from_secs(4 * 24 * 60 * 60);

/// The inbox. Clones are the same inbox.
#[derive(Clone)]
pub struct Inbox {
    shared: Arc<Shared>,
    to_writer: mpsc::Sender<writer::Waiting>,
}

struct Shared {
    /// New rows go through it.
    intake: Arc<Mutex<store::Store>>,
    /// What becomes of them goes through it. In SQLite, which allows one writer, the same as `intake`.
    work: Arc<Mutex<store::Store>>,
    /// Whether other processes may work on the same database.
    is_shared: bool,
    /// Whether the database refused last time; the log says so once.
    refused: AtomicBool,
    /// Whether rows were turned away last time.
    turns_away: AtomicBool,
    clock: Clock,
    meter: Meter,
    /// Rows were committed. Heard by the one worker loop.
    fresh: Notify,
    /// Jobs started or ended. Heard by everybody in [`Inbox::idle`].
    turned: Notify,
}

impl Inbox {
    /// Opens the database, which is made when missing. A server that does not answer is not waited for: rows are
    /// refused, and jobs wait, until it does.
    ///
    /// # Errors
    /// [`StoreError::Database`] when waiting will not help, [`StoreError::Newer`].
    pub async fn open(database: &Database) -> Result<Self, StoreError> {
        let server = match database {
            Database::File(path) => return Self::open_file(path).await,
            Database::Server(server) => server,
        };
        let mut intake = store::Store::server(server);
        let answer = intake.ping().await;
        let inbox = Self::with(intake, Some(store::Store::server(server)));
        match answer {
            Err(error) if postgres::is_final(&error) => return Err(error),
            Err(error) => inbox.shared.refused(&error),
            Ok(()) => {}
        }
        Ok(inbox)
    }

    /// Opens the SQLite file at `path`, which is created when missing.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it cannot be opened, [`StoreError::Newer`].
    pub async fn open_file(path: &Path) -> Result<Self, StoreError> {
        Ok(Self::with(store::Store::open(path).await?, None))
    }

    /// An inbox that ends with the process, for demonstrations and tests.
    ///
    /// # Errors
    /// As [`Inbox::open`].
    pub async fn in_memory() -> Result<Self, StoreError> {
        Ok(Self::with(store::Store::in_memory().await?, None))
    }

    fn with(intake: store::Store, work: Option<store::Store>) -> Self {
        let is_shared = intake.is_shared();
        let intake = Arc::new(Mutex::new(intake));
        let shared = Arc::new(Shared {
            work: work.map_or_else(|| Arc::clone(&intake), |work| Arc::new(Mutex::new(work))),
            intake,
            is_shared,
            refused: AtomicBool::new(false),
            turns_away: AtomicBool::new(false),
            clock: Clock::start(),
            meter: Meter::default(),
            fresh: Notify::new(),
            turned: Notify::new(),
        });
        let to_writer = writer::start(Arc::clone(&shared));
        Self { shared, to_writer }
    }

    /// Stores one row. Returns only after the transaction with it was committed and synced to disk, so that it
    /// survives `kill -9` and a power cut.
    ///
    /// # Errors
    /// The row may nevertheless be there when it was [`StoreError::Database`]; storing it again does no harm.
    pub async fn store(&self, row: Row) -> Result<Stored, StoreError> {
        writer::store(&self.to_writer, row).await
    }

    /// Hands jobs to `runner`, at most `workers` at the same time and one a key, until `stop`. Then running
    /// jobs get 8 s to end; those that do not are put back.
    ///
    /// A second process on the same SQLite file waits here until the first is gone. Any number of processes work on
    /// a PostgreSQL database, each under a lease.
    ///
    /// # Errors
    /// As [`Inbox::open`], when a server that did not answer then has answered so; later never.
    pub async fn work<R: Runner>(
        &self,
        runner: R,
        workers: usize,
        stop: tokio_util::sync::CancellationToken,
    ) -> Result<(), StoreError> {
        worker::work(&self.shared, Arc::new(runner), workers, stop).await
    }

    /// Returns when nothing is running and nothing is due. Without [`Inbox::work`] that may be never.
    pub async fn idle(&self) {
        loop {
            let turned = self.shared.turned.notified();
            let now = self.shared.clock.now();
            // Not in the `match`, which would hold the lock while it waits.
            let busy = self.shared.work.lock().await.is_busy(now).await;
            match busy {
                Ok(false) => return,
                Ok(true) => turned.await,
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }

    /// Counts the rows by state.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        self.shared.work.lock().await.counts().await
    }

    /// Whether a delivery with this id is here, in whatever state.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn has(&self, delivery: &str) -> Result<bool, StoreError> {
        self.shared.work.lock().await.has(delivery).await
    }

    /// The number that is noted under a name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn noted(&self, name: &str) -> Result<Option<i64>, StoreError> {
        self.shared.work.lock().await.noted(name).await
    }

    /// Notes a number under a name, unless one that is not below `below` stands there; answers whether it did. Of
    /// several who try at the same time one does.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn note(&self, name: &str, value: i64, below: i64) -> Result<bool, StoreError> {
        self.shared.work.lock().await.note(name, value, below).await
    }

    /// What was counted of the jobs, and how much there is now.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn measured(&self) -> Result<Meter, StoreError> {
        let Counts { ready, running, done, dead } = self.counts().await?;
        let meter = &self.shared.meter;
        for (state, rows) in [("waiting", ready), ("running", running), ("done", done), ("dead", dead)] {
            meter.set(Metric::InboxRows, &[("state", state)], number(rows));
        }
        let lag = self.lag().await?;
        meter.set(Metric::OldestJobSeconds, &[], lag.waits.as_secs_f64());
        meter.set(Metric::OldestHeldJobSeconds, &[], lag.held.as_secs_f64());
        Ok(meter.clone())
    }
}

impl Shared {
    /// Says so in the log, once until it answers again.
    fn refused(&self, error: &(dyn std::error::Error + 'static)) {
        if self.refused.swap(true, Ordering::Relaxed) {
            tracing::debug!(error, "the inbox's database still refuses");
        } else {
            tracing::error!(
                error,
                "the inbox's database refused; deliveries are turned away and jobs wait until it answers"
            );
        }
    }

    fn answered(&self) {
        if self.refused.swap(false, Ordering::Relaxed) {
            tracing::info!("the inbox's database answers again");
        }
    }
}

/// No inbox has more rows than this.
fn number(rows: u64) -> f64 {
    u32::try_from(rows).unwrap_or(u32::MAX).into()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PullRequest(number) => write!(f, "{number}"),
            Self::Head(sha) => f.write_str(sha),
            Self::Rules => f.write_str(RULES),
        }
    }
}

#[cfg(test)]
mod tests;
