//! Why the inbox could not do what it was asked.
//!
//! In: what the database says. Out: [`StoreError`]. Never: what to do about it, which is for whoever asked.

use std::{path::PathBuf, sync::Arc};

/// Why a row could not be stored, or the store not be asked. The sender should come again: 503.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Too many rows wait to be written.
    #[error("too many deliveries wait to be stored")]
    Busy,
    /// The writer is gone: the process is ending.
    #[error("the inbox is closed")]
    Closed,
    /// The database refused.
    #[error("the database refused: {}", innermost(.0))]
    Database(Arc<sqlx::Error>),
    /// The database was made by a later version of this program.
    #[error("the database has schema {found}, this program knows {known}")]
    Newer {
        /// Its version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The database cannot store every character.
    #[error(
        "the database has the encoding {0} and needs UTF8: make it with CREATE DATABASE … ENCODING 'UTF8'"
    )]
    Encoding(String),
    /// The folder in which the file would be made is not there.
    #[error("the folder {} of DATABASE_URL does not exist; make it", .0.display())]
    NoFolder(PathBuf),
    /// Others took this process for dead.
    #[error("another process has this job now")]
    TakenOver,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(Arc::new(error))
    }
}

/// What went wrong, without the words that sqlx's layers say before it and again.
fn innermost(error: &sqlx::Error) -> String {
    if let Some(refused) = error.as_database_error() {
        return refused.message().to_owned();
    }
    let mut error: &dyn std::error::Error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
