//! Claims and records at the authoritative source: their bounds, their faults, and what a result
//! states about them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a result states about a record: nothing about the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordFacts {
    /// The kind of source it came from.
    pub authority: Kind,
    /// SHA-256 of the portrait, hex; of the template if the source keeps no portrait.
    pub portrait_sha256: String,
    /// The day the portrait was taken or last renewed.
    pub portrait_day: Date,
}

/// The record that a session used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundRecord {
    /// What was found.
    #[serde(flatten)]
    pub facts: RecordFacts,
    /// Its portrait is too old, so the document's was used instead.
    pub too_old: bool,
}

/// Longest name accepted, in characters, all parts together. More than the 39 of a passport's zone,
/// and less than the comparison of names considers
/// ([`crate::document::transliteration::MAX_LETTERS`]), so that every letter is compared.
pub const MAX_NAME: usize = 100;

/// Kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A folder of records on this terminal.
    Folder,
    /// A service over HTTPS.
    Https,
    /// The people enrolled at this terminal.
    Gallery,
}

/// Why there is no record. No message contains a name or a number: they go into results and logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum RecordFault {
    /// Nobody is registered under this number.
    #[error("the authoritative source has no record under this number")]
    NotFound,
    /// The number is registered under another name.
    #[error("the record under this number is in another name")]
    NameDiffers,
    /// The document shown has a different number than the record.
    #[error("the document's number is not the number of the record: it is another person's document")]
    NumberDiffers,
    /// The number or name is not valid.
    #[error("{0}")]
    Claim(ClaimFault),
    /// The source does not answer; the text says what to check.
    #[error("the authoritative source can't be reached: {0}")]
    Unreachable(String),
    /// The record exists but can't be used.
    #[error("the record at the authoritative source can't be used: {0}")]
    Unreadable(String),
}

impl RecordFault {
    /// Whether the person's claim is wrong, rather than the source.
    pub const fn is_of_claim(&self) -> bool {
        matches!(self, Self::NotFound | Self::NameDiffers | Self::NumberDiffers | Self::Claim(_))
    }
}

/// Longest number, characters. The longest identification number of a state has 18 (China);
/// document numbers have 9 to 14 (ICAO 9303 part 5).
pub const MAX_NUMBER: usize = 32;

/// Why a name or number that was given is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimFault {
    /// Empty or too long.
    #[error("the identification number must have 1 to {MAX_NUMBER} letters and digits")]
    NumberLength,
    /// A character that no number has.
    #[error("the identification number may contain only letters, digits, spaces and hyphens")]
    NumberLetters,
    /// Empty or too long.
    #[error("the name must have 1 to {MAX_NAME} characters")]
    NameLength,
    /// A control character, such as a line break.
    #[error("the name contains a character that can't be printed")]
    NameLetters,
}
