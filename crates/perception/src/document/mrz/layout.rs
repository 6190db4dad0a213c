//! The position of each part of an MRZ, and the characters allowed in it (ICAO 9303 parts 4 to 7,
//! and the older French identity card: `french_id.rs`).

use super::characters::FILLER;
use vouch_contract::document::fields::Format;

/// A part of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// One or two letters: the kind of document.
    DocumentCode,
    /// The issuing state or organisation.
    Issuer,
    /// Surname and given names; on the older French card the surname only.
    Names,
    /// Given names, if they have a field of their own: the older French card.
    GivenNames,
    /// Department and office of issue: the older French card.
    IssuingOffice,
    /// The document's number.
    DocumentNumber,
    /// Its check digit, or a filler if the number continues in the optional data.
    DocumentNumberCheck,
    /// Data at the issuer's discretion; in passports the personal number.
    Optional,
    /// Check digit of a passport's personal number.
    OptionalCheck,
    /// Second optional data of a card.
    SecondOptional,
    /// The holder's nationality.
    Nationality,
    /// YYMMDD.
    DateOfBirth,
    /// Its check digit.
    DateOfBirthCheck,
    /// M, F or a filler; a few issuers print an X.
    Sex,
    /// YYMMDD.
    DateOfExpiry,
    /// Its check digit.
    DateOfExpiryCheck,
    /// The check digit over several parts.
    CompositeCheck,
}

/// The characters allowed in a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// Letters and fillers.
    Letters,
    /// Digits.
    Digits,
    /// Digits and fillers.
    DigitsOrFillers,
    /// M and F, the filler and X.
    Sex,
    /// All characters.
    Any,
}

impl Charset {
    /// Whether it contains `value`.
    pub fn has(self, value: u8) -> bool {
        match self {
            Self::Letters => value.is_ascii_uppercase() || value == FILLER,
            Self::Digits => value.is_ascii_digit(),
            Self::DigitsOrFillers => value.is_ascii_digit() || value == FILLER,
            Self::Sex => matches!(value, b'M' | b'F' | b'X' | FILLER),
            Self::Any => true,
        }
    }
}

/// The position of one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Which part.
    pub part: Part,
    /// Line, from 0.
    pub line: usize,
    /// First column, from 0.
    pub start: usize,
    /// One past the last column.
    pub end: usize,
    /// Characters allowed in it.
    pub charset: Charset,
}

const fn span(part: Part, line: usize, start: usize, end: usize, charset: Charset) -> Span {
    Span { part, line, start, end, charset }
}

use Charset::{Any, Digits, DigitsOrFillers, Letters, Sex};

const TD1: [Span; 14] = [
    span(Part::DocumentCode, 0, 0, 2, Letters),
    span(Part::Issuer, 0, 2, 5, Letters),
    span(Part::DocumentNumber, 0, 5, 14, Any),
    span(Part::DocumentNumberCheck, 0, 14, 15, DigitsOrFillers),
    span(Part::Optional, 0, 15, 30, Any),
    span(Part::DateOfBirth, 1, 0, 6, DigitsOrFillers),
    span(Part::DateOfBirthCheck, 1, 6, 7, DigitsOrFillers),
    span(Part::Sex, 1, 7, 8, Sex),
    span(Part::DateOfExpiry, 1, 8, 14, DigitsOrFillers),
    span(Part::DateOfExpiryCheck, 1, 14, 15, DigitsOrFillers),
    span(Part::Nationality, 1, 15, 18, Letters),
    span(Part::SecondOptional, 1, 18, 29, Any),
    span(Part::CompositeCheck, 1, 29, 30, Digits),
    span(Part::Names, 2, 0, 30, Letters),
];

/// Parts at the same positions in TD2, TD3 and visas.
const TWO_LINES: [Span; 10] = [
    span(Part::DocumentCode, 0, 0, 2, Letters),
    span(Part::Issuer, 0, 2, 5, Letters),
    span(Part::DocumentNumber, 1, 0, 9, Any),
    span(Part::DocumentNumberCheck, 1, 9, 10, DigitsOrFillers),
    span(Part::Nationality, 1, 10, 13, Letters),
    span(Part::DateOfBirth, 1, 13, 19, DigitsOrFillers),
    span(Part::DateOfBirthCheck, 1, 19, 20, DigitsOrFillers),
    span(Part::Sex, 1, 20, 21, Sex),
    span(Part::DateOfExpiry, 1, 21, 27, DigitsOrFillers),
    span(Part::DateOfExpiryCheck, 1, 27, 28, DigitsOrFillers),
];

