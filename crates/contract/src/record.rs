//! Claims and records at the authoritative source: their bounds, their faults, and what a result tells of them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What a result tells of a record: nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordFacts {
    /// Which kind of source it came from.
    pub authority: Kind,
    /// SHA-256 of the portrait, hex.
    pub portrait_sha256: String,
    /// The day the portrait was taken or last renewed.
    pub portrait_day: Date,
}

/// The record that a session rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundRecord {
    /// What was found.
    #[serde(flatten)]
    pub facts: RecordFacts,
    /// Its portrait is too old, and the document's stands for it.
    pub too_old: bool,
}

/// Longest name that is taken, in characters, all its parts together. Above the 39 of a
/// passport's zone, and below what the comparison of names looks at
/// ([`crate::document::transliteration::MAX_LETTERS`]), so that no letter goes unseen.
pub const MAX_NAME: usize = 100;

/// Kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A folder of records on this terminal.
    Folder,
    /// A service over HTTPS.
    Https,
}

/// Why there is no record. No message holds a name or a number: they get into results and logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum RecordFault {
    /// Nobody is registered under this number.
    #[error("the authoritative source has no record under this number")]
    NotFound,
    /// Another name is registered under it.
    #[error("the record under this number is in another name")]
    NameDiffers,
    /// The document that was shown has another number than the record.
    #[error("the document's number is not the number of the record: it is another person's document")]
    NumberDiffers,
    /// The number or name is none.
    #[error("{0}")]
    Claim(ClaimFault),
    /// The source does not answer; the words say what to look at.
    #[error("the authoritative source can't be reached: {0}")]
    Unreachable(String),
    /// The record is there and can't be used.
    #[error("the record at the authoritative source can't be used: {0}")]
    Unreadable(String),
}

impl RecordFault {
    /// Whether the person's claim is at fault, and not the source.
    pub const fn is_of_claim(&self) -> bool {
        matches!(self, Self::NotFound | Self::NameDiffers | Self::NumberDiffers | Self::Claim(_))
    }
}

/// Longest number, characters: the longest identification number of a state in use has 18
/// (China); documents' numbers have 9 to 14 (ICAO 9303 part 5).
pub const MAX_NUMBER: usize = 32;

/// Why a name or number that somebody gave is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimFault {
    /// Empty, or longer than any.
    #[error("the identification number must have 1 to {MAX_NUMBER} letters and digits")]
    NumberLength,
    /// Something that no number has.
    #[error(
        "the identification number holds something else than letters and digits; spaces and hyphens are fine"
    )]
    NumberLetters,
    /// Empty, or longer than any.
    #[error("the name must have 1 to {MAX_NAME} characters")]
    NameLength,
    /// A line break or the like.
    #[error("the name holds a character that can't be printed")]
    NameLetters,
}
