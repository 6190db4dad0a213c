//! Where the sources of a document's fields agree, and where they don't.

use serde::{Deserialize, Serialize};

use super::fields::{FieldName, FieldSource};

/// What has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// All sources say the same of a field; names by ICAO's spellings.
    SameValue,
    /// The IIN's check digit is right.
    IinCheckDigit,
    /// The IIN begins with the date of birth, of its century.
    IinBirthDate,
    /// The IIN's seventh digit tells the sex.
    IinSex,
    /// Born before issued, issued before expired.
    DateOrder,
}

/// What one source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Which.
    pub source: FieldSource,
    /// Its value, as it was read.
    pub value: String,
}

/// A rule that does not hold. Its values are a person's data: never for a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disagreement {
    /// The field in doubt.
    pub field: FieldName,
    /// What should have held.
    pub rule: Rule,
    /// What was read, at least one.
    pub said: Vec<Said>,
}

/// Whether front and back are of one document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Belonging {
    /// The IIN or document number is on both, or birth date and surname are.
    Together,
    /// They name two persons or two documents: a number differs, or two other fields do.
    Apart,
    /// Too little was read of one of them.
    #[default]
    Unknown,
}
