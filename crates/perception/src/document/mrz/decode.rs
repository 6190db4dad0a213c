//! Turns the probabilities at each step of a strip into characters on a grid.
//!
//! OCR-B is printed on a grid: characters are one pitch apart. The line is the path of steps, one
//! pitch apart (within the tolerance for perspective), with the highest total odds that a character
//! is there (a Viterbi search). This counts runs of fillers correctly, where merging equal
//! neighbours would often miscount.

use super::characters::{CLASSES, Character};
use super::strip::{STRIP_PITCH, STRIP_WIDTH};

/// Columns per step.
pub const STEP: usize = 2;
/// Steps in a strip.
pub const STEPS: usize = STRIP_WIDTH / STEP;
/// Classes per step: the characters, then "between characters".
pub const STEP_CLASSES: usize = CLASSES + 1;
/// Steps from character to character in a correctly cut strip.
const PITCH: f32 = STRIP_PITCH / STEP as f32;
/// Range of pitches tried, relative to `PITCH`, and their number. The locator's error is smaller
/// than this range.
const TRIED: std::ops::RangeInclusive<f32> = 0.80..=1.22;
const TRIALS: u8 = 22;
/// Steps by which a neighbour's distance may differ from the pitch, for perspective and rounding.
const SLACK: f32 = 1.3;
/// Cost of a neighbour that is a whole pitch too near or too far, in log odds. It is high because
/// otherwise characters of a blurred line are read twice.
const STRAY: f32 = 40.0;
/// Largest distance of a character from the parabola through its line's positions, in pitches. A
/// character read twice or left out moves those around it by half a pitch.
const MOST_UNEVEN: f32 = 0.3;
/// Factor on the confidence of a line whose characters are off the grid.
const UNEVEN: f32 = 0.5;
/// Log odds from which a character beyond a line's end may belong to it: a probability of 9 in 10.
const LIKELY: f32 = 2.2;
/// Limit on the log odds, so that one certain step can't outweigh its neighbours.
const MOST_ODDS: f32 = 5.0;
/// Most surplus characters that may be cut off at a line's ends.
const MOST_EXTRA: usize = 4;

/// A character and its position in the strip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    /// Column of its centre.
    pub column: f32,
    /// The character.
    pub character: Character,
    /// Log odds that there is a character.
    pub odds: f32,
}

/// The characters along a strip. `beliefs` has a row of [`STEP_CLASSES`] probabilities per step.
pub fn characters(beliefs: &[[f32; STEP_CLASSES]]) -> Vec<Seen> {
    let odds: Vec<f32> = beliefs.iter().map(|step| odds(1.0 - step[CLASSES])).collect();
    let share = |trial: u8| f32::from(trial) / f32::from(TRIALS - 1);
    let pitches =
        (0..TRIALS).map(|trial| PITCH * (TRIED.start() + (TRIED.end() - TRIED.start()) * share(trial)));
    let best = pitches.map(|pitch| path(&odds, pitch)).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or_else(Vec::new, |(_, path)| path.into_iter().map(|at| seen(beliefs, &odds, at)).collect())
}

fn odds(share: f32) -> f32 {
    let share = share.clamp(1e-4, 1.0 - 1e-4);
    (share / (1.0 - share)).ln().clamp(-MOST_ODDS, MOST_ODDS)
}

/// The best path with a given pitch in steps, and its score.
fn path(odds: &[f32], pitch: f32) -> (f32, Vec<usize>) {
    let reach = (pitch - SLACK).ceil() as usize..=(pitch + SLACK).floor() as usize;
    let mut best: Vec<f32> = Vec::with_capacity(odds.len());
    let mut from: Vec<Option<usize>> = Vec::with_capacity(odds.len());
    for (at, &here) in odds.iter().enumerate() {
        let before = reach.clone().filter_map(|back| {
            let other = at.checked_sub(back)?;
            let stray = (back as f32 - pitch) / pitch;
            Some((best[other] - STRAY * stray * stray, other))
        });
        let (score, other) = before.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f32::MIN, 0));
        if score > 0.0 {
            best.push(score + here);
            from.push(Some(other));
        } else {
            best.push(here);
            from.push(None);
        }
    }
    let last = (0..best.len()).max_by(|&a, &b| best[a].total_cmp(&best[b]));
    let score = last.map_or(0.0, |at| best[at]);
    let mut at = last;
    let mut path = Vec::new();
    while let Some(step) = at {
        path.push(step);
        at = from[step];
    }
    path.reverse();
    (score, path)
}

/// The character around a step: the mean probabilities of the step and its neighbours, each
/// weighted by its probability of showing any character, scaled to the highest of those weights.
fn seen(beliefs: &[[f32; STEP_CLASSES]], odds: &[f32], at: usize) -> Seen {
    let around = at.saturating_sub(1)..(at + 2).min(beliefs.len());
    let ink = |step: usize| (1.0 - beliefs[step][CLASSES]).max(1e-6);
    let there = around.clone().map(ink).fold(0.0, f32::max);
    let mut shares = [0.0; CLASSES];
    let mut column = 0.0;
    let mut total = 0.0;
    for step in around {
        let weight = ink(step);
        for (share, belief) in shares.iter_mut().zip(&beliefs[step]) {
            *share += belief * weight;
        }
        column += weight * (step as f32 + 0.5) * STEP as f32;
        total += weight;
    }
    let sum = shares.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    shares.iter_mut().for_each(|share| *share *= there / sum);
    Seen { column: column / total, character: Character::likeliest(shares), odds: odds[at] }
}

