//! What the machine learns about claims and records: nothing about the person.

use serde::{Deserialize, Serialize};

use vouch_contract::document::reading::Document;

/// The result of asking the person for name and number. The values themselves stay outside the
/// machine and its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claimed {
    /// The person typed both.
    Given,
    /// The person refused.
    Refused,
    /// Nobody can be asked.
    Unattended,
}

/// What a record is looked up by.
#[derive(Debug, Clone, PartialEq)]
pub enum Seek {
    /// By the name and number that were bound to the session or typed.
    Claim,
    /// By those on the document that was read.
    Document(Box<Document>),
}
