//! Groups rows into zones: parallel, of the same pitch, one above the other.

use super::chains::{Chain, unit};

/// Fewest marks of a zone's longest row. Most other print has shorter rows.
const LEAST_MARKS: usize = 13;
/// Least fraction of regular steps in a row: OCR-B is printed on a grid, other print is not.
const LEAST_REGULAR: f32 = 0.6;
/// Sine of the largest angle between a zone's rows. Perspective turns them by less.
const LARGEST_TURN: f32 = 0.16;
/// Distance between neighbouring rows in pitches: 1.67 on cards, 2.5 in passports (ICAO 9303 parts
/// 4 to 6), widened for tilted documents.
const ROW_DISTANCE: std::ops::RangeInclusive<f32> = 1.15..=3.5;
/// Ratio of the pitches of two rows in one zone.
const PITCH_RATIO: std::ops::RangeInclusive<f32> = 0.8..=1.25;
/// Fraction of the shorter row that must lie beside the longer one.
const LEAST_OVERLAP: f32 = 0.5;
/// Largest gap between pieces of one row, in pitches: glare may hide what is between.
const LARGEST_GAP: f32 = 9.0;
/// Largest distance of a piece from its row's line, in pitches.
const SAME_ROW: f32 = 0.45;
/// A row with less than this fraction of the first row's marks is taken only if there is no longer
/// one.
const LEAST_SHARE_OF_MARKS: f32 = 0.5;
/// Most rows of a zone: three, plus one row of similar-looking print.
const MAX_ROWS: usize = 4;
/// Limit on rows tried as a zone's first row.
const MAX_CHAINS: usize = 60;
/// Characters in a card's line. Two rows of about this length may have a third that was missed.
const CARD_LINE: f32 = 30.0;
/// Zones whose centres are closer than this, in pitches, count as one.
const SAME_ZONE: f32 = 3.0;

/// The position of one line's characters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineTrack {
    /// Centre of the first character, pixels.
    pub start: [f32; 2],
    /// Centre of the last character, pixels.
    pub end: [f32; 2],
    /// Distance from character to character, pixels.
    pub pitch: f32,
}

/// Lines that may form a zone, in reading order if the picture is the right way up.
#[derive(Debug, Clone)]
pub struct ZoneLines {
    /// Two to four lines, first to last, all as long as the longest.
    pub lines: Vec<LineTrack>,
    /// Number of regular marks: the more, the likelier a zone.
    pub score: f32,
}

impl ZoneLines {
    /// The same lines for a picture that is upside down.
    pub fn turned(&self) -> Self {
        let turn = |line: &LineTrack| LineTrack { start: line.end, end: line.start, ..*line };
        Self { lines: self.lines.iter().rev().map(turn).collect(), score: self.score }
    }

    fn middle(&self) -> [f32; 2] {
        let n = self.lines.len().max(1) as f32;
        self.lines.iter().fold([0.0, 0.0], |sum, line| {
            [
                sum[0] + (line.start[0] + line.end[0]) / (2.0 * n),
                sum[1] + (line.start[1] + line.end[1]) / (2.0 * n),
            ]
        })
    }
}

/// Adds a zone, or replaces a worse one at the same place.
pub fn keep_better(zones: &mut Vec<ZoneLines>, zone: ZoneLines) {
    let middle = zone.middle();
    let pitch = zone.lines.first().map_or(1.0, |line| line.pitch);
    let same = zones.iter_mut().find(|other| {
        let at = other.middle();
        (at[0] - middle[0]).hypot(at[1] - middle[1]) < SAME_ZONE * pitch
    });
    match same {
        Some(other) if other.score >= zone.score => {}
        Some(other) => *other = zone,
        None => zones.push(zone),
    }
}

/// The zones formed by a picture's rows.
pub fn zones(chains: &[Chain]) -> Vec<ZoneLines> {
    let mut rows: Vec<Chain> = joined(chains);
    rows.retain(|row| row.regular >= LEAST_REGULAR);
    rows.sort_by_key(|row| std::cmp::Reverse(row.marks));
    rows.truncate(MAX_CHAINS);
    let mut used = vec![false; rows.len()];
    let mut zones = Vec::new();
    for first in 0..rows.len() {
        if used[first] || rows[first].marks < LEAST_MARKS {
            continue;
        }
        let members = stack(&rows, first, &used);
        for &at in &members {
            used[at] = true;
        }
        if let Some(zone) = zone(&rows, &members) {
            zones.push(zone);
        }
    }
    zones
}

