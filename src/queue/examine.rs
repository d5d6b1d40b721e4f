//! A look at an inbox that changes nothing, beside whoever works on it.
//!
//! In: where it is. Out: what is there. Never: a write; a database that is not there is not made.

use std::path::Path;

use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use super::{
    Database, StoreError,
    link::Link,
    postgres::{self, Line},
    store::VERSION,
    upkeep::{self, Held},
};

/// What is there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Examined {
    /// No database, or one without our tables.
    Absent,
    /// The jobs that are not done, oldest first.
    Here(Vec<Held>),
}

/// Looks at an inbox.
///
/// # Errors
/// [`StoreError::Database`] when it cannot be read, [`StoreError::Newer`].
pub async fn examine(database: &Database) -> Result<Examined, StoreError> {
    match database {
        Database::File(path) => file(path).await,
        Database::Server(server) => {
            let mut line = Line::for_reading(server).await?;
            let mut link = line.link().await?;
            postgres::knows_every_character(&mut link).await?;
            let there = "SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('inbox_schema')";
            if link.number(there, &[]).await? == Some(0) {
                return Ok(Examined::Absent);
            }
            let version = link.number("SELECT MAX(version) FROM inbox_schema", &[]).await?;
            here(version.unwrap_or_default(), &mut link).await
        }
    }
}

async fn file(path: &Path) -> Result<Examined, StoreError> {
    has_folder(path)?;
    if !path.exists() {
        return Ok(Examined::Absent);
    }
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    // Whoever reads a log keeps an index of it beside. Without a log nobody writes, and none is needed.
    let is_resting = std::fs::metadata(log).map_or(true, |log| log.len() == 0);
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(is_resting);
    let mut connection = options.disable_statement_logging().connect().await?;
    let mut begun = false;
    let mut link = Link::Sqlite { connection: &mut connection, begun: &mut begun };
    let examined = match link.number("PRAGMA user_version", &[]).await?.unwrap_or_default() {
        0 => Ok(Examined::Absent),
        version => here(version, &mut link).await,
    };
    connection.close().await?;
    examined
}

/// Whether a file could be made there.
///
/// # Errors
/// [`StoreError::NoFolder`].
pub fn has_folder(path: &Path) -> Result<(), StoreError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.exists() => {
            Err(StoreError::NoFolder(folder.to_owned()))
        }
        _ => Ok(()),
    }
}

async fn here(found: i64, link: &mut Link<'_>) -> Result<Examined, StoreError> {
    if found != VERSION {
        return Err(StoreError::Newer { found, known: VERSION });
    }
    Ok(Examined::Here(upkeep::held(link).await?))
}
