//! What the machine hears of claims and records: nothing of the person.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::authority::Kind;
use crate::document::reading::Document;

/// What came of asking the person for name and number. What they are stays outside the machine
/// and its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claimed {
    /// Both were given.
    Given,
    /// The person does not want to.
    Refused,
    /// There is nobody who could be asked.
    Unattended,
}

/// By what a record is looked up.
#[derive(Debug, Clone, PartialEq)]
pub enum Seek {
    /// By the name and number that were bound to the session or typed.
    Claim,
    /// By those of the document that was read.
    Document(Box<Document>),
}

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
