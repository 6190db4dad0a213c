//! Time as a parameter, so that a test (or a replay) can set it.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Tells the time. `monotonic` never jumps; `wall` is the system's time.
pub trait Clock: Send + Sync {
    /// Time since a fixed moment of this process.
    fn monotonic(&self) -> Duration;
    /// Civil time, UTC.
    fn wall(&self) -> Timestamp;
}

/// The machine's own clocks.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose monotonic zero is now.
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::now()
    }
}
