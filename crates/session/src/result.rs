//! A session's result as it is signed: CID's field names for the session, EAT's (RFC 9711) for the
//! evidence behind it. docs/RESULT.md describes each field.
//!
//! In: an [`Outcome`](crate::types::Outcome) and the [`Context`] in which it arose. Out: the
//! claims. No I/O; `device/` collects the facts and signs.

mod build;
mod refuse_success;

use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use crate::lighting::Colour;
pub use build::{build, cid_name, slot_name, step_name};
use vouch_contract::claims::{ChosenBy, ClockEvidence, Consent, Firmware, Media, Mode, Nonce};
use vouch_contract::eye::protocol::EyeReport;
use vouch_contract::gesture::Gesture;
use vouch_contract::scheme::Scheme;

/// Everything around the outcome that the result states.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Device id, as in the certificate.
    pub device_id: &'a str,
    /// Universal Entity ID, derived from the key.
    pub ueid: &'a str,
    /// Unique id of this result; version 7 sorts by time.
    pub jti: Uuid,
    /// When it was issued.
    pub issued: Timestamp,
    /// Number in the device's chain, from the outbox.
    pub seq: u64,
    /// Hash of the previous result, from the outbox.
    pub prev: Option<&'a str>,
    /// The requester's nonce.
    pub nonce: Option<&'a Nonce>,
    /// What the person agreed to.
    pub consent: Option<&'a Consent>,
    /// The session's id.
    pub session_id: &'a str,
    /// When the session began (wall clock). The end is this plus the measured length, so that
    /// setting the clock during the session does not distort it.
    pub started: Timestamp,
    /// When the best frame was taken, since the session began.
    pub best_at: Option<Duration>,
    /// What was compared with what.
    pub scheme: Scheme,
    /// The gestures that were asked for.
    pub challenge: &'a [Gesture],
    /// Who chose them.
    pub chosen_by: ChosenBy,
    /// The colours drawn for the screen.
    pub colours: &'a [Colour],
    /// Camera, counters and runtime.
    pub eye: &'a EyeReport,
    /// The running program.
    pub firmware: &'a Firmware,
    /// SHA-256 of the effective configuration, hex.
    pub config_sha256: &'a str,
    /// Production or development.
    pub mode: Mode,
    /// The state of the clock.
    pub clock: ClockEvidence,
    /// The media kept of the session.
    pub media: &'a [Media],
}
