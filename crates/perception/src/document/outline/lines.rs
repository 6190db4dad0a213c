//! Straight lines among edges: a Hough transform in which an edge votes only for lines across its
//! own gradient (Duda and Hart, 1972; Ballard, 1981).

use std::f32::consts::PI;

use super::edges::{Edge, Edges};

/// Number of directions, one per degree.
const DIRECTIONS: usize = 180;
/// Degrees to either side of its own direction for which an edge votes: Sobel's error on a weak
/// edge.
const SPREAD: i32 = 4;
/// Limit on lines kept. A striped table fills half of it.
const MOST_LINES: usize = 110;
/// Fewest votes for a line, in pixels of the shrunk picture.
pub(super) const FEWEST_VOTES: u16 = 40;
/// Largest distance of an edge from its line, pixels of the shrunk picture.
pub(super) const NEAR: f32 = 1.6;
/// Largest angle between an edge and its line, radians.
pub(super) const ALIGNED: f32 = 0.26;
/// Length of one cell of a line's support, pixels of the shrunk picture.
const CELL: f32 = 2.0;
/// Lines closer than this in direction (degrees) and distance (pixels) count as one.
const APART: (usize, usize) = (4, 4);
/// Vote peaks examined as candidate lines.
const MOST_PEAKS: usize = 300;
/// Length in cells of the window that ranks lines by their densest stretch, about a card's side. A
/// row of print has more edges in all, but nowhere as dense.
const WINDOW: usize = 100;
/// Largest angle between edge and line in that window, radians.
const CLOSELY: f32 = 0.1;
/// Cells of the longest line: the picture's diagonal to either side.
const MOST_CELLS: usize = 960;

/// A line `x cos(normal) + y sin(normal) = distance`, and where edges lie on it.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub normal: f32,
    pub cos: f32,
    pub sin: f32,
    pub distance: f32,
    // Running sum of supported cells along the line, beginning at `start`.
    start: f32,
    sums: Vec<u16>,
}

impl Line {
    /// Position along the line.
    pub(super) fn along(&self, [x, y]: [f32; 2]) -> f32 {
        y * self.cos - x * self.sin
    }

    /// Part of the stretch between two positions that shows as an edge, 0 to 1.
    pub(super) fn support(&self, from: f32, to: f32) -> f32 {
        let (from, to) = if from <= to { (from, to) } else { (to, from) };
        let last = self.sums.len() - 1;
        // Rounded; the cast saturates at zero.
        let cell = |t: f32| (((t - self.start) / CELL + 0.5) as usize).min(last);
        let (first, end) = (cell(from), cell(to));
        let cells = ((to - from) / CELL).max(1.0);
        f32::from(self.sums[end] - self.sums[first]) / cells
    }

    /// The intersection of two lines; none if they are nearly parallel.
    pub(super) fn meets(&self, other: &Self) -> Option<[f32; 2]> {
        let cross = self.cos * other.sin - self.sin * other.cos;
        (cross.abs() > 0.1).then(|| {
            [
                (self.distance * other.sin - other.distance * self.sin) / cross,
                (other.distance * self.cos - self.distance * other.cos) / cross,
            ]
        })
    }
}

/// The lines of one picture.
#[derive(Debug, Default)]
pub(super) struct Lines {
    votes: Vec<u16>,
    // Edges sorted by direction, so that a line looks only at edges along it.
    sorted: Vec<Edge>,
    starts: Vec<usize>,
    all: Vec<Line>,
    // Largest distance of a line from the picture's corner.
    reach: f32,
}

impl Lines {
    pub(super) fn all(&self) -> &[Line] {
        &self.all
    }

