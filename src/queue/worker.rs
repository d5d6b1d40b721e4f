//! Runs the jobs: claims what is due, one a key, and writes down how each ended.
//!
//! In: the runner, how many at a time, when to stop. Out: states in the table. Never: what a job does.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::claim::{Claimed, Left};
use super::store::{Admitted, Room, Turn};
use super::{Ended, Job, Shared, StoreError, millis, ours, postgres};
use crate::metrics::{Meter, Metric};

/// Jobs at a time, unless told otherwise. They mostly wait for GitHub.
pub const WORKERS: usize = 8;

/// A job that is not done by then hangs, and would hold its worker for ever.
const LIMIT: Duration = Duration::from_secs(30 * 60);
/// After so many attempts a job that panics or hangs is dead.
const MOST_FAILURES: u32 = 8;
/// What running jobs get to end when the process stops.
const GRACE: Duration = Duration::from_secs(8);
/// How often done rows are pruned.
const PRUNE_EVERY: Duration = Duration::from_secs(60 * 60);
/// How long an operator's retry, made by another process, may go unnoticed.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How long to wait when the database refuses, or another process has it.
const DATABASE_AGAIN: Duration = Duration::from_secs(1);
/// How often a database that others work on, too, is asked for what they have stored.
const POLL: Duration = Duration::from_secs(1);
/// How often the lease is renewed. It lasts for 20 s, of which some are left for clocks that run unevenly.
const RENEW: Duration = Duration::from_secs(3);
/// A lease that could not be renewed for so long is as good as lost: jobs are let go, well before others may take
/// them over. Between two looks at it a turn, a renewal and a pause may pass, 6 s at most.
const LET_GO: Duration = Duration::from_secs(11);
/// When no job may run any more, counted from the last renewal.
const LASTS: Duration = Duration::from_secs(18);
/// The longest text that is kept of an error, in bytes.
const LONGEST_WHY: usize = 2000;

/// What does the jobs. Given as a value, so that the queue knows nothing of GitHub.
///
/// A job may run again after it was done (the process died before that was written down), and may be dropped
/// at any `await` when the process stops. A panic counts as an attempt.
pub trait Runner: Send + Sync + 'static {
    /// Does one job.
    fn run(&self, job: Job) -> impl Future<Output = Ended> + Send;
}

impl<F, R> Runner for F
where
    F: Fn(Job) -> R + Send + Sync + 'static,
    R: Future<Output = Ended> + Send,
{
    fn run(&self, job: Job) -> impl Future<Output = Ended> + Send {
        self(job)
    }
}

/// See [`super::Inbox::work`].
pub(super) async fn work<R: Runner>(
    shared: &Arc<Shared>,
    runner: Arc<R>,
    workers: usize,
    stop: CancellationToken,
) -> Result<(), StoreError> {
    let mut crew = Crew {
        meter: shared.meter.clone(),
        running: JoinSet::new(),
        claimed: HashMap::new(),
        left: Vec::new(),
    };
    let mut is_first = true;
    loop {
        let mut lease = Lease { renewed: Instant::now() };
        match stop.run_until_cancelled(begin(shared, is_first)).await {
            None => return Ok(()),
            Some(begun) => begun?,
        }
        is_first = false;
        if work_under(&mut lease, shared, &mut crew, &runner, workers, &stop).await {
            let left = LASTS.saturating_sub(lease.renewed.elapsed());
            crew.stop(if shared.is_shared { GRACE.min(left) } else { GRACE }).await;
            break;
        }
        tracing::warn!(
            jobs = crew.claimed.len(),
            "others took this process for dead and have its jobs; they are let go"
        );
        crew.let_go();
    }
    // A few tries: what cannot be written is put back by the next start.
    for _ in 0..3 {
        if crew.left.is_empty() || turn(shared, &mut crew.left, Room::default()).await.is_some() {
            break;
        }
        sleep(DATABASE_AGAIN / 10).await;
    }
    if let Err(error) = shared.work.lock().await.retire().await {
        shared.refused(&error);
    }
    Ok(())
}

