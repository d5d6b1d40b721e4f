//! A way to the database for one piece of work, so that a statement is written once for both databases.
//!
//! In: statements with `$1` and their values. Out: rows of numbers and texts. Never: a statement about
//! deliveries, or a transaction that stays open: what is not committed is undone.

use std::future::Future;
use std::io;
use std::time::Duration;

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, Postgres, Row as _, SqlSafeStr, Sqlite};
use tokio::time::{Instant, timeout_at};

use super::postgres;

/// What a statement is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'v> {
    Number(Option<i64>),
    Text(Option<&'v str>),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'v> From<&'v String> for Value<'v> {
    fn from(text: &'v String) -> Self {
        Self::Text(Some(text))
    }
}

/// One row of an answer.
pub(super) enum Cells {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Cells {
    /// `None` for NULL.
    pub(super) fn number(&self, column: usize) -> Result<Option<i64>, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }

    /// A number of a column that has no NULL.
    pub(super) fn sure(&self, column: usize) -> Result<i64, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }

    pub(super) fn text(&self, column: usize) -> Result<String, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }
}

/// The connection, for as long as one piece of work takes.
pub(super) enum Link<'c> {
    Sqlite {
        connection: &'c mut SqliteConnection,
        /// Whether a transaction is open. Left so by work that failed, it is undone before the next.
        begun: &'c mut bool,
    },
    Postgres {
        /// Taken out of its place, and put back only by [`Link::keep`]: after a failure, or when nobody waits any
        /// more, it is closed, which undoes an open transaction, and the next work makes a new one.
        connection: Box<PgConnection>,
        place: &'c mut Option<Box<PgConnection>>,
        begun: bool,
        until: Instant,
    },
}

macro_rules! bound {
    ($database:ty, $sql:expr, $values:expr, $text:expr) => {{
        let mut query = sqlx::query::<$database>($sql);
        for value in $values {
            query = match *value {
                Value::Number(number) => query.bind(number),
                Value::Text(text) => query.bind(text.map($text)),
            };
        }
        query
    }};
}

impl Link<'_> {
    /// Whether other processes may work on the same database at the same time.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres { .. })
    }

    /// How the value with this number, from 1, is written in a statement with very many of them.
    pub(super) fn placeholder(&self, number: usize) -> String {
        match self {
            // SQLite finds a `$1` by its name, among all that went before.
            Self::Sqlite { .. } => "?".to_owned(),
            Self::Postgres { .. } => format!("${number}"),
        }
    }

    /// Gives how many rows it changed.
    pub(super) async fn execute(
        &mut self,
        sql: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<u64, sqlx::Error> {
        match self {
            Self::Sqlite { connection, .. } => {
                let query = bound!(Sqlite, sql, values, |text| text);
                Ok(query.execute(&mut **connection).await?.rows_affected())
            }
            Self::Postgres { connection, until, .. } => {
                let query = bound!(Postgres, sql, values, postgres::text);
                Ok(within(*until, query.execute(&mut **connection)).await?.rows_affected())
            }
        }
    }

    pub(super) async fn rows(
        &mut self,
        sql: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<Vec<Cells>, sqlx::Error> {
        match self {
            Self::Sqlite { connection, .. } => {
                let query = bound!(Sqlite, sql, values, |text| text);
                Ok(query.fetch_all(&mut **connection).await?.into_iter().map(Cells::Sqlite).collect())
            }
            Self::Postgres { connection, until, .. } => {
                let query = bound!(Postgres, sql, values, postgres::text);
                let rows = within(*until, query.fetch_all(&mut **connection)).await?;
                Ok(rows.into_iter().map(Cells::Postgres).collect())
            }
        }
    }

    /// The first number of the first row; `None` when there is no row, or NULL in it.
    pub(super) async fn number(
        &mut self,
        sql: impl SqlSafeStr,
        values: &[Value<'_>],
    ) -> Result<Option<i64>, sqlx::Error> {
        self.rows(sql, values).await?.first().map_or(Ok(None), |cells| cells.number(0))
    }

    /// Several statements without values, in the transaction that is open, if one is.
    pub(super) async fn script(&mut self, sql: String) -> Result<(), sqlx::Error> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql));
        match self {
            Self::Sqlite { connection, .. } => script.execute(&mut **connection).await.map(drop),
            Self::Postgres { connection, until, .. } => {
                within(*until, script.execute(&mut **connection)).await.map(drop)
            }
        }
    }

    /// Begins a transaction during which nobody else writes; in one that is open, goes on.
    pub(super) async fn begin(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite { begun: true, .. } | Self::Postgres { begun: true, .. } => Ok(()),
            Self::Sqlite { begun, .. } => {
                **begun = true;
                self.script("BEGIN IMMEDIATE".to_owned()).await
            }
            Self::Postgres { begun, .. } => {
                *begun = true;
                self.script(postgres::begin("pg_advisory_xact_lock")).await
            }
        }
    }

    /// Begins a transaction that stores new rows, beside others that do. Nothing in SQLite, where one statement is
    /// a transaction of its own.
    pub(super) async fn begin_beside(&mut self) -> Result<(), sqlx::Error> {
        if let Self::Postgres { begun, .. } = self {
            *begun = true;
            return self.script(postgres::begin("pg_advisory_xact_lock_shared")).await;
        }
        Ok(())
    }

    /// Makes the transaction last, if one is open, and gives the connection back.
    pub(super) async fn keep(mut self) -> Result<(), sqlx::Error> {
        if matches!(&self, Self::Sqlite { begun: true, .. } | Self::Postgres { begun: true, .. }) {
            self.script("COMMIT".to_owned()).await?;
        }
        match self {
            Self::Sqlite { begun, .. } => *begun = false,
            Self::Postgres { connection, place, .. } => *place = Some(connection),
        }
        Ok(())
    }
}

/// A server that does not answer must not hold up those who wait.
pub(super) async fn within<T>(
    until: Instant,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let late = || io::Error::new(io::ErrorKind::TimedOut, "no answer in time");
    timeout_at(until, answer).await.unwrap_or_else(|_| Err(sqlx::Error::Io(late())))
}

/// So long one piece of work may take on a server, connecting included: the sender of a delivery waits meanwhile.
pub(super) const PATIENCE: Duration = Duration::from_millis(1500);
