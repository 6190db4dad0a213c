//! What a document states instead of a value.
//!
//! A field that the document leaves open is read like any other, with its source and confidence. A
//! field that could not be read is missing from the reading instead. So each kind of open field has
//! a value of its own; docs/RESULT.md lists them for readers of results.

use serde::{Deserialize, Serialize};

use super::fields::{Field, FieldName};
use super::partial_date::{Known, PartialDate};

/// `gender` if a document states neither F nor M: the letter that ICAO 9303 part 4 (4.1.1.1, field
/// 11) prints; the zone has a filler.
pub const UNSPECIFIED_SEX: &str = "X";
/// `expireDate` of a document without an end: the date that also means "no end" in certificates
/// (RFC 5280, 4.1.2.5). Software that reads only this field then still takes the document as valid.
pub const NO_EXPIRY: &str = "9999-12-31";

/// Endings of a zone's expiry, with two-digit years, whose printed year may be 9999: Spain's
/// permanent cards (01-01-9999), and the last day of that year on others.
const NO_EXPIRY_ENDINGS: [&str; 2] = ["99-01-01", "99-12-31"];

/// Whether an expiry with a two-digit year may mean "no end" or a day in 1999: the digits alone do
/// not decide.
pub fn stands_for_no_end(value: &str) -> bool {
    NO_EXPIRY_ENDINGS.iter().any(|ending| value.ends_with(ending))
}

/// What a document states instead of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unstated {
    /// The sex is neither F nor M, or the issuer does not state one.
    Unspecified,
    /// The holder has no such name: a single name, or an empty surname.
    NoName,
    /// The day is unknown.
    UnknownDay,
    /// Month and day are unknown.
    UnknownMonth,
    /// The whole date is unknown.
    UnknownDate,
    /// The document has no end.
    NoExpiry,
}

impl Unstated {
    /// What `field` states instead of a value; `None` for a value. Also `None` for a text that is
    /// not a date.
    pub fn of(field: &Field) -> Option<Self> {
        match field.name {
            FieldName::Gender => (field.value == UNSPECIFIED_SEX).then_some(Self::Unspecified),
            FieldName::FirstName | FieldName::LastName => field.value.is_empty().then_some(Self::NoName),
            FieldName::ExpireDate if field.value == NO_EXPIRY => Some(Self::NoExpiry),
            FieldName::DateOfBirth | FieldName::IssueDate | FieldName::ExpireDate => {
                match field.value.parse::<PartialDate>().ok()?.known() {
                    Known::Nothing => Some(Self::UnknownDate),
                    Known::Year => Some(Self::UnknownMonth),
                    Known::Month => Some(Self::UnknownDay),
                    Known::Day => None,
                }
            }
            _ => None,
        }
    }

    /// A field's value for people, with an explanation if the document leaves it open: `1974-08-XX
    /// (unknown day)`.
    pub fn beside(field: &Field) -> String {
        match Self::of(field) {
            Some(unstated) if field.value.is_empty() => format!("({})", unstated.words()),
            Some(unstated) => format!("{} ({})", field.value, unstated.words()),
            None => field.value.clone(),
        }
    }

    /// As text for people.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::NoName => "none",
            Self::UnknownDay => "unknown day",
            Self::UnknownMonth => "unknown month and day",
            Self::UnknownDate => "unknown",
            Self::NoExpiry => "no expiry",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fields::FieldSource;

    #[test]
    fn each_kind_of_open_field_has_its_word() {
        let said = |name, value: &str| {
            Unstated::of(&Field { name, value: value.to_owned(), confidence: 1.0, source: FieldSource::Mrz })
        };
        assert_eq!(said(FieldName::Gender, "X"), Some(Unstated::Unspecified));
        assert_eq!(said(FieldName::FirstName, ""), Some(Unstated::NoName));
        assert_eq!(said(FieldName::LastName, ""), Some(Unstated::NoName));
        assert_eq!(said(FieldName::DateOfBirth, "1974-08-XX"), Some(Unstated::UnknownDay));
        assert_eq!(said(FieldName::DateOfBirth, "1974-XX-XX"), Some(Unstated::UnknownMonth));
        assert_eq!(said(FieldName::DateOfBirth, "XXXX-XX-XX"), Some(Unstated::UnknownDate));
        assert_eq!(said(FieldName::ExpireDate, NO_EXPIRY), Some(Unstated::NoExpiry));
        for (name, value) in [
            (FieldName::Gender, "F"),
            (FieldName::FirstName, "ANNA"),
            (FieldName::DateOfBirth, "1974-08-12"),
            (FieldName::DateOfBirth, NO_EXPIRY),
            (FieldName::DateOfBirth, "no date"),
            (FieldName::PlaceOfBirth, ""),
        ] {
            assert_eq!(said(name, value), None, "{name:?} {value}");
        }
    }
}
