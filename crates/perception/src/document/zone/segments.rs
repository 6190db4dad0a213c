//! Groups words into segments: runs of words that belong together, on one line and in one column.

use crate::runtime::tesseract::Piece;

/// Gap between two words, in line heights, from which they stand in two columns. Spaces in the
/// fonts of generated and real cards are 0.25 to 0.6 heights wide; columns are 2 or more apart.
const COLUMN_GAP: f32 = 1.6;
/// Largest ratio of a word's height to the usual one, either way. A word with an accent or a
/// descender is 1.35 times as high as one without.
const USUAL_HEIGHT: f32 = 1.6;
/// Limit on the segments kept per page. A passport page has about 40.
const MAX_SEGMENTS: usize = 128;

/// Left, top, right, bottom in pixels; right and bottom are exclusive.
pub type Bounds = [u32; 4];

/// Words of one line and one column.
#[derive(Debug, Clone)]
pub struct Segment {
    /// The words, from left to right.
    pub words: Vec<Piece>,
    /// Bounding box of all words.
    pub bounds: Bounds,
}

impl Segment {
    /// A segment of at least one word.
    fn of(words: Vec<Piece>) -> Option<Self> {
        let bounds = around(&words)?;
        Some(Self { words, bounds })
    }

    /// The words with spaces between.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Confidence of the least certain word.
    pub fn confidence(&self) -> f32 {
        self.words.iter().map(|word| word.confidence).fold(1.0, f32::min)
    }

    /// Height of the line in pixels.
    pub fn height(&self) -> f32 {
        (self.bounds[3] - self.bounds[1]) as f32
    }

    /// The words that contain a digit. Text before a number is its sign.
    pub fn with_digits(&self) -> Option<Self> {
        let digits = |word: &&Piece| word.text.contains(|letter: char| letter.is_ascii_digit());
        Self::of(self.words.iter().filter(digits).cloned().collect())
    }

    /// What follows the first words; none if nothing does.
    pub fn after(&self, words: usize) -> Option<Self> {
        Self::of(self.words.get(words..)?.to_vec())
    }

    /// The first words; none if there are none.
    pub fn before(&self, words: usize) -> Option<Self> {
        Self::of(self.words.get(..words)?.to_vec())
    }
}

/// Bounding box of all words, with the height of the words of usual height. Tesseract includes
/// marks above a word in its height, and takes specks for words.
fn around(words: &[Piece]) -> Option<Bounds> {
    let usual = usual_height(words) as f32;
    let is_usual = |word: &&Piece| {
        let ratio = height(word) as f32 / usual.max(1.0);
        (1.0 / USUAL_HEIGHT..=USUAL_HEIGHT).contains(&ratio)
    };
    let top = words.iter().filter(is_usual).map(|word| word.bounds[1]).min()?;
    let bottom = words.iter().filter(is_usual).map(|word| word.bounds[3]).max()?;
    let left = words.iter().map(|word| word.bounds[0]).min()?;
    let right = words.iter().map(|word| word.bounds[2]).max()?;
    Some([left, top, right, bottom])
}

/// Weighted median height: half of all letters are in words of at most this height.
fn usual_height(words: &[Piece]) -> u32 {
    let mut heights: Vec<(u32, usize)> =
        words.iter().map(|word| (height(word), word.text.chars().count())).collect();
    heights.sort_unstable();
    let mut left = heights.iter().map(|(_, letters)| letters).sum::<usize>().div_ceil(2);
    for (height, letters) in &heights {
        if left <= *letters {
            return *height;
        }
        left -= letters;
    }
    0
}

fn height(word: &Piece) -> u32 {
    word.bounds[3].saturating_sub(word.bounds[1])
}

/// Groups pieces into segments, sorted from top to bottom.
pub fn cut(pieces: Vec<Piece>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut run: Vec<Piece> = Vec::new();
    for piece in pieces {
        // A box without area can't be print.
        if piece.bounds[2] <= piece.bounds[0] || piece.bounds[3] <= piece.bounds[1] {
            continue;
        }
        if run.last().is_some_and(|last| !continues(last, &piece)) {
            segments.extend(Segment::of(std::mem::take(&mut run)));
        }
        run.push(piece);
    }
    segments.extend(Segment::of(run));
    segments.truncate(MAX_SEGMENTS);
    segments.sort_by_key(|segment| segment.bounds[1]);
    segments
}

fn continues(last: &Piece, next: &Piece) -> bool {
    let height = (last.bounds[3] - last.bounds[1]).max(next.bounds[3] - next.bounds[1]) as f32;
    let gap = next.bounds[0] as f32 - last.bounds[2] as f32;
    last.line == next.line && gap < height * COLUMN_GAP
}

#[cfg(test)]
mod tests {

    use super::*;

    fn word(text: &str, bounds: Bounds, line: usize) -> Piece {
        Piece { text: text.into(), confidence: 0.9, bounds, line }
    }

    #[test]
    fn words_join_within_a_column_and_part_at_its_edge() {
        let segments = cut(vec![
            word("ДАТА", [56, 233, 130, 245], 3),
            word("ВЫДАЧИ", [137, 233, 240, 245], 3),
            word("СРОК", [416, 232, 470, 246], 3),
            word("ҚАЗАҚ", [56, 128, 160, 156], 4),
            word("нет", [56, 140, 56, 150], 5),
        ]);
        let texts: Vec<String> = segments.iter().map(Segment::text).collect();
        assert_eq!(texts, ["ҚАЗАҚ", "СРОК", "ДАТА ВЫДАЧИ"]);
        assert_eq!(segments[2].bounds, [56, 233, 240, 245]);
    }

    #[test]
    fn a_box_that_is_too_high_and_a_dash_do_not_count_for_the_line() {
        let line = [
            word("ҚАРАҒАНДЫ", [59, 62, 236, 89], 0),
            word("-", [240, 74, 250, 77], 0),
            word("ОБЛЫСЫ", [254, 47, 379, 94], 0),
        ];
        assert_eq!(Segment::of(line.to_vec()).unwrap().bounds, [59, 62, 379, 89]);
        let dash = Segment::of(line[1..2].to_vec()).unwrap();
        assert_eq!((dash.bounds, dash.height()), ([240, 74, 250, 77], 3.0));
        assert_eq!(dash.with_digits().map(|segment| segment.text()), None);
    }
}
