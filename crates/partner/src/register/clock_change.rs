//! When the clock is set, deadlines move with it.
//!
//! A board without a battery starts in 1970 and is set when the network comes up; an operator may
//! set the clock at any time. Neither may end tokens early or let them live for years. While this
//! process runs, wall time is compared with monotonic time; what differs is a change of the clock.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use vouch_contract::clock::Clock;

/// A smaller difference is drift, or a clock that is being adjusted slowly.
const LEAST_CHANGE_S: i64 = 5;

pub(super) struct SteadyTime {
    clock: Arc<dyn Clock>,
    last: (Duration, i64),
}

impl SteadyTime {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let last = (clock.monotonic(), clock.wall().as_second());
        Self { clock, last }
    }

    /// Seconds since 1970, and by how much the clock was set since the last call.
    pub fn now(&mut self) -> (i64, i64) {
        let (monotonic, wall) = (self.clock.monotonic(), self.clock.wall().as_second());
        let passed = monotonic.saturating_sub(self.last.0).as_secs();
        let change = wall - self.last.1 - i64::try_from(passed).unwrap_or(0);
        if change.abs() < LEAST_CHANGE_S {
            // The rest of a second is not lost: the origin stays until a whole one has passed.
            if passed > 0 {
                self.last = (monotonic, wall);
            }
            return (wall, 0);
        }
        self.last = (monotonic, wall);
        (wall, change)
    }
}

/// Moves all deadlines by so many seconds.
pub(super) fn move_deadlines(connection: &Connection, seconds: i64) -> rusqlite::Result<()> {
    for (table, columns) in [
        ("token", &["issued_at", "valid_until"][..]),
        ("session", &["created_at", "valid_until", "keep_until", "fetched_until"][..]),
        ("webhook", &["next_at", "tried_at", "keep_until"][..]),
    ] {
        let set: Vec<String> = columns.iter().map(|column| format!("{column} = {column} + ?1")).collect();
        connection.execute(&format!("UPDATE {table} SET {}", set.join(", ")), [seconds])?;
    }
    Ok(())
}

/// Moves the deadlines back if the clock is behind the newest row: it was set back, or lost, while
/// no process ran.
pub(super) fn after_restart(connection: &Connection, now: i64) -> rusqlite::Result<()> {
    let newest: i64 = connection.query_row(
        "SELECT max(ifnull((SELECT max(issued_at) FROM token), 0),
                    ifnull((SELECT max(created_at) FROM session), 0),
                    ifnull((SELECT max(tried_at) FROM webhook), 0))",
        [],
        |row| row.get(0),
    )?;
    if newest > now + LEAST_CHANGE_S { move_deadlines(connection, now - newest) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_clock::TestClock;

    #[test]
    fn time_that_passes_is_no_change() {
        let clock = Arc::new(TestClock::default());
        let mut time = SteadyTime::new(clock.clone());
        for _ in 0..1000 {
            clock.pass(Duration::from_millis(999));
            assert_eq!(time.now().1, 0);
        }
        clock.pass(Duration::from_secs(86_400));
        assert_eq!(time.now().1, 0);
    }

    #[test]
    fn a_clock_that_is_set_tells_by_how_much() {
        let clock = Arc::new(TestClock::default());
        let mut time = SteadyTime::new(clock.clone());
        let (before, _) = time.now();
        for change in [3600, -7200, 1_000_000_000] {
            let (wall, _) = time.now();
            clock.set_wall(wall + change);
            assert_eq!(time.now(), (wall + change, change));
            assert_eq!(time.now().1, 0);
        }
        assert_eq!(time.now().0, before + 3600 - 7200 + 1_000_000_000);
    }
}
