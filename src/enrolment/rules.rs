//! The thresholds of an enrolment, from the session's policy.

use crate::config::Gallery;
use vouch_contract::similarity::Calibration;
use vouch_session::fuse::least_similarity;
use vouch_session::policy::Policy;

/// Wanted share of searches that find a stranger. Chosen: one enrolment in a hundred that the
/// operator has to look at twice.
const DUPLICATE_FPIR: f32 = 1e-2;

/// See the module.
#[derive(Debug, Clone)]
pub struct Rules {
    /// Least similarity of two templates of one person.
    pub same_person: f32,
    /// What is kept, and how long.
    pub kept: Gallery,
    // For fused templates, which are closer to everybody.
    fused: Calibration,
}

impl Rules {
    /// The rules that go with a policy for single pictures and one for several
    /// ([`crate::terminal::station::Station::policy_for`]).
    pub fn new(single: &Policy, several: &Policy, kept: Gallery) -> Self {
        Self { same_person: least_similarity(&single.calibration()), kept, fused: several.calibration() }
    }

    /// The threshold for a search among this many people, and its false match rate per comparison.
    /// A calibration that does not reach the rate wanted gives its strictest threshold.
    pub fn duplicate(&self, people: usize) -> (f32, f32) {
        let wanted = DUPLICATE_FPIR / people.max(1) as f32;
        let points = self.fused.points.iter().copied().map(|(fmr, threshold)| (threshold, fmr));
        let fits =
            self.fused.threshold_for(wanted).map(|threshold| (threshold, self.fused.fmr_at(threshold)));
        fits.or_else(|| points.min_by(|a, b| a.1.total_cmp(&b.1))).unwrap_or((1.0, 1.0))
    }
}

/// How often a search among `people` strangers finds one of them, if each comparison does with the
/// rate `fmr`: 1 - (1 - fmr)^people (ISO/IEC 19795-1, for independent comparisons).
pub fn false_positive_rate(fmr: f32, people: usize) -> f32 {
    (1.0 - (1.0 - f64::from(fmr)).powf(people as f64)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_gallery_needs_a_higher_threshold() {
        let points = vec![(1e-2, 0.5), (1e-3, 0.6), (1e-4, 0.7)];
        let mut rules = Rules::new(&Policy::default(), &Policy::default(), Gallery::default());
        rules.fused = Calibration { points };
        assert_eq!(rules.duplicate(0), (0.5, 1e-2));
        assert_eq!(rules.duplicate(9), (0.6, 1e-3));
        assert_eq!(rules.duplicate(90), (0.7, 1e-4));
        assert_eq!(rules.duplicate(50_000), (0.7, 1e-4), "as strict as it was measured");
    }

    #[test]
    fn the_rate_grows_with_the_number_of_people() {
        assert!(false_positive_rate(1e-4, 0).abs() < 1e-9);
        assert!((false_positive_rate(1e-4, 1) - 1e-4).abs() < 1e-7);
        assert!((false_positive_rate(1e-4, 1000) - 0.0952).abs() < 1e-3);
        assert!(false_positive_rate(1e-4, 1_000_000) > 0.999);
    }
}
