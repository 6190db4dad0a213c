//! Result codes: TongDun's liveness table and CID's error table. The numbers
//! and names are theirs; only codes that Vouch can really tell are ever used.

use serde::{Deserialize, Serialize};

/// Liveness code (TongDun H5 liveness table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LivenessCode(pub u32);

impl LivenessCode {
    /// A live person.
    pub const LIVE: Self = Self(200);
    /// Nobody in front of the camera.
    pub const NO_FACE: Self = Self(12223);
    /// More than one person.
    pub const SEVERAL_FACES: Self = Self(12224);
    /// A step took longer than its limit.
    pub const TIMED_OUT: Self = Self(12225);
    /// Another person than the one who began.
    pub const PERSON_CHANGED: Self = Self(12226);
    /// The person cancelled.
    pub const CANCELLED: Self = Self(12228);
    /// An attack of no nearer description.
    pub const OTHER_ATTACK: Self = Self(12250);
    /// Vouch itself failed.
    pub const INTERNAL: Self = Self(11350);
}

/// Error code (CID's `errorInfo.error`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
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