    pub(super) fn find(&mut self, edges: &Edges) {
        let reach = ((edges.width().pow(2) + edges.height().pow(2)) as f32).sqrt().ceil() as usize + 2;
        let distances = 2 * reach + 1;
        self.reach = reach as f32;
        self.sort(edges.all());
        self.vote(edges.all(), reach, distances);
        let mut peaks: Vec<(u16, f32, f32)> = self
            .peaks(distances)
            .into_iter()
            .map(|(direction, distance)| {
                let normal = direction as f32 * PI / DIRECTIONS as f32;
                let distance = distance as f32 - reach as f32;
                (self.densest(normal, distance), normal, distance)
            })
            .collect();
        peaks.sort_by_key(|peak| std::cmp::Reverse(peak.0));
        peaks.truncate(MOST_LINES);
        self.all.clear();
        for (_, normal, distance) in peaks {
            if let Some(line) = self.fit(normal, distance)
                && !self.all.iter().any(|other| same(other, &line))
            {
                self.all.push(line);
            }
        }
    }

    fn vote(&mut self, edges: &[Edge], reach: usize, distances: usize) {
        self.votes.clear();
        self.votes.resize(DIRECTIONS * distances, 0);
        let table: [(f32, f32); DIRECTIONS] =
            std::array::from_fn(|d| (d as f32 * PI / DIRECTIONS as f32).sin_cos());
        for edge in edges {
            let own = (edge.normal * DIRECTIONS as f32 / PI).round() as i32;
            for direction in own - SPREAD..=own + SPREAD {
                let direction = direction.rem_euclid(DIRECTIONS as i32) as usize;
                let (sin, cos) = table[direction];
                let distance = edge.x * cos + edge.y * sin + reach as f32 + 0.5;
                let vote = &mut self.votes[direction * distances + distance as usize];
                *vote = vote.saturating_add(1);
            }
        }
    }

    /// Counting sort by whole degrees.
    fn sort(&mut self, edges: &[Edge]) {
        self.starts.clear();
        self.starts.resize(DIRECTIONS + 1, 0);
        for edge in edges {
            self.starts[degrees(edge.normal) + 1] += 1;
        }
        for direction in 0..DIRECTIONS {
            self.starts[direction + 1] += self.starts[direction];
        }
        self.sorted.clear();
        self.sorted.resize(edges.len(), Edge::default());
        let mut next = self.starts.clone();
        for edge in edges {
            let place = &mut next[degrees(edge.normal)];
            self.sorted[*place] = *edge;
            *place += 1;
        }
    }

    /// Edges whose direction is close to `normal`.
    pub(super) fn along(&self, normal: f32) -> impl Iterator<Item = &Edge> {
        let spread = ALIGNED.to_degrees().ceil() as usize + 1;
        let first = degrees(normal) + DIRECTIONS - spread;
        (first..=first + 2 * spread).flat_map(|direction| {
            let direction = direction % DIRECTIONS;
            &self.sorted[self.starts[direction]..self.starts[direction + 1]]
        })
    }

    /// The line through the edges near a cell, by two rounds of least squares; none if too few
    /// remain.
    fn fit(&self, mut normal: f32, mut distance: f32) -> Option<Line> {
        let mut slack = 2.0 * NEAR;
        for _ in 0..3 {
            let (sin, cos) = normal.sin_cos();
            let (mut n, mut sx, mut sy, mut sxx, mut sxy, mut syy) = (0.0_f32, 0.0, 0.0, 0.0, 0.0, 0.0);
            for edge in self.along(normal) {
                if (edge.x * cos + edge.y * sin - distance).abs() <= slack
                    && turned(edge.normal, normal) <= ALIGNED
                {
                    n += 1.0;
                    sx += edge.x;
                    sy += edge.y;
                    sxx += edge.x * edge.x;
                    sxy += edge.x * edge.y;
                    syy += edge.y * edge.y;
                }
            }
            if n < f32::from(FEWEST_VOTES) / 2.0 {
                return None;
            }
            let (mx, my) = (sx / n, sy / n);
            let (cxx, cxy, cyy) = (sxx / n - mx * mx, sxy / n - mx * my, syy / n - my * my);
            // The direction of least variance.
            let direction = 0.5 * (2.0 * cxy).atan2(cxx - cyy) + PI / 2.0;
            normal = direction.rem_euclid(PI);
            let (sin, cos) = normal.sin_cos();
            distance = mx * cos + my * sin;
            slack = NEAR;
        }
        Some(self.line(normal, distance))
    }

