//! Marks in a row: evenly spaced, of similar size, in any direction.

use super::blobs::Blob;

/// Fewest marks of a row that may be a line of an MRZ: a third of the shortest line, because
/// blurred characters merge.
pub const LEAST_MARKS: usize = 9;
/// Most marks of a row: the longest line plus neighbouring print.
const MAX_MARKS: usize = 90;
/// Distance to the next character at the start of a row, relative to a mark's longer side. Capitals
/// are 1.0 apart, fillers 1.5, two characters merged into one mark 0.8.
const FIRST_STEP: std::ops::RangeInclusive<f32> = 0.7..=2.2;
/// Distance of the next mark along a row, in pitches: from a step that is too short to one that
/// skips a character.
const STEP: std::ops::RangeInclusive<f32> = 0.5..=2.5;
/// How far the next mark may deviate from the row's direction, in pitches.
const ASIDE: f32 = 0.3;
/// Sizes of marks in a row, in pitches.
const SIZE: std::ops::RangeInclusive<f32> = 0.4..=2.6;
/// Steps that count as regular, in pitches: one character, or two.
const REGULAR: [std::ops::RangeInclusive<f32>; 2] = [0.8..=1.22, 1.7..=2.3];
/// Marks near a seed that are tried as the second mark of a row.
const SEED_NEIGHBOURS: usize = 6;
/// Cell size of the spatial index, in pixels.
const CELL: f32 = 32.0;

/// A row of marks with a line fitted to it.
#[derive(Debug, Clone, Copy)]
pub struct Chain {
    /// One end.
    pub start: [f32; 2],
    /// The other end.
    pub end: [f32; 2],
    /// Median distance between neighbours, pixels.
    pub pitch: f32,
    /// Number of marks.
    pub marks: usize,
    /// Fraction of regular steps.
    pub regular: f32,
}

impl Chain {
    /// Unit vector from start to end.
    pub fn direction(&self) -> [f32; 2] {
        unit([self.end[0] - self.start[0], self.end[1] - self.start[1]])
    }

    /// Distance from start to end.
    pub fn length(&self) -> f32 {
        (self.end[0] - self.start[0]).hypot(self.end[1] - self.start[1])
    }
}

/// The unit vector along `v`; along x if `v` has no length.
pub fn unit(v: [f32; 2]) -> [f32; 2] {
    let length = v[0].hypot(v[1]);
    if length > 0.0 { [v[0] / length, v[1] / length] } else { [1.0, 0.0] }
}

/// Marks by the cell in which they lie.
struct Index<'a> {
    blobs: &'a [Blob],
    columns: usize,
    rows: usize,
    cells: Vec<Vec<u32>>,
}

impl<'a> Index<'a> {
    fn new(blobs: &'a [Blob], (width, height): (u32, u32)) -> Self {
        let columns = (width as f32 / CELL) as usize + 1;
        let rows = (height as f32 / CELL) as usize + 1;
        let mut cells = vec![Vec::new(); columns * rows];
        for (at, blob) in blobs.iter().enumerate() {
            let (column, row) = ((blob.x / CELL) as usize, (blob.y / CELL) as usize);
            if let Some(cell) = cells.get_mut(row * columns + column) {
                cell.push(at as u32);
            }
        }
        Self { blobs, columns, rows, cells }
    }

    /// All marks in the cells that a circle touches.
    fn near(&self, x: f32, y: f32, radius: f32) -> impl Iterator<Item = usize> + '_ {
        let span = |at: f32, cells: usize| {
            let low = ((at - radius).max(0.0) / CELL) as usize;
            low..=(((at + radius).max(0.0) / CELL) as usize).min(cells.saturating_sub(1))
        };
        let columns = span(x, self.columns);
        span(y, self.rows)
            .flat_map(move |row| columns.clone().map(move |column| row * self.columns + column))
            .filter_map(|cell| self.cells.get(cell))
            .flat_map(|cell| cell.iter().map(|&at| at as usize))
    }
}

/// Rows of at least [`LEAST_MARKS`] marks. Each mark is the seed of at most one row.
pub fn chains(blobs: &[Blob], size: (u32, u32)) -> Vec<Chain> {
    let index = Index::new(blobs, size);
    let mut taken = vec![false; blobs.len()];
    let mut chains = Vec::new();
    for seed in 0..blobs.len() {
        if taken[seed] {
            continue;
        }
        let best = first_steps(&index, seed)
            .into_iter()
            .map(|next| grow(&index, seed, next))
            .max_by_key(Vec::len)
            .unwrap_or_default();
        if best.len() >= LEAST_MARKS {
            for &at in &best {
                taken[at] = true;
            }
            chains.push(fit(blobs, &best));
        }
    }
    chains
}

