//! The inbox's table and every statement about it, in SQLite.
//!
//! In: rows, and how jobs ended. Out: jobs. Never: a wait for anything but the disk, or the clock.
//!
//! The statements keep to what PostgreSQL takes as well (`$1`, `ON CONFLICT`, `RETURNING`, partial indexes,
//! epoch milliseconds); there, a claim adds `FOR UPDATE SKIP LOCKED` and a lease.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row as _};

use super::{
    Counts, Ended, Job, KEPT, MAX_ATTEMPTS, MAX_LISTED, Row, StoreError, Subject, Trigger, millis, notes,
};
use crate::triage::pull_request::RepositoryName;

/// So many rows go into one statement at most.
pub(super) const BATCH: usize = 64;

/// Version 1 of the schema; `user_version` says which one a file has.
///
/// `seq` is the order of arrival, `trigger` a [`Trigger`] by its strength, `timer_round` counts timers in a row.
/// The index `one_running` is what proves that no key is ever worked on twice at the same time.
const SCHEMA: &str = "
    CREATE TABLE delivery (
        seq INTEGER PRIMARY KEY,
        delivery_id TEXT NOT NULL UNIQUE,
        event TEXT NOT NULL,
        action TEXT NOT NULL,
        trigger_kind INTEGER NOT NULL,
        installation BIGINT NOT NULL,
        repository_id BIGINT NOT NULL,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        subject TEXT NOT NULL,
        actor_id BIGINT,
        received_at BIGINT NOT NULL,
        run_at BIGINT NOT NULL,
        state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'dead')),
        attempts INTEGER NOT NULL DEFAULT 0,
        timer_round INTEGER NOT NULL DEFAULT 0,
        last_error TEXT
    );
    CREATE UNIQUE INDEX one_running ON delivery (repository_id, subject) WHERE state = 'running';
    CREATE INDEX waiting ON delivery (run_at, seq) WHERE state = 'ready';
    CREATE INDEX open_by_key ON delivery (repository_id, subject, seq) WHERE state IN ('ready', 'running');
    PRAGMA user_version = 1;";
const VERSION: i64 = 1;

const INSERT: &str = "INSERT INTO delivery (received_at, run_at, delivery_id, event, action, trigger_kind, \
     installation, repository_id, owner, name, subject, actor_id) VALUES ";

/// The database, through its one connection.
pub(super) struct Store {
    connection: SqliteConnection,
    /// The insert of n + 1 rows, made when first needed.
    inserts: Vec<Option<Arc<str>>>,
    /// Of the newest batch; each has its own.
    received_at: i64,
    /// Held by the process that works the jobs off; `None` in memory.
    lock: Option<std::fs::File>,
}

/// A job that is running, and the newest of its rows.
#[derive(Clone, Debug)]
pub(super) struct Claimed {
    pub(super) seq: i64,
    pub(super) job: Job,
}

/// How a claimed job left the worker.
#[derive(Clone, Debug)]
pub(super) enum Left {
    Ended(Ended),
    /// Stopped half-way without its fault: not an attempt.
    PutBack,
}

/// What to do next.
#[derive(Debug)]
pub(super) struct Turn {
    pub(super) jobs: Vec<Claimed>,
    /// When the next waiting row is due, in epoch milliseconds.
    pub(super) next: Option<i64>,
}

