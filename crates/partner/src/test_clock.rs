//! A clock that tests set.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use vouch_contract::clock::Clock;

/// Monotonic time and wall time, in that order.
#[derive(Debug)]
pub struct TestClock(Mutex<(Duration, Timestamp)>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Mutex::new((Duration::ZERO, Timestamp::from_second(1_800_000_000).unwrap_or_default())))
    }
}

impl TestClock {
    /// Time passes on both clocks.
    pub fn pass(&self, time: Duration) {
        let mut now = self.0.lock().expect("no test panics with it");
        now.0 += time;
        now.1 += time;
    }

    /// Somebody sets the wall clock.
    pub fn set_wall(&self, seconds: i64) {
        self.0.lock().expect("no test panics with it").1 =
            Timestamp::from_second(seconds).expect("within range");
    }
}

impl Clock for TestClock {
    fn monotonic(&self) -> Duration {
        self.0.lock().expect("no test panics with it").0
    }

    fn wall(&self) -> Timestamp {
        self.0.lock().expect("no test panics with it").1
    }
}
