//! The inbox in PostgreSQL, where several processes work on it at once.
//!
//! In: an address. Out: the way to the server, made anew when it broke, and the lease of this process. Never: a
//! statement about deliveries that SQLite needs as well (`store` has those).
//!
//! One advisory lock puts in order what SQLite's single writer does: those who store new rows share it, those who
//! claim jobs and write down how they ended have it alone. So a claim sees every row with a lower number than its
//! own, and what comes later has a higher one.
//!
//! Each process has one row in `worker`, its lease, by the server's clock. Whoever renews its own also frees the
//! jobs of those whose lease has run out.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError};
use sqlx::{ConnectOptions, Connection};
use tokio::time::Instant;

use super::StoreError;
use super::budget;
use super::claim;
use super::link::{Link, PATIENCE, within};
use super::notes;
use super::store::{BATCH, VERSION, schema};

/// Names the lock among others in the same database: "dpgtriag".
const LOCK: i64 = 0x6470_6774_7269_6167;

/// How `delivery` differs from SQLite's, and what there is besides.
const SEQ: &str = "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
const HELD_BY: &str = ", held_by BIGINT";
const MORE: &str = "
    CREATE TABLE worker (
        id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        alive_until BIGINT NOT NULL
    );
    CREATE TABLE inbox_schema (version BIGINT NOT NULL);";

/// A connection that was not used for so long may be one to a server that was started anew since. It is tried
/// first: whoever delivers does not come twice.
const RESTED: Duration = Duration::from_millis(100);

/// A commit that was told is on disk, whatever the server's settings are. A transaction whose process is gone, or
/// cut off, holds the lock for 3 s at most. That a table is there already is no news.
const SESSION: &str = "
    SET client_min_messages = 'warning';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SET statement_timeout = '3s';
    SET idle_in_transaction_session_timeout = '3s';";

/// Where a PostgreSQL server is, and who we are to it.
#[derive(Clone)]
pub struct Server(Box<PgConnectOptions>);

impl Server {
    /// Reads `postgres://user@host/database`, with what sqlx takes behind a `?`.
    ///
    /// # Errors
    /// What is wrong with it, without anything that it says.
    pub fn read(text: &str) -> Result<Self, String> {
        let named = |rest: &str| {
            rest.split_once('@').is_some_and(|(user, _)| !user.is_empty() && !user.starts_with(':'))
        };
        let rest = text.split_once("://").map_or("", |(_, rest)| rest);
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (before, database) = place.split_once('/').unwrap_or((place, ""));
        if !named(before) {
            // The server would be told the account's name, which is another one in a container.
            return Err("must name the user: postgres://user@host/database".to_owned());
        }
        if database.is_empty() && !query.contains("dbname=") {
            return Err("names no database: postgres://user@host/database".to_owned());
        }
        let options = PgConnectOptions::from_str(text);
        options
            .map(|options| Self(Box::new(options)))
            .map_err(|_| "is no address of a PostgreSQL database".to_owned())
    }
}

/// Without the password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, database) = (self.0.get_host(), self.0.get_database().unwrap_or_default());
        write!(f, "{database} on the PostgreSQL server at {host}")
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One connection, made when it is needed.
pub(super) struct Line {
    options: PgConnectOptions,
    connection: Option<Box<PgConnection>>,
    /// When it was last asked for.
    used: Instant,
    /// This process in `worker`.
    pub(super) me: Option<i64>,
}

impl Line {
    pub(super) fn to(server: &Server) -> Self {
        let options = (*server.0).clone().application_name("dpg-triage");
        let options = options.disable_statement_logging().statement_cache_capacity(BATCH + 40);
        Self { options, connection: None, used: Instant::now(), me: None }
    }

