//! One log line for many messages of the same kind.

use std::time::{Duration, Instant};

/// At most one line in this time. A peer that sends junk must not fill the
/// journal: 1440 lines a day at most.
const PAUSE: Duration = Duration::from_secs(60);

/// Counts what repeats, and says when to log it.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    logged: Option<Instant>,
    since: u64,
}

impl Repeats {
    /// One more. Some(n): log now; n more came since the last line.
    pub(super) fn count(&mut self, now: Instant) -> Option<u64> {
        if self.logged.is_some_and(|logged| now.duration_since(logged) < PAUSE) {
            self.since = self.since.saturating_add(1);
            return None;
        }
        self.logged = Some(now);
        Some(std::mem::take(&mut self.since))
    }

    /// How many came since the last line; starts over.
    pub(super) fn rest(&mut self) -> u64 {
        std::mem::take(&mut self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_logged_at_once_then_one_line_a_pause_with_the_number() {
        let (mut repeats, begun) = (Repeats::default(), Instant::now());
        assert_eq!(repeats.count(begun), Some(0));
        for _ in 0..3000 {
            assert_eq!(repeats.count(begun + PAUSE / 2), None);
        }
        assert_eq!(repeats.count(begun + PAUSE), Some(3000));
        assert_eq!(repeats.count(begun + PAUSE), None);
        assert_eq!(repeats.rest(), 1);
        assert_eq!(repeats.rest(), 0);
    }
}
