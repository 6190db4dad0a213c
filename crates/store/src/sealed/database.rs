//! The SQLite file of a sealed store: readable by its owner alone, of a version that this program
//! knows, and of the key that lies beside it.
//!
//! In: the state folder and the store's [`Layout`]. Out: a connection and a [`Sealer`]. Called by
//! the stores of this crate.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::{Sealer, SecretError, Unsealable};

/// How long to wait for another process, such as a command of the operator.
const BUSY: Duration = Duration::from_secs(2);

/// What a store's files are like.
pub(crate) struct Layout {
    /// The database inside the state folder.
    pub file: &'static str,
    /// The key beside it.
    pub key_file: &'static str,
    /// Keeps the keys of two stores apart.
    pub purpose: &'static [u8],
    /// SQL from each version to the next; the first one makes the file. One of them makes the
    /// table `key_check`.
    pub steps: &'static [&'static str],
    /// How it writes.
    pub journal: Journal,
}

/// How a store writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Journal {
    /// A write-ahead log: reading and writing don't wait for each other.
    Ahead,
    /// The old content is kept aside only until a write has ended, and removed content is
    /// overwritten. What was deleted is in no file afterwards.
    Erasing,
}

/// Why a sealed store can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SealedStoreError {
    /// The key file.
    #[error("{}: {error}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: SecretError,
    },
    /// The database can't be made.
    #[error("{}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the disk says.
        error: io::Error,
    },
    /// The key is there but belongs to another database.
    #[error(
        "{key_file} is not the key of {}: put the right one back, or remove both files; what was kept there \
         is then lost",
        path.display()
    )]
    OtherKey {
        /// The database.
        path: PathBuf,
        /// The name of the key's file.
        key_file: &'static str,
    },
    /// The database.
    #[error("{}: {error}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        error: rusqlite::Error,
    },
    /// A database of another version.
    #[error("{}: version {found}, this program knows {known}; update the program", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: usize,
    },
    /// An entry that was altered, or sealed with another key.
    #[error("an entry can't be opened: the file was altered, or the key beside it is another one")]
    Sealed,
}

impl From<Unsealable> for SealedStoreError {
    fn from(_: Unsealable) -> Self {
        Self::Sealed
    }
}

/// Opens a store in the state folder `state`, making it if there is none.
///
/// # Errors
/// [`SealedStoreError`]; nothing is deleted.
pub(crate) fn open(state: &Path, layout: &Layout) -> Result<(Connection, Sealer), SealedStoreError> {
    let (path, key) = (state.join(layout.file), state.join(layout.key_file));
    let sealer = Sealer::open(&key, layout.purpose, !path.exists())
        .map_err(|error| SealedStoreError::Key { path: key, error })?;
    // SQLite would make the file readable by everybody, so it is made before.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(SealedStoreError::File { path, error }),
    }
    let trouble = |error| SealedStoreError::Database { path: path.clone(), error };
    let mut connection = Connection::open(&path).map_err(trouble)?;
    set_up(&connection, layout.journal).map_err(trouble)?;
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(trouble)?;
    let found: i64 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(trouble)?;
    let known = layout.steps.len();
    let Some(steps) = usize::try_from(found).ok().and_then(|version| layout.steps.get(version..)) else {
        return Err(SealedStoreError::Version { path, found, known });
    };
    for step in steps {
        transaction.execute_batch(step).map_err(trouble)?;
    }
    let of_key = "SELECT value FROM key_check";
    let kept: Option<Vec<u8>> =
        transaction.query_row(of_key, [], |row| row.get(0)).optional().map_err(trouble)?;
    match kept {
        Some(kept) if kept == sealer.check_value() => {}
        // The table was made just now. A file from before there was one takes the key beside it for
        // its own.
        None if !steps.is_empty() => {
            let insert = "INSERT INTO key_check (value) VALUES (?1)";
            transaction.execute(insert, [sealer.check_value()]).map_err(trouble)?;
        }
        _ => return Err(SealedStoreError::OtherKey { path, key_file: layout.key_file }),
    }
    transaction.commit().map_err(trouble)?;
    Ok((connection, sealer))
}

fn set_up(connection: &Connection, journal: Journal) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    match journal {
        Journal::Ahead => connection.pragma_update(None, "journal_mode", "WAL")?,
        Journal::Erasing => {
            connection.pragma_update(None, "journal_mode", "DELETE")?;
            connection.pragma_update(None, "secure_delete", true)?;
        }
    }
    connection.pragma_update(None, "synchronous", "FULL")
}
