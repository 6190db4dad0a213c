//! Detects things that cover a line: a finger can turn an E into a clear F.
//!
//! The paper above and below a line is blank. Where it is much darker than its surroundings, part
//! of a character may be covered, so its confidence is lowered, however clear it looks.

use super::decode::Seen;
use super::strip::{STRIP_HEIGHT, STRIP_PITCH, STRIP_WIDTH};

/// Rows sampled above and below a character. Capitals reach from row 5 to row 19, and the next
/// line's capitals begin outside the strip.
const ROWS: [std::ops::Range<usize>; 2] = [0..3, 21..24];
/// Characters on each side with which the background is compared.
const AROUND: usize = 6;
/// Background below this fraction of the surrounding median counts as covered. Skin lies at about
/// 0.7 on the way from ink to lit white paper; patterned backgrounds vary by a tenth.
const COVERED: f32 = 0.82;
/// Factor on the confidence of a character that may be covered.
const BELIEF: f32 = 0.5;

/// Lowers the confidence of characters that may be partly covered.
pub fn doubt_covered(strip: &[u8], seen: &mut [Seen]) {
    let grounds: Vec<[u8; 2]> = seen.iter().map(|seen| ground(strip, seen.column)).collect();
    for (at, seen) in seen.iter_mut().enumerate() {
        let around = at.saturating_sub(AROUND)..(at + AROUND + 1).min(grounds.len());
        let mut levels: Vec<u8> = grounds[around].iter().flatten().copied().collect();
        levels.sort_unstable();
        let usual = f32::from(levels[levels.len() / 2]);
        if grounds[at].iter().any(|&level| f32::from(level) < COVERED * usual) {
            seen.character.shares.iter_mut().for_each(|share| *share *= BELIEF);
        }
    }
}

/// The lightest pixel above and the lightest below a character. Print of other lines may reach into
/// these rows, but it doesn't fill them.
fn ground(strip: &[u8], column: f32) -> [u8; 2] {
    let edge = |side: f32| (column + side * STRIP_PITCH / 2.0).clamp(0.0, STRIP_WIDTH as f32) as usize;
    let (left, right) = (edge(-1.0), edge(1.0));
    ROWS.map(|rows| {
        let rows = rows.start..rows.end.min(STRIP_HEIGHT);
        let pixels = rows.filter_map(|y| strip.get(y * STRIP_WIDTH + left..y * STRIP_WIDTH + right));
        pixels.flatten().copied().max().unwrap_or(0)
    })
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::document::mrz::characters::Character;

    #[test]
    fn a_character_under_a_finger_is_doubted_and_its_neighbours_are_not() {
        let mut strip = vec![240_u8; STRIP_WIDTH * STRIP_HEIGHT];
        let character = Character::certain(b'F').unwrap();
        let mut seen: Vec<Seen> =
            (0..30).map(|at| Seen { column: 60.0 + 13.4 * at as f32, character, odds: 5.0 }).collect();
        // A brightness gradient, as from uneven lighting, and a finger over its lower end.
        for (at, pixel) in strip.iter_mut().enumerate() {
            let (x, y) = (at % STRIP_WIDTH, at / STRIP_WIDTH);
            let covered = y > 14 && x.abs_diff(60 + 134) < 9;
            *pixel = if covered { 165 } else { 240 - (x / 8) as u8 };
        }
        doubt_covered(&strip, &mut seen);
        let doubted: Vec<usize> = (0..30).filter(|&at| seen[at].character.confidence() < 0.9).collect();
        assert_eq!(doubted, [10], "the finger covers one cell");
        doubt_covered(&[], &mut seen[..0]);
    }
}
