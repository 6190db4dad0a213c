//! The outbox: signed results until the hub says it has stored them.
//!
//! One SQLite file (WAL, `synchronous=FULL`: a commit returns when the data are
//! on the medium). Numbering, signing and storing are one transaction: whatever
//! crashes at whatever moment, no number is used twice or skipped.

mod error;
mod open;
mod types;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use sha2::{Digest, Sha256};

pub use error::OutboxError;
use error::{Trouble, trouble};
pub use types::{Acknowledged, Counts, Entry, Limits, Next, Refused, Stored};
use vouch_contract::clock::{Clock, SystemClock};
use vouch_trust::twin;

/// Longest `jti` and refusal reason that are stored, bytes.
const MAX_JTI: usize = 128;
const MAX_REASON: usize = 500;

/// The outbox of one terminal. Several processes may have it open.
pub struct Outbox {
    connection: Connection,
    path: PathBuf,
    limits: Limits,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbox")
            .field("path", &self.path)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Outbox {
    /// Opens the outbox at `path`, making it (mode 0600) when there is none,
    /// and checks its integrity.
    ///
    /// # Errors
    /// [`OutboxError::Corrupt`], [`OutboxError::Version`] and whatever the disk
    /// says. Nothing is deleted or moved.
    pub fn open(path: &Path, limits: Limits) -> Result<Self, OutboxError> {
        Self::open_with_clock(path, limits, Arc::new(SystemClock::new()))
    }

    /// As [`Outbox::open`], with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Outbox::open`].
    pub fn open_with_clock(path: &Path, limits: Limits, clock: Arc<dyn Clock>) -> Result<Self, OutboxError> {
        Ok(Self { connection: open::open(path, limits.busy_timeout)?, path: path.to_owned(), limits, clock })
    }

    /// Stores the result that `sign` makes for the next place in the chain; when
    /// this returns it is on disk. When `sign` fails nothing is stored and the
    /// place stays free.
    ///
    /// # Errors
    /// [`OutboxError::Full`], [`OutboxError::DiskFull`], [`OutboxError::Signing`]
    /// and whatever the disk says.
    pub fn append<F>(&mut self, sign: F) -> Result<Stored, OutboxError>
    where
        F: FnOnce(&Next) -> Result<Entry, Box<dyn std::error::Error + Send + Sync>>,
    {
        let limits = self.limits;
        let now = self.clock.wall().as_second();
        let mut needed = 0;
        let stored = self.write(|transaction| {
            room(transaction, &limits)?;
            let next = next(transaction)?;
            let Entry { jti, jws } = sign(&next).map_err(OutboxError::Signing)?;
            if jws.len() > limits.max_jws_bytes || jti.is_empty() || jti.len() > MAX_JTI {
                return Err(OutboxError::Unfit {
                    jws_bytes: jws.len(),
                    allowed: limits.max_jws_bytes,
                    jti_bytes: jti.len(),
                }
                .into());
            }
            needed = jws.len() as u64;
            let sha256: [u8; 32] = Sha256::digest(&jws).into();
            transaction
                .execute(include_str!("sql/insert.sql"), (next.seq.cast_signed(), &jti, &jws, sha256, now))?;
            Ok(Stored { seq: next.seq, jti, jws, sha256 })
        });
        stored.map_err(|trouble| trouble.at(&self.path, needed))
    }

    /// The result that has waited longest.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn oldest_unacknowledged(&self) -> Result<Option<Stored>, OutboxError> {
        self.connection
            .query_row(include_str!("sql/oldest.sql"), [], |row| {
                Ok(Stored {
                    seq: row.get::<_, i64>(0)?.cast_unsigned(),
                    jti: row.get(1)?,
                    jws: row.get(2)?,
                    sha256: row.get(3)?,
                })
            })
            .optional()
            .map_err(|error| trouble(error).at(&self.path, 0))
    }

    /// The hub says it has stored the result `jti` and that its JWS had the digest
    /// `sha256`. The result leaves the queue only when that is the digest of our JWS
    /// or of its twin: the same result with the other form of its signature, which
    /// anybody on the way can make (see [`vouch_trust::twin`]).
    ///
    /// # Errors
    /// [`OutboxError::Unknown`], [`OutboxError::OtherDigest`] and whatever the
    /// disk says.
    pub fn acknowledge(&mut self, jti: &str, sha256: &[u8; 32]) -> Result<Acknowledged, OutboxError> {
        let now = self.clock.wall().as_second();
        self.write(|transaction| {
            let found = find(transaction, jti)?;
            if found.sha256 != *sha256 && !twin::digests(&found.jws).contains(sha256) {
                return Err(OutboxError::OtherDigest { seq: found.seq }.into());
            }
            if found.state == "acknowledged" {
                return Ok(Acknowledged::Before);
            }
            settle(transaction, found.seq, "acknowledged", None, now)?;
            Ok(Acknowledged::Now)
        })
        .map_err(|trouble| trouble.at(&self.path, 0))
    }

    /// The hub says it can't take the result `jti`. The result is kept and marked as
    /// refused, and those behind it are delivered. One that was acknowledged stays
    /// acknowledged.
    ///
    /// # Errors
    /// [`OutboxError::Unknown`] and whatever the disk says.
    pub fn refuse(&mut self, jti: &str, reason: &str) -> Result<(), OutboxError> {
        let now = self.clock.wall().as_second();
        let reason = &reason[..reason.floor_char_boundary(MAX_REASON)];
        self.write(|transaction| {
            let found = find(transaction, jti)?;
            if found.state != "acknowledged" {
                settle(transaction, found.seq, "refused", Some(reason), now)?;
            }
            Ok(())
        })
        .map_err(|trouble| trouble.at(&self.path, 0))
    }

