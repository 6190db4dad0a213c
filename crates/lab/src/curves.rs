//! Error rates over the threshold (ISO/IEC 19795-1): FMR, FNMR, the DET curve,
//! the equal error rate.

/// Error rates when scores of at least `threshold` count as a match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operating {
    /// Smallest score that is a match.
    pub threshold: f32,
    /// Non-mated comparisons taken for a match.
    pub false_matches: u64,
    /// Mated comparisons not taken for one.
    pub false_non_matches: u64,
}

/// Sorted scores of mated and non-mated comparisons; neither is empty.
#[derive(Debug, Clone)]
pub struct Scores {
    mated: Vec<f32>,
    non_mated: Vec<f32>,
}

impl Scores {
    /// Sorts the scores; none when one kind is missing or a score is NaN.
    pub fn new(mut mated: Vec<f32>, mut non_mated: Vec<f32>) -> Option<Self> {
        let usable = |scores: &[f32]| !scores.is_empty() && scores.iter().all(|score| score.is_finite());
        if !usable(&mated) || !usable(&non_mated) {
            return None;
        }
        mated.sort_unstable_by(f32::total_cmp);
        non_mated.sort_unstable_by(f32::total_cmp);
        Some(Self { mated, non_mated })
    }

    /// Number of mated comparisons.
    pub fn mated(&self) -> u64 {
        self.mated.len() as u64
    }

    /// Number of non-mated comparisons.
    pub fn non_mated(&self) -> u64 {
        self.non_mated.len() as u64
    }

    /// Both error counts at `threshold`.
    pub fn at(&self, threshold: f32) -> Operating {
        let below = |scores: &[f32]| scores.partition_point(|&score| score < threshold);
        Operating {
            threshold,
            false_matches: (self.non_mated.len() - below(&self.non_mated)) as u64,
            false_non_matches: below(&self.mated) as u64,
        }
    }

    /// Share of non-mated comparisons that match, 0 to 1.
    pub fn fmr(&self, at: &Operating) -> f64 {
        at.false_matches as f64 / self.non_mated.len() as f64
    }

    /// Share of mated comparisons that don't, 0 to 1.
    pub fn fnmr(&self, at: &Operating) -> f64 {
        at.false_non_matches as f64 / self.mated.len() as f64
    }

    /// Every operating point at which something changes, starting at the lowest
    /// threshold: the scores, and one above all of them.
    pub fn det(&self) -> Vec<Operating> {
        let mut thresholds: Vec<f32> = self.mated.iter().chain(&self.non_mated).copied().collect();
        thresholds.sort_unstable_by(f32::total_cmp);
        thresholds.dedup();
        let above = thresholds.last().map(|highest| highest.next_up());
        thresholds.extend(above);
        thresholds.into_iter().map(|threshold| self.at(threshold)).collect()
    }

    /// The equal error rate: the mean of FMR and FNMR where they are nearest.
    pub fn eer(&self) -> f64 {
        let gap = |at: &Operating| (self.fmr(at) - self.fnmr(at)).abs();
        let points = self.det();
        let nearest = points.iter().min_by(|a, b| gap(a).total_cmp(&gap(b)));
        nearest.map_or(1.0, |at| self.fmr(at).midpoint(self.fnmr(at)))
    }

    /// The lowest threshold with an FMR of at most `fmr`.
    pub fn at_fmr(&self, fmr: f64) -> Operating {
        let allowed = (fmr * self.non_mated.len() as f64).floor() as usize;
        let threshold = match self.non_mated.len().checked_sub(allowed + 1) {
            // One step above the first score that may no longer match.
            Some(last) => self.non_mated[last].next_up(),
            None => f32::NEG_INFINITY,
        };
        self.at(threshold)
    }

    /// Whether there are enough non-mated comparisons to see a rate of `fmr`
    /// at all: with fewer than 1/FMR, "none" is all that can come out.
    pub fn supports(&self, fmr: f64) -> bool {
        self.non_mated.len() as f64 * fmr >= 1.0
    }

    /// The threshold with the most right decisions, half way between its
    /// neighbouring scores; the middle one if there are several.
    pub fn best(&self) -> Operating {
        let points = self.det();
        let right =
            |at: &Operating| self.mated() - at.false_non_matches + self.non_mated() - at.false_matches;
        let most = points.iter().map(right).max().unwrap_or(0);
        let best: Vec<usize> = (0..points.len()).filter(|&index| right(&points[index]) == most).collect();
        let Some(&index) = best.get(best.len() / 2) else { return self.at(f32::INFINITY) };
        let threshold = points[index].threshold;
        let before = index.checked_sub(1).map_or(threshold, |before| points[before].threshold);
        // Above `before`, so nothing changes up to `threshold`.
        let between = before.midpoint(threshold);
        self.at(if between > before { between } else { threshold })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores() -> Scores {
        Scores::new(vec![0.9, 0.8, 0.7, 0.3], vec![0.1, 0.2, 0.4, 0.05]).expect("both kinds")
    }

    #[test]
    fn rates_at_a_threshold() {
        let scores = scores();
        let at = scores.at(0.35);
        assert_eq!((at.false_matches, at.false_non_matches), (1, 1));
        assert_eq!((scores.fmr(&at), scores.fnmr(&at)), (0.25, 0.25));
        assert_eq!(scores.at(f32::INFINITY).false_non_matches, 4);
    }

    #[test]
    fn the_equal_error_rate_and_the_best_threshold() {
        assert_eq!(scores().eer(), 0.25);
        let best = scores().best();
        assert_eq!(best.false_matches + best.false_non_matches, 1);
        let parted = Scores::new(vec![0.9, 0.8], vec![0.2, 0.4]).expect("both kinds");
        assert_eq!(parted.eer(), 0.0);
        assert!((parted.best().threshold - 0.6).abs() < 1e-6, "half way between");
    }

    #[test]
    fn the_rate_asked_for_is_kept() {
        let scores = scores();
        assert_eq!(scores.at_fmr(0.0).false_matches, 0);
        assert_eq!(scores.at_fmr(0.25).false_matches, 1);
        assert_eq!(scores.at_fmr(0.49).false_matches, 1);
        assert_eq!(scores.at_fmr(1.0).false_matches, 4);
        assert!(scores.supports(0.25) && !scores.supports(0.1));
    }

    #[test]
    fn the_curve_runs_from_one_corner_to_the_other() {
        let points = scores().det();
        let (first, last) = (points[0], points[points.len() - 1]);
        assert_eq!((first.false_matches, first.false_non_matches), (4, 0));
        assert_eq!((last.false_matches, last.false_non_matches), (0, 4));
    }

    #[test]
    fn without_both_kinds_there_is_no_curve() {
        assert!(Scores::new(vec![], vec![0.1]).is_none());
        assert!(Scores::new(vec![f32::NAN], vec![0.1]).is_none());
    }
}
