//! What the link is waiting for: "... did not answer in time while connecting".

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// TCP, TLS and CONNACK.
pub(super) const CONNECTING: &str = "connecting";
/// The SUBACK.
pub(super) const SUBSCRIBING: &str = "subscribing";
/// The PUBACK of the birth message.
pub(super) const STATE: &str = "taking this terminal's state";
/// The PUBACK of a result.
pub(super) const RESULT: &str = "taking a result";
/// The PUBACK of an acknowledgement, on the hub's side.
pub(super) const ACK: &str = "taking an acknowledgement";
/// Nothing but the ping's answer.
pub(super) const IDLE: &str = "keeping the line alive";

/// The present step, shared.
#[derive(Debug, Clone)]
pub struct Step(Arc<Mutex<(&'static str, Instant)>>);

impl Default for Step {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((CONNECTING, Instant::now()))))
    }
}

impl Step {
    pub(super) fn enter(&self, step: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (step, Instant::now());
    }

    /// The step in words, as they follow "while".
    pub fn words(&self) -> &'static str {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    /// How long it has lasted.
    pub fn age(&self) -> Duration {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.elapsed()
    }
}