/// When this process was last known to be alive. Where no other may work, it is not asked.
struct Lease {
    renewed: Instant,
}

/// Works until `stop`, or until the lease is lost: false.
async fn work_under<R: Runner>(
    lease: &mut Lease,
    shared: &Arc<Shared>,
    crew: &mut Crew,
    runner: &Arc<R>,
    workers: usize,
    stop: &CancellationToken,
) -> bool {
    let longest = if shared.is_shared { POLL } else { LOOK_EVERY };
    let mut pruned: Option<Instant> = None;
    while !stop.is_cancelled() {
        if shared.is_shared && lease.renewed.elapsed() >= RENEW && !lease.renew(shared, crew).await {
            return false;
        }
        if pruned.is_none_or(|at| at.elapsed() >= PRUNE_EVERY) {
            pruned = prune(shared).await.then(Instant::now);
        }
        crew.gather();
        let free = workers.max(1).saturating_sub(crew.claimed.len());
        // The rest is for other installations: one that has to write slowly may keep its jobs for long.
        let most = workers.max(1) - workers / 4;
        let running = crew.claimed.values().map(|(claimed, _)| claimed.job.installation).collect();
        let Some(turn) = turn(shared, &mut crew.left, Room { free, most, running }).await else {
            let _ = stop.run_until_cancelled(sleep(DATABASE_AGAIN)).await;
            continue;
        };
        let free = free - turn.jobs.len();
        turn.jobs.into_iter().for_each(|claimed| crew.start(runner, claimed));
        let due = turn.next.filter(|_| free > 0).map(|at| at.saturating_sub(shared.clock.now()));
        let due = due.map_or(longest, |wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0)));
        tokio::select! {
            () = stop.cancelled() => {}
            () = crew.one_ends() => {}
            () = shared.fresh.notified(), if free > 0 => {}
            () = sleep(due.min(longest)) => {}
        }
    }
    true
}

impl Lease {
    /// False when it is lost.
    async fn renew(&mut self, shared: &Shared, crew: &mut Crew) -> bool {
        let asked = Instant::now();
        let result = shared.work.lock().await.renew(&crew.rows()).await;
        match result {
            Ok(Some(admitted)) => {
                self.renewed = asked;
                take_in(shared, &admitted);
            }
            Ok(None) => return false,
            Err(error) => {
                shared.refused(&error);
                if self.renewed.elapsed() >= LET_GO && !crew.claimed.is_empty() {
                    tracing::warn!(jobs = crew.claimed.len(), "jobs let go: others may have them soon");
                    crew.let_go();
                }
            }
        }
        true
    }
}

fn take_in(shared: &Shared, Admitted { freed, now }: &Admitted) {
    shared.answered();
    if let Some(now) = now {
        shared.clock.set(*now);
    }
    if *freed > 0 {
        tracing::info!(jobs = *freed, "jobs that a crash interrupted wait again");
    }
}

/// Waits until this process may work on the database; then what a crash left running is put back.
async fn begin(shared: &Shared, is_first: bool) -> Result<(), StoreError> {
    let mut told = false;
    loop {
        let result = shared.work.lock().await.enlist().await;
        match result {
            Ok(Some(admitted)) => {
                take_in(shared, &admitted);
                return Ok(());
            }
            Ok(None) if told => {}
            Ok(None) => {
                told = true;
                tracing::warn!("another process works on this database; waiting for it to end");
            }
            Err(error) if is_first && shared.is_shared && postgres::is_final(&error) => return Err(error),
            Err(error) => shared.refused(&error),
        }
        sleep(DATABASE_AGAIN / 4).await;
    }
}

/// Whether the database did so.
async fn prune(shared: &Shared) -> bool {
    let result = shared.work.lock().await.prune(shared.clock.now()).await;
    match &result {
        Ok(0) => {}
        Ok(rows) => tracing::info!(rows, "old deliveries forgotten"),
        Err(error) => shared.refused(error),
    }
    result.is_ok()
}

