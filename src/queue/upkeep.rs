//! What an operator sees of the jobs and does to them.
//!
//! In: the id of a job. Out: jobs that are not done, and what became of them. Never: a touch of a job that runs.

use super::labels;
use super::link::{Link, Value};
use super::{Inbox, StoreError, Subject};
use crate::triage::pull_request::RepositoryName;
use chrono::{DateTime, Utc};

/// A job that is not done: the rows about one subject in one state.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Held {
    /// Of its newest row.
    pub id: i64,
    pub state: State,
    pub repository: RepositoryName,
    pub subject: Subject,
    /// How many deliveries merged into it.
    pub deliveries: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// When its oldest row came.
    pub since: DateTime<Utc>,
    /// When it is, or was, due.
    pub due: DateTime<Utc>,
    /// Why it did not end well.
    pub why: Option<String>,
}

/// What it waits for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    /// For its time, or a free worker.
    Waiting,
    /// Nothing: it is being done.
    Running,
    /// An operator, or another delivery.
    Dead,
}

impl Inbox {
    /// The jobs that are not done, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn held(&self) -> Result<Vec<Held>, StoreError> {
        self.shared.work.lock().await.unfinished().await
    }

    /// Makes a dead or waiting job due, with all its attempts before it; answers whether there is one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn retry(&self, id: i64) -> Result<bool, StoreError> {
        let now = self.shared.clock.now();
        let changed = self.shared.work.lock().await.change(id, Change::Due, now).await?;
        self.shared.fresh.notify_one();
        Ok(changed)
    }

    /// Counts a dead or waiting job as done; answers whether there is one. Its deliveries stay known, so that none
    /// of them is asked for again.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn let_go(&self, id: i64) -> Result<bool, StoreError> {
        let now = self.shared.clock.now();
        self.shared.work.lock().await.change(id, Change::Done, now).await
    }
}

/// What an operator makes of a job.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// Due now, with all its attempts before it.
    Due,
    Done,
}

pub(super) async fn held(link: &mut Link<'_>) -> Result<Vec<Held>, sqlx::Error> {
    let sql = "SELECT seq, state, owner, name, subject, attempts, received_at, run_at, COALESCE(last_error, ''), \
         repository_id FROM delivery WHERE state <> 'done' ORDER BY seq DESC";
    let mut held: Vec<(i64, Held)> = Vec::new();
    for row in link.rows(sql, &[]).await? {
        let time =
            |column| row.sure(column).map(|at| DateTime::from_timestamp_millis(at).unwrap_or_default());
        let state = match row.text(1)?.as_str() {
            "ready" => State::Waiting,
            "running" => State::Running,
            _ => State::Dead,
        };
        let subject = Subject::from(row.text(4)?.as_str());
        let (repository_id, since) = (row.sure(9)?, time(6)?);
        let same = held.iter_mut().find(|(repository, job)| {
            *repository == repository_id && job.subject == subject && job.state == state
        });
        if let Some((_, job)) = same {
            job.deliveries += 1;
            job.since = job.since.min(since);
            // Why it failed is with the rows that were tried.
            job.why = job.why.take().or(Some(row.text(8)?).filter(|why| !why.is_empty()));
            continue;
        }
        let job = Held {
            id: row.sure(0)?,
            state,
            repository: RepositoryName::new(row.text(2)?, row.text(3)?),
            subject,
            deliveries: 1,
            attempts: u32::try_from(row.sure(5)?).unwrap_or(u32::MAX),
            since,
            due: time(7)?,
            why: Some(row.text(8)?).filter(|why| !why.is_empty()),
        };
        held.push((repository_id, job));
    }
    let mut held: Vec<Held> = held.into_iter().map(|(_, job)| job).collect();
    held.sort_by_key(|job| (job.since, job.id));
    Ok(held)
}

/// Changes all rows of a job while it does not run.
pub(super) async fn change(link: &mut Link<'_>, id: i64, to: Change, now: i64) -> Result<bool, sqlx::Error> {
    let sql =
        "SELECT repository_id, subject, state FROM delivery WHERE seq = $1 AND state IN ('ready', 'dead')";
    let rows = link.rows(sql, &[id.into()]).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let (repository_id, subject, state) = (row.sure(0)?, row.text(1)?, row.text(2)?);
    if matches!(to, Change::Due) {
        labels::forget(link, repository_id, &subject).await?;
        if state == "dead" {
            arrive_anew(link, repository_id, &subject).await?;
        }
    }
    let key: [Value<'_>; 4] = [now.into(), repository_id.into(), (&subject).into(), (&state).into()];
    let sql = match to {
        Change::Due => {
            "UPDATE delivery SET state = 'ready', attempts = 0, run_at = $1 \
             WHERE repository_id = $2 AND subject = $3 AND state = $4"
        }
        Change::Done => {
            "UPDATE delivery SET state = 'done', run_at = $1 \
             WHERE repository_id = $2 AND subject = $3 AND state = $4"
        }
    };
    Ok(link.execute(sql, &key).await? > 0)
}

/// Dead rows come after all others: a look that runs ends what was there before it, and has not seen them.
async fn arrive_anew(link: &mut Link<'_>, repository_id: i64, subject: &str) -> Result<(), sqlx::Error> {
    let key = [Value::from(repository_id), Value::from(subject)];
    if link.is_shared() {
        let sql =
            "UPDATE delivery SET seq = DEFAULT WHERE repository_id = $1 AND subject = $2 AND state = 'dead'";
        return link.execute(sql, &key).await.map(drop);
    }
    let sql = "UPDATE delivery SET seq = seq + (SELECT MAX(seq) FROM delivery) + 1 - (SELECT MIN(seq) FROM delivery \
         WHERE repository_id = $1 AND subject = $2 AND state = 'dead') \
         WHERE repository_id = $1 AND subject = $2 AND state = 'dead'";
    link.execute(sql, &key).await.map(drop)
}