    /// On a connection with which nothing can be written, and for which no table is made.
    pub(super) async fn for_reading(server: &Server) -> Result<Self, StoreError> {
        let mut line = Self::to(server);
        line.options = line.options.options([("default_transaction_read_only", "on")]);
        line.connection = Some(Box::new(within(Instant::now() + PATIENCE, line.options.connect()).await?));
        Ok(line)
    }

    pub(super) async fn link(&mut self) -> Result<Link<'_>, StoreError> {
        let now = Instant::now();
        let until = now + PATIENCE;
        let rested = now - std::mem::replace(&mut self.used, now) > RESTED;
        let mut connection = self.connection.take();
        if rested
            && let Some(resting) = &mut connection
            && within(now + PATIENCE / 3, resting.ping()).await.is_err()
        {
            connection = None;
        }
        let connection = match connection {
            Some(connection) => connection,
            None => {
                let connection = Box::new(within(until, self.options.connect()).await?);
                let mut place = None;
                let mut link = Link::Postgres { connection, place: &mut place, begun: false, until };
                prepare(&mut link).await?;
                link.keep().await?;
                place.ok_or(StoreError::Closed)?
            }
        };
        Ok(Link::Postgres { connection, place: &mut self.connection, begun: false, until })
    }
}

/// Makes the tables where there are none. Of processes that start together one does, and the others wait for it.
async fn prepare(link: &mut Link<'_>) -> Result<(), StoreError> {
    link.script(SESSION.to_owned()).await?;
    knows_every_character(link).await?;
    link.begin().await?;
    let there = "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('inbox_schema')";
    if link.number(there, &[]).await? == Some(0) {
        let version = format!("INSERT INTO inbox_schema (version) VALUES ({VERSION});");
        link.script([&schema(SEQ, HELD_BY), MORE, &version].concat()).await?;
    }
    let found = link.number("SELECT MAX(version) FROM inbox_schema", &[]).await?.unwrap_or_default();
    if found != VERSION {
        return Err(StoreError::Newer { found, known: VERSION });
    }
    for table in [notes::TABLE, budget::TABLE] {
        link.script(table.to_owned()).await?;
    }
    // An index that is there is asked for by the table's owner alone, and only when nobody writes.
    let there = "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('dead_by_key')";
    if link.number(there, &[]).await? == Some(0) {
        link.script(claim::DEAD.to_owned()).await?;
    }
    Ok(())
}

/// Names and errors have any character of any language; in another encoding, one that is not in it could stop the work.
/// `SQL_ASCII` is none: it keeps bytes as they come.
pub(super) async fn knows_every_character(link: &mut Link<'_>) -> Result<(), StoreError> {
    let rows = link.rows("SELECT current_setting('server_encoding')", &[]).await?;
    match rows.first().ok_or(sqlx::Error::RowNotFound)?.text(0)? {
        encoding if ["UTF8", "SQL_ASCII"].contains(&encoding.as_str()) => Ok(()),
        encoding => Err(StoreError::Encoding(encoding)),
    }
}

/// Statements that begin a transaction and take the lock by this function.
pub(super) fn begin(lock: &str) -> String {
    format!("BEGIN; SELECT {lock}({LOCK})")
}

