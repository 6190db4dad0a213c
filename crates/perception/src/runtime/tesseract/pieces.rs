//! Takes recognised text out of Tesseract's iterator.

#![expect(unsafe_code, reason = "Tesseract's C interface; every call says why it is sound")]

use std::ffi::{CStr, c_int, c_void};
use std::ptr::NonNull;

use super::api::{Api, Handle};

/// Most pieces taken from one picture. The longest block of a passport page has about 150 letters;
/// anything with more is not a document.
pub const MAX_PIECES: usize = 4096;
/// Longest piece in bytes; a word is never longer than its line.
const MAX_PIECE_BYTES: usize = 512;

/// `RIL_TEXTLINE`.
const LINE: c_int = 2;

/// How finely the text is split (Tesseract's `PageIteratorLevel`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Words.
    Word = 3,
    /// Letters, each with its own box and confidence.
    Symbol = 4,
}

/// A word or a letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// The text; never empty.
    pub text: String,
    /// Tesseract's confidence, 0 to 1.
    pub confidence: f32,
    /// Left, top, right and bottom in pixels of the picture that was read. Right and bottom are
    /// exclusive.
    pub bounds: [u32; 4],
    /// Number of the line, from 0, in reading order.
    pub line: usize,
}

/// Collects all pieces of the last recognition.
pub(super) fn collect(api: &Api, reader: NonNull<c_void>, level: Level) -> Vec<Piece> {
    let mut pieces = Vec::new();
    // SAFETY: the reader is alive and has recognised a picture; null means that nothing was found.
    let Some(iterator) = NonNull::new(unsafe { (api.iterator)(reader.as_ptr()) }) else {
        return pieces;
    };
    let mut line: Option<usize> = None;
    for _ in 0..MAX_PIECES {
        // SAFETY: the iterator is alive; the page iterator is another view of the same object and
        // must not be freed.
        let page = unsafe { (api.iterator_page)(iterator.as_ptr()) };
        // SAFETY: as above.
        if line.is_none() || unsafe { (api.page_begins)(page, LINE) } != 0 {
            line = Some(line.map_or(0, |line| line + 1));
        }
        pieces.extend(piece(api, iterator.as_ptr(), page, level, line.unwrap_or(0)));
        // SAFETY: the iterator is alive; 0 means that this was the last piece.
        if unsafe { (api.iterator_next)(iterator.as_ptr(), level as c_int) } == 0 {
            break;
        }
    }
    // SAFETY: the last use of the iterator, which we own and must free.
    unsafe { (api.iterator_delete)(iterator.as_ptr()) };
    pieces
}

fn piece(api: &Api, iterator: Handle, page: Handle, level: Level, line: usize) -> Option<Piece> {
    // SAFETY: the iterator is alive; null means that there is no text here.
    let text = NonNull::new(unsafe { (api.iterator_text)(iterator, level as c_int) })?;
    // SAFETY: a NUL-terminated text that we own until it is deleted.
    let bytes = unsafe { CStr::from_ptr(text.as_ptr()) }.to_bytes();
    let copy = (bytes.len() <= MAX_PIECE_BYTES).then(|| String::from_utf8_lossy(bytes).into_owned());
    // SAFETY: the last use of the text.
    unsafe { (api.delete_text)(text.as_ptr()) };
    let text = copy?.trim().to_owned();
    let [mut left, mut top, mut right, mut bottom] = [0; 4];
    // SAFETY: the page iterator is alive; four numbers are written on success.
    let found = unsafe {
        (api.page_box)(page, level as c_int, &raw mut left, &raw mut top, &raw mut right, &raw mut bottom)
    };
    // SAFETY: the iterator is alive.
    let confidence = unsafe { (api.iterator_confidence)(iterator, level as c_int) };
    if text.is_empty() || found == 0 {
        return None;
    }
    let bounds = [left, top, right, bottom].map(|edge| u32::try_from(edge).unwrap_or(0));
    Some(Piece { text, confidence: (confidence / 100.0).clamp(0.0, 1.0), bounds, line })
}
