//! A claimed identity: a name and an identification number.

use std::fmt;

use vouch_contract::document::fields::{FieldName, FieldSource};
use vouch_contract::document::reading::Document;
use vouch_contract::record::{ClaimFault, MAX_NUMBER};
use vouch_contract::record::{MAX_NAME, RecordFault};
use vouch_session::document::cross_check::CutNames;

/// An identification number in normal form: capital Latin letters and digits. This makes it safe as
/// a file name.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Normalises a number that was typed or read from a document. Spaces, hyphens and fillers are
    /// removed, lower-case letters become capitals, and digits of any width become ASCII.
    ///
    /// # Errors
    /// [`ClaimFault`] if it has other characters, is too long, or is empty.
    pub fn new(text: &str) -> Result<Self, ClaimFault> {
        let mut number = String::new();
        for letter in text.chars().filter(|letter| !is_separator(*letter)) {
            // Full-width forms (U+FF01 to U+FF5E), as typed on East Asian keyboards.
            let plain = match u32::from(letter) {
                code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(letter),
                _ => letter,
            };
            if !plain.is_ascii_alphanumeric() {
                return Err(ClaimFault::NumberLetters);
            }
            if number.len() == MAX_NUMBER {
                return Err(ClaimFault::NumberLength);
            }
            number.push(plain.to_ascii_uppercase());
        }
        if number.is_empty() { Err(ClaimFault::NumberLength) } else { Ok(Self(number)) }
    }

    /// Capital letters and digits.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Separators that people put between groups of digits.
fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '-' | '<' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Hides the number, because this may be logged.
impl fmt::Debug for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Number(…)")
    }
}

/// A name and a number.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// The identification number.
    pub number: Number,
    pub(super) name: ClaimedName,
}

/// A name as it was given.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum ClaimedName {
    /// On one line, surname first or last.
    Line(String),
    /// In two parts, as on a document; one may be empty.
    Document {
        last: String,
        first: String,
        /// Which of them the zone may have truncated.
        cut: CutNames,
    },
}

impl Number {
    /// The number that a document is registered under: the person's IIN or other personal number if
    /// it has one, otherwise its own.
    ///
    /// # Errors
    /// [`ClaimFault`] if the number is not valid.
    pub fn of_document(document: &Document) -> Result<Self, ClaimFault> {
        let value = |name| document.value(name).filter(|value| !value.is_empty());
        let number = value(FieldName::IdentificationNumber).or_else(|| value(FieldName::DocumentNumber));
        Self::new(number.unwrap_or_default())
    }
}

impl Claim {
    /// From a name on one line, surname first or last, with or without the patronymic.
    ///
    /// # Errors
    /// [`ClaimFault`].
    pub fn new(name: &str, number: &str) -> Result<Self, ClaimFault> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(1..=MAX_NAME).contains(&name.chars().count()) {
            return Err(ClaimFault::NameLength);
        }
        if name.chars().any(char::is_control) {
            return Err(ClaimFault::NameLetters);
        }
        Ok(Self { number: Number::new(number)?, name: ClaimedName::Line(name) })
    }

    /// From the document that was read, by [`Number::of_document`]. The patronymic is left out: only the visual zone has it, with no check digit
    /// or second reading to protect it.
    ///
    /// # Errors
    /// [`RecordFault::Claim`] if the document's number is not valid, or it has no name at all.
    pub fn of_document(document: &Document) -> Result<Self, RecordFault> {
        let number = Number::of_document(document).map_err(RecordFault::Claim)?;
        // A name part read as empty means that the document states none. A part that was not read
        // claims nothing.
        let (Some(last), Some(first)) =
            (document.value(FieldName::LastName), document.value(FieldName::FirstName))
        else {
            return Err(RecordFault::Claim(ClaimFault::NameLength));
        };
        let length = last.chars().count() + first.chars().count();
        if !(1..=MAX_NAME).contains(&length) {
            return Err(RecordFault::Claim(ClaimFault::NameLength));
        }
        let of_zone = |name| document.field(name).is_some_and(|field| field.source == FieldSource::Mrz);
        let format =
            document.format.filter(|_| of_zone(FieldName::LastName) && of_zone(FieldName::FirstName));
        let cut = format.map(|format| CutNames::of(format, last, first)).unwrap_or_default();
        let (last, first) = (last.to_owned(), first.to_owned());
        Ok(Self { number, name: ClaimedName::Document { last, first, cut } })
    }
}

/// Hides name and number.
impl fmt::Debug for Claim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Claim(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_the_same_however_it_is_typed() {
        for text in [
            "900101300007",
            " 900101 300007 ",
            "900101-300007",
            "９００１０１３００００７",
            "900101\u{a0}300007",
        ] {
            assert_eq!(Number::new(text).unwrap().text(), "900101300007", "{text}");
        }
        assert_eq!(Number::new("l898902c3<").unwrap().text(), "L898902C3");
        let debug = format!("{:?}", Claim::new("ERIKSSON", "900101300007").unwrap());
        assert!(!debug.contains("9001") && !debug.contains("ERIKSSON"), "{debug}");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["../900101300007", "900101/300007", "..", "90010130000\0", "a.json", "Д12345", "٩٠٠١٠١"]
        {
            assert_eq!(Number::new(text), Err(ClaimFault::NumberLetters), "{text}");
        }
        for text in ["", " - ", "<<<", &"1".repeat(33)] {
            assert_eq!(Number::new(text), Err(ClaimFault::NumberLength), "{text}");
        }
        assert_eq!(Claim::new(" ", "1"), Err(ClaimFault::NameLength));
        assert_eq!(Claim::new(&"x".repeat(101), "1"), Err(ClaimFault::NameLength));
        assert_eq!(Claim::new("ANNA\u{1b}[31m", "1"), Err(ClaimFault::NameLetters));
    }

    proptest! {
        #[test]
        fn no_number_leaves_a_folder(text in "\\PC{0,40}|[./0-9A-Za-z\\\\-]{0,12}") {
            if let Ok(number) = Number::new(&text) {
                prop_assert!((1..=MAX_NUMBER).contains(&number.text().len()));
                prop_assert!(number.text().bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
                prop_assert_eq!(Number::new(number.text()).unwrap(), number);
            }
        }
    }
}