const TD2_REST: [Span; 3] = [
    span(Part::Names, 0, 5, 36, Letters),
    span(Part::Optional, 1, 28, 35, Any),
    span(Part::CompositeCheck, 1, 35, 36, Digits),
];
const TD3_REST: [Span; 4] = [
    span(Part::Names, 0, 5, 44, Letters),
    span(Part::Optional, 1, 28, 42, Any),
    span(Part::OptionalCheck, 1, 42, 43, DigitsOrFillers),
    span(Part::CompositeCheck, 1, 43, 44, Digits),
];
const MRV_A_REST: [Span; 2] = [span(Part::Names, 0, 5, 44, Letters), span(Part::Optional, 1, 28, 44, Any)];
const MRV_B_REST: [Span; 2] = [span(Part::Names, 0, 5, 36, Letters), span(Part::Optional, 1, 28, 36, Any)];

/// The older French card; for the contents of each part see `french_id.rs`.
const FRENCH_ID: [Span; 11] = [
    span(Part::DocumentCode, 0, 0, 2, Letters),
    span(Part::Issuer, 0, 2, 5, Letters),
    span(Part::Names, 0, 5, 30, Letters),
    span(Part::IssuingOffice, 0, 30, 36, Any),
    span(Part::DocumentNumber, 1, 0, 12, Any),
    span(Part::DocumentNumberCheck, 1, 12, 13, Digits),
    span(Part::GivenNames, 1, 13, 27, Letters),
    span(Part::DateOfBirth, 1, 27, 33, DigitsOrFillers),
    span(Part::DateOfBirthCheck, 1, 33, 34, Digits),
    span(Part::Sex, 1, 34, 35, Sex),
    span(Part::CompositeCheck, 1, 35, 36, Digits),
];

/// All parts of a format.
pub fn spans(format: Format) -> impl Iterator<Item = &'static Span> {
    let (common, rest): (&[Span], &[Span]) = match format {
        Format::Td1 => (&TD1, &[]),
        Format::Td2 => (&TWO_LINES, &TD2_REST),
        Format::Td3 => (&TWO_LINES, &TD3_REST),
        Format::MrvA => (&TWO_LINES, &MRV_A_REST),
        Format::MrvB => (&TWO_LINES, &MRV_B_REST),
        Format::FrenchId => (&FRENCH_ID, &[]),
    };
    common.iter().chain(rest)
}

/// The position of a part in a format, if the format has it.
pub fn span_of(format: Format, part: Part) -> Option<&'static Span> {
    spans(format).find(|span| span.part == part)
}

/// The format of `lines` lines of `width` characters, the first of which begins with `head`. The
/// number of characters gives the size; the letter V marks a visa. France never issued a card in
/// TD2 layout, so cards of that size with its code have the older layout.
pub fn format_of(lines: usize, width: usize, head: &[u8]) -> Option<Format> {
    match (lines, width, head) {
        (3, 30, [b'A' | b'C' | b'I', ..]) => Some(Format::Td1),
        (2, 36, [b'V', ..]) => Some(Format::MrvB),
        (2, 36, [b'I', _, b'F', b'R', b'A', ..]) => Some(Format::FrenchId),
        (2, 36, [b'A' | b'C' | b'I', ..]) => Some(Format::Td2),
        (2, 44, [b'V', ..]) => Some(Format::MrvA),
        (2, 44, [b'P', ..]) => Some(Format::Td3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_each_format_cover_every_character_once() {
        for format in Format::ALL {
            let (lines, width) = format.shape();
            let mut seen = vec![vec![0; width]; lines];
            for span in spans(format) {
                for count in &mut seen[span.line][span.start..span.end] {
                    *count += 1;
                }
            }
            assert!(seen.iter().flatten().all(|&count| count == 1), "{format:?}: {seen:?}");
        }
    }
}