/// Picks the `count` characters of the line, if a few more were seen at its ends: the run with the
/// best odds. `None` if there are fewer, or far more.
///
/// The confidence of all of them is lowered if they are off the grid or if one that was cut off may
/// belong to the line: a character may have been read twice or left out.
pub fn line(seen: &[Seen], count: usize) -> Option<Vec<Seen>> {
    if seen.len() > count + MOST_EXTRA {
        return None;
    }
    let starts = 0..=seen.len().checked_sub(count)?;
    let start = starts.max_by(|&a, &b| sum(&seen[a..a + count]).total_cmp(&sum(&seen[b..b + count])))?;
    let mut line = seen[start..start + count].to_vec();
    let cut = seen[..start].iter().chain(&seen[start + count..]);
    if cut.clone().any(|seen| seen.odds > LIKELY) || !even(&line) {
        line.iter_mut().flat_map(|seen| &mut seen.character.shares).for_each(|share| *share *= UNEVEN);
    }
    Some(line)
}

fn sum(seen: &[Seen]) -> f32 {
    seen.iter().map(|s| s.odds + s.character.confidence()).sum()
}

/// Whether characters are on a grid, allowing for perspective.
fn even(line: &[Seen]) -> bool {
    let middle = (line.len() as f32 - 1.0) / 2.0;
    let points = line.iter().enumerate().map(|(at, seen)| (at as f32 - middle, seen.column));
    let Some([a, b, c]) = parabola(points.clone()) else { return false };
    points.into_iter().all(|(x, column)| (a + b * x + c * x * x - column).abs() <= MOST_UNEVEN * b)
}

/// Least-squares fit of y = a + b x + c x².
pub fn parabola(points: impl Iterator<Item = (f32, f32)>) -> Option<[f32; 3]> {
    let (mut powers, mut products) = ([0.0_f64; 5], [0.0_f64; 3]);
    for (x, y) in points {
        let (x, y) = (f64::from(x), f64::from(y));
        let mut power = 1.0;
        for (at, sum) in powers.iter_mut().enumerate() {
            *sum += power;
            if at < products.len() {
                products[at] += power * y;
            }
            power *= x;
        }
    }
    let [n, x, xx, xxx, xxxx] = powers;
    let matrix = nalgebra::Matrix3::new(n, x, xx, x, xx, xxx, xx, xxx, xxxx);
    let solved = matrix.lu().solve(&nalgebra::Vector3::from(products))?;
    Some([solved[0] as f32, solved[1] as f32, solved[2] as f32])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::mrz::characters::ALPHABET;

    /// Probabilities of a clean line with `pitch` steps from character to character.
    fn beliefs(text: &[u8], first: f32, pitch: f32) -> Vec<[f32; STEP_CLASSES]> {
        let mut all = vec![[0.001; STEP_CLASSES]; STEPS];
        for (step, row) in all.iter_mut().enumerate() {
            let place = (step as f32 - first) / pitch;
            let index = place.round();
            let on = (place - index).abs() < 0.3 && index >= 0.0 && (index as usize) < text.len();
            let class = if on { ALPHABET.iter().position(|c| *c == text[index as usize]) } else { None };
            row[class.unwrap_or(CLASSES)] = 0.96;
        }
        all
    }

    fn text(seen: &[Seen]) -> String {
        seen.iter().map(|s| char::from(s.character.value)).collect()
    }

    #[test]
    fn a_run_of_fillers_has_its_length_at_any_pitch() {
        let line = b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
        for pitch in [5.6, 6.3, 6.7, 7.0] {
            let seen = characters(&beliefs(line, 8.0, pitch));
            assert_eq!(text(&seen).as_bytes(), line, "{pitch}");
        }
    }

    #[test]
    fn a_character_nobody_sees_keeps_its_place() {
        let mut all = beliefs(b"7408122F1204159UTO<<<<<<<<<<<6", 20.0, 6.7);
        for row in &mut all[50..58] {
            *row = [0.002; STEP_CLASSES];
            row[CLASSES] = 0.92;
        }
        let seen = characters(&all);
        assert_eq!(seen.len(), 30);
        let least = seen.iter().map(|s| s.character.confidence()).fold(1.0, f32::min);
        assert!(least < 0.3, "and it counts as not seen: {least}");
    }

    #[test]
    fn what_stands_beside_a_line_is_cut_off() {
        let mut all = beliefs(b"X7408122F1204159UTO<<<<<<<<<<<6", 20.0, 6.7);
        for row in &mut all[18..23] {
            row[CLASSES] = 0.8;
        }
        let seen = characters(&all);
        let read = line(&seen, 30).map(|seen| text(&seen));
        assert_eq!(read.as_deref(), Some("7408122F1204159UTO<<<<<<<<<<<6"));
        assert_eq!(line(&seen, 44), None);
        assert_eq!(line(&[], 30), None);
    }

    #[test]
    fn a_line_that_is_no_grid_is_believed_less() {
        let mut seen = characters(&beliefs(b"7408122F1204159UTO<<<<<<<<<<<6", 20.0, 6.7));
        let least = |seen: &[Seen]| seen.iter().map(|s| s.character.confidence()).fold(1.0, f32::min);
        assert!(line(&seen, 30).is_some_and(|line| least(&line) > 0.9));
        for s in &mut seen[15..] {
            s.column += 13.4;
        }
        assert!(line(&seen, 30).is_some_and(|line| least(&line) < 0.6), "one was left out");
        let seen = characters(&beliefs(b"7408122F1204159UTO<<<<<<<<<<<6<", 20.0, 6.7));
        assert!(line(&seen, 30).is_some_and(|line| least(&line) < 0.6), "one too many was seen");
    }

    #[test]
    fn an_empty_strip_has_no_line() {
        let seen = characters(&beliefs(b"", 0.0, 6.7));
        assert!(seen.len() <= 1);
    }
}
