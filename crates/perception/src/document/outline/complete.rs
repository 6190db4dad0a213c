//! The fourth side of a page of which three show.
//!
//! A card of its background's colour has sides of which half is seen, which lose against the
//! print of a sheet among a picture's lines. Three sides tell where the fourth must be; there a
//! weaker one is enough.

use std::f32::consts::PI;

use super::fit::refit;
use super::lines::{ALIGNED, FEWEST_VOTES, Line, Lines, NEAR, turned};
use super::plane::{distance, fourth_side};
use super::quads::{Four, Join, Shown, four, inside, shown};

/// Most pages completed in a picture, those whose three sides show best.
pub(super) const MOST_COMPLETED: usize = 60;
/// Least that must show of each of the three.
const LEAST: f32 = 0.4;
/// And of them on average, less what goes on beyond the corners.
const LEAST_MEAN: f32 = 0.6;
/// How far the fourth side may lie from where it is expected: parts of the way to it, and pixels
/// of the shrunk picture. The three are known to half a pixel, the lens to a third.
const SLACK: (f32, f32) = (0.03, 2.5);
/// Two lenses that expect the side within so many pixels are one.
const SAME: f32 = 2.0;

/// Slopes tried to either side of the expected one.
const SLOPES: i32 = 8;
/// Places across the expected side that are told apart, one for each pixel: twice the slack of a
/// side as far away as the picture is wide.
const PLACES: usize = 64;
/// Rounds of fitting.
const ROUNDS: usize = 3;

/// Three sides that show, and where the fourth would be.
pub(super) struct Three<'a> {
    /// Opposite sides.
    pub sides: [&'a Line; 2],
    /// How much of the three shows.
    pub shown: f32,
    /// The corners of the side between them, and how it shows.
    join: ([[f32; 2]; 2], Shown),
    /// The missing side's corners.
    fourth: [[f32; 2]; 2],
}

/// Adds the pages whose three sides are `join` and the two between which it lies.
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

/// The page with the fourth side that the picture shows; none where there is no edge.
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

/// The line with the most edges between two places, each of which may be off by `slack` pixels
/// across it; none when there are few.
fn near(lines: &Lines, from: [f32; 2], to: [f32; 2], slack: f32) -> Option<Line> {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = distance(from, to).max(1.0);
    let (sin, cos) = (dx / length, -dy / length);
    let normal = sin.atan2(cos).rem_euclid(PI);
    let middle = [(from[0] + to[0]) / 2.0, (from[1] + to[1]) / 2.0];
    // Each edge's place along the side, from -1 to 1, and across it in pixels.
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

/// Shift and slope of the line with the most edges, to a pixel.
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

/// The same by least squares; none when few edges are left.
fn fit(close: &[[f32; 2]], [mut shift, mut slope]: [f32; 2]) -> Option<[f32; 2]> {
    for _ in 0..ROUNDS {
        [shift, slope] = refit(close, [shift, slope], NEAR, f32::from(FEWEST_VOTES) / 2.0)?;
    }
    Some([shift, slope])
}
