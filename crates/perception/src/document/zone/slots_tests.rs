use super::*;
use crate::document::zone::layouts::Side;
use crate::document::zone::segments::cut;
use crate::runtime::tesseract::Piece;

const TODAY: Date = jiff::civil::date(2026, 1, 1);

fn segment(text: &str, [left, top, right, bottom]: Bounds) -> Segment {
    let words: Vec<&str> = text.split(' ').collect();
    let width = (right - left) / u32::try_from(words.len()).unwrap();
    let piece = |(at, word): (u32, &&str)| Piece {
        text: (*word).into(),
        confidence: 0.9,
        bounds: [left + at * width, top, left + (at + 1) * width, bottom],
        line: 0,
    };
    cut((0..).zip(&words).map(piece).collect()).remove(0)
}

#[test]
fn an_iin_is_taken_without_what_its_caption_was_read_as() {
    let layout = Layout::of(Side::IdCardFront).unwrap();
    let page = Page::of(vec![segment("“0-2 640601400006", [386, 509, 756, 535])]);
    let slots = page.slots(layout, PageSize::Id1.pixels(), TODAY);
    assert_eq!(slots.len(), 1);
    assert_eq!((slots[0].field, slots[0].captioned), (FieldName::IdentificationNumber, false));
    assert_eq!(slots[0].lines[0].text(), "640601400006");
}

#[test]
fn a_caption_that_was_read_with_its_value_is_looked_for_above_it() {
    let (width, height) = PageSize::Id1.pixels();
    let printed = |x: u32, y: u32| {
        (390..600).contains(&x) && ((110..122).contains(&y) && x.is_multiple_of(6) || (136..160).contains(&y))
    };
    let print = GrayImage::from_fn(width, height, |x, y| image::Luma([if printed(x, y) { 20 } else { 255 }]));
    let mut page = Page::of(vec![segment("MUSTERMANN", [390, 108, 600, 162])]);
    let mut rows = Vec::new();
    page.add_captions(&print, |row| {
        rows.push(row);
        Ok::<_, std::convert::Infallible>(vec![segment("Surname / Nom", row)])
    })
    .unwrap();
    assert_eq!(rows, [[386, 106, 720, 126]]);
    let slots = page.slots(Layout::of(Side::CardFront).unwrap(), (width, height), TODAY);
    assert_eq!(slots.len(), 1);
    assert_eq!((slots[0].field, slots[0].captioned), (FieldName::LastName, true));
    assert_eq!(slots[0].lines[0].bounds, [390, 136, 600, 160]);
    // A known caption is not read again.
    page.add_captions(&print, |_| Err("read again")).unwrap();
}
