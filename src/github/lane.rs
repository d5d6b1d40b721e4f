//! The lane of an installation to GitHub: how many requests are under way, one write after the other, and silence while
//! GitHub asks for it.
//!
//! In: a request that wants to go, and what was answered. Out: a place, [`Error::Paused`] or [`Error::Yields`]. Never: a
//! wait for longer than ten seconds: who would have to wait longer gives its worker back.
//!
//! <https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api>

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, sleep, timeout},
};

use super::Error;

/// Requests of one installation under way at once; GitHub allows 100 and asks for moderation.
const AT_ONCE: usize = 40;

/// How long a write waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long an installation is left alone whose lane is full.
const FULL: Duration = Duration::from_secs(5);

/// What GitHub asks for where it names no time: a minute, and more each time.
const UNNAMED: Duration = Duration::from_secs(60);

/// Its allowances are full again by then.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// A wait as GitHub can mean it: its allowances are full again within the hour, and at once is no wait.
pub(super) fn believable(named: Duration) -> Duration {
    named.clamp(Duration::from_secs(1), LONGEST)
}

/// Where it stands who wrote when, for all processes that write for an installation.
pub trait Turnstile: Send + Sync {
    /// Asks for one write, which answers somebody or does not.
    fn ask(
        &self,
        installation: u64,
        is_answer: bool,
    ) -> Pin<Box<dyn Future<Output = Result<Turn, String>> + Send + '_>>;
}

/// What a write is counted in.
pub(super) struct Budget<'a> {
    pub(super) turnstile: &'a dyn Turnstile,
    pub(super) installation: u64,
    pub(super) is_answer: bool,
}

/// Whether a write may be made.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Zero: now, and it is counted. Else ask again after this time.
    pub wait: Duration,
    /// How many more there may be within the hour.
    pub left: u32,
    /// It is answers alone that have to wait.
    pub yields: bool,
}

/// One installation's lane, or the App's own.
pub(super) struct Lane {
    places: Semaphore,
    writer: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Nothing is asked until then.
    closed_until: Option<Instant>,
    /// How often in a row GitHub asked to wait, and for how long the last time.
    strikes: u32,
    last: Duration,
}

/// The right to make one write; whoever has it is alone.
pub(super) struct Writing {
    _writer: tokio::sync::OwnedMutexGuard<()>,
    /// How long it took to get it.
    pub(super) waited: Duration,
    /// How many more there may be within the hour, where that is counted.
    pub(super) left: Option<u32>,
}

impl Default for Lane {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), writer: Arc::default(), state: Mutex::default() }
    }
}