/// The marks nearest to a seed that can be its neighbours in a row.
fn first_steps(index: &Index<'_>, seed: usize) -> Vec<usize> {
    let from = index.blobs[seed];
    let reach = from.size * FIRST_STEP.end();
    let mut near: Vec<(f32, usize)> = index
        .near(from.x, from.y, reach)
        .filter(|&at| at != seed)
        .filter_map(|at| {
            let to = index.blobs[at];
            let distance = (to.x - from.x).hypot(to.y - from.y);
            let fits = FIRST_STEP.contains(&(distance / from.size.max(to.size)))
                && (0.5..=2.0).contains(&(to.size / from.size));
            fits.then_some((distance, at))
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    near.truncate(SEED_NEIGHBOURS);
    near.into_iter().map(|(_, at)| at).collect()
}

/// The row through two marks, ordered from one end to the other.
fn grow(index: &Index<'_>, seed: usize, next: usize) -> Vec<usize> {
    let forth = follow(index, seed, next);
    let mut row = follow(index, next, seed);
    row.reverse(); // ends in seed, next
    row.extend(forth.into_iter().skip(2));
    row
}

/// Follows the row from `first` through `second` and onwards.
fn follow(index: &Index<'_>, first: usize, second: usize) -> Vec<usize> {
    let blobs = index.blobs;
    let mut row = vec![first, second];
    let mut pitch = (blobs[second].x - blobs[first].x).hypot(blobs[second].y - blobs[first].y);
    while row.len() < MAX_MARKS {
        let last = blobs[row[row.len() - 1]];
        let back = blobs[row[row.len().saturating_sub(5)]];
        let along = unit([last.x - back.x, last.y - back.y]);
        let step = index
            .near(last.x, last.y, pitch * STEP.end())
            .filter_map(|at| {
                let (dx, dy) = (blobs[at].x - last.x, blobs[at].y - last.y);
                let ahead = dx * along[0] + dy * along[1];
                let aside = (dy * along[0] - dx * along[1]).abs();
                let fits = STEP.contains(&(ahead / pitch))
                    && aside <= pitch * ASIDE
                    && SIZE.contains(&(blobs[at].size / pitch));
                fits.then_some((ahead, at))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let Some((ahead, at)) = step else { break };
        if (0.75..1.4).contains(&(ahead / pitch)) {
            pitch = 0.85 * pitch + 0.15 * ahead;
        }
        row.push(at);
    }
    row
}

/// A line fitted to a row's marks by least squares along its direction, without the tenth of the
/// marks that deviate most.
fn fit(blobs: &[Blob], row: &[usize]) -> Chain {
    let points: Vec<[f32; 2]> = row.iter().map(|&at| [blobs[at].x, blobs[at].y]).collect();
    let mut steps: Vec<f32> =
        points.windows(2).map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1])).collect();
    let in_order = steps.clone();
    steps.sort_by(f32::total_cmp);
    let pitch = steps[steps.len() / 2];
    let is_regular = |step: &&f32| REGULAR.iter().any(|range| range.contains(&(**step / pitch)));
    let regular = in_order.iter().filter(is_regular).count() as f32 / in_order.len() as f32;
    let (first, last) = (points[0], points[points.len() - 1]);
    let (origin, along) = line_through(&points, unit([last[0] - first[0], last[1] - first[1]]));
    let on_line = |p: [f32; 2]| {
        let t = (p[0] - origin[0]) * along[0] + (p[1] - origin[1]) * along[1];
        [origin[0] + t * along[0], origin[1] + t * along[1]]
    };
    Chain { start: on_line(first), end: on_line(last), pitch, marks: row.len(), regular }
}

fn line_through(points: &[[f32; 2]], guess: [f32; 2]) -> ([f32; 2], [f32; 2]) {
    let mut kept = points.to_vec();
    let mut along = guess;
    let mut origin = points[0];
    for _ in 0..2 {
        let n = kept.len() as f32;
        origin = kept.iter().fold([0.0, 0.0], |sum, p| [sum[0] + p[0] / n, sum[1] + p[1] / n]);
        let (mut tt, mut ts) = (0.0_f32, 0.0_f32);
        for p in &kept {
            let (dx, dy) = (p[0] - origin[0], p[1] - origin[1]);
            let t = dx * along[0] + dy * along[1];
            tt += t * t;
            ts += t * (dy * along[0] - dx * along[1]);
        }
        let slope = if tt > 0.0 { ts / tt } else { 0.0 };
        along = unit([along[0] - slope * along[1], along[1] + slope * along[0]]);
        let off = |p: &[f32; 2]| ((p[1] - origin[1]) * along[0] - (p[0] - origin[0]) * along[1]).abs();
        kept = points.to_vec();
        kept.sort_by(|a, b| off(a).total_cmp(&off(b)));
        kept.truncate((points.len() * 9 / 10).max(2));
    }
    (origin, along)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(count: usize, angle: f32, merged: usize) -> Vec<Blob> {
        let along = [angle.cos(), angle.sin()];
        (0..count)
            .filter(|at| *at != merged + 1)
            .map(|at| {
                let place = if at == merged { at as f32 + 0.5 } else { at as f32 };
                Blob {
                    x: 300.0 + 12.0 * place * along[0],
                    y: 300.0 + 12.0 * place * along[1],
                    size: if at == merged { 22.0 } else { 12.0 },
                }
            })
            .collect()
    }

    #[test]
    fn a_row_is_found_at_any_angle_over_marks_that_ran_together() {
        for degrees in [0.0_f32, 17.0, 44.0, 90.0, 151.0, 180.0, 270.0] {
            let found = chains(&row(20, degrees.to_radians(), 7), (700, 700));
            assert_eq!(found.len(), 1, "{degrees}: {found:?}");
            assert_eq!(found[0].marks, 19, "{degrees}");
            assert!((found[0].pitch - 12.0).abs() < 0.5, "{degrees}: {found:?}");
            assert!((found[0].length() - 228.0).abs() < 2.0, "{degrees}: {found:?}");
        }
    }

    #[test]
    fn marks_in_no_order_make_no_regular_row() {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as f32 / 65_536.0
        };
        let blobs: Vec<Blob> =
            (0..400).map(|_| Blob { x: next() * 800.0, y: next() * 800.0, size: 12.0 }).collect();
        let found = chains(&blobs, (800, 800));
        assert!(found.iter().all(|chain| chain.marks < 20), "{found:?}");
    }
}
