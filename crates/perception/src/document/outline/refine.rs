//! Measures the sides of a page in the full picture.

use super::fit::refit;
use super::plane::distance;
use crate::camera::Picture;

/// Sample positions along a side.
pub(super) const PLACES: usize = 64;
/// Search range to either side of the rough line, in pixels of the shrunk picture.
const REACH: f32 = 2.0;
/// Part of a side next to each corner that is left out: cards have rounded corners (3.18 mm,
/// ISO/IEC 7810), and fingers hold them there.
pub(super) const ROUNDED: f32 = 0.08;
/// Fewest positions that must agree.
const FEWEST: usize = 12;
/// Rounds of fitting; each drops the outliers of the previous one.
const ROUNDS: usize = 6;

/// The corners of `rough` (pixels of the picture) after moving each side to its edge in the
/// picture; none if a side has no edge. `factor` is pixels of the picture per pixel of the shrunk
/// one.
pub(super) fn refine(picture: &Picture<'_>, rough: [[f32; 2]; 4], factor: f32) -> Option<[[f32; 2]; 4]> {
    let mut sides = [Side::default(); 4];
    for i in 0..4 {
        sides[i] = measure(picture, rough[i], rough[(i + 1) % 4], factor)?;
    }
    let mut quad = [[0.0; 2]; 4];
    for i in 0..4 {
        quad[i] = sides[(i + 3) % 4].meets(&sides[i])?;
        // This side was caught by a neighbouring edge.
        if distance(quad[i], rough[i]) > 6.0 * factor {
            quad[i] = rough[i];
        }
    }
    Some(quad)
}

/// A line through `at` in the direction `towards`.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    at: [f32; 2],
    towards: [f32; 2],
}

impl Side {
    fn meets(&self, other: &Self) -> Option<[f32; 2]> {
        let cross = self.towards[0] * other.towards[1] - self.towards[1] * other.towards[0];
        if cross.abs() < 0.05 {
            return None;
        }
        let gap = [other.at[0] - self.at[0], other.at[1] - self.at[1]];
        let t = (gap[0] * other.towards[1] - gap[1] * other.towards[0]) / cross;
        Some([self.at[0] + t * self.towards[0], self.at[1] + t * self.towards[1]])
    }
}

fn measure(picture: &Picture<'_>, from: [f32; 2], to: [f32; 2], factor: f32) -> Option<Side> {
    let length = distance(from, to);
    if length < 1.0 {
        return None;
    }
    let towards = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
    let normal = [-towards[1], towards[0]];
    let reach = (REACH * factor).max(3.0);
    let mut points = heapless::Vec::<[f32; 2], PLACES>::new();
    for place in 0..PLACES {
        let part = ROUNDED + (1.0 - 2.0 * ROUNDED) * (place as f32 + 0.5) / PLACES as f32;
        let along = part * length;
        let middle = [from[0] + along * towards[0], from[1] + along * towards[1]];
        let inside = (1.0..picture.width() as f32 - 1.0).contains(&middle[0])
            && (1.0..picture.height() as f32 - 1.0).contains(&middle[1]);
        if inside && let Some(offset) = steepest(picture, middle, normal, towards, reach, factor) {
            // Position along the side and offset across it.
            let _ = points.push([along, offset]);
        }
    }
    let (slope, shift) = fit(&points)?;
    let scale = (1.0 + slope * slope).sqrt();
    Some(Side {
        at: [from[0] + shift * normal[0], from[1] + shift * normal[1]],
        towards: [(towards[0] + slope * normal[0]) / scale, (towards[1] + slope * normal[1]) / scale],
    })
}

/// Offset across the side at which the picture changes most; none if it hardly changes.
fn steepest(
    picture: &Picture<'_>,
    at: [f32; 2],
    normal: [f32; 2],
    towards: [f32; 2],
    reach: f32,
    factor: f32,
) -> Option<f32> {
    const MOST: usize = 64;
    /// Weakest change, in levels per pixel of the shrunk picture.
    const WEAKEST: f32 = 2.0;
    // Averaged over a short stretch along the side, against noise.
    let sample = |offset: f32| {
        let mut sum = [0.0; 3];
        for step in [-1.0, 0.0, 1.0] {
            let x = at[0] + offset * normal[0] + step * factor * 0.7 * towards[0];
            let y = at[1] + offset * normal[1] + step * factor * 0.7 * towards[1];
            let colour = picture.sample(x, y);
            for c in 0..3 {
                sum[c] += colour[c] / 3.0;
            }
        }
        sum
    };
    // Change over one pixel of the shrunk picture, the scale at which the rough edge was found.
    let half = (factor / 2.0).max(0.75);
    let steps = ((reach / 0.5) as usize).min(MOST / 2 - 1);
    let mut changes = heapless::Vec::<f32, MOST>::new();
    for step in 0..=2 * steps {
        let offset = (step as f32 - steps as f32) * 0.5;
        let (before, after) = (sample(offset - half), sample(offset + half));
        let change = (0..3).map(|c| (after[c] - before[c]).abs()).fold(0.0, f32::max);
        let _ = changes.push(change);
    }
    let (top, &change) = changes.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    if change < WEAKEST {
        return None;
    }
    // Weighted centre of the peak, because blurred edges have broad peaks.
    let (mut weight, mut sum) = (0.0, 0.0);
    for (step, &value) in changes.iter().enumerate() {
        let near = step.abs_diff(top) as f32 * 0.5 <= half + 0.5;
        let over = value - 0.6 * change;
        if near && over > 0.0 {
            weight += over;
            sum += over * (step as f32 - steps as f32) * 0.5;
        }
    }
    (weight > 0.0).then(|| sum / weight)
}

/// Slope and shift of the line through most of the points: starts from the median slope between the
/// two halves (Theil-Sen), then fits by least squares without outliers.
fn fit(points: &[[f32; 2]]) -> Option<(f32, f32)> {
    if points.len() < FEWEST {
        return None;
    }
    let half = points.len() / 2;
    let mut slopes: heapless::Vec<f32, PLACES> = heapless::Vec::new();
    for i in 0..half {
        let (a, b) = (points[i], points[i + points.len() - half]);
        let _ = slopes.push((b[1] - a[1]) / (b[0] - a[0]).max(1.0));
    }
    let mut slope = median(&mut slopes);
    let mut shifts: heapless::Vec<f32, PLACES> = points.iter().map(|p| p[1] - slope * p[0]).collect();
    let mut shift = median(&mut shifts);
    let mut slack = 3.0_f32;
    for _ in 0..ROUNDS {
        [shift, slope] = refit(points, [shift, slope], slack, FEWEST as f32)?;
        slack = (slack * 0.75).max(1.0);
    }
    Some((slope, shift))
}

fn median(values: &mut [f32]) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    values[values.len() / 2]
}
