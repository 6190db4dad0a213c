//! How long to wait before the next attempt.
//!
//! Doubling with full jitter above a floor: after a broker's restart a whole
//! fleet must not come back in the same second.

use std::time::Duration;

use rand::Rng;

/// The bounds of the wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackoffOptions {
    /// Never shorter. 0.5 s: a line that flaps must not cost a TLS handshake
    /// (some 10 ms of an ARM core) more than twice a second.
    pub min: Duration,
    /// Never longer. 60 s: the longest a clerk waits for the light to turn
    /// green after the network is back.
    pub max: Duration,
}

impl Default for BackoffOptions {
    fn default() -> Self {
        Self { min: Duration::from_millis(500), max: Duration::from_secs(60) }
    }
}

/// Counts the attempts since the last success.
#[derive(Debug)]
pub struct Backoff {
    options: BackoffOptions,
    attempts: u32,
}

impl Backoff {
    /// The pace from its beginning.
    pub fn new(options: BackoffOptions) -> Self {
        Self { options, attempts: 0 }
    }

    /// The wait before the next attempt: uniform in `[min, min * 2^attempts]`,
    /// capped at `max`.
    pub fn next_wait(&mut self, rng: &mut impl Rng) -> Duration {
        self.attempts = self.attempts.saturating_add(1);
        let ceiling = self
            .options
            .min
            .saturating_mul(2_u32.saturating_pow(self.attempts))
            .min(self.options.max)
            .max(self.options.min);
        rng.random_range(self.options.min..=ceiling)
    }

    /// The wait when only a person can put things right: `[max/2, max]`.
    pub fn long_wait(&mut self, rng: &mut impl Rng) -> Duration {
        self.attempts = self.attempts.saturating_add(1);
        rng.random_range(self.options.max / 2..=self.options.max)
    }

    /// Success: start over.
    pub fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn waits_stay_within_bounds_and_grow() {
        let options = BackoffOptions::default();
        let mut backoff = Backoff::new(options);
        let mut rng = StdRng::seed_from_u64(1);
        for attempt in 1..100_u32 {
            let wait = backoff.next_wait(&mut rng);
            assert!(wait >= options.min && wait <= options.max, "{wait:?}");
            assert!(attempt > 6 || wait <= options.min * 2_u32.pow(attempt));
        }
        let later: Duration = (0..50).map(|_| backoff.next_wait(&mut rng)).sum();
        assert!(later > Duration::from_secs(50 * 15), "{later:?}");
        backoff.reset();
        assert!(backoff.next_wait(&mut rng) <= options.min * 2);
    }

    #[test]
    fn a_ceiling_below_the_floor_does_not_panic() {
        let mut backoff =
            Backoff::new(BackoffOptions { min: Duration::from_secs(2), max: Duration::from_secs(1) });
        let mut rng = StdRng::seed_from_u64(1);
        assert_eq!(backoff.next_wait(&mut rng), Duration::from_secs(2));
    }
}
