//! Removes the shadow of a card that lies on a surface.
//!
//! The end of the shadow shows as an edge beside the card's own and parallel to it. The search
//! prefers the outer of two nested quadrangles, so it may pick the shadow. The strip between the
//! two edges is darker than both the card and the background.

use super::plane::distance;
use super::refine::{PLACES, ROUNDED};
use crate::camera::Picture;

/// Largest width of the shadow: a part of the side's length, plus pixels of the shrunk picture.
const SHADOW: (f32, f32) = (0.025, 2.0);
/// The edge of the card must be this many times steeper than the end of the shadow.
const SOFTER: f32 = 2.5;
/// How far outside the detected side the surroundings are sampled, pixels of the shrunk picture.
const OUTSIDE: usize = 5;
/// How much darker than its surroundings a shadow must be, levels of 255.
const DARKER: f32 = 2.0;

/// The corners of the card inside `quad` (pixels of the picture, clockwise as seen) if some of its
/// sides are the end of a shadow; none if there is no shadow. `factor` is pixels of the picture per
/// pixel of the shrunk one.
pub(super) fn within(picture: &Picture<'_>, quad: &[[f32; 2]; 4], factor: f32) -> Option<[[f32; 2]; 4]> {
    let inwards: [f32; 4] =
        std::array::from_fn(|i| within_shadow(picture, quad[i], quad[(i + 1) % 4], factor));
    if inwards == [0.0; 4] {
        return None;
    }
    // A corner moves with both of its sides.
    Some(std::array::from_fn(|i| {
        let before = (i + 3) % 4;
        let ([ax, ay], [bx, by]) = (normal(quad[before], quad[i]), normal(quad[i], quad[(i + 1) % 4]));
        let (a, b) = (inwards[before], inwards[i]);
        [quad[i][0] + a * ax + b * bx, quad[i][1] + a * ay + b * by]
    }))
}

/// Unit vector across a side, to the right of its direction: inwards.
fn normal(from: [f32; 2], to: [f32; 2]) -> [f32; 2] {
    let length = distance(from, to).max(1.0);
    [(from[1] - to[1]) / length, (to[0] - from[0]) / length]
}

/// How far inwards the card's own edge lies, pixels, if the detected side is the end of a shadow: a
/// strip darker than what lies outside, with a steeper edge on its inner side. Otherwise zero.
fn within_shadow(picture: &Picture<'_>, from: [f32; 2], to: [f32; 2], factor: f32) -> f32 {
    const MOST: usize = 64;
    let [nx, ny] = normal(from, to);
    let most = SHADOW.0 * distance(from, to) / factor + SHADOW.1;
    let outside = OUTSIDE as f32;
    // Mean brightness along lines parallel to the side, half a pixel of the shrunk picture apart.
    let mut profile = heapless::Vec::<f32, MOST>::new();
    for step in 0..((2.0 * (most + 2.0 + outside)) as usize).min(MOST) {
        let offset = (step as f32 / 2.0 - outside) * factor;
        let mut sum = 0.0;
        for place in 0..PLACES {
            let part = ROUNDED + (1.0 - 2.0 * ROUNDED) * (place as f32 + 0.5) / PLACES as f32;
            let along = |i: usize| from[i] + (to[i] - from[i]) * part;
            let [r, g, b] = picture.sample(along(0) + offset * nx, along(1) + offset * ny);
            sum += (r + 2.0 * g + b) / (4.0 * PLACES as f32);
        }
        let _ = profile.push(sum);
    }
    let rise = |step: usize| match (profile.get(step + 1), step.checked_sub(1).and_then(|s| profile.get(s))) {
        (Some(after), Some(before)) => after - before,
        _ => 0.0,
    };
    let own_at = 2 * OUTSIDE;
    let own = (own_at - 3..=own_at + 3).map(|step| rise(step).abs()).fold(0.0, f32::max);
    let first = own_at + 4;
    let Some(top) = (first..profile.len()).max_by(|a, b| rise(*a).total_cmp(&rise(*b))) else { return 0.0 };
    let strip = profile.get(own_at + 2..top - 1).unwrap_or_default();
    let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len().max(1) as f32;
    let beyond = mean(profile.get(..own_at - 4).unwrap_or_default());
    if rise(top) > SOFTER * own && !strip.is_empty() && mean(strip) + DARKER < beyond {
        return (top as f32 / 2.0 - outside) * factor;
    }
    0.0
}