/// Joins rows whose pieces lie on one line.
fn joined(chains: &[Chain]) -> Vec<Chain> {
    let mut rows: Vec<Chain> = chains.iter().map(rightwards).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.marks));
    let mut at = 0;
    while at < rows.len() {
        let base = rows[at];
        let along = base.direction();
        let piece = (at + 1..rows.len()).find(|&other| {
            let other = &rows[other];
            let [start, end] = [other.start, other.end].map(|p| place(&base, along, p));
            let gap = (start.0.min(end.0) - base.length()).max(-start.0.max(end.0));
            PITCH_RATIO.contains(&(other.pitch / base.pitch))
                && start.1.abs().max(end.1.abs()) < SAME_ROW * base.pitch
                && (0.0..LARGEST_GAP * base.pitch).contains(&gap)
        });
        match piece {
            Some(other) => {
                let other = rows.remove(other);
                rows[at] = join(&base, &other);
            }
            None => at += 1,
        }
    }
    rows
}

/// A point's position along a row and its distance from it, in pixels.
fn place(row: &Chain, along: [f32; 2], point: [f32; 2]) -> (f32, f32) {
    let (dx, dy) = (point[0] - row.start[0], point[1] - row.start[1]);
    (dx * along[0] + dy * along[1], dy * along[0] - dx * along[1])
}

fn join(a: &Chain, b: &Chain) -> Chain {
    let along = a.direction();
    let mut ends = [a.start, a.end, b.start, b.end];
    ends.sort_by(|p, q| place(a, along, *p).0.total_cmp(&place(a, along, *q).0));
    let marks = a.marks + b.marks;
    let regular = (a.regular * a.marks as f32 + b.regular * b.marks as f32) / marks as f32;
    Chain { start: ends[0], end: ends[3], pitch: a.pitch, marks, regular }
}

/// The row with its start on the left, or at the top if it is vertical.
fn rightwards(row: &Chain) -> Chain {
    let [dx, dy] = row.direction();
    let backwards = if dx.abs() > 0.3 { dx < 0.0 } else { dy < 0.0 };
    if backwards { Chain { start: row.end, end: row.start, ..*row } } else { *row }
}

/// The rows above and below `first`, in order from the top.
fn stack(rows: &[Chain], first: usize, used: &[bool]) -> Vec<usize> {
    let mut members = vec![first];
    while members.len() < MAX_ROWS {
        let candidates = (0..rows.len()).filter(|at| !used[*at] && !members.contains(at));
        let beside = candidates.filter_map(|at| {
            let above = distance(&rows[members[0]], &rows[at]).map(|d| -d);
            let below = distance(&rows[members[members.len() - 1]], &rows[at]);
            let steps = [(above, true), (below, false)];
            steps
                .into_iter()
                .find_map(|(d, top)| d.filter(|d| ROW_DISTANCE.contains(d)).map(|d| (at, top, d)))
        });
        // The nearest row that is long enough. Two lines of a card are as far apart as a
        // passport's.
        let long = |at: usize| rows[at].marks as f32 >= LEAST_SHARE_OF_MARKS * rows[first].marks as f32;
        let next = beside.min_by(|a, b| long(b.0).cmp(&long(a.0)).then(a.2.total_cmp(&b.2)));
        let Some((at, top, _)) = next else { break };
        if top {
            members.insert(0, at);
        } else {
            members.push(at);
        }
    }
    members
}

/// How far `other` lies below `row`, in pitches, if they are parallel, alike and side by side.
fn distance(row: &Chain, other: &Chain) -> Option<f32> {
    let (along, across) = (row.direction(), other.direction());
    let turn = along[0] * across[1] - along[1] * across[0];
    let ahead = along[0] * across[0] + along[1] * across[1];
    if turn.abs() > LARGEST_TURN || ahead < 0.0 || !PITCH_RATIO.contains(&(other.pitch / row.pitch)) {
        return None;
    }
    let [start, end] = [other.start, other.end].map(|p| place(row, along, p));
    let overlap = end.0.min(row.length()) - start.0.max(0.0);
    if overlap < LEAST_OVERLAP * row.length().min(other.length()) {
        return None;
    }
    // Measured where both have marks, because a slanting row is elsewhere at its far end.
    let middle = (start.0.max(0.0) + end.0.min(row.length())) / 2.0;
    let share = if (end.0 - start.0).abs() > 0.0 { (middle - start.0) / (end.0 - start.0) } else { 0.5 };
    Some((start.1 + share * (end.1 - start.1)) / row.pitch)
}

