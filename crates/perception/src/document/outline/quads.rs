//! Quadrangles of four lines that can be a page.

use super::MAX_OUTLINES;
use super::complete::{MOST_COMPLETED, Three, complete, open_sides};
use super::lines::{Line, Lines};
use super::plane::{Held, distance, held};

/// Largest angle between opposite sides in perspective, radians: 30 degrees of tilt at a distance
/// of three widths.
const OPPOSITE: f32 = 0.42;
/// Smallest angle between neighbouring sides, radians.
const CORNER: f32 = 0.87;
/// Shortest side, as a part of the picture's shorter side.
const SHORTEST: f32 = 0.16;
/// How far a corner may lie outside the picture, as a part of its shorter side.
const OUTSIDE: f32 = 0.08;
/// Least support of the worst side, and of the four on average. Fingers hide parts of a side.
const WORST_SIDE: f32 = 0.22;
const MEAN_SIDE: f32 = 0.55;
/// Part of a side next to each corner that is ignored: corners are rounded, and fingers hold them.
const ROUNDED: f32 = 0.06;
/// How far beyond a corner edges are searched, as a part of the side.
const BEYOND: f32 = 0.12;
/// Largest misfit of a page, see [`Held::misfit`]. Corners found to 1 % of the width change the
/// aspect ratio by 3 %, an unknown focal length by as much again, and a bent page by more.
const MISFIT: f32 = 0.35;
/// Penalty per unit of misfit. Steep up to `SLIGHT`: real pages stay below 0.02 even when the focal
/// length is off by a third; other shapes lie above. Gentle beyond it, for bent pages and cropped
/// pictures.
const SLIGHT: f32 = 0.06;
const SLIGHT_WEIGHT: f32 = 1.5;
const MORE_WEIGHT: f32 = 0.3;
/// Bonus for a page as wide as the picture, in proportion for narrower ones. It lets the outer of
/// nested outlines win: a portrait's frame has a page's shape too.
const WIDTH_WEIGHT: f32 = 0.35;
/// Limit on quadrangles tested against the camera model, best sides first. Floorboards and tiles
/// give thousands.
const MOST_HELD: usize = 400;
/// How many of the best lines count as strong. Three sides are completed only if all three are
/// strong.
const STRONG_LINES: usize = 40;

/// A quadrangle of the shrunk picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub quad: [[f32; 2]; 4],
    pub score: f32,
    rank: f32,
}

/// A line that can be the side between two opposite ones.
pub(super) struct Join {
    line: usize,
    /// Where it meets the two.
    pub corners: [[f32; 2]; 2],
    pub shown: Shown,
}

/// How much of a side shows as an edge, 0 to 1: between its corners, and beyond them.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub side: f32,
    pub beyond: f32,
}

/// A quadrangle with all four sides visible.
pub(super) struct Four {
    quad: [[f32; 2]; 4],
    score: f32,
    /// Upper bound of its rank.
    hope: f32,
}

/// The likeliest pages, best first. Of those that nearly coincide only the best is kept.
pub(super) fn search(lines: &Lines, size: (f32, f32)) -> heapless::Vec<Candidate, MAX_OUTLINES> {
    let all = lines.all();
    let shorter = size.0.min(size.1);
    let mut found: Vec<Four> = Vec::new();
    let mut open: Vec<Three<'_>> = Vec::new();
    let mut joins: Vec<Join> = Vec::new();
    for (a, c) in opposite_pairs(all, size, shorter * SHORTEST) {
        let sides = [&all[a], &all[c]];
        joins.clear();
        for (b, line) in all.iter().enumerate() {
            if b != a && b != c && crosses(sides[0], line) {
                joins.extend(join(b, line, sides, size));
            }
        }
        for (i, b) in joins.iter().enumerate() {
            // `a` must be the lowest line, so that each set of four is tried once.
            for d in joins[i + 1..].iter().filter(|d| b.line.min(d.line) > a) {
                let ends = [b.corners, d.corners];
                found.extend(four(sides, ends, [b.shown, d.shown], size));
            }
            if b.line.max(c) < STRONG_LINES {
                open_sides(sides, b, size, &mut open);
            }
        }
    }
    open.sort_unstable_by(|x, y| y.shown.total_cmp(&x.shown));
    found.extend(open.iter().take(MOST_COMPLETED).filter_map(|three| complete(lines, three, size)));
    if found.len() > MOST_HELD {
        found.select_nth_unstable_by(MOST_HELD, |x, y| y.hope.total_cmp(&x.hope));
        found.truncate(MOST_HELD);
    }
    let mut held: Vec<Candidate> = found.into_iter().filter_map(|four| four.held(size)).collect();
    held.sort_unstable_by(|a, b| b.rank.total_cmp(&a.rank));
    let mut best = heapless::Vec::<Candidate, MAX_OUTLINES>::new();
    for candidate in held {
        let near = |other: &Candidate| overlap(&candidate.quad, &other.quad, shorter);
        if !best.iter().any(near) && best.push(candidate).is_err() {
            break;
        }
    }
    best
}

/// Whether a corner may lie at this point.
pub(super) fn inside([x, y]: [f32; 2], size: (f32, f32)) -> bool {
    let margin = size.0.min(size.1) * OUTSIDE;
    (-margin..=size.0 + margin).contains(&x) && (-margin..=size.1 + margin).contains(&y)
}