    /// The line, and where edges lie on it.
    pub(super) fn line(&self, normal: f32, distance: f32) -> Line {
        let reach = self.reach;
        let (sin, cos) = normal.sin_cos();
        let mut line = Line { normal, cos, sin, distance, start: -reach, sums: Vec::new() };
        let mut cells = vec![false; (2.0 * reach / CELL) as usize + 2];
        for edge in self.along(normal) {
            if (edge.x * cos + edge.y * sin - distance).abs() <= NEAR
                && turned(edge.normal, normal) <= ALIGNED
            {
                let cell = ((line.along([edge.x, edge.y]) + reach) / CELL) as usize;
                if let Some(cell) = cells.get_mut(cell) {
                    *cell = true;
                }
            }
        }
        let mut sum = 0;
        line.sums.push(0);
        for filled in cells {
            sum += u16::from(filled);
            line.sums.push(sum);
        }
        line
    }

    /// Most cells with an edge within one window along a line.
    fn densest(&self, normal: f32, distance: f32) -> u16 {
        let (sin, cos) = normal.sin_cos();
        let mut cells = [false; MOST_CELLS];
        for edge in self.along(normal) {
            if (edge.x * cos + edge.y * sin - distance).abs() <= NEAR
                && turned(edge.normal, normal) <= CLOSELY
            {
                let cell = ((edge.y * cos - edge.x * sin + self.reach) / CELL) as usize;
                if let Some(cell) = cells.get_mut(cell) {
                    *cell = true;
                }
            }
        }
        let (mut sum, mut best) = (0_u16, 0_u16);
        for end in 0..MOST_CELLS {
            sum += u16::from(cells[end]);
            if end >= WINDOW {
                sum -= u16::from(cells[end - WINDOW]);
            }
            best = best.max(sum);
        }
        best
    }

    /// The cells with the most votes that have no stronger neighbour.
    fn peaks(&self, distances: usize) -> Vec<(usize, usize)> {
        // A line between two cells adds votes to both.
        let sum = |direction: usize, distance: usize| {
            let row = &self.votes[direction * distances..][..distances];
            row[distance - 1..=distance + 1].iter().sum::<u16>()
        };
        let mut cells = Vec::new();
        for direction in 0..DIRECTIONS {
            for distance in 1..distances - 1 {
                let votes = sum(direction, distance);
                if votes >= FEWEST_VOTES
                    && votes >= sum(direction, (distance - 1).max(1))
                    && votes >= sum(direction, (distance + 1).min(distances - 2))
                {
                    cells.push((votes, direction, distance));
                }
            }
        }
        cells.sort_unstable_by(|a, b| b.cmp(a));
        let mut peaks: Vec<(usize, usize)> = Vec::with_capacity(MOST_PEAKS);
        for (_, direction, distance) in cells {
            if !peaks.iter().any(|&(d, r)| near(direction, distance, d, r, distances)) {
                peaks.push((direction, distance));
                if peaks.len() == MOST_PEAKS {
                    break;
                }
            }
        }
        peaks
    }
}

/// Whether two cells are neighbours. 180 degrees wraps to 0 with the distance negated.
fn near(direction: usize, distance: usize, d: usize, r: usize, distances: usize) -> bool {
    let apart = direction.abs_diff(d);
    if apart <= APART.0 {
        return distance.abs_diff(r) <= APART.1;
    }
    DIRECTIONS - apart <= APART.0 && (distances - 1 - distance).abs_diff(r) <= APART.1
}

/// Whether two peaks were fitted to the same edges.
fn same(a: &Line, b: &Line) -> bool {
    let turn = (a.normal - b.normal).abs();
    let (turn, distance) =
        if turn > PI / 2.0 { (PI - turn, a.distance + b.distance) } else { (turn, a.distance - b.distance) };
    turn < 0.01 && distance.abs() < 1.5
}

/// A direction in whole degrees, 0 to 179.
fn degrees(normal: f32) -> usize {
    (normal * DIRECTIONS as f32 / PI) as usize % DIRECTIONS
}

/// Angle between two undirected lines, radians.
pub(super) fn turned(a: f32, b: f32) -> f32 {
    let apart = (a - b).abs();
    apart.min(PI - apart)
}
