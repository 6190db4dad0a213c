//! Quadrangles of four lines that can be a page.

use super::MAX_OUTLINES;
use super::lines::Line;
use super::plane::{Held, distance, held};

/// Opposite sides seen in perspective are turned against each other by this much at most,
/// radians: 30 degrees of tilt at a distance of three widths.
const OPPOSITE: f32 = 0.42;
/// Neighbouring sides meet at no sharper angle, radians.
const CORNER: f32 = 0.87;
/// Shortest side, in shorter sides of the picture.
const SHORTEST: f32 = 0.16;
/// A corner may lie this far outside, in shorter sides of the picture.
const OUTSIDE: f32 = 0.08;
/// Least support of the worst side, and of the four on average. Fingers hide a part of a side.
const WORST_SIDE: f32 = 0.22;
const MEAN_SIDE: f32 = 0.62;
/// Rounded corners and holding fingers: this part of a side next to each corner does not count.
const ROUNDED: f32 = 0.06;
/// Where edges beyond a corner are looked for, in parts of the side.
const BEYOND: f32 = 0.12;
/// Largest misfit of a page, see [`Held::misfit`]: corners found to 1 % of the width move the
/// aspect by 3 %, an unknown focal length by as much again, a page that is not flat by more.
const MISFIT: f32 = 0.35;
/// What a misfit of 1 takes from a candidate, against a side fully seen.
const MISFIT_WEIGHT: f32 = 0.6;
/// A quadrangle of the shrunk picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub quad: [[f32; 2]; 4],
    pub score: f32,
    rank: f32,
}

/// The likeliest pages, the best first, no two of nearly the same place.
pub(super) fn search(lines: &[Line], size: (f32, f32)) -> heapless::Vec<Candidate, MAX_OUTLINES> {
    let shorter = size.0.min(size.1);
    let mut all: Vec<Candidate> = Vec::new();
    let mut between: Vec<usize> = Vec::new();
    for (a, c) in opposite_pairs(lines, size, shorter * SHORTEST) {
        // Lines that can be a side from one to the other.
        between.clear();
        for (b, line) in lines.iter().enumerate().skip(a + 1) {
            if b != c && crosses(&lines[a], line) && joins(line, &lines[a], &lines[c], size, shorter) {
                between.push(b);
            }
        }
        for (i, &b) in between.iter().enumerate() {
            for &d in &between[i + 1..] {
                let sides = [&lines[a], &lines[b], &lines[c], &lines[d]];
                if let Some(candidate) = consider(sides, size, shorter) {
                    all.push(candidate);
                }
            }
        }
    }
    all.sort_unstable_by(|a, b| b.rank.total_cmp(&a.rank));
    let mut best = heapless::Vec::<Candidate, MAX_OUTLINES>::new();
    for candidate in all {
        let near = |other: &Candidate| overlap(&candidate.quad, &other.quad, shorter);
        if !best.iter().any(near) && best.push(candidate).is_err() {
            break;
        }
    }
    best
}

/// Whether the stretch of `line` between `a` and `c` lies in the picture and shows as an edge.
fn joins(line: &Line, a: &Line, c: &Line, size: (f32, f32), shorter: f32) -> bool {
    let margin = shorter * OUTSIDE;
    let inside = |[x, y]: [f32; 2]| {
        (-margin..=size.0 + margin).contains(&x) && (-margin..=size.1 + margin).contains(&y)
    };
    let (Some(from), Some(to)) = (line.meets(a), line.meets(c)) else { return false };
    if !inside(from) || !inside(to) || distance(from, to) < shorter * SHORTEST {
        return false;
    }
    let (s, e) = (line.along(from), line.along(to));
    line.support(s + (e - s) * ROUNDED, e - (e - s) * ROUNDED) >= WORST_SIDE
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
            // Their distance where the picture's middle is nearest to each.
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

/// The quadrangle of the sides `a b c d` in their order round, when it can be a page.
fn consider(sides: [&Line; 4], size: (f32, f32), shorter: f32) -> Option<Candidate> {
    let mut quad = [[0.0; 2]; 4];
    let margin = shorter * OUTSIDE;
    for i in 0..4 {
        // Corner i lies between side i - 1 and side i.
        let corner = sides[(i + 3) % 4].meets(sides[i])?;
        let inside = |v: f32, limit: f32| (-margin..=limit + margin).contains(&v);
        if !inside(corner[0], size.0) || !inside(corner[1], size.1) {
            return None;
        }
        quad[i] = corner;
    }
    let (mut worst, mut mean, mut beyond) = (1.0_f32, 0.0, 0.0);
    for i in 0..4 {
        let (from, to) = (quad[i], quad[(i + 1) % 4]);
        let length = distance(from, to);
        if length < shorter * SHORTEST {
            return None;
        }
        let (s, e) = (sides[i].along(from), sides[i].along(to));
        let part = |t: f32| s + (e - s) * t;
        let support = sides[i].support(part(ROUNDED), part(1.0 - ROUNDED)).min(1.0);
        worst = worst.min(support);
        mean += support / 4.0;
        // Half of what lies beyond is forgiven where a side happens to go on.
        beyond += (sides[i].support(part(-BEYOND), part(-0.02))
            + sides[i].support(part(1.02), part(1.0 + BEYOND)))
            / 8.0;
        if worst < WORST_SIDE {
            return None;
        }
    }
    if mean < MEAN_SIDE {
        return None;
    }
    let (quad, held) = long_side_first(quad, size)?;
    if held.misfit > MISFIT {
        return None;
    }
    let score = (mean - 0.5 * beyond.min(1.0)).clamp(0.0, 1.0);
    // Of pages within pages the outer one: a portrait's frame has a page's shape too.
    let area = held.width / size.0.max(size.1);
    let rank = score - MISFIT_WEIGHT * held.misfit + 0.35 * area;
    Some(Candidate { quad, score, rank })
}

/// Clockwise, beginning with a long side, and how that is held.
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

/// Whether two quadrangles have nearly the same corners, wherever they begin.
fn overlap(a: &[[f32; 2]; 4], b: &[[f32; 2]; 4], shorter: f32) -> bool {
    (0..4).any(|turn| (0..4).all(|i| distance(a[i], b[(i + turn) % 4]) < 0.04 * shorter))
}