    /// Puts a refused result back into the queue, once the cause is mended. True when
    /// it was a refused one.
    ///
    /// # Errors
    /// [`OutboxError::Unknown`] and whatever the disk says.
    pub fn retry(&mut self, jti: &str) -> Result<bool, OutboxError> {
        self.write(|transaction| {
            let found = find(transaction, jti)?;
            let refused = found.state == "refused";
            if refused {
                settle(transaction, found.seq, "waiting", None, None)?;
            }
            Ok(refused)
        })
        .map_err(|trouble| trouble.at(&self.path, 0))
    }

    /// The results the hub can't take, oldest first, at most `limit`.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn refused(&self, limit: u32) -> Result<Vec<Refused>, OutboxError> {
        let list = || {
            let mut statement = self.connection.prepare(include_str!("sql/refused.sql"))?;
            statement
                .query_map([limit], |row| {
                    Ok(Refused {
                        seq: row.get::<_, i64>(0)?.cast_unsigned(),
                        jti: row.get(1)?,
                        reason: row.get(2)?,
                        at: row.get(3)?,
                    })
                })?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        list().map_err(|error| trouble(error).at(&self.path, 0))
    }

    /// How many results are in which state.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn counts(&self) -> Result<Counts, OutboxError> {
        counts(&self.connection).map_err(|error| trouble(error).at(&self.path, 0))
    }

    /// Removes results that were acknowledged longer than `retention` ago. One that
    /// was not acknowledged is never removed, nor is the chain's head. Returns how
    /// many were removed.
    ///
    /// Ages are measured by the wall clock. A clock that jumps ahead shortens the
    /// retention, but nothing is lost: the hub has these results.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn prune(&mut self, retention: Duration) -> Result<u64, OutboxError> {
        let retention = i64::try_from(retention.as_secs()).unwrap_or(i64::MAX);
        let before = self.clock.wall().as_second().saturating_sub(retention);
        self.write(|transaction| {
            let removed = transaction.execute(include_str!("sql/prune.sql"), [before])?;
            Ok(removed as u64)
        })
        .map_err(|trouble| trouble.at(&self.path, 0))
    }

    /// Checks before a session starts that its result could be stored: there is room
    /// in the outbox and at least `min_free_bytes` are free on its file system.
    ///
    /// # Errors
    /// [`OutboxError::Full`], [`OutboxError::DiskFull`].
    pub fn preflight(&self, min_free_bytes: u64) -> Result<(), OutboxError> {
        room(&self.connection, &self.limits).map_err(|trouble| trouble.at(&self.path, 0))?;
        let free = error::free_bytes(&self.path)?;
        if free < min_free_bytes {
            return Err(OutboxError::DiskFull { path: self.path.clone(), free, needed: min_free_bytes });
        }
        Ok(())
    }

    /// One write transaction. It takes the write lock before it reads, so that
    /// two processes can't both read the same head.
    fn write<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Trouble>) -> Result<T, Trouble> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

struct Found {
    seq: u64,
    state: String,
    sha256: [u8; 32],
    jws: String,
}

fn find(connection: &Connection, jti: &str) -> Result<Found, Trouble> {
    connection
        .query_row(include_str!("sql/find.sql"), [jti], |row| {
            Ok(Found {
                seq: row.get::<_, i64>(0)?.cast_unsigned(),
                state: row.get(1)?,
                sha256: row.get(2)?,
                jws: row.get(3)?,
            })
        })
        .optional()?
        .ok_or_else(|| {
            OutboxError::Unknown { jti: jti.chars().take(MAX_JTI).flat_map(char::escape_default).collect() }
                .into()
        })
}

fn settle(
    connection: &Connection,
    seq: u64,
    state: &str,
    reason: Option<&str>,
    at: impl Into<Option<i64>>,
) -> Result<(), Trouble> {
    connection.execute(include_str!("sql/settle.sql"), (seq.cast_signed(), state, reason, at.into()))?;
    Ok(())
}

fn next(connection: &Connection) -> Result<Next, Trouble> {
    let head: Option<(i64, [u8; 32])> = connection
        .query_row(include_str!("sql/head.sql"), [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match head {
        Some((seq, sha256)) => {
            Next { seq: seq.cast_unsigned() + 1, prev: Some(URL_SAFE_NO_PAD.encode(sha256)) }
        }
        None => Next { seq: 1, prev: None },
    })
}

fn counts(connection: &Connection) -> rusqlite::Result<Counts> {
    connection.query_row(include_str!("sql/counts.sql"), [], |row| {
        let number = |column| row.get::<_, i64>(column).map(i64::cast_unsigned);
        Ok(Counts {
            waiting: number(0)?,
            acknowledged: number(1)?,
            refused: number(2)?,
            last_seq: number(3)?,
        })
    })
}

fn room(connection: &Connection, limits: &Limits) -> Result<(), Trouble> {
    let counts = counts(connection)?;
    if counts.waiting + counts.refused >= limits.max_unacknowledged {
        return Err(OutboxError::Full {
            waiting: counts.waiting,
            refused: counts.refused,
            limit: limits.max_unacknowledged,
        }
        .into());
    }
    Ok(())
}
