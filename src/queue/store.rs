//! The inbox's table and every statement about it, written once for SQLite and PostgreSQL.
//!
//! In: rows, and how jobs ended. Out: jobs. Never: a wait for anything but the database, or the clock.
//!
//! The statements keep to what both take (`$1`, `ON CONFLICT`, `RETURNING`, partial indexes, epoch milliseconds).
//! What differs is in `sqlite` and `postgres`.

mod right;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub(super) use right::Admitted;
use sqlx::AssertSqlSafe;

use super::budget::{self, Pace, Slot};
use super::claim::{Claimed, Left, claim, due, leave, next};
use super::late;
use super::link::{Link, Value};
use super::notes;
use super::ours::Ours;
use super::pause;
use super::postgres::{self, Line, Server};
use super::sqlite::File;
use super::trial;
use super::upkeep::{self, Change, Held};
use super::{Counts, Job, KEPT, Row, StoreError, millis};

/// So many rows go into one statement at most.
pub(super) const BATCH: usize = 64;

/// Which schema a database has; a file says so in `user_version`, a server in `inbox_schema`.
pub(super) const VERSION: i64 = 1;

/// Version 1 of the schema. `seq` is what makes the column of the order of arrival, `more` are further columns.
///
/// `received_at` is when a row came, or when the time was over that it waited for by itself: since then somebody waits.
/// `trigger_kind` is a [`super::Trigger`] by its strength, `timer_round` counts timers in a row. The index `one_running`
/// is what proves that no key is ever worked on twice at the same time.
pub(super) fn schema(seq: &str, more: &str) -> String {
    format!(
        "CREATE TABLE delivery (
        seq {seq},
        delivery_id TEXT NOT NULL UNIQUE,
        event TEXT NOT NULL,
        action TEXT NOT NULL,
        trigger_kind BIGINT NOT NULL,
        installation BIGINT NOT NULL,
        repository_id BIGINT NOT NULL,
        owner TEXT NOT NULL,
        name TEXT NOT NULL,
        subject TEXT NOT NULL,
        actor_id BIGINT,
        received_at BIGINT NOT NULL,
        run_at BIGINT NOT NULL,
        state TEXT NOT NULL DEFAULT 'ready' CHECK (state IN ('ready', 'running', 'done', 'dead')),
        attempts BIGINT NOT NULL DEFAULT 0,
        timer_round BIGINT NOT NULL DEFAULT 0,
        last_error TEXT
        {more}
    );
    CREATE UNIQUE INDEX one_running ON delivery (repository_id, subject) WHERE state = 'running';
    CREATE INDEX waiting ON delivery (run_at, seq) WHERE state = 'ready';
    CREATE INDEX open_by_key ON delivery (repository_id, subject, seq) WHERE state IN ('ready', 'running');"
    )
}

const INSERT: &str = "INSERT INTO delivery (received_at, run_at, delivery_id, event, action, trigger_kind, \
     installation, repository_id, owner, name, subject, actor_id) VALUES ";
/// Values of one row in it.
const COLUMNS: usize = 12;

/// The database, through one connection.
pub(super) struct Store {
    base: Base,
    /// The insert of n + 1 rows, made when first needed.
    inserts: Vec<Option<Arc<str>>>,
    /// Of the newest batch; each has its own.
    received_at: i64,
}

enum Base {
    File(Box<File>),
    Server(Box<Line>),
}

impl Base {
    /// Our lease, where one is needed and had.
    fn me(&self) -> Option<i64> {
        match self {
            Self::File(_) => None,
            Self::Server(line) => line.me,
        }
    }

    async fn link(&mut self) -> Result<Link<'_>, StoreError> {
        match self {
            Self::File(file) => Ok(file.link().await),
            Self::Server(line) => line.link().await,
        }
    }
}

/// How many jobs may be claimed.
#[derive(Clone, Debug, Default)]
pub(super) struct Room {
    pub(super) free: usize,
    /// So many of one installation may run in this process.
    pub(super) most: usize,
    /// The installations of those that do, each once for every job.
    pub(super) running: Vec<u64>,
}

