//! What Tesseract may have read on a page: words with boxes, in any order and of any content, through
//! captions and values; and names against names.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_contract::document::transliteration::agrees;
use vouch_contract::document::fields::PageSize;
use vouch_perception::document::zone::captions::Kind;
use vouch_perception::document::zone::layouts::LAYOUTS;
use vouch_perception::document::zone::segments;
use vouch_perception::document::zone::slots::Page;
use vouch_perception::document::zone::values;
use vouch_perception::runtime::tesseract::Piece;

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 1, 1);
const KINDS: [Kind; 8] =
    [Kind::Name, Kind::Text, Kind::Date, Kind::Period, Kind::Iin, Kind::Number, Kind::Sex, Kind::Country];

// Each line is a word: four letters that say where it stands, then the word.
fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let pieces: Vec<Piece> = text.lines().enumerate().filter_map(piece).collect();
    for piece in &pieces {
        for kind in KINDS {
            if let Some(value) = values::clean(kind, &piece.text, true, TODAY) {
                assert!(value.chars().count() <= values::MAX_VALUE + 1);
            }
        }
    }
    if let [first, second, ..] = &pieces[..] {
        let _ = agrees(&first.text, &second.text, first.line == second.line);
    }
    let page = Page::of(segments::cut(pieces));
    for size in [PageSize::Id1, PageSize::Id3] {
        let _ = page.layout(size);
        for layout in &LAYOUTS {
            let slots = page.slots(layout, size.pixels(), TODAY);
            assert!(slots.len() <= layout.fields.len());
        }
    }
});

fn piece((_, line): (usize, &str)) -> Option<Piece> {
    let mut letters = line.chars();
    let mut place = || letters.next().map(|letter| letter as u32 % 1024);
    let [left, top, width, height] = [place()?, place()?, place()?, place()? % 64];
    let text: String = letters.collect();
    (!text.trim().is_empty()).then(|| Piece {
        text: text.trim().to_owned(),
        confidence: 0.9,
        bounds: [left, top, left + width, top + height],
        line: top as usize / 16,
    })
}