/// Makes the rows' lines equally long: where one row's end was missed, another's was seen.
fn zone(rows: &[Chain], members: &[usize]) -> Option<ZoneLines> {
    if members.len() < 2 {
        return None;
    }
    let longest = members.iter().map(|&at| &rows[at]).max_by(|a, b| a.length().total_cmp(&b.length()))?;
    let along = longest.direction();
    let mut lines: Vec<LineTrack> = members
        .iter()
        .map(|&at| {
            let row = &rows[at];
            let own = row.direction();
            // Projections of the longest row's ends onto this row's line.
            let foot = |point: [f32; 2]| {
                let ahead = (point[0] - row.start[0]) * along[0] + (point[1] - row.start[1]) * along[1];
                let cosine = (own[0] * along[0] + own[1] * along[1]).max(0.5);
                let t = ahead / cosine;
                [row.start[0] + t * own[0], row.start[1] + t * own[1]]
            };
            LineTrack { start: foot(longest.start), end: foot(longest.end), pitch: row.pitch }
        })
        .collect();
    let score = members.iter().map(|&at| rows[at].marks as f32 * rows[at].regular).sum();
    let pitch = longest.pitch;
    if lines.len() == 2 && longest.length() / pitch < CARD_LINE + 3.0 {
        let beyond = |from: &LineTrack, to: &LineTrack| LineTrack {
            start: [2.0 * to.start[0] - from.start[0], 2.0 * to.start[1] - from.start[1]],
            end: [2.0 * to.end[0] - from.end[0], 2.0 * to.end[1] - from.end[1]],
            pitch: to.pitch,
        };
        let (above, below) = (beyond(&lines[1], &lines[0]), beyond(&lines[0], &lines[1]));
        lines.insert(0, above);
        lines.push(below);
    }
    Some(ZoneLines { lines, score })
}

/// The unit vector from a line's start to its end.
pub fn direction(line: &LineTrack) -> [f32; 2] {
    unit([line.end[0] - line.start[0], line.end[1] - line.start[1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(y: f32, marks: usize, from: f32) -> Chain {
        let end = [from + 12.0 * (marks - 1) as f32, y];
        Chain { start: [from, y], end, pitch: 12.0, marks, regular: 1.0 }
    }

    #[test]
    fn two_long_rows_make_a_zone_and_one_alone_does_not() {
        assert!(zones(&[row(100.0, 44, 50.0)]).is_empty());
        let found = zones(&[row(130.0, 40, 90.0), row(100.0, 44, 50.0), row(400.0, 30, 50.0)]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].lines.len(), 2);
        assert_eq!(found[0].lines[0].start, [50.0, 100.0]);
        assert!((found[0].lines[1].start[0] - 50.0).abs() < 0.1, "as long as the longest: {found:?}");
        let turned = found[0].turned();
        assert_eq!(turned.lines[0].start, found[0].lines[1].end);
    }

    #[test]
    fn pieces_beside_a_glare_are_one_row() {
        let pieces = [row(100.0, 15, 50.0), row(101.0, 20, 290.0), row(130.0, 44, 50.0)];
        let found = zones(&pieces);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].score > 78.0);
    }

    #[test]
    fn the_middle_line_of_a_card_is_not_skipped() {
        let found = zones(&[row(100.0, 30, 50.0), row(120.0, 28, 50.0), row(140.0, 30, 50.0)]);
        let tops: Vec<f32> = found[0].lines.iter().map(|line| line.start[1]).collect();
        assert_eq!(tops, [100.0, 120.0, 140.0]);
    }

    #[test]
    fn two_rows_of_a_card_leave_room_for_the_third() {
        let found = zones(&[row(100.0, 30, 50.0), row(122.0, 30, 50.0)]);
        assert_eq!(found[0].lines.len(), 4);
        assert!((found[0].lines[0].start[1] - 78.0).abs() < 0.1, "{found:?}");
        assert!((found[0].lines[3].start[1] - 144.0).abs() < 0.1, "{found:?}");
    }
}