impl Room {
    /// Installations of which no other job may run.
    fn full(&self) -> Vec<u64> {
        let mut full = self.running.clone();
        full.sort_unstable();
        let crowds = full.chunk_by(|one, other| one == other).filter(|crowd| crowd.len() >= self.most);
        crowds.map(|crowd| crowd[0]).collect()
    }
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
        Ok(Self::on(Base::File(Box::new(File::open(path).await?))))
    }

    pub(super) async fn in_memory() -> Result<Self, StoreError> {
        Ok(Self::on(Base::File(Box::new(File::in_memory().await?))))
    }

    /// Connects when first asked.
    pub(super) fn server(server: &Server) -> Self {
        Self::on(Base::Server(Box::new(Line::to(server))))
    }

    fn on(base: Base) -> Self {
        Self { base, inserts: vec![None; BATCH], received_at: 0 }
    }

    /// Stores rows with distinct ids, at most [`BATCH`]; committed and synced on return. Gives the ids that
    /// are known already. A dead one is no longer known: it waits again, as if it had never come.
    pub(super) async fn insert(&mut self, rows: &[&Row], now: i64) -> Result<HashSet<String>, StoreError> {
        let mut known = HashSet::new();
        // Tells what this batch has stored from what was there, without `RETURNING`: sqlx hands over each
        // returned row by itself, which costs more than storing it.
        self.received_at = now.max(self.received_at + 1);
        let stamp = self.received_at;
        let mut link = self.base.link().await?;
        link.begin_beside().await?;
        let sql = insert_of(&mut self.inserts, rows.len(), &link);
        if insert(&mut link, sql, rows, stamp, now).await? == rows.len() as u64 {
            link.keep().await?;
            return Ok(known);
        }
        link.begin().await?;
        for row in rows {
            let id = [Value::from(&row.delivery)];
            let sql = "SELECT state, received_at FROM delivery WHERE delivery_id = $1";
            let found = link.rows(sql, &id).await?;
            let state = match found.first() {
                Some(cells) if cells.sure(1)? == stamp => continue,
                Some(cells) => cells.text(0)?,
                // Forgotten this very moment.
                None => "dead".to_owned(),
            };
            if state == "dead" {
                link.execute("DELETE FROM delivery WHERE delivery_id = $1", &id).await?;
                let sql = insert_of(&mut self.inserts, 1, &link);
                insert(&mut link, sql, &[row], stamp, now).await?;
            } else {
                known.insert(row.delivery.clone());
            }
        }
        link.keep().await?;
        Ok(known)
    }

    /// Whether other processes may work on the same database at the same time.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self.base, Base::Server(_))
    }

    /// Forgets done rows that nobody can deliver again, and mends what a clock that was ahead has left.
    pub(super) async fn prune(&mut self, now: i64) -> Result<u64, StoreError> {
        let mut link = self.base.link().await?;
        link.begin().await?;
        let sql = "DELETE FROM delivery WHERE state = 'done' AND received_at < $1";
        let pruned = link.execute(sql, &[now.saturating_sub(millis(KEPT)).into()]).await?;
        notes::forget(&mut link, now).await?;
        notes::bring_back(&mut link, now).await?;
        link.keep().await?;
        Ok(pruned)
    }

    /// Writes down how jobs ended and claims as many others as there is room for, in one transaction. A job that is no longer ours
    /// is left to whoever has it now.
    pub(super) async fn turn(
        &mut self,
        left: &[(Claimed, Left)],
        mut room: Room,
        now: i64,
    ) -> Result<Turn, StoreError> {
        let me = self.base.me();
        let mut link = self.base.link().await?;
        let mut jobs = Vec::new();
        let mut held = pause::held(&mut link, now).await?;
        if !left.is_empty() || (room.free > 0 && due(&mut link, &held, &room.full(), now).await?.is_some()) {
            link.begin().await?;
            let ours = Ours::ask(&mut link, me).await?;
            for (claimed, left) in left {
                if ours.has(claimed.seq) {
                    leave(&mut link, claimed, left, now).await?;
                } else {
                    let Job { repository, subject, .. } = &claimed.job;
                    tracing::warn!(%repository, %subject, "another process has this job now; its end is theirs to tell");
                }
            }
            held = pause::held(&mut link, now).await?;
            while ours.may_claim()
                && jobs.len() < room.free
                && let Some((repository_id, subject)) = due(&mut link, &held, &room.full(), now).await?
            {
                let claimed = claim(&mut link, repository_id, &subject, now).await?;
                room.running.extend(claimed.iter().map(|claimed| claimed.job.installation));
                jobs.extend(claimed);
            }
            if let Some(me) = me
                && !jobs.is_empty()
            {
                let claimed: Vec<i64> = jobs.iter().map(|job| job.seq).collect();
                postgres::hold(&mut link, me, &claimed).await?;
            }
        }
        let next = next(&mut link, &held, &room.full()).await?;
        link.keep().await?;
        Ok(Turn { jobs, next })
    }

    /// Whether anything is due or running.
    pub(super) async fn is_busy(&mut self, now: i64) -> Result<bool, StoreError> {
        let mut link = self.base.link().await?;
        let waits = pause::held(&mut link, now).await?.lets_go();
        let sql = format!(
            "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM delivery WHERE state = 'running') OR EXISTS \
             (SELECT 1 FROM delivery AS d WHERE {waits} AND d.run_at <= $1) THEN 1 ELSE 0 END AS BIGINT)"
        );
        let busy = link.number(AssertSqlSafe(sql), &[now.into()]).await?;
        link.keep().await?;
        Ok(busy == Some(1))
    }

    pub(super) async fn counts(&mut self) -> Result<Counts, StoreError> {
        let mut link = self.base.link().await?;
        let mut counts = Counts::default();
        for cells in link.rows("SELECT state, COUNT(*) FROM delivery GROUP BY state", &[]).await? {
            let count = cells.sure(1)?.unsigned_abs();
            match cells.text(0)?.as_str() {
                "ready" => counts.ready = count,
                "running" => counts.running = count,
                "done" => counts.done = count,
                _ => counts.dead = count,
            }
        }
        link.keep().await?;
        Ok(counts)
    }

    /// What waits of this installation is late from now on only.
    pub(super) async fn late_from(&mut self, installation: u64, now: i64) -> Result<(), StoreError> {
        let mut link = self.base.link().await?;
        let sql = "UPDATE delivery SET received_at = $1 WHERE installation = $2 AND state = 'ready'";
        link.execute(sql, &[now.into(), installation.cast_signed().into()]).await?;
        link.keep().await?;
        Ok(())
    }

    /// Since when the oldest rows have been late: of those that may run, and of those that a limit of GitHub's holds.
    pub(super) async fn late_since(&mut self, now: i64) -> Result<(Option<i64>, Option<i64>), StoreError> {
        let mut link = self.base.link().await?;
        let since = late::since(&mut link, now).await?;
        link.keep().await?;
        Ok(since)
    }

    /// Whether a delivery is here, in whatever state.
    pub(super) async fn has(&mut self, delivery: &str) -> Result<bool, StoreError> {
        let mut link = self.base.link().await?;
        let found = link.rows("SELECT seq FROM delivery WHERE delivery_id = $1", &[delivery.into()]).await?;
        link.keep().await?;
        Ok(!found.is_empty())
    }

    pub(super) async fn noted(&mut self, name: &str) -> Result<Option<i64>, StoreError> {
        let mut link = self.base.link().await?;
        let noted = notes::read(&mut link, name).await?;
        link.keep().await?;
        Ok(noted)
    }

    pub(super) async fn note(&mut self, name: &str, value: i64, below: i64) -> Result<bool, StoreError> {
        let mut link = self.base.link().await?;
        link.begin().await?;
        let written = notes::write(&mut link, name, value, below).await?;
        link.keep().await?;
        Ok(written)
    }

    pub(super) async fn pause(
        &mut self,
        installation: u64,
        after: Duration,
        now: i64,
    ) -> Result<(), StoreError> {
        let mut link = self.base.link().await?;
        link.begin().await?;
        pause::write(&mut link, pause::PREFIX, installation, after, now).await?;
        Ok(link.keep().await?)
    }

    /// For a write of this job, if it is one's: none where somebody else has it by now.
    pub(super) async fn slot(
        &mut self,
        (installation, is_answer): (u64, bool),
        job: Option<i64>,
        pace: &Pace,
        now: i64,
    ) -> Result<Slot, StoreError> {
        let me = self.base.me();
        let mut link = self.base.link().await?;
        link.begin().await?;
        if let Some(job) = job
            && !Ours::ask(&mut link, me).await?.has(job)
        {
            return Err(StoreError::TakenOver);
        }
        let slot = budget::slot(&mut link, installation, is_answer, pace, now).await?;
        link.keep().await?;
        Ok(slot)
    }

    /// The jobs that are not done.
    pub(super) async fn unfinished(&mut self) -> Result<Vec<Held>, StoreError> {
        let mut link = self.base.link().await?;
        let held = upkeep::held(&mut link).await?;
        link.keep().await?;
        Ok(held)
    }

    /// Changes a job that does not run; answers whether there is one.
    pub(super) async fn change(&mut self, id: i64, to: Change, now: i64) -> Result<bool, StoreError> {
        let mut link = self.base.link().await?;
        link.begin().await?;
        let changed = upkeep::change(&mut link, id, to, now).await?;
        link.keep().await?;
        Ok(changed)
    }

    /// Whether a row can be stored: one is, and is gone again before anybody sees it.
    pub(super) async fn try_out(&mut self, now: i64) -> Result<(), StoreError> {
        let (row, mut link) = (trial::row(), self.base.link().await?);
        link.begin().await?;
        let sql = insert_of(&mut self.inserts, 1, &link);
        insert(&mut link, sql, &[&row], now, now).await?;
        link.execute("DELETE FROM delivery WHERE delivery_id = $1", &[(&row.delivery).into()]).await?;
        Ok(link.keep().await?)
    }

    pub(super) async fn ping(&mut self) -> Result<(), StoreError> {
        let mut link = self.base.link().await?;
        // Reads the table, which a bare `SELECT 1` does not.
        link.rows("SELECT seq FROM delivery LIMIT 1", &[]).await?;
        Ok(link.keep().await?)
    }
}

