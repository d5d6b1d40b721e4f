//! Whose a running job is. A process that slept while others took its jobs over does not know it when it wakes up.
//!
//! In: our lease. Out: whether a job is still ours. Never: a change of that.

use std::collections::HashSet;
use std::future::Future;

use super::link::Link;
use super::postgres;

tokio::task_local! {
    /// The newest row of the job that a task does.
    static JOB: i64;
}

/// Does a job, so that whatever asks on its behalf is known to.
pub(super) fn doing<T>(job: i64, work: impl Future<Output = T>) -> impl Future<Output = T> {
    JOB.scope(job, work)
}

/// The job that this task does, if it does one.
pub(super) fn job() -> Option<i64> {
    JOB.try_with(|job| *job).ok()
}

/// Which of the running jobs are this process's.
pub(super) enum Ours {
    /// No other process works on this database.
    All,
    /// Those under our lease.
    These(HashSet<i64>),
    /// Our lease is gone.
    None,
}

impl Ours {
    pub(super) async fn ask(link: &mut Link<'_>, me: Option<i64>) -> Result<Self, sqlx::Error> {
        let Some(me) = me else { return Ok(if link.is_shared() { Self::None } else { Self::All }) };
        Ok(postgres::held(link, me).await?.map_or(Self::None, Self::These))
    }

    pub(super) fn has(&self, seq: i64) -> bool {
        match self {
            Self::All => true,
            Self::These(held) => held.contains(&seq),
            Self::None => false,
        }
    }

    pub(super) fn may_claim(&self) -> bool {
        !matches!(self, Self::None)
    }
}