/// Writes down what ended and claims; `None`, with `left` kept, when the database refuses.
async fn turn(shared: &Shared, left: &mut Vec<(Claimed, Left)>, room: Room) -> Option<Turn> {
    let result = shared.work.lock().await.turn(left, room, shared.clock.now()).await;
    match result {
        Ok(turn) => {
            left.clear();
            shared.answered();
            shared.turned.notify_waiters();
            Some(turn)
        }
        Err(error) => {
            shared.refused(&error);
            if postgres::is_of_a_value(&error) {
                one_by_one(shared, left).await;
            }
            None
        }
    }
}

/// Writes down what ended, each by itself, so that one end which cannot be written holds no other up. It counts as a
/// failure, told in words of ours.
async fn one_by_one(shared: &Shared, left: &mut Vec<(Claimed, Left)>) {
    for one in std::mem::take(left) {
        let result = shared
            .work
            .lock()
            .await
            .turn(std::slice::from_ref(&one), Room::default(), shared.clock.now())
            .await;
        let Err(error) = result else { continue };
        let (claimed, mut ended) = one;
        if postgres::is_of_a_value(&error) {
            let Job { repository, subject, .. } = &claimed.job;
            let error: &dyn std::error::Error = &error;
            tracing::error!(%repository, %subject, error, "how this job ended cannot be written down");
            let why = "the database did not take how it ended; the log says why".to_owned();
            ended = Left::Ended(failed(claimed.job.attempt, why));
        }
        left.push((claimed, ended));
    }
}

/// The running jobs, and those that ended without its being written down yet.
struct Crew {
    meter: Meter,
    running: JoinSet<Ended>,
    claimed: HashMap<Id, (Claimed, Instant)>,
    left: Vec<(Claimed, Left)>,
}

impl Crew {
    fn start<R: Runner>(&mut self, runner: &Arc<R>, claimed: Claimed) {
        let (runner, job) = (Arc::clone(runner), claimed.job.clone());
        let task = self.running.spawn(ours::doing(claimed.seq, async move {
            let attempt = job.attempt;
            timeout(LIMIT, runner.run(job)).await.unwrap_or_else(|_| {
                failed(attempt, format!("not done after {} minutes", LIMIT.as_secs() / 60))
            })
        }));
        self.claimed.insert(task.id(), (claimed, Instant::now()));
    }

    /// The newest rows of the jobs that are in hand.
    fn rows(&self) -> Vec<i64> {
        let left = self.left.iter().map(|(claimed, _)| claimed);
        self.claimed.values().map(|(claimed, _)| claimed).chain(left).map(|claimed| claimed.seq).collect()
    }

    /// Gives up all that is in hand: it is for others to do, or for a later claim of ours.
    fn let_go(&mut self) {
        self.running.abort_all();
        self.running.detach_all();
        self.claimed.clear();
        self.left.clear();
    }

    /// Waits for the next job to end; for ever when none is running.
    async fn one_ends(&mut self) {
        match self.running.join_next_with_id().await {
            Some(result) => self.ended(result),
            None => std::future::pending().await,
        }
    }

    /// Takes in what has ended meanwhile, to be written down in the same transaction.
    fn gather(&mut self) {
        while let Some(result) = self.running.try_join_next_with_id() {
            self.ended(result);
        }
    }

    fn ended(&mut self, result: Result<(Id, Ended), JoinError>) {
        let id = result.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some((claimed, started)) = self.claimed.remove(&id) else { return };
        let left = match result {
            Ok((_, ended)) => Left::Ended(shortened(ended)),
            Err(error) if error.is_cancelled() => Left::PutBack,
            Err(error) => {
                let why = format!("panicked: {}", panic_text(error));
                Left::Ended(shortened(failed(claimed.job.attempt, why)))
            }
        };
        log(&claimed.job, &left);
        let labels = [("result", word(&left))];
        self.meter.add(Metric::Jobs, &labels, 1.0);
        self.meter.add(Metric::JobSeconds, &labels, started.elapsed().as_secs_f64());
        self.left.push((claimed, left));
    }

