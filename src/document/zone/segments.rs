//! Words to segments: runs of words which belong together, on one line and in one column.

use crate::runtime::tesseract::Piece;

/// Gap between two words, in heights of the line, from which on they stand in two columns. Spaces
/// in the generated and real cards' fonts are 0.25 to 0.6 heights wide, columns 2 and more apart.
const COLUMN_GAP: f32 = 1.6;
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

fn around(words: &[Piece]) -> Option<Bounds> {
    let first = words.first()?.bounds;
    Some(words.iter().fold(first, |all, word| {
        let bounds = word.bounds;
        [all[0].min(bounds[0]), all[1].min(bounds[1]), all[2].max(bounds[2]), all[3].max(bounds[3])]
    }))
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
