//! What a cue measured in the looks so far, without growing.

use vouch_contract::liveness::{MEASURES, Untold, Word};

/// Looks that are remembered: 16 s at four a second, longer than a session's
/// passive part. The oldest makes way.
const LOOKS: usize = 64;

/// Measures of the last looks and how good each look was.
#[derive(Debug)]
pub struct Tally {
    measures: [[f32; MEASURES]; LOOKS],
    quality: [f32; LOOKS],
    held: usize,
    next: usize,
    untold: Untold,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            measures: [[0.0; MEASURES]; LOOKS],
            quality: [0.0; LOOKS],
            held: 0,
            next: 0,
            untold: Untold::TooFewFrames,
        }
    }
}

impl Tally {
    /// Takes in one look. Each measure is held within 0 to 1; a look with a
    /// measure that is no number counts as a poor picture.
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

    /// A look that showed too little.
    pub fn pass_over(&mut self) {
        self.untold = Untold::PoorPicture;
    }

    /// The mean of each measure over the looks.
    pub fn mean(&self) -> Word {
        self.word(|values| values.iter().sum::<f32>() / values.len() as f32)
    }

    /// The value of each measure that `share` (0 to 1) of the looks stay below:
    /// a maximum that single looks don't make.
    pub fn quantile(&self, share: f32) -> Word {
        self.word(|values| {
            values.sort_unstable_by(f32::total_cmp);
            let last = values.len() - 1;
            values[((last as f32 * share).floor() as usize).min(last)]
        })
    }

    fn word(&self, of: impl Fn(&mut [f32]) -> f32) -> Word {
        if self.held == 0 {
            return Word::Untold(self.untold);
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
        Word::Told { measures: told, quality }
    }
}

/// 0 at `none`, 1 at `full`, straight between; 0 for what is no number.
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
        assert_eq!(tally.mean(), Word::Untold(Untold::TooFewFrames));
        for _ in 0..LOOKS {
            tally.add([9.0; MEASURES], 1.0);
        }
        assert_eq!(tally.mean(), Word::Told { measures: [1.0; MEASURES], quality: 1.0 });
        for _ in 0..LOOKS {
            tally.add([-1.0; MEASURES], 0.5);
        }
        assert_eq!(tally.quantile(0.75), Word::Told { measures: [0.0; MEASURES], quality: 0.5 });
    }

    #[test]
    fn what_is_no_number_is_a_poor_picture() {
        let mut tally = Tally::default();
        tally.add([f32::NAN; MEASURES], 1.0);
        assert_eq!(tally.mean(), Word::Untold(Untold::PoorPicture));
    }

    #[test]
    fn a_quantile_leaves_a_single_look_out() {
        let mut tally = Tally::default();
        for look in 0..9_u8 {
            tally.add([if look == 4 { 1.0 } else { 0.2 }; MEASURES], 1.0);
        }
        assert_eq!(tally.quantile(0.75).measures(), Some(&[0.2; MEASURES]));
    }
}
