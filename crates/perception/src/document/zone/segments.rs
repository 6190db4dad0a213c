//! Words to segments: runs of words which belong together, on one line and in one column.

use crate::runtime::tesseract::Piece;

/// Gap between two words, in heights of the line, from which on they stand in two columns. Spaces
/// in the generated and real cards' fonts are 0.25 to 0.6 heights wide, columns 2 and more apart.
const COLUMN_GAP: f32 = 1.6;
/// How much higher or lower than usual a word may be: one with a mark above or a tail below is 1.35
/// times as high as one without.
const USUAL_HEIGHT: f32 = 1.6;
/// Most segments kept of a page; a passport's page has some 40.
const MAX_SEGMENTS: usize = 128;

/// Left, top, right, bottom in pixels; right and bottom are the first ones outside.
pub type Bounds = [u32; 4];

/// Words of one line and one column.
#[derive(Debug, Clone)]
pub struct Segment {
    /// From left to right.
    pub words: Vec<Piece>,
    /// Around all of them.
    pub bounds: Bounds,
}

impl Segment {
    /// Of at least one word.
    fn of(words: Vec<Piece>) -> Option<Self> {
        let bounds = around(&words)?;
        Some(Self { words, bounds })
    }

    /// The words with spaces between.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// The least confident word's confidence.
    pub fn confidence(&self) -> f32 {
        self.words.iter().map(|word| word.confidence).fold(1.0, f32::min)
    }

    /// Height of the line in pixels.
    pub fn height(&self) -> f32 {
        (self.bounds[3] - self.bounds[1]) as f32
    }

    /// The words that hold a digit: what stands before a number is its sign.
    pub fn with_digits(&self) -> Option<Self> {
        let digits = |word: &&Piece| word.text.contains(|letter: char| letter.is_ascii_digit());
        Self::of(self.words.iter().filter(digits).cloned().collect())
    }

    /// What comes after the first words; none when nothing does.
    pub fn after(&self, words: usize) -> Option<Self> {
        Self::of(self.words.get(words..)?.to_vec())
    }

    /// The first words; none when there are none.
    pub fn before(&self, words: usize) -> Option<Self> {
        Self::of(self.words.get(..words)?.to_vec())
    }
}

/// The box around all words; its height is that of the words of usual height, since Tesseract gives
/// a word the height of what stands above it too, and takes a speck for a word.
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

/// The height up to which half of all letters reach.
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

/// Cuts what was read into segments, from top to bottom.
pub fn cut(pieces: Vec<Piece>) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut run: Vec<Piece> = Vec::new();
    for piece in pieces {
        // A box without an area is nothing that was printed.
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