    /// Lets running jobs end for so long, then puts them back.
    async fn stop(&mut self, grace: Duration) {
        let until = Instant::now() + grace;
        while !self.claimed.is_empty() && timeout_at(until, self.one_ends()).await.is_ok() {}
        self.running.abort_all();
        // A job that does not await cannot be aborted: it is not waited for.
        let _ = timeout(GRACE / 16, async {
            while !self.claimed.is_empty() {
                self.one_ends().await;
            }
        })
        .await;
        self.left.extend(self.claimed.drain().map(|(_, (claimed, _))| (claimed, Left::PutBack)));
        self.running.detach_all();
    }
}

/// How a job ends that did not end by itself: put off for 10 s, then twice as long each time, up to 20 minutes, and in
/// the end given up. That is a mistake of ours, which time does not mend.
fn failed(attempt: u32, why: String) -> Ended {
    let after = Duration::from_secs(10 << attempt.saturating_sub(1).min(7));
    if attempt < MOST_FAILURES { Ended::Later { after, why } } else { Ended::Dead { why } }
}

/// What a job's end is called among the numbers.
fn word(left: &Left) -> &'static str {
    match left {
        Left::Ended(Ended::Done { .. } | Ended::Became(_)) => "done",
        Left::Ended(Ended::Later { .. }) => "put off",
        Left::Ended(Ended::Paused { .. }) => "paused",
        Left::Ended(Ended::Yields { .. }) => "yields",
        Left::Ended(Ended::Dead { .. }) => "dead",
        Left::PutBack => "put back",
    }
}

fn log(job: &Job, left: &Left) {
    let Job { repository, subject, trigger, attempt, deliveries, .. } = job;
    let (subject, deliveries) = (subject.to_string(), deliveries.join(" "));
    match left {
        Left::Ended(Ended::Done { look_again }) => {
            tracing::info!(%repository, subject, ?trigger, attempt, deliveries, ?look_again, "job done");
        }
        Left::Ended(Ended::Became(numbers)) => {
            tracing::info!(%repository, subject, ?trigger, ?numbers, deliveries, "commit is the head of pull requests");
        }
        Left::Ended(Ended::Later { after, why }) => {
            tracing::warn!(%repository, subject, ?trigger, attempt, deliveries, after_ms = millis(*after), why, "job put off");
        }
        Left::Ended(Ended::Paused { after, why }) => {
            let installation = job.installation;
            tracing::warn!(%repository, subject, installation, after_ms = millis(*after), why, "installation pauses");
        }
        Left::Ended(Ended::Yields { after, why }) => {
            let installation = job.installation;
            tracing::warn!(%repository, subject, installation, after_ms = millis(*after), why, "answers wait");
        }
        Left::Ended(Ended::Dead { why }) => {
            tracing::error!(%repository, subject, ?trigger, attempt, deliveries, why, "job given up");
        }
        Left::PutBack => tracing::info!(%repository, subject, ?trigger, deliveries, "job put back"),
    }
}

fn shortened(ended: Ended) -> Ended {
    let short = |mut why: String| {
        why.truncate(why.floor_char_boundary(LONGEST_WHY));
        why
    };
    match ended {
        Ended::Later { after, why } => Ended::Later { after, why: short(why) },
        Ended::Paused { after, why } => Ended::Paused { after, why: short(why) },
        Ended::Yields { after, why } => Ended::Yields { after, why: short(why) },
        Ended::Dead { why } => Ended::Dead { why: short(why) },
        other => other,
    }
}

fn panic_text(error: JoinError) -> String {
    let Ok(panic) = error.try_into_panic() else { return "without a text".to_owned() };
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => {
            panic.downcast_ref::<&str>().map_or_else(|| "without a text".to_owned(), |t| (*t).to_owned())
        }
    }
}
