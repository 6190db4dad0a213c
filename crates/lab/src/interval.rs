//! Confidence in a proportion: the interval of Clopper and Pearson (1934),
//! exact for any number of trials, as ISO/IEC 19795-1 and 30107-3 reports use it.

/// Steps of the bisection: each halves the interval, so 60 leave less than 1e-18.
const STEPS: u32 = 60;
/// Steps of the continued fraction; it settles in about the root of the trials.
const MAX_FRACTION: u32 = 100_000;

/// The interval that holds the true rate with at least `confidence` (above 0,
/// below 1) when `successes` of `trials` were seen: lower and upper end, 0 to 1.
///
/// Without trials nothing is known: (0, 1). More successes than trials count as
/// all of them.
pub fn clopper_pearson(successes: u64, trials: u64, confidence: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let successes = successes.min(trials);
    let tail = (1.0 - confidence.clamp(0.0, 1.0)) / 2.0;
    let (k, n) = (successes as f64, trials as f64);
    let lower = if successes == 0 { 0.0 } else { beta_quantile(tail, k, n - k + 1.0) };
    let upper = if successes == trials { 1.0 } else { beta_quantile(1.0 - tail, k + 1.0, n - k) };
    (lower, upper)
}

/// Where the beta distribution reaches `share`, by bisection.
fn beta_quantile(share: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        if beta_share(middle, a, b) < share { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// Regularised incomplete beta function, by Lentz's continued fraction
/// (Press et al., Numerical Recipes, 6.4).
fn beta_share(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p()).exp();
    // The fraction converges fast on this side of the mean only.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..MAX_FRACTION {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for part in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + part * d);
            c = away_from_zero(1.0 + part / c);
            change = c * d;
            value *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    value
}

/// Logarithm of the gamma function for x > 0 (Lanczos, g = 5, six terms; good
/// to 2e-10).
fn ln_gamma(x: f64) -> f64 {
    const TERMS: [f64; 6] = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        1.208_650_973_866_179e-3,
        -5.395_239_384_953e-6,
    ];
    let shifted = x + 5.5;
    let base = shifted - (x + 0.5) * shifted.ln();
    let mut series = 1.000_000_000_190_015;
    for (index, term) in (1_u32..).zip(TERMS) {
        series += term / (x + f64::from(index));
    }
    -base + (2.506_628_274_631_000_5 * series / x).ln()
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
    fn the_published_intervals_come_out() {
        is(0, 10, 0.95, (0.000_000_00, 0.308_497_11));
        is(10, 10, 0.95, (0.691_502_89, 1.000_000_00));
        is(4, 20, 0.95, (0.057_334_00, 0.436_614_00));
        is(596, 600, 0.95, (0.983_019_29, 0.998_180_66));
        is(1, 3000, 0.99, (0.000_001_67, 0.002_474_06));
    }

    #[test]
    fn nothing_tried_is_nothing_known() {
        assert_eq!(clopper_pearson(0, 0, 0.95), (0.0, 1.0));
        assert_eq!(clopper_pearson(9, 3, 0.95), clopper_pearson(3, 3, 0.95));
    }

    #[test]
    fn a_million_trials_settle_too() {
        let (low, high) = clopper_pearson(500_000, 1_000_000, 0.95);
        assert!((low - 0.499_02).abs() < 1e-5 && (high - 0.500_98).abs() < 1e-5, "{low} {high}");
    }
}