impl Store {
    pub(super) async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // In WAL mode only FULL syncs at every commit; a 2xx rests on it.
            .synchronous(SqliteSynchronous::Full)
            // 16 MB of log before it is copied into the database, not 4: pages that many rows share, and most
            // do, are copied less often.
            .pragma("wal_autocheckpoint", "4000")
            // Only an operator's own look at the file can be in the way.
            .busy_timeout(Duration::from_secs(5));
        let mut lock_path = path.as_os_str().to_owned();
        lock_path.push(".lock");
        let lock = std::fs::File::create(lock_path).map_err(sqlx::Error::Io)?;
        Self::with(options, Some(lock)).await
    }

    pub(super) async fn in_memory() -> Result<Self, StoreError> {
        Self::with(SqliteConnectOptions::new().in_memory(true), None).await
    }

    async fn with(options: SqliteConnectOptions, lock: Option<std::fs::File>) -> Result<Self, StoreError> {
        let options = options.disable_statement_logging().statement_cache_capacity(BATCH + 40);
        let mut connection = options.connect().await?;
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        match sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *tx).await? {
            0 => {
                sqlx::raw_sql(SCHEMA).execute(&mut *tx).await?;
            }
            VERSION => {}
            found => return Err(StoreError::Newer { found, known: VERSION }),
        }
        sqlx::query(notes::TABLE).execute(&mut *tx).await?;
        tx.commit().await?;
        Ok(Self { connection, inserts: vec![None; BATCH], received_at: 0, lock })
    }

    /// Stores rows with distinct ids, at most [`BATCH`]; committed and synced on return. Gives the ids that
    /// are known already. A dead one is no longer known: it waits again, as if it had never come.
    pub(super) async fn insert(&mut self, rows: &[&Row], now: i64) -> Result<HashSet<String>, sqlx::Error> {
        let mut known = HashSet::new();
        // Tells what this batch has stored from what was there, without `RETURNING`: sqlx hands over each
        // returned row by itself, which costs more than storing it.
        self.received_at = now.max(self.received_at + 1);
        let stamp = self.received_at;
        let sql = insert_of(&mut self.inserts, rows.len());
        if insert(&mut self.connection, sql, rows, stamp, now).await? == rows.len() as u64 {
            return Ok(known);
        }
        let mut tx = self.connection.begin_with("BEGIN IMMEDIATE").await?;
        for row in rows {
            let sql = "SELECT state, received_at FROM delivery WHERE delivery_id = $1";
            let found = sqlx::query_as(sql).bind(row.delivery.as_str()).fetch_one(&mut *tx).await?;
            let (state, received_at): (String, i64) = found;
            if received_at == stamp {
                continue;
            }
            if state == "dead" {
                let sql = "DELETE FROM delivery WHERE delivery_id = $1";
                sqlx::query(sql).bind(row.delivery.as_str()).execute(&mut *tx).await?;
                insert(&mut tx, insert_of(&mut self.inserts, 1), &[row], stamp, now).await?;
            } else {
                known.insert(row.delivery.clone());
            }
        }
        tx.commit().await?;
        Ok(known)
    }

    /// Takes the lock that makes this process the one that works jobs off, if it is free.
    pub(super) fn try_lock(&self) -> Result<bool, std::io::Error> {
        match self.lock.as_ref().map(std::fs::File::try_lock) {
            None | Some(Ok(())) => Ok(true),
            Some(Err(std::fs::TryLockError::WouldBlock)) => Ok(false),
            Some(Err(std::fs::TryLockError::Error(error))) => Err(error),
        }
    }

    /// Gives the lock back.
    pub(super) fn unlock(&self) {
        // A failure leaves it to the end of the process, which frees it too.
        let _ = self.lock.as_ref().map(std::fs::File::unlock);
    }

    /// Makes ready what a crash left running. Not counted as an attempt: it was not the job's fault.
    pub(super) async fn recover(&mut self) -> Result<u64, sqlx::Error> {
        let sql = "UPDATE delivery SET state = 'ready' WHERE state = 'running'";
        Ok(sqlx::query(sql).execute(&mut self.connection).await?.rows_affected())
    }

    /// Forgets done rows that nobody can deliver again.
    pub(super) async fn prune(&mut self, now: i64) -> Result<u64, sqlx::Error> {
        let sql = "DELETE FROM delivery WHERE state = 'done' AND received_at < $1";
        let before = now.saturating_sub(millis(KEPT));
        notes::forget(&mut self.connection, now).await?;
        Ok(sqlx::query(sql).bind(before).execute(&mut self.connection).await?.rows_affected())
    }

    /// Writes down how jobs ended and claims up to `free` others, in one transaction.
    pub(super) async fn turn(
        &mut self,
        left: &[(Claimed, Left)],
        free: usize,
        now: i64,
    ) -> Result<Turn, sqlx::Error> {
        let mut jobs = Vec::new();
        if !left.is_empty() || (free > 0 && due(&mut self.connection, now).await?.is_some()) {
            let mut tx = self.connection.begin_with("BEGIN IMMEDIATE").await?;
            for (claimed, left) in left {
                leave(&mut tx, claimed, left, now).await?;
            }
            while jobs.len() < free
                && let Some((repository_id, subject)) = due(&mut tx, now).await?
            {
                jobs.extend(claim(&mut tx, repository_id, &subject).await?);
            }
            tx.commit().await?;
        }
        let sql = "SELECT MIN(run_at) FROM delivery AS d WHERE state = 'ready' AND NOT EXISTS (SELECT 1 \
             FROM delivery AS r WHERE r.state = 'running' AND r.repository_id = d.repository_id \
             AND r.subject = d.subject)";
        let next = sqlx::query_scalar(sql).fetch_one(&mut self.connection).await?;
        Ok(Turn { jobs, next })
    }

    /// Whether anything is due or running.
    pub(super) async fn is_busy(&mut self, now: i64) -> Result<bool, sqlx::Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM delivery WHERE state = 'running') \
             OR EXISTS (SELECT 1 FROM delivery WHERE state = 'ready' AND run_at <= $1)";
        sqlx::query_scalar(sql).bind(now).fetch_one(&mut self.connection).await
    }

    pub(super) async fn counts(&mut self) -> Result<Counts, sqlx::Error> {
        let mut counts = Counts::default();
        let sql = "SELECT state, COUNT(*) FROM delivery GROUP BY state";
        for (state, count) in sqlx::query_as::<_, (String, i64)>(sql).fetch_all(&mut self.connection).await? {
            let count = count.unsigned_abs();
            match state.as_str() {
                "ready" => counts.ready = count,
                "running" => counts.running = count,
                "done" => counts.done = count,
                _ => counts.dead = count,
            }
        }
        Ok(counts)
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    /// Since when the row that has been due for longest has been due.
    pub(super) async fn due_since(&mut self, now: i64) -> Result<Option<i64>, sqlx::Error> {
        let sql = "SELECT MIN(run_at) FROM delivery WHERE state = 'ready' AND run_at <= $1";
        sqlx::query_scalar(sql).bind(now).fetch_one(&mut self.connection).await
    }

    /// Whether a delivery is here, in whatever state.
    pub(super) async fn has(&mut self, delivery: &str) -> Result<bool, sqlx::Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM delivery WHERE delivery_id = $1)";
        sqlx::query_scalar(sql).bind(delivery).fetch_one(&mut self.connection).await
    }

    pub(super) async fn noted(&mut self, name: &str) -> Result<Option<i64>, sqlx::Error> {
        notes::read(&mut self.connection, name).await
    }

    pub(super) async fn note(&mut self, name: &str, value: i64, below: i64) -> Result<bool, sqlx::Error> {
        notes::write(&mut self.connection, name, value, below).await
    }

    pub(super) async fn ping(&mut self) -> Result<(), sqlx::Error> {
        // Reads the file, which a bare `SELECT 1` does not.
        sqlx::query("SELECT seq FROM delivery LIMIT 1").fetch_optional(&mut self.connection).await.map(drop)
    }
}

