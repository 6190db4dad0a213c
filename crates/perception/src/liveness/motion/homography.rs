//! Maps between two pictures of one plane, fitted to pairs of points. nalgebra has no such fit; its
//! symmetric eigenvalue solver does the numerical work here.

use nalgebra::{Matrix3, SMatrix, Vector3};

use crate::face::geometry::Point;

/// Fewest pairs for a fit. Four define it; the others are needed to measure a residual.
pub const MIN_PAIRS: usize = 8;

/// A projective map of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Homography(Matrix3<f64>);

impl Homography {
    /// The map from `from` to `to` with the smallest algebraic error: the direct linear transform
    /// on normalised points (Hartley 1997). None if the points are too few, on one line, or not
    /// finite.
    pub fn fit(from: &[Point], to: &[Point]) -> Option<Self> {
        if from.len() != to.len() || from.len() < MIN_PAIRS {
            return None;
        }
        let (from_norm, to_norm) = (normalisation(from)?, normalisation(to)?);
        let mut squares = SMatrix::<f64, 9, 9>::zeros();
        for (&a, &b) in from.iter().zip(to) {
            let (p, q) = (apply(&from_norm, a), apply(&to_norm, b));
            let first = [-p.0, -p.1, -1.0, 0.0, 0.0, 0.0, q.0 * p.0, q.0 * p.1, q.0];
            let second = [0.0, 0.0, 0.0, -p.0, -p.1, -1.0, q.1 * p.0, q.1 * p.1, q.1];
            for row in [first, second] {
                let row = SMatrix::<f64, 9, 1>::from(row);
                squares += row * row.transpose();
            }
        }
        if !squares.iter().all(|value| value.is_finite()) {
            return None;
        }
        let eigen = squares.symmetric_eigen();
        let least = eigen.eigenvalues.imin();
        let h = eigen.eigenvectors.column(least);
        let normalised = Matrix3::new(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]);
        let map = to_norm.try_inverse()? * normalised * from_norm;
        let scale = map[(2, 2)];
        (scale.abs() > 1e-12 && map.iter().all(|value| value.is_finite())).then(|| Self(map / scale))
    }

    /// The image of `p`; not finite for a point on the map's horizon.
    pub fn apply(&self, p: Point) -> Point {
        let (x, y) = apply(&self.0, p);
        Point::new(x as f32, y as f32)
    }

    /// Root mean square distance between the mapped `from` and `to`, in pixels.
    pub fn residual(&self, from: &[Point], to: &[Point]) -> f32 {
        let total: f32 = from.iter().zip(to).map(|(&a, &b)| self.apply(a).distance(b).powi(2)).sum();
        (total / from.len().max(1) as f32).sqrt()
    }
}

fn apply(map: &Matrix3<f64>, p: Point) -> (f64, f64) {
    let mapped = map * Vector3::new(f64::from(p.x), f64::from(p.y), 1.0);
    (mapped[0] / mapped[2], mapped[1] / mapped[2])
}

/// The similarity transform to mean 0 and mean distance root 2.
fn normalisation(points: &[Point]) -> Option<Matrix3<f64>> {
    let count = points.len() as f64;
    let (sx, sy) =
        points.iter().fold((0.0, 0.0), |(x, y), p| (x + f64::from(p.x) / count, y + f64::from(p.y) / count));
    let spread: f64 =
        points.iter().map(|p| (f64::from(p.x) - sx).hypot(f64::from(p.y) - sy)).sum::<f64>() / count;
    if !spread.is_finite() || spread < 1e-6 {
        return None;
    }
    let s = std::f64::consts::SQRT_2 / spread;
    Some(Matrix3::new(s, 0.0, -s * sx, 0.0, s, -s * sy, 0.0, 0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Vec<Point> {
        (0..20).map(|i| Point::new(100.0 + 23.0 * (i % 5) as f32, 80.0 + 31.0 * (i / 5) as f32)).collect()
    }

    #[test]
    fn a_projective_map_is_found_again() {
        let map = Homography(Matrix3::new(0.8, 0.1, 12.0, -0.05, 0.9, 30.0, 4e-4, -3e-4, 1.0));
        let from = grid();
        let to: Vec<Point> = from.iter().map(|&p| map.apply(p)).collect();
        let found = Homography::fit(&from, &to).expect("a fit");
        assert!(found.residual(&from, &to) < 1e-3);
    }

    #[test]
    fn points_without_a_plane_give_no_map() {
        let same = vec![Point::new(3.0, 3.0); 12];
        assert_eq!(Homography::fit(&same, &same), None);
        let broken = vec![Point::new(f32::NAN, 1.0); 12];
        assert_eq!(Homography::fit(&broken, &grid()[..12]), None);
        assert_eq!(Homography::fit(&grid()[..4], &grid()[..4]), None);
    }
}
