//! Where the sources of a document's fields agree, and where they do not.

use serde::{Deserialize, Serialize};

use super::fields::{FieldName, FieldSource};

/// A rule that must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// All sources state the same value; names according to ICAO's spellings.
    SameValue,
    /// The IIN's check digit is correct.
    IinCheckDigit,
    /// The IIN begins with the date of birth, and its century matches.
    IinBirthDate,
    /// The IIN's seventh digit matches the sex.
    IinSex,
    /// Birth is before issue, and issue before expiry.
    DateOrder,
}

/// What one source states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The source.
    pub source: FieldSource,
    /// The value as it was read.
    pub value: String,
}

/// A rule that does not hold. The values are personal data and must never be logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disagreement {
    /// The field in doubt.
    pub field: FieldName,
    /// The rule that does not hold.
    pub rule: Rule,
    /// The values that were read, at least one.
    pub said: Vec<Said>,
}

/// Whether front and back belong to one document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Belonging {
    /// Both sides show the same IIN or document number, or the same birth date and surname.
    Together,
    /// They show two people or two documents: a number differs, or two other fields do.
    Apart,
    /// Too little was read from one of them.
    #[default]
    Unknown,
}