fn insert_of(inserts: &mut [Option<Arc<str>>], rows: usize, link: &Link<'_>) -> Arc<str> {
    let make = || {
        let mut sql = INSERT.to_owned();
        for row in 0..rows {
            let values: Vec<_> =
                (1..=COLUMNS).map(|column| link.placeholder(row * COLUMNS + column)).collect();
            sql.push_str(if row == 0 { "(" } else { ", (" });
            sql.push_str(&values.join(", "));
            sql.push(')');
        }
        sql.push_str(" ON CONFLICT (delivery_id) DO NOTHING");
        sql.into()
    };
    Arc::clone(inserts[rows - 1].get_or_insert_with(make))
}

/// One statement. Gives how many were not there.
async fn insert(
    link: &mut Link<'_>,
    sql: Arc<str>,
    rows: &[&Row],
    received_at: i64,
    run_at: i64,
) -> Result<u64, sqlx::Error> {
    let subjects: Vec<String> = rows.iter().map(|row| row.subject.to_string()).collect();
    let mut values: Vec<Value<'_>> = Vec::with_capacity(rows.len() * COLUMNS);
    for (row, subject) in rows.iter().zip(&subjects) {
        values.extend::<[Value<'_>; COLUMNS]>([
            received_at.into(),
            run_at.into(),
            (&row.delivery).into(),
            row.event.into(),
            row.action.into(),
            (row.trigger as i64).into(),
            row.installation.cast_signed().into(),
            row.repository_id.cast_signed().into(),
            row.repository.owner.as_str().into(),
            row.repository.name.as_str().into(),
            subject.into(),
            Value::Number(row.actor.map(u64::cast_signed)),
        ]);
    }
    link.execute(AssertSqlSafe(sql), &values).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::Subject;

    fn row(number: u64) -> Row {
        Row { delivery: format!("{number:032}"), subject: Subject::PullRequest(number), ..trial::row() }
    }

    /// What SQLite says of a disk without room: 13 is its `SQLITE_FULL`.
    #[tokio::test]
    async fn a_file_that_cannot_grow_refuses_rows_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("bot.db")).await.unwrap();
        async fn grow_to(store: &mut Store, pages: i64) {
            let mut link = store.base.link().await.unwrap();
            link.script(format!("PRAGMA max_page_count = {pages}")).await.unwrap();
            link.keep().await.unwrap();
        }
        grow_to(&mut store, 20).await;
        let mut stored = 0;
        let refused = loop {
            match store.insert(&[&row(stored)], 1).await {
                Ok(_) => stored += 1,
                Err(error) => break error,
            }
            assert!(stored < 10_000, "20 pages hold fewer rows");
        };
        let StoreError::Database(error) = &refused else { panic!("{refused}") };
        assert_eq!(error.as_database_error().unwrap().code().as_deref(), Some("13"), "{error}");
        assert!(store.try_out(2).await.is_err(), "no larger row fits");
        assert_eq!(store.counts().await.unwrap().ready, stored, "it is still read");
        grow_to(&mut store, 1000).await;
        store.try_out(3).await.unwrap();
        store.insert(&[&row(stored)], 4).await.unwrap();
        let counts = store.counts().await.unwrap();
        assert_eq!((counts.ready, counts.done), (stored + 1, 0), "what was tried out is gone");
    }
}