fn insert_of(inserts: &mut [Option<Arc<str>>], rows: usize) -> Arc<str> {
    let make = || {
        let mut sql = INSERT.to_owned();
        sql.push_str(&vec!["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"; rows].join(", "));
        sql.push_str(" ON CONFLICT (delivery_id) DO NOTHING");
        sql.into()
    };
    Arc::clone(inserts[rows - 1].get_or_insert_with(make))
}

/// One statement, one transaction, one sync. Gives how many were not there.
async fn insert(
    connection: &mut SqliteConnection,
    sql: Arc<str>,
    rows: &[&Row],
    received_at: i64,
    run_at: i64,
) -> Result<u64, sqlx::Error> {
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for row in rows {
        query = query
            .bind(received_at)
            .bind(run_at)
            .bind(row.delivery.as_str())
            .bind(row.event)
            .bind(row.action)
            .bind(row.trigger as i64)
            .bind(row.installation.cast_signed())
            .bind(row.repository_id.cast_signed())
            .bind(row.repository.owner.as_str())
            .bind(row.repository.name.as_str())
            .bind(row.subject.to_string())
            .bind(row.actor.map(u64::cast_signed));
    }
    Ok(query.execute(connection).await?.rows_affected())
}

/// The key that is due first and that nobody works on.
async fn due(connection: &mut SqliteConnection, now: i64) -> Result<Option<(i64, String)>, sqlx::Error> {
    let sql = "SELECT repository_id, subject FROM delivery AS d WHERE state = 'ready' AND run_at <= $1 \
         AND NOT EXISTS (SELECT 1 FROM delivery AS r WHERE r.state = 'running' \
         AND r.repository_id = d.repository_id AND r.subject = d.subject) ORDER BY run_at, seq LIMIT 1";
    sqlx::query_as(sql).bind(now).fetch_optional(connection).await
}

/// Merges all waiting rows of a key, those in backoff too, into one job: the newest row stands for all.
async fn claim(
    connection: &mut SqliteConnection,
    repository_id: i64,
    subject: &str,
) -> Result<Option<Claimed>, sqlx::Error> {
    let sql = "SELECT seq, delivery_id, trigger_kind, installation, owner, name, attempts, timer_round \
         FROM delivery WHERE repository_id = $1 AND subject = $2 AND state IN ('ready', 'running') \
         ORDER BY seq DESC";
    let rows = sqlx::query(sql).bind(repository_id).bind(subject).fetch_all(&mut *connection).await?;
    let Some(newest) = rows.first() else { return Ok(None) };
    let seq: i64 = newest.try_get("seq")?;
    let sql = "UPDATE delivery SET state = 'running' WHERE seq = $1 AND state = 'ready'";
    sqlx::query(sql).bind(seq).execute(connection).await?;
    let mut trigger = Trigger::Comment;
    for row in &rows {
        trigger = trigger.max(trigger_of(row.try_get("trigger_kind")?));
    }
    let listed = rows.iter().take(MAX_LISTED).map(|row: &SqliteRow| row.try_get("delivery_id"));
    let number = |column| newest.try_get::<i64, _>(column).map(i64::cast_unsigned);
    let small =
        |column| newest.try_get::<i64, _>(column).map(|value| u32::try_from(value).unwrap_or(u32::MAX));
    let job = Job {
        installation: number("installation")?,
        repository_id: repository_id.cast_unsigned(),
        repository: RepositoryName::new(
            newest.try_get::<String, _>("owner")?,
            newest.try_get::<String, _>("name")?,
        ),
        subject: Subject::from(subject),
        trigger,
        attempt: small("attempts")?.saturating_add(1),
        timer_round: if trigger == Trigger::Timer { small("timer_round")? } else { 0 },
        deliveries: listed.collect::<Result<_, _>>()?,
    };
    Ok(Some(Claimed { seq, job }))
}

