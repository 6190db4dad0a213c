//! What the machine hears of claims and records: nothing of the person.

use serde::{Deserialize, Serialize};

use vouch_contract::document::reading::Document;

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
