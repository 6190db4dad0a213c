//! A cue's measures for the latest looks, in memory of fixed size.

use vouch_contract::liveness::{CueMeasures, MEASURES, Unavailable};

/// Looks kept: 16 s at four per second, longer than the passive part of a session. A new look
/// replaces the oldest.
const LOOKS: usize = 64;

/// Measures of the latest looks, and the quality of each.
#[derive(Debug)]
pub struct Tally {
    measures: [[f32; MEASURES]; LOOKS],
    quality: [f32; LOOKS],
    held: usize,
    next: usize,
    unavailable: Unavailable,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            measures: [[0.0; MEASURES]; LOOKS],
            quality: [0.0; LOOKS],
            held: 0,
            next: 0,
            unavailable: Unavailable::TooFewFrames,
        }
    }
}

impl Tally {
    /// Adds one look. Each measure is clamped to 0 to 1. A look with a measure that is not finite
    /// counts as a poor picture.
    pub fn add(&mut self, measures: [f32; MEASURES], quality: f32) {
        if !quality.is_finite() || measures.iter().any(|measure| !measure.is_finite()) {
            self.pass_over();
            return;
        }
        self.measures[self.next] = measures.map(|measure| measure.clamp(0.0, 1.0));
        self.quality[self.next] = quality.clamp(0.0, 1.0);
        self.next = (self.next + 1) % LOOKS;
        self.held = (self.held + 1).min(LOOKS);
    }

    /// Counts a look that showed too little.
    pub fn pass_over(&mut self) {
        self.unavailable = Unavailable::PoorPicture;
    }

    /// The mean of each measure over the looks.
    pub fn mean(&self) -> CueMeasures {
        self.over_looks(|values| values.iter().sum::<f32>() / values.len() as f32)
    }

    /// The quantile `share` (0 to 1) of each measure: a maximum that ignores single looks.
    pub fn quantile(&self, share: f32) -> CueMeasures {
        self.over_looks(|values| {
            values.sort_unstable_by(f32::total_cmp);
            let last = values.len() - 1;
            values[((last as f32 * share).floor() as usize).min(last)]
        })
    }

    fn over_looks(&self, of: impl Fn(&mut [f32]) -> f32) -> CueMeasures {
        if self.held == 0 {
            return CueMeasures::Unavailable(self.unavailable);
        }
        let mut told = [0.0; MEASURES];
        for (measure, told) in told.iter_mut().enumerate() {
            let mut values = [0.0; LOOKS];
            for (value, look) in values.iter_mut().zip(&self.measures) {
                *value = look[measure];
            }
            *told = of(&mut values[..self.held]);
        }
        let quality = self.quality[..self.held].iter().sum::<f32>() / self.held as f32;
        CueMeasures::Measured { measures: told, quality }
    }
}

/// 0 at `none`, 1 at `full`, linear between; 0 for NaN.
pub fn ramp(value: f32, none: f32, full: f32) -> f32 {
    let share = (value - none) / (full - none);
    if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_forgets_the_oldest_and_stays_within_bounds() {
        let mut tally = Tally::default();
        assert_eq!(tally.mean(), CueMeasures::Unavailable(Unavailable::TooFewFrames));
        for _ in 0..LOOKS {
            tally.add([9.0; MEASURES], 1.0);
        }
        assert_eq!(tally.mean(), CueMeasures::Measured { measures: [1.0; MEASURES], quality: 1.0 });
        for _ in 0..LOOKS {
            tally.add([-1.0; MEASURES], 0.5);
        }
        assert_eq!(tally.quantile(0.75), CueMeasures::Measured { measures: [0.0; MEASURES], quality: 0.5 });
    }

    #[test]
    fn a_measure_that_is_not_finite_is_a_poor_picture() {
        let mut tally = Tally::default();
        tally.add([f32::NAN; MEASURES], 1.0);
        assert_eq!(tally.mean(), CueMeasures::Unavailable(Unavailable::PoorPicture));
    }

    #[test]
    fn a_quantile_leaves_a_single_look_out() {
        let mut tally = Tally::default();
        for look in 0..9_u8 {
            tally.add([if look == 4 { 1.0 } else { 0.2 }; MEASURES], 1.0);
        }
        assert_eq!(tally.quantile(0.75).values(), Some(&[0.2; MEASURES]));
    }
}