/// Writes down how a job ended, for its row and the older ones that merged into it.
async fn leave(
    connection: &mut SqliteConnection,
    Claimed { seq, job }: &Claimed,
    left: &Left,
    now: i64,
) -> Result<(), sqlx::Error> {
    let ended = match left {
        Left::Ended(ended) => ended,
        Left::PutBack => {
            let sql = "UPDATE delivery SET state = 'ready' WHERE seq = $1 AND state = 'running'";
            sqlx::query(sql).bind(seq).execute(connection).await?;
            return Ok(());
        }
    };
    let (repository_id, subject) = (job.repository_id.cast_signed(), job.subject.to_string());
    let (state, run_at, error) = match ended {
        Ended::Done { .. } | Ended::Became(_) => ("done", now, None),
        Ended::Later { after, why } if job.attempt < MAX_ATTEMPTS => {
            ("ready", now.saturating_add(millis(*after)), Some(why))
        }
        Ended::Later { why, .. } | Ended::Dead { why } => ("dead", now, Some(why)),
    };
    // What follows needs the running row, and must be gone when it is: this order.
    match ended {
        Ended::Became(numbers) => {
            let sql = "INSERT INTO delivery (delivery_id, event, action, trigger_kind, installation, \
                 repository_id, owner, name, subject, actor_id, received_at, run_at) \
                 SELECT 'became:' || delivery_id || ':' || $1, event, action, $2, installation, repository_id, \
                 owner, name, $1, actor_id, received_at, $3 FROM delivery WHERE seq = $4 \
                 ON CONFLICT (delivery_id) DO NOTHING";
            for number in numbers {
                let query = sqlx::query(sql).bind(number.to_string()).bind(job.trigger as i64);
                query.bind(now).bind(seq).execute(&mut *connection).await?;
            }
        }
        Ended::Done { look_again: Some(after) } => {
            let sql = "INSERT INTO delivery (delivery_id, event, action, trigger_kind, installation, \
                 repository_id, owner, name, subject, received_at, run_at, timer_round) \
                 SELECT 'timer:' || repository_id || ':' || subject || ':' || seq, 'timer', 'due', $2, \
                 installation, repository_id, owner, name, subject, $1, $3, $4 FROM delivery WHERE seq = $5 \
                 ON CONFLICT (delivery_id) DO NOTHING";
            let query = sqlx::query(sql).bind(now).bind(Trigger::Timer as i64);
            let query = query.bind(now.saturating_add(millis(*after))).bind(i64::from(job.timer_round) + 1);
            query.bind(seq).execute(&mut *connection).await?;
        }
        _ => {}
    }
    let of_job = (repository_id, subject.as_str(), *seq);
    if state == "done" {
        // Timers are made here and need not be known again. All that waited are among the older rows, so that
        // a key never has two.
        let sql = "DELETE FROM delivery WHERE repository_id = $1 AND subject = $2 AND seq <= $3 \
             AND state IN ('ready', 'running') AND trigger_kind = $4";
        let query = sqlx::query(sql).bind(of_job.0).bind(of_job.1).bind(of_job.2);
        query.bind(Trigger::Timer as i64).execute(&mut *connection).await?;
    }
    let sql = "UPDATE delivery SET state = $4, run_at = $5, attempts = $6, last_error = $7 \
         WHERE repository_id = $1 AND subject = $2 AND seq <= $3 AND state IN ('ready', 'running')";
    let query = sqlx::query(sql).bind(of_job.0).bind(of_job.1).bind(of_job.2);
    let query = query.bind(state).bind(run_at).bind(i64::from(job.attempt)).bind(error);
    query.execute(connection).await.map(drop)
}

fn trigger_of(strength: i64) -> Trigger {
    [Trigger::Comment, Trigger::Timer, Trigger::Event, Trigger::Rerun]
        .into_iter()
        .find(|trigger| *trigger as i64 == strength)
        .unwrap_or(Trigger::Event)
}
