//! What a document says in place of a value: that there is none.
//!
//! A field that the document leaves open is read like any other, with its source and confidence. It
//! is not a field that could not be read: such a field is missing from the reading. So each kind of
//! "open" has a value of its own, which docs/RESULT.md lists for those who read results.

use serde::{Deserialize, Serialize};

use super::fields::{Field, FieldName};
use super::partial_date::{Known, PartialDate};

/// `gender` where a document says neither F nor M: the letter that ICAO 9303 part 4 (4.1.1.1, field
/// 11) has in print; the zone has a filler.
pub const UNSPECIFIED_SEX: &str = "X";
/// `expireDate` of a document without an end: the date that stands for "no end" in certificates too
/// (RFC 5280, 4.1.2.5). Who reads only this field still takes the document for valid.
pub const NO_EXPIRY: &str = "9999-12-31";

/// How a zone's expiry ends, of whose year it has two digits, where print may say 9999: Spain's
/// permanent cards (01-01-9999), and the last day of that year on others.
const ENDS_LIKE_NO_EXPIRY: [&str; 2] = ["99-01-01", "99-12-31"];

/// Whether an expiry that was read from two digits of a year can be the sign for "no end", or a
/// day of 1999: the digits alone can't tell.
pub fn stands_for_no_end(value: &str) -> bool {
    ENDS_LIKE_NO_EXPIRY.iter().any(|ending| value.ends_with(ending))
}

/// What a document says of a field in place of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unstated {
    /// The sex is neither F nor M, or the issuer does not state one.
    Unspecified,
    /// The holder has no such name: one name alone, or the surname left empty.
    NoName,
    /// The day of a date is unknown.
    UnknownDay,
    /// Month and day of a date are unknown.
    UnknownMonth,
    /// Nothing of a date is known.
    UnknownDate,
    /// The document has no end.
    NoExpiry,
}

impl Unstated {
    /// What `field` says in place of a value; `None` for a value. A text that is no date is none of
    /// these.
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

    /// A field's value for people, with words beside it where the document leaves it open:
    /// `1974-08-XX (unknown day)`.
    pub fn beside(field: &Field) -> String {
        match Self::of(field) {
            Some(unstated) if field.value.is_empty() => format!("({})", unstated.words()),
            Some(unstated) => format!("{} ({})", field.value, unstated.words()),
            None => field.value.clone(),
        }
    }

    /// For people.
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
