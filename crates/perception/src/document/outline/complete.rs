//! Finds the fourth side of a page when only three show.
//!
//! A card in its background's colour may show only half of a side. Such a side loses against lines
//! of print when lines are chosen. Three good sides predict where the fourth must be, and there a
//! weaker edge is enough.

use std::f32::consts::PI;

use super::fit::refit;
use super::lines::{ALIGNED, FEWEST_VOTES, Line, Lines, NEAR, turned};
use super::plane::{distance, fourth_side};
use super::quads::{Four, Join, Shown, four, inside, shown};

/// Limit on the pages completed in one picture. The ones whose three sides show best are taken.
pub(super) const MOST_COMPLETED: usize = 60;
/// Least visible part of each of the three sides, 0 to 1.
const LEAST: f32 = 0.4;
/// Least visible part of the three on average, after the penalty for edges beyond the corners.
const LEAST_MEAN: f32 = 0.6;
/// Tolerance around the predicted fourth side: a part of the distance to it, plus pixels of the
/// shrunk picture. The three sides are known to half a pixel, the focal length to a third.
const SLACK: (f32, f32) = (0.03, 2.5);
/// Predictions closer than this, in pixels of the shrunk picture, count as the same side.
const SAME: f32 = 2.0;

/// Slopes tried to either side of the predicted one.
const SLOPES: i32 = 8;
/// One-pixel bins across the predicted side. Covers twice the tolerance for a side as far away as
/// the picture is wide.
const PLACES: usize = 64;
/// Rounds of least-squares fitting.
const ROUNDS: usize = 3;

/// Three visible sides and the predicted fourth.
pub(super) struct Three<'a> {
    /// The two opposite sides.
    pub sides: [&'a Line; 2],
    /// How much of the three sides shows, 0 to 1.
    pub shown: f32,
    /// The corners of the side between them, and how well it shows.
    join: ([[f32; 2]; 2], Shown),
    /// Corners of the missing side.
    fourth: [[f32; 2]; 2],
}

/// Adds the possible pages that have `join` and the two sides it connects.
pub(super) fn open_sides<'a>(sides: [&'a Line; 2], join: &Join, size: (f32, f32), open: &mut Vec<Three<'a>>) {
    if join.shown.side < LEAST {
        return;
    }
    let own = open.len();
    let lines = sides.map(|line| [line.cos, line.sin, line.distance]);
    fourth_side(join.corners, lines, size, |beside_p, beside_q| {
        if !inside(beside_p, size) || !inside(beside_q, size) {
            return;
        }
        let known = |three: &Three<'_>| {
            distance(three.fourth[0], beside_p).max(distance(three.fourth[1], beside_q)) < SAME
        };
        if open[own..].iter().any(known) {
            return;
        }
        let [p, q] = join.corners;
        let along = [shown(sides[0], p, beside_p), shown(sides[1], q, beside_q)];
        let worst = along[0].side.min(along[1].side);
        let beyond = (join.shown.beyond + along[0].beyond + along[1].beyond) / 6.0;
        let shown = (join.shown.side + along[0].side + along[1].side) / 3.0 - 0.5 * beyond;
        if worst >= LEAST && shown >= LEAST_MEAN {
            open.push(Three { sides, shown, join: (join.corners, join.shown), fourth: [beside_p, beside_q] });
        }
    });
}

/// The page with its fourth side as found in the picture, or none if no edge is there.
pub(super) fn complete(lines: &Lines, three: &Three<'_>, size: (f32, f32)) -> Option<Four> {
    let ([p, q], [r, s]) = (three.join.0, three.fourth);
    let slack = SLACK.0 * distance(p, r).max(distance(q, s)) + SLACK.1;
    let line = near(lines, r, s, slack)?;
    let (r, s) = (line.meets(three.sides[0])?, line.meets(three.sides[1])?);
    if !inside(r, size) || !inside(s, size) {
        return None;
    }
    four(three.sides, [[p, q], [r, s]], [three.join.1, shown(&line, r, s)], size)
}

/// The line with the most edges between two points. Each end may be off by `slack` pixels across
/// the line. None if too few edges support it.
fn near(lines: &Lines, from: [f32; 2], to: [f32; 2], slack: f32) -> Option<Line> {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = distance(from, to).max(1.0);
    let (sin, cos) = (dx / length, -dy / length);
    let normal = sin.atan2(cos).rem_euclid(PI);
    let middle = [(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0];
    // Each edge's position along the side (-1 to 1) and across it (pixels).
    let mut close: Vec<[f32; 2]> = Vec::new();
    for edge in lines.along(normal) {
        let (x, y) = (edge.x - middle[0], edge.y - middle[1]);
        let along = (x * dx + y * dy) / (0.5 * length * length);
        let across = x * cos + y * sin;
        if along.abs() <= 1.0 && across.abs() <= slack && turned(edge.normal, normal) <= ALIGNED {
            close.push([along, across]);
        }
    }
    let [shift, slope] = fit(&close, fullest(&close, slack))?;
    let end = |along: f32| {
        let across = shift + slope * along;
        [middle[0] + along * dx / 2.0 + across * cos, middle[1] + along * dy / 2.0 + across * sin]
    };
    let (from, to) = (end(-1.0), end(1.0));
    let normal = (to[0] - from[0]).atan2(from[1] - to[1]).rem_euclid(PI);
    let (sin, cos) = normal.sin_cos();
    Some(lines.line(normal, from[0] * cos + from[1] * sin))
}

/// Shift and slope of the line with the most edges, to one pixel.
fn fullest(close: &[[f32; 2]], slack: f32) -> [f32; 2] {
    let mut best = (0_u16, [0.0, 0.0]);
    for step in -SLOPES..=SLOPES {
        let slope = step as f32 / SLOPES as f32 * slack;
        let mut places = [0_u16; PLACES];
        for [along, across] in close {
            let place = across - slope * along + PLACES as f32 / 2.0;
            if let Some(place) = places.get_mut(place as usize) {
                *place += 1;
            }
        }
        for (at, pair) in places.windows(2).enumerate() {
            if pair[0] + pair[1] > best.0 {
                best = (pair[0] + pair[1], [at as f32 + 1.0 - PLACES as f32 / 2.0, slope]);
            }
        }
    }
    best.1
}

/// Refines shift and slope by least squares; none if too few edges remain.
fn fit(close: &[[f32; 2]], [mut shift, mut slope]: [f32; 2]) -> Option<[f32; 2]> {
    for _ in 0..ROUNDS {
        [shift, slope] = refit(close, [shift, slope], NEAR, f32::from(FEWEST_VOTES) / 2.0)?;
    }
    Some([shift, slope])
}
