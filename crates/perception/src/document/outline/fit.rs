//! Fits a straight line through points with some outliers.

/// The line `across = shift + slope * along`, by least squares over the points (`along`, `across`)
/// within `slack` of the given line. None if fewer than `fewest` are, or all lie in one place.
pub(super) fn refit(
    points: &[[f32; 2]],
    [shift, slope]: [f32; 2],
    slack: f32,
    fewest: f32,
) -> Option<[f32; 2]> {
    let (mut n, mut st, mut so, mut stt, mut sto) = (0.0_f32, 0.0, 0.0, 0.0, 0.0);
    for &[t, o] in points {
        if (o - slope * t - shift).abs() <= slack {
            n += 1.0;
            st += t;
            so += o;
            stt += t * t;
            sto += t * o;
        }
    }
    let spread = n * stt - st * st;
    if n < fewest || spread <= 0.0 {
        return None;
    }
    let slope = (n * sto - st * so) / spread;
    Some([(so - slope * st) / n, slope])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_the_line_does_not_count() {
        let mut points: Vec<[f32; 2]> = (0..20).map(|t| [t as f32, 3.0 + 0.1 * t as f32]).collect();
        points.push([5.0, 40.0]);
        let [shift, slope] = refit(&points, [2.5, 0.12], 3.0, 8.0).unwrap();
        assert!((shift - 3.0).abs() < 1e-3 && (slope - 0.1).abs() < 1e-4, "{shift} {slope}");
        assert!(refit(&points, [2.5, 0.12], 3.0, 21.0).is_none());
        assert!(refit(&[[1.0, 1.0]; 9], [1.0, 0.0], 3.0, 8.0).is_none());
    }
}
