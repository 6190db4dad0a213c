//! Result codes: TongDun's liveness table (see `liveness/codes.rs`) and CID's
//! error table. The numbers and names are theirs.

use serde::{Deserialize, Serialize};

pub use crate::liveness::codes::LivenessCode;

/// Error code (CID's `errorInfo.error`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
    /// The document can't be recognised, or is none.
    #[serde(rename = "CID_5")]
    DocumentUnreadable,
    /// The document has expired.
    #[serde(rename = "CID_6")]
    DocumentExpired,
    /// The document was presented before, with another face on it.
    #[serde(rename = "CID_7")]
    DocumentOfAnother,
    /// No best frame could be chosen: scan the face again.
    #[serde(rename = "CID_8")]
    NoBestFrame,
    /// Live face and document face don't match.
    #[serde(rename = "CID_9")]
    DocumentMismatch,
    /// The face doesn't match the reference on record.
    #[serde(rename = "CID_10")]
    ReferenceMismatch,
    /// Unexpected internal error.
    #[serde(rename = "CID_11")]
    Internal,
}