/// PostgreSQL stores every character but one.
pub(super) fn text(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A new worker: its number, and what time it is.
pub(super) async fn enlist(link: &mut Link<'_>) -> Result<(i64, i64), sqlx::Error> {
    let sql = "INSERT INTO worker (alive_until) \
         SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) + 20000 RETURNING id, alive_until - 20000";
    let rows = link.rows(sql, &[]).await?;
    let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    Ok((row.sure(0)?, row.sure(1)?))
}

/// Makes the lease last for 20 s from now; gives what time it is. `None` when it had run out and somebody has seen
/// it: the jobs are theirs.
///
/// Jobs that are written down as ours, but are none of `running`, wait again: they were claimed in a transaction
/// whose end we did not hear of, or let go.
pub(super) async fn renew(link: &mut Link<'_>, me: i64, running: &[i64]) -> Result<Option<i64>, sqlx::Error> {
    let sql = "UPDATE worker \
         SET alive_until = CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) + 20000 \
         WHERE id = $1 RETURNING alive_until - 20000";
    let Some(now) = link.number(sql, &[me.into()]).await? else { return Ok(None) };
    let sql = "UPDATE delivery SET state = 'ready', held_by = NULL WHERE state = 'running' AND held_by = $1 \
         AND NOT seq = ANY (CAST(string_to_array($2, ',') AS BIGINT[]))";
    link.execute(sql, &[me.into(), (&list(running)).into()]).await?;
    Ok(Some(now))
}

/// Frees the jobs of processes whose lease has run out. Gives how many.
pub(super) async fn free(link: &mut Link<'_>) -> Result<u64, sqlx::Error> {
    let sql = "DELETE FROM worker \
         WHERE alive_until < CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
    link.execute(sql, &[]).await?;
    let sql = "UPDATE delivery SET state = 'ready', held_by = NULL \
         WHERE state = 'running' AND NOT EXISTS (SELECT 1 FROM worker WHERE id = held_by)";
    link.execute(sql, &[]).await
}

/// Ends the lease, and frees what is still under it.
pub(super) async fn retire(link: &mut Link<'_>, me: i64) -> Result<(), sqlx::Error> {
    link.execute("DELETE FROM worker WHERE id = $1", &[me.into()]).await?;
    let sql = "UPDATE delivery SET state = 'ready', held_by = NULL WHERE state = 'running' AND held_by = $1";
    link.execute(sql, &[me.into()]).await.map(drop)
}

/// The running jobs that are ours; `None` when our lease is gone.
pub(super) async fn held(link: &mut Link<'_>, me: i64) -> Result<Option<HashSet<i64>>, sqlx::Error> {
    let sql = "SELECT seq FROM worker LEFT JOIN delivery ON held_by = id AND state = 'running' WHERE id = $1";
    let rows = link.rows(sql, &[me.into()]).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(rows.iter().filter_map(|row| row.number(0).transpose()).collect::<Result<_, _>>()?))
}

/// Writes down whose the claimed jobs are.
pub(super) async fn hold(link: &mut Link<'_>, me: i64, claimed: &[i64]) -> Result<(), sqlx::Error> {
    let sql = "UPDATE delivery SET held_by = $1 WHERE seq = ANY (CAST(string_to_array($2, ',') AS BIGINT[]))";
    link.execute(sql, &[me.into(), (&list(claimed)).into()]).await.map(drop)
}

fn list(seqs: &[i64]) -> String {
    seqs.iter().map(i64::to_string).collect::<Vec<_>>().join(",")
}

/// Whether waiting will not help: the server has answered, and somebody has to change a setting.
pub(super) fn is_final(error: &StoreError) -> bool {
    let StoreError::Database(error) = error else {
        return matches!(error, StoreError::Newer { .. } | StoreError::Encoding(_));
    };
    match &**error {
        sqlx::Error::Configuration(_) | sqlx::Error::Tls(_) => true,
        sqlx::Error::Database(error) => {
            // Of these classes nothing stays as it is: connection, state of a transaction (a server that only
            // reads, until it is the first one), rollback, too many connections, an operator's doing.
            let passing = ["08", "25", "40", "53", "55", "57"];
            let code = error.try_downcast_ref::<PgDatabaseError>().map_or("", PgDatabaseError::code);
            !passing.iter().any(|class| code.starts_with(class))
        }
        _ => false,
    }
}

/// Whether it is a value that the server does not take: the same again is refused again.
pub(super) fn is_of_a_value(error: &StoreError) -> bool {
    let StoreError::Database(error) = error else { return false };
    let sqlx::Error::Database(error) = &**error else { return false };
    let code = error.try_downcast_ref::<PgDatabaseError>().map_or("", PgDatabaseError::code);
    code.starts_with("22") || code.starts_with("23")
}
