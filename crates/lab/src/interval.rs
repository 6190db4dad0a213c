//! Confidence in a proportion: the interval of Clopper and Pearson (1934),
//! exact for any number of trials, as ISO/IEC 19795-1 and 30107-3 reports use it.

use statrs::distribution::{Beta, ContinuousCDF};

/// The interval that holds the true rate with at least `confidence` (above 0,
/// below 1) after `successes` of `trials`: lower and upper end, 0 to 1.
///
/// Without trials it is (0, 1). More successes than trials count as all of them.
pub fn clopper_pearson(successes: u64, trials: u64, confidence: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let successes = successes.min(trials);
    let tail = (1.0 - confidence.clamp(0.0, 1.0)) / 2.0;
    let (k, n) = (successes as f64, trials as f64);
    let lower = if successes == 0 { None } else { beta_quantile(tail, k, n - k + 1.0) };
    let upper = if successes == trials { None } else { beta_quantile(1.0 - tail, k + 1.0, n - k) };
    (lower.unwrap_or(0.0), upper.unwrap_or(1.0))
}

/// Where the beta distribution with `a` and `b` above 0 reaches `share`.
fn beta_quantile(share: f64, a: f64, b: f64) -> Option<f64> {
    Beta::new(a, b).ok().map(|beta| beta.inverse_cdf(share))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(successes: u64, trials: u64, confidence: f64, expected: (f64, f64)) {
        let (low, high) = clopper_pearson(successes, trials, confidence);
        assert!((low - expected.0).abs() < 1e-6 && (high - expected.1).abs() < 1e-6, "{low} {high}");
    }

    // Expected numbers: scipy.stats.beta.ppf.
    #[test]
    fn the_intervals_are_those_of_scipy() {
        is(0, 10, 0.95, (0.000_000_00, 0.308_497_11));
        is(10, 10, 0.95, (0.691_502_89, 1.000_000_00));
        is(4, 20, 0.95, (0.057_334_00, 0.436_614_00));
        is(596, 600, 0.95, (0.983_019_29, 0.998_180_66));
        is(1, 3000, 0.99, (0.000_001_67, 0.002_474_06));
    }

    #[test]
    fn without_trials_the_interval_is_the_whole_range() {
        assert_eq!(clopper_pearson(0, 0, 0.95), (0.0, 1.0));
        assert_eq!(clopper_pearson(9, 3, 0.95), clopper_pearson(3, 3, 0.95));
    }

    #[test]
    fn a_million_trials_settle_too() {
        let (low, high) = clopper_pearson(500_000, 1_000_000, 0.95);
        assert!((low - 0.499_02).abs() < 1e-5 && (high - 0.500_98).abs() < 1e-5, "{low} {high}");
    }
}
