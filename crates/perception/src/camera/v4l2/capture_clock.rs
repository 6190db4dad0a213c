//! Capture times.

use std::time::Duration;

use v4l::v4l_sys as sys;

/// A driver's time stamp further than this from the clock is ignored. Some drivers use another
/// clock for stamps, or set none.
const STAMP_TOLERANCE: Duration = Duration::from_secs(5);

/// Capture times, counted from the first frame.
#[derive(Debug, Default)]
pub(super) struct CaptureClock {
    first: Option<Duration>,
    last: Duration,
    // Age of the last frame when its time was asked for.
    age: Duration,
}

impl CaptureClock {
    /// The current time, or the driver's own `stamp` if its `flags` make it usable.
    pub(super) fn at(&mut self, flags: u32, stamp: Duration) -> Duration {
        let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        let now = Duration::try_from(now).unwrap_or_default();
        self.reckon(flags, stamp, now)
    }

    /// The driver's stamp if it is monotonic and near `now`, otherwise `now`; never before the
    /// previous frame.
    fn reckon(&mut self, flags: u32, stamp: Duration, now: Duration) -> Duration {
        let monotonic = flags & sys::V4L2_BUF_FLAG_TIMESTAMP_MASK == sys::V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
        let time = if monotonic && now.abs_diff(stamp) < STAMP_TOLERANCE { stamp } else { now };
        let first = *self.first.get_or_insert(time);
        self.last = self.last.max(time.saturating_sub(first));
        self.age = now.saturating_sub(first.saturating_add(self.last));
        self.last
    }

    /// How old the last frame was when its time was asked for.
    pub(super) fn age(&self) -> Duration {
        self.age
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    const MONOTONIC: u32 = sys::V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn time_counts_from_the_first_frame() {
        let mut clock = CaptureClock::default();
        assert_eq!(clock.reckon(MONOTONIC, ms(70_000), ms(70_010)), ms(0));
        assert_eq!(clock.reckon(MONOTONIC, ms(70_033), ms(70_050)), ms(33));
        assert_eq!(clock.age(), ms(17));
        // The same clock continues after an outage.
        assert_eq!(clock.reckon(MONOTONIC, ms(75_000), ms(75_001)), ms(5_000));
    }

    #[test]
    fn a_senseless_stamp_gives_way_to_the_clock() {
        let mut clock = CaptureClock::default();
        // Not monotonic (a copy of another program's time).
        let copied = sys::V4L2_BUF_FLAG_TIMESTAMP_COPY;
        assert_eq!(clock.reckon(copied, ms(1), ms(70_000)), ms(0));
        // Monotonic according to its flag, but zero.
        assert_eq!(clock.reckon(MONOTONIC, ms(0), ms(70_040)), ms(40));
        // Never backwards.
        assert_eq!(clock.reckon(MONOTONIC, ms(70_020), ms(70_080)), ms(40));
    }
}
