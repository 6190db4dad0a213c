//! The driver's frame numbers, continued across wraps and reconnections.

/// Turns a driver's 32-bit frame numbers into one increasing 64-bit number and counts the frames
/// missing in a gap.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FrameNumbers {
    last_raw: Option<u32>,
    next: u64,
}

/// When the driver's counter restarts, the step back looks like a step forward by more than this.
const LARGEST_STEP: u32 = u32::MAX / 2;

impl FrameNumbers {
    /// Takes the driver's number of a buffer. Returns the frame's own number and how many frames
    /// before it never arrived.
    pub(super) fn step(&mut self, raw: u32) -> (u64, u64) {
        let missed = match self.last_raw {
            None => 0,
            // Some drivers don't number their buffers at all: always 0.
            Some(last) => match raw.wrapping_sub(last) {
                0 | LARGEST_STEP.. => 0,
                step => u64::from(step - 1),
            },
        };
        self.last_raw = Some(raw);
        let number = self.next + missed;
        self.next = number + 1;
        (number, missed)
    }

    /// The stream restarts: the driver's next number says nothing about a gap.
    pub(super) fn restart(&mut self) {
        self.last_raw = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_counted_and_the_number_keeps_growing() {
        let mut numbers = FrameNumbers::default();
        assert_eq!(numbers.step(7), (0, 0));
        assert_eq!(numbers.step(8), (1, 0));
        assert_eq!(numbers.step(11), (4, 2));
        numbers.restart();
        assert_eq!(numbers.step(0), (5, 0));
    }

    #[test]
    fn a_wrap_is_no_gap() {
        let mut numbers = FrameNumbers::default();
        numbers.step(u32::MAX);
        assert_eq!(numbers.step(0), (1, 0));
        assert_eq!(numbers.step(2), (3, 1));
    }

    #[test]
    fn a_driver_that_does_not_number_or_starts_over_has_no_gaps() {
        let mut numbers = FrameNumbers::default();
        assert_eq!(numbers.step(0), (0, 0));
        assert_eq!(numbers.step(0), (1, 0));
        assert_eq!(numbers.step(100), (101, 99));
        assert_eq!(numbers.step(3), (102, 0));
    }
}
