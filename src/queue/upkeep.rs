//! What an operator sees of the jobs and does to them.
//!
//! In: the id of a job. Out: jobs that are not done, and what became of them. Never: a touch of a job that runs.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;

use super::{Inbox, StoreError, Subject};
use crate::triage::pull_request::RepositoryName;

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
        Ok(held(self.shared.store.lock().await.connection()).await?)
    }

    /// Makes a dead or waiting job due, with all its attempts before it; answers whether there is one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn retry(&self, id: i64) -> Result<bool, StoreError> {
        let now = self.shared.clock.now();
        let sql = "UPDATE delivery SET state = 'ready', attempts = 0, run_at = $2 ";
        let changed = change(self.shared.store.lock().await.connection(), sql, id, now).await?;
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
        let sql = "UPDATE delivery SET state = 'done', run_at = $2 ";
        Ok(change(self.shared.store.lock().await.connection(), sql, id, now).await?)
    }
}

async fn held(connection: &mut SqliteConnection) -> Result<Vec<Held>, sqlx::Error> {
    let sql = "SELECT seq, state, owner, name, subject, attempts, received_at, run_at, last_error, repository_id \
         FROM delivery WHERE state <> 'done' ORDER BY seq DESC";
    let mut held: Vec<(i64, Held)> = Vec::new();
    for row in sqlx::query(sql).fetch_all(connection).await? {
        let time =
            |column| row.try_get(column).map(|at| DateTime::from_timestamp_millis(at).unwrap_or_default());
        let state = match row.try_get::<String, _>("state")?.as_str() {
            "ready" => State::Waiting,
            "running" => State::Running,
            _ => State::Dead,
        };
        let subject = Subject::from(row.try_get::<String, _>("subject")?.as_str());
        let (repository_id, since): (i64, _) = (row.try_get("repository_id")?, time("received_at")?);
        let same = held.iter_mut().find(|(repository, job)| {
            *repository == repository_id && job.subject == subject && job.state == state
        });
        if let Some((_, job)) = same {
            job.deliveries += 1;
            job.since = job.since.min(since);
            continue;
        }
        let job = Held {
            id: row.try_get("seq")?,
            state,
            repository: RepositoryName::new(
                row.try_get::<String, _>("owner")?,
                row.try_get::<String, _>("name")?,
            ),
            subject,
            deliveries: 1,
            attempts: u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX),
            since,
            due: time("run_at")?,
            why: row.try_get("last_error")?,
        };
        held.push((repository_id, job));
    }
    let mut held: Vec<Held> = held.into_iter().map(|(_, job)| job).collect();
    held.sort_by_key(|job| (job.since, job.id));
    Ok(held)
}

/// Changes all rows of a job, in one statement, while it does not run.
async fn change(
    connection: &mut SqliteConnection,
    set: &'static str,
    id: i64,
    now: i64,
) -> Result<bool, sqlx::Error> {
    let sql = format!(
        "{set} WHERE state IN ('ready', 'dead') AND EXISTS (SELECT 1 FROM delivery AS d WHERE d.seq = $1 \
         AND d.repository_id = delivery.repository_id AND d.subject = delivery.subject \
         AND d.state = delivery.state)"
    );
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(now);
    Ok(query.execute(connection).await?.rows_affected() > 0)
}
