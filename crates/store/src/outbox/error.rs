//! What can go wrong with the outbox, in words that an operator can act on.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the outbox did not do what was asked. In every case the results reported as
/// stored before are still there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// Too many results the hub has not taken.
    #[error(
        "the outbox is full: {waiting} results wait and {refused} were refused, the limit is {limit}; \
         bring the line to the hub up or settle the refused ones, then start again"
    )]
    Full {
        /// Waiting.
        waiting: u64,
        /// Refused.
        refused: u64,
        /// Allowed together.
        limit: u64,
    },
    /// No space on the medium.
    #[error(
        "no space for {path}: {free} bytes are free on its file system, {needed} are needed; \
         free some space before the next session"
    )]
    DiskFull {
        /// The database.
        path: PathBuf,
        /// Free for this user, bytes.
        free: u64,
        /// Wanted, bytes.
        needed: u64,
    },
    /// The medium does not work.
    #[error("{path}: the disk does not read or write ({detail}); check the medium and its mount")]
    Io {
        /// The database.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// The database is damaged.
    #[error(
        "{path} is damaged ({detail}); results that wait in it may still be readable: copy it \
         and its -wal file away, recover them with `sqlite3 FILE .recover`, and only then move \
         the damaged file aside; Vouch deletes nothing"
    )]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What the check says.
        detail: String,
    },
    /// Made by another program or a newer Vouch.
    #[error("{path} is not an outbox of this version ({detail}); start the version that made it")]
    Version {
        /// The database.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// Another process has held it for too long.
    #[error("{path} has been in use by another process for too long; stop that process or try again")]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// No result has that id.
    #[error("no result `{jti}` in the outbox; it may have been pruned after an acknowledgement")]
    Unknown {
        /// The id asked for.
        jti: String,
    },
    /// The hub stored something other than what is here.
    #[error(
        "the hub acknowledges result {seq} with a digest that is not ours: it stored something \
         other than what was signed; the result stays in the queue, check the hub"
    )]
    OtherDigest {
        /// The result's number.
        seq: u64,
    },
    /// The caller could not make the result.
    #[error("the result could not be signed, nothing was stored: {0}")]
    Signing(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The result or its id is too long.
    #[error(
        "the result can't be stored: {jws_bytes} bytes ({allowed} allowed) with an id of \
         {jti_bytes} bytes (1 to 128); list fewer media"
    )]
    Unfit {
        /// Size of the JWS.
        jws_bytes: usize,
        /// Size allowed.
        allowed: usize,
        /// Size of the id.
        jti_bytes: usize,
    },
    /// Anything else the database says.
    #[error("{path}: {source}")]
    Database {
        /// The database.
        path: PathBuf,
        /// Its own error.
        source: rusqlite::Error,
    },
}

/// An error before its file is known.
pub(super) enum Trouble {
    Named(OutboxError),
    Database(rusqlite::Error),
}

impl From<OutboxError> for Trouble {
    fn from(error: OutboxError) -> Self {
        Self::Named(error)
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

pub(super) fn trouble(error: rusqlite::Error) -> Trouble {
    Trouble::Database(error)
}

impl Trouble {
    /// Names the file and sorts the database's error. `needed`: bytes that a write
    /// would have taken.
    pub(super) fn at(self, path: &Path, needed: u64) -> OutboxError {
        let source = match self {
            Self::Named(error) => return error,
            Self::Database(source) => source,
        };
        let path = path.to_owned();
        let detail = source.to_string();
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => match free_bytes(&path) {
                Ok(free) => OutboxError::DiskFull { path, free, needed },
                Err(error) => error,
            },
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly) => {
                OutboxError::Io { path, detail }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                OutboxError::Corrupt { path, detail }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OutboxError::Busy { path },
            _ => OutboxError::Database { path, source },
        }
    }
}

/// Bytes free for this user on the file system of `path`.
pub(super) fn free_bytes(path: &Path) -> Result<u64, OutboxError> {
    let stat = rustix::fs::statvfs(path)
        .map_err(|error| OutboxError::Io { path: path.to_owned(), detail: error.to_string() })?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}
