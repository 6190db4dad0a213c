//! The seam to the outbox: what the link must be able to ask of it.
//!
//! The calls block (a disk is behind them), so the link makes them on tokio's
//! blocking threads, one at a time, and waits for each: an answer given is an
//! answer on disk.

use std::sync::{Arc, Mutex};

/// A result that waits to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The device's running number.
    pub seq: u64,
    /// The result's id.
    pub jti: String,
    /// The signed result, compact form.
    pub jws: String,
}

/// What became of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The result has left the queue.
    Removed,
    /// The digest is not that of the waiting result; it stays.
    DigestDiffers,
    /// No such result waits.
    Unknown,
}

/// The queue of results, oldest first.
pub trait Pending: Send + 'static {
    /// The oldest result that waits; the same one again until it is settled.
    fn next(&mut self) -> Result<Option<Envelope>, PendingError>;
    /// The hub has stored the result with this digest (base64url SHA-256).
    fn acknowledged(&mut self, jti: &str, sha256: &str) -> Result<Settled, PendingError>;
    /// The hub will never take it; it leaves the queue but not the disk.
    fn refused(&mut self, jti: &str, reason: &str) -> Result<(), PendingError>;
    /// How many wait.
    fn waiting(&mut self) -> Result<u64, PendingError>;
    /// Sequence number of the newest result, waiting or delivered; 0: none yet.
    fn last_seq(&mut self) -> Result<u64, PendingError>;
}

/// The outbox could not answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the outbox could not {what}: {reason}")]
pub struct PendingError {
    /// What was asked of it.
    pub what: &'static str,
    /// Its own words.
    pub reason: String,
}

/// A queue behind a lock, called from async code.
#[derive(Debug)]
pub(super) struct Queue<P>(Arc<Mutex<P>>);

impl<P> Clone for Queue<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Pending> Queue<P> {
    pub(super) fn new(pending: P) -> Self {
        Self(Arc::new(Mutex::new(pending)))
    }

    /// Runs one call on a blocking thread.
    pub(super) async fn ask<T, F>(&self, what: &'static str, call: F) -> Result<T, PendingError>
    where
        T: Send + 'static,
        F: FnOnce(&mut P) -> Result<T, PendingError> + Send + 'static,
    {
        let queue = Arc::clone(&self.0);
        let failed = move |reason: String| PendingError { what, reason };
        tokio::task::spawn_blocking(move || {
            let mut pending = queue.lock().map_err(|_| failed("an earlier call panicked".to_owned()))?;
            call(&mut pending)
        })
        .await
        .map_err(|error| failed(error.to_string()))?
    }
}
