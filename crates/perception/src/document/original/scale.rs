//! Whether a page's machine readable zone has the prescribed size relative to the page. On a sheet
//! with a margin, or in a picture of a card on a phone, it is smaller.

use crate::document::outline::plane::distance;
use vouch_contract::document::fields::{Format, Quad};

/// Characters per inch: OCR-B, size 1 (ICAO 9303 part 3, 4.3).
const PER_INCH: f32 = 10.0;
/// Millimetres per inch.
const INCH: f32 = 25.4;

/// A machine readable zone as read on a page.
#[derive(Debug, Clone, Copy)]
pub struct Print<'a> {
    /// Its layout.
    pub format: Format,
    /// Its lines on the rectified page, from the first character to the last.
    pub lines: &'a [Quad],
}

/// Length of the zone's lines relative to the page's width, divided by the value the layout
/// prescribes. None for a zone without lines, and for visas, whose page is not the document.
pub(super) fn scale(print: &Print<'_>, (width, _): (u32, u32)) -> Option<f32> {
    let page = match print.format {
        Format::Td1 | Format::Td2 | Format::Td3 | Format::FrenchId => print.format.page().millimetres().0,
        Format::MrvA | Format::MrvB => return None,
    };
    let (_, characters) = print.format.shape();
    let lengths: Vec<f32> = print.lines.iter().map(|Quad([a, b, ..])| distance(*a, *b)).collect();
    if lengths.is_empty() || width == 0 {
        return None;
    }
    let seen = lengths.iter().sum::<f32>() / lengths.len() as f32 / width as f32;
    let prescribed = characters as f32 / PER_INCH * INCH / page;
    Some(seen / prescribed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_s_zone_has_nine_tenths_of_its_width() {
        let line = |length: f32| {
            Quad([[50.0, 500.0], [50.0 + length, 500.0], [50.0 + length, 530.0], [50.0, 530.0]])
        };
        // 76.2 mm at 300 dots per inch.
        let print = [line(900.0), line(900.0), line(900.0)];
        let card = Print { format: Format::Td1, lines: &print };
        assert!((scale(&card, (1011, 638)).unwrap() - 1.0).abs() < 0.005);
        let copy = [line(750.0), line(750.0), line(750.0)];
        let copy = Print { format: Format::Td1, lines: &copy };
        assert!(scale(&copy, (1011, 638)).unwrap() < 0.85);
        assert_eq!(scale(&Print { format: Format::MrvA, lines: &print }, (1011, 638)), None);
        assert_eq!(scale(&Print { format: Format::Td1, lines: &[] }, (1011, 638)), None);
    }
}