impl Lane {
    /// A place among the requests under way.
    pub(super) async fn pass(&self) -> Result<SemaphorePermit<'_>, Error> {
        let place = self.places.acquire().await.map_err(|error| Error::Bug { why: error.to_string() })?;
        self.is_open()?;
        Ok(place)
    }

    /// The right to write, once those before have written and the budget allows it.
    pub(super) async fn turn(&self, budget: Option<Budget<'_>>) -> Result<Writing, Error> {
        self.is_open()?;
        let began = Instant::now();
        let full = |after| Error::Paused { after, why: "there is too much to write at once".to_owned() };
        let writer = timeout(PATIENCE, Arc::clone(&self.writer).lock_owned()).await;
        let writer = writer.map_err(|_| full(FULL))?;
        let mut left = None;
        if let Some(Budget { turnstile, installation, is_answer }) = budget {
            loop {
                let turn = turnstile.ask(installation, is_answer).await;
                // What is not counted must not be written.
                let turn = turn.map_err(|why| Error::Later { after: None, why })?;
                left = Some(turn.left);
                if turn.wait.is_zero() {
                    break;
                }
                if turn.yields {
                    let why = "the share of answers in what may be written is used up".to_owned();
                    return Err(Error::Yields { after: turn.wait, why });
                }
                if began.elapsed() + turn.wait > PATIENCE {
                    return Err(full(turn.wait));
                }
                sleep(turn.wait).await;
            }
        }
        Ok(Writing { _writer: writer, waited: began.elapsed(), left })
    }

    fn is_open(&self) -> Result<(), Error> {
        let until = self.state().closed_until.filter(|until| *until > Instant::now());
        match until {
            None => Ok(()),
            Some(until) => Err(Error::Paused {
                after: until - Instant::now(),
                why: "GitHub asked to wait, which is not over".to_owned(),
            }),
        }
    }

    /// GitHub asks to wait; for how long, where it says so. Answers how long that is. Whoever is asked again before as
    /// much time has passed in peace is asked in a row: what is limited may be writes alone, and reads are answered.
    pub(super) fn close(&self, named: Option<Duration>) -> Duration {
        let mut state = self.state();
        let now = Instant::now();
        // Many requests may be refused for the same reason at the same time.
        if state.closed_until.is_none_or(|until| until <= now) {
            let in_peace = state.closed_until.is_some_and(|until| now >= until + state.last);
            state.strikes = if in_peace { 1 } else { state.strikes + 1 };
        }
        let growing = UNNAMED * (1 << (state.strikes - 1).min(6));
        // GitHub counts in whole seconds.
        let after = named.map_or(growing, |named| named + Duration::from_secs(1)).min(LONGEST);
        state.last = after;
        let until = now + after;
        state.closed_until = Some(state.closed_until.map_or(until, |held| held.max(until)));
        after
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Grants so many, then one each this time.
    struct Every(Mutex<(u32, Option<Instant>)>, Duration);

    impl Turnstile for Every {
        fn ask(&self, _: u64, _: bool) -> Pin<Box<dyn Future<Output = Result<Turn, String>> + Send + '_>> {
            let mut state = self.0.lock().unwrap();
            let now = Instant::now();
            let wait = match state.1 {
                Some(last) if state.0 == 0 => (last + self.1).saturating_duration_since(now),
                _ => Duration::ZERO,
            };
            if wait.is_zero() {
                *state = (state.0.saturating_sub(1), Some(now));
            }
            Box::pin(std::future::ready(Ok(Turn { wait, left: state.0, yields: false })))
        }
    }

    fn budget(turnstile: &dyn Turnstile) -> Budget<'_> {
        Budget { turnstile, installation: 1, is_answer: false }
    }

    #[tokio::test(start_paused = true)]
    async fn writes_come_one_after_the_other_and_nobody_waits_for_long() {
        let lane = Arc::new(Lane::default());
        let every = Arc::new(Every(Mutex::new((3, None)), Duration::from_secs(1)));
        let began = Instant::now();
        let write = |_| {
            let (lane, every) = (Arc::clone(&lane), Arc::clone(&every));
            tokio::spawn(async move {
                let writing = lane.turn(Some(budget(&*every))).await?;
                Ok::<_, Error>((began.elapsed(), writing.left))
            })
        };
        let tasks: Vec<_> = (0..16).map(write).collect();
        let (mut at, mut late) = (Vec::new(), 0);
        for task in tasks {
            match task.await.unwrap() {
                Ok((when, _)) => at.push(when.as_secs()),
                Err(Error::Paused { .. }) => late += 1,
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(at, [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(late, 3, "they give their workers back");
    }

    #[tokio::test(start_paused = true)]
    async fn an_empty_budget_is_not_waited_for() {
        let lane = Lane::default();
        let every = Every(Mutex::new((1, None)), Duration::from_secs(1800));
        drop(lane.turn(Some(budget(&every))).await.unwrap());
        let began = Instant::now();
        let refused = lane.turn(Some(budget(&every))).await.err();
        assert!(
            matches!(refused, Some(Error::Paused { after, .. }) if after == Duration::from_secs(1800)),
            "{refused:?}"
        );
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_lane_refuses_without_asking() {
        let lane = Lane::default();
        assert_eq!(lane.close(Some(Duration::from_secs(7))), Duration::from_secs(8));
        assert!(matches!(lane.pass().await, Err(Error::Paused { .. })));
        assert!(matches!(lane.turn(None).await, Err(Error::Paused { .. })));
        sleep(Duration::from_secs(8)).await;
        assert!(lane.pass().await.is_ok());
        sleep(Duration::from_secs(8)).await;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let pause = lane.close(None);
            pauses.push(pause.as_secs());
            // Refused at the same time as the one before: no strike of its own.
            assert_eq!(lane.close(None), pause);
            // Half of the time passes in peace.
            sleep(pause + pause / 2).await;
        }
        assert_eq!(pauses, [60, 120, 240, 480, 960, 1920, 3600, 3600]);
        sleep(LONGEST).await;
        assert_eq!(lane.close(None).as_secs(), 60);
    }
}
