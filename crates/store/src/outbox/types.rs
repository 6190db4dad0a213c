//! What the outbox takes and gives.

use std::time::Duration;

/// Bounds of an outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most results that the hub has not stored, waiting and refused together.
    /// A result takes about 8 KiB.
    pub max_unacknowledged: u64,
    /// Longest JWS that is stored, bytes.
    pub max_jws_bytes: usize,
    /// How long a writer waits for another process's transaction. Signing in a
    /// TPM takes up to a second and happens inside one.
    pub busy_timeout: Duration,
}

impl Default for Limits {
    /// 10 000 results (80 MiB; a busy desk fills it in a month without a line),
    /// 256 KiB each, 10 s.
    fn default() -> Self {
        Self { max_unacknowledged: 10_000, max_jws_bytes: 256 * 1024, busy_timeout: Duration::from_secs(10) }
    }
}

/// The next result's place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Its number, from 1.
    pub seq: u64,
    /// Base64url SHA-256 of the result before it; none for the first.
    pub prev: Option<String>,
}

/// A signed result to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its unique id.
    pub jti: String,
    /// The compact JWS.
    pub jws: String,
}

/// A result that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub seq: u64,
    /// Its unique id.
    pub jti: String,
    /// The compact JWS.
    pub jws: String,
    /// SHA-256 of the compact JWS: what the hub must acknowledge.
    pub sha256: [u8; 32],
}

/// A result the hub can't take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its number.
    pub seq: u64,
    /// Its unique id.
    pub jti: String,
    /// The hub's words.
    pub reason: String,
    /// When, seconds since 1970.
    pub at: i64,
}

/// How many results are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be delivered.
    pub waiting: u64,
    /// Stored by the hub, kept for the retention.
    pub acknowledged: u64,
    /// Not taken by the hub.
    pub refused: u64,
    /// Number of the newest result; 0 before the first.
    pub last_seq: u64,
}

/// What an acknowledgement changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledged {
    /// The result leaves the queue.
    Now,
    /// It had left the queue before. A second delivery does no harm.
    Before,
}
