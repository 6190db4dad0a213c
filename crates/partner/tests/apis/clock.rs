//! A clock that tests set.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use vouch_contract::clock::Clock;

/// Monotonic time and wall time, in that order.
pub struct TestClock(Mutex<(Duration, Timestamp)>);

impl TestClock {
    pub fn new() -> Self {
        Self(Mutex::new((Duration::from_secs(1000), Timestamp::now())))
    }

    /// Time passes on both clocks.
    pub fn pass(&self, seconds: u64) {
        let mut now = self.0.lock().unwrap();
        now.0 += Duration::from_secs(seconds);
        now.1 += Duration::from_secs(seconds);
    }

    /// Somebody sets the wall clock forward or back.
    pub fn jump(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        now.1 = Timestamp::from_second(now.1.as_second() + seconds).unwrap();
    }
}

impl Clock for TestClock {
    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().0
    }

    fn wall(&self) -> Timestamp {
        self.0.lock().unwrap().1
    }
}