/// The stretch of `line` between two others, if it lies in the picture and shows as an edge.
fn join(number: usize, line: &Line, [a, c]: [&Line; 2], size: (f32, f32)) -> Option<Join> {
    let (from, to) = (line.meets(a)?, line.meets(c)?);
    let shorter = size.0.min(size.1);
    if !inside(from, size) || !inside(to, size) || distance(from, to) < shorter * SHORTEST {
        return None;
    }
    let shown = shown(line, from, to);
    (shown.side >= WORST_SIDE).then_some(Join { line: number, corners: [from, to], shown })
}

/// How well a line shows as a side between two corners.
pub(super) fn shown(line: &Line, from: [f32; 2], to: [f32; 2]) -> Shown {
    Shown { side: side(line, from, to), beyond: beyond(line, from, to) }
}

fn side(line: &Line, from: [f32; 2], to: [f32; 2]) -> f32 {
    let (s, e) = (line.along(from), line.along(to));
    line.support(s + (e - s) * ROUNDED, e - (e - s) * ROUNDED).min(1.0)
}

fn beyond(line: &Line, from: [f32; 2], to: [f32; 2]) -> f32 {
    let (s, e) = (line.along(from), line.along(to));
    let part = |t: f32| s + (e - s) * t;
    line.support(part(-BEYOND), part(-0.02)) + line.support(part(1.02), part(1.0 + BEYOND))
}

/// The quadrangle of two opposite sides and the two between them, if all four show.
pub(super) fn four(
    [a, c]: [&Line; 2],
    [b, d]: [[[f32; 2]; 2]; 2],
    across: [Shown; 2],
    size: (f32, f32),
) -> Option<Four> {
    let shortest = size.0.min(size.1) * SHORTEST;
    if distance(b[0], d[0]).min(distance(b[1], d[1])) < shortest {
        return None;
    }
    // The expensive checks come last: this runs tens of thousands of times per picture.
    let near = side(a, b[0], d[0]);
    let mean = (across[0].side + across[1].side + near + 1.0) / 4.0;
    if near < WORST_SIDE || mean < MEAN_SIDE {
        return None;
    }
    let far = side(c, b[1], d[1]);
    let mean = mean + (far - 1.0) / 4.0;
    if far < WORST_SIDE || mean < MEAN_SIDE {
        return None;
    }
    let beyond = across[0].beyond + across[1].beyond + beyond(a, b[0], d[0]) + beyond(c, b[1], d[1]);
    // A side may be prolonged by chance, so edges beyond the corners count only half.
    let score = (mean - 0.5 * (beyond / 8.0).min(1.0)).clamp(0.0, 1.0);
    let quad = [b[0], b[1], d[1], d[0]];
    let longest = (0..4).map(|i| distance(quad[i], quad[(i + 1) % 4])).fold(0.0, f32::max);
    Some(Four { quad, score, hope: score + WIDTH_WEIGHT * longest / size.0.max(size.1) })
}

impl Four {
    /// Fits it to a page seen by a camera; none if it can't be one.
    fn held(&self, size: (f32, f32)) -> Option<Candidate> {
        let (quad, held) = long_side_first(self.quad, size)?;
        if held.misfit > MISFIT {
            return None;
        }
        let width = held.width / size.0.max(size.1);
        let rank = self.score - doubt(held.misfit) + WIDTH_WEIGHT * width;
        Some(Candidate { quad, score: self.score, rank })
    }
}

/// Pairs of lines that can be opposite sides.
fn opposite_pairs(lines: &[Line], size: (f32, f32), least: f32) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    for (i, a) in lines.iter().enumerate() {
        for (j, b) in lines.iter().enumerate().skip(i + 1) {
            let turn = (a.normal - b.normal).abs();
            if turn.min(std::f32::consts::PI - turn) > OPPOSITE {
                continue;
            }
            // Distance between the points where each line is closest to the picture's centre.
            let middle = |line: &Line| {
                let off = line.distance - (size.0 / 2.0 * line.cos + size.1 / 2.0 * line.sin);
                [size.0 / 2.0 + off * line.cos, size.1 / 2.0 + off * line.sin]
            };
            if distance(middle(a), middle(b)) >= least {
                pairs.push((i, j));
            }
        }
    }
    pairs
}

fn crosses(a: &Line, b: &Line) -> bool {
    let turn = (a.normal - b.normal).abs();
    turn.min(std::f32::consts::PI - turn) >= CORNER
}

/// The penalty of a misfit.
fn doubt(misfit: f32) -> f32 {
    let slight = misfit.min(SLIGHT);
    SLIGHT_WEIGHT * slight + MORE_WEIGHT * (misfit - slight)
}

/// Sorts the corners clockwise, beginning with a long side, and returns the pose.
fn long_side_first(mut quad: [[f32; 2]; 4], size: (f32, f32)) -> Option<([[f32; 2]; 4], Held)> {
    if held(&quad, size).is_none() {
        quad.reverse();
    }
    let first = held(&quad, size)?;
    quad.rotate_left(1);
    let second = held(&quad, size)?;
    if first.misfit <= second.misfit {
        quad.rotate_right(1);
        return Some((quad, first));
    }
    Some((quad, second))
}

/// Whether two quadrangles have nearly the same corners, in any rotation.
fn overlap(a: &[[f32; 2]; 4], b: &[[f32; 2]; 4], shorter: f32) -> bool {
    (0..4).any(|turn| (0..4).all(|i| distance(a[i], b[(i + turn) % 4]) < 0.04 * shorter))
}
