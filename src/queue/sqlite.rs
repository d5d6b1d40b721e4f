//! The inbox in a SQLite file: how it is opened, and that one process works on it.
//!
//! In: a path. Out: the way to its one connection. Never: a statement about deliveries (`store` has them), a wait
//! for anything but the disk, or the clock.

use std::path::Path;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};

use super::StoreError;
use super::budget;
use super::claim;
use super::link::Link;
use super::notes;
use super::store::{BATCH, VERSION, schema};

/// The only connection that writes: SQLite allows one writer, and so nobody ever meets a locked database.
pub(super) struct File {
    connection: SqliteConnection,
    /// Whether a transaction was left open.
    begun: bool,
    /// Held by the process that works the jobs off; `None` in memory.
    lock: Option<std::fs::File>,
}

impl File {
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
        let mut file = Self { connection: options.connect().await?, begun: false, lock };
        let mut link = file.link().await;
        link.begin().await?;
        match link.number("PRAGMA user_version", &[]).await?.unwrap_or_default() {
            0 => {
                link.script(format!(
                    "{} PRAGMA user_version = {VERSION};",
                    schema("INTEGER PRIMARY KEY", "")
                ))
                .await?;
            }
            VERSION => {}
            found => return Err(StoreError::Newer { found, known: VERSION }),
        }
        for table in [notes::TABLE, budget::TABLE, claim::DEAD] {
            link.script(table.to_owned()).await?;
        }
        link.keep().await?;
        Ok(file)
    }

    pub(super) async fn link(&mut self) -> Link<'_> {
        if self.begun {
            // Perhaps SQLite has done so already: then it says that there is none.
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await;
            self.begun = false;
        }
        Link::Sqlite { connection: &mut self.connection, begun: &mut self.begun }
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
}

/// Makes ready what a crash left running. Not counted as an attempt: it was not the job's fault.
pub(super) async fn recover(link: &mut Link<'_>) -> Result<u64, sqlx::Error> {
    link.execute("UPDATE delivery SET state = 'ready' WHERE state = 'running'", &[]).await
}
