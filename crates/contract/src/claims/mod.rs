//! A session's result as it is signed: CID's field names for the session, EAT's (RFC 9711) for the
//! evidence behind it. docs/RESULT.md describes each field.

pub mod document;

use serde::{Deserialize, Serialize};

use crate::codes::LivenessCode;
use crate::gesture::Gesture;
use crate::record::FoundRecord;
use crate::runtime::RuntimeReport;
use crate::scheme::Scheme;
use crate::source::{SourceCounts, SourceInfo};
use crate::verdict::Verdict;
pub use document::{DocumentClaims, FieldClaims, ReadingClaims, UnstatedClaims};

/// Bounds of a nonce in bytes (RFC 9711, 4.1: 8 to 88 in JSON; 64 is enough for
/// 256 bits in hex).
const NONCE_BYTES: std::ops::RangeInclusive<usize> = 8..=64;

/// Best live frame against the reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Similarity of the templates, -1 to 1: the cosine for a model compared by the cosine,
    /// 1 - d^2 / 2 for one compared by the distance d ([`crate::similarity::similarity`]).
    pub similarity: f32,
    /// The threshold applied.
    pub threshold: f32,
    /// False match rate expected at this similarity, from the model's calibration (an upper bound:
    /// the nearest calibrated point below).
    pub fmr: f32,
    /// Whether the similarity reaches the threshold.
    pub matched: bool,
}

/// The claims' version (`eat_profile`, RFC 9711, 4.3.2).
pub const PROFILE: &str = "urn:vouch:result:v1";

/// `selfieConfidenceLevel` if the scheme makes no comparison.
pub const NOT_COMPARED: &str = "NOT_COMPARED";

/// Whether results count as real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Real sessions: recordings and unverified models never pass.
    Production,
    /// Trials: everything is allowed, and the result says so.
    Development,
}

/// Who chose the gestures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChosenBy {
    /// The terminal, at random: unpredictable.
    Random,
    /// The caller, for a trial: predictable.
    Caller,
}

/// The requester's nonce: 8 to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// Checks the bounds.
    ///
    /// # Errors
    /// [`NonceError`].
    pub fn new(text: &str) -> Result<Self, NonceError> {
        if !NONCE_BYTES.contains(&text.len()) {
            return Err(NonceError::Length(text.len()));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NonceError::NotPlain);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the person agreed to before the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Consent {
    /// Version of the text.
    pub version: String,
    /// Language in which it was shown (BCP 47).
    pub language: String,
    /// SHA-256 of the text shown, hex.
    pub text_sha256: String,
    /// When the person agreed, RFC 3339.
    pub agreed_at: String,
}

/// Why a nonce is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NonceError {
    /// Too short or too long.
    #[error("the nonce has {0} bytes; give 8 to 64, at random")]
    Length(usize),
    /// Not plain text.
    #[error("the nonce may contain only visible ASCII characters; give base64url or hex")]
    NotPlain,
}

/// The payload of the JWS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultClaims {
    /// Device id.
    pub iss: String,
    /// Issued at, seconds since 1970.
    pub iat: u64,
    /// Unique id of this result.
    pub jti: String,
    /// Universal Entity ID.
    pub ueid: String,
    /// The requester's nonce.
    #[serde(rename = "eat_nonce", skip_serializing_if = "Option::is_none")]
    pub eat_nonce: Option<String>,
    /// [`PROFILE`].
    #[serde(rename = "eat_profile")]
    pub eat_profile: String,
    /// What the person agreed to, if asked on the screen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
    /// Running number in the device's chain.
    pub seq: u64,
    /// Hash of the previous result; null for the first.
    pub prev: Option<String>,
    /// CID.
    pub session_id: String,
    /// CID, RFC 3339 with milliseconds.
    pub session_started: String,
    /// CID, RFC 3339 with milliseconds.
    pub session_end: String,
    /// CID.
    pub session_status: SessionStatus,
    /// CID; absent if no document was read completely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentClaims>,
    /// CID; absent if the session ended before the camera was needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness: Option<Liveness>,
    /// The record at the authoritative source that the session used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<FoundRecord>,
    /// What [`ResultClaims::comparison`] compares the live face with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// Best live frame compared with the reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Best live frame compared with the document's portrait, if that is a second comparison.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_comparison: Option<Comparison>,
    /// CID; present exactly if the status is FAILED.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_info: Option<ErrorInfo>,
    /// The session's scheme.
    pub scheme: Scheme,
    /// The evidence behind the result.
    pub evidence: Evidence,
}

/// Whose portrait the live face was compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reference {
    /// One that was bound to the session.
    Bound,
    /// The document's.
    Document,
    /// The record's at the authoritative source.
    Record,
}

/// CID's `sessionStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SessionStatus {
    /// Every step passed.
    Success,
    /// A step failed.
    Failed,
}

/// CID's `liveness`, with TongDun's code and the gestures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Liveness {
    /// Always `VERIFICATION_3D`.
    pub verification_type: String,
    /// The similarity with four digits, or [`NOT_COMPARED`].
    pub selfie_confidence_level: String,
    /// When the best frame was taken; if there is none, the session's end.
    pub creation_time: String,
    /// When liveness was decided.
    pub response_time: String,
    /// TongDun's code.
    pub code: LivenessCode,
    /// How each gesture went.
    pub gestures: Vec<GestureTimes>,
    /// The verdict of the cues against presentation attacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presentation: Option<Verdict>,
}

/// One gesture, offsets since the session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GestureTimes {
    /// The gesture.
    pub gesture: Gesture,
    /// When it was asked for, milliseconds.
    pub asked_ms: u64,
    /// When it was completed, milliseconds; null if never.
    pub done_ms: Option<u64>,
}

/// CID's `errorInfo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorInfo {
    /// The step, or `guard` if the evidence ruled out a success.
    pub event_type: String,
    /// CID's code, or else the liveness code in digits.
    pub error: String,
    /// Message for the clerk.
    pub error_message: String,
}

/// How the result came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// Production or development.
    pub mode: Mode,
    /// Where the frames came from.
    pub source: SourceInfo,
    /// Where the document's frames came from, if from another source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_source: Option<SourceInfo>,
    /// The source's counters.
    pub counts: SourceCounts,
    /// Runtime, models, accelerators.
    pub runtime: RuntimeReport,
    /// The running program.
    pub firmware: Firmware,
    /// The effective configuration.
    pub config: Config,
    /// The gestures asked for.
    pub challenge: Challenge,
    /// State of the clock.
    pub clock: ClockEvidence,
    /// The media kept.
    pub media: Vec<Media>,
}

/// The running program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firmware {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of the running executable, hex.
    pub sha256: String,
}

/// The effective configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// SHA-256, hex.
    pub sha256: String,
}

/// The gestures a session was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// In their order.
    pub gestures: Vec<Gesture>,
    /// Who chose them.
    pub chosen_by: ChosenBy,
    /// The colours drawn for the screen, `#rrggbb`, in their order; none without a light challenge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub colours: Vec<String>,
}

/// How reliable the times in a result are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockEvidence {
    /// Whether the clock was set from the network since this boot; null if unknown.
    pub synchronised: Option<bool>,
    /// The kernel's id of this boot; empty if it has none.
    pub boot_id: String,
    /// Milliseconds since that boot.
    pub monotonic_ms: u64,
}

/// One file kept of the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Media {
    /// The slot's name: `best`, `gesture-0`, ….
    pub slot: String,
    /// Its media type, `image/jpeg`.
    pub media_type: String,
    /// SHA-256, hex.
    pub sha256: String,
    /// Its length.
    pub bytes: u64,
}
