//! The codes of a liveness decision: TongDun's table. The numbers are theirs. Vouch uses only codes
//! that it can really distinguish; any other attack is [`LivenessCode::OTHER_ATTACK`].

use serde::{Deserialize, Serialize};

use crate::liveness::Cue;

/// Liveness code (TongDun H5 liveness table).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LivenessCode(pub u32);

impl LivenessCode {
    /// A live person.
    pub const LIVE: Self = Self(200);
    /// Half a face, or a print with eyes or mouth cut out.
    pub const PARTIAL_FACE: Self = Self(12204);
    /// Paper, or a screen recognised by its colours.
    pub const PAPER: Self = Self(12207);
    /// The edge of paper, phone or tablet.
    pub const DEVICE_EDGE: Self = Self(12208);
    /// Moiré.
    pub const MOIRE: Self = Self(12209);
    /// Paper, recognised by its motion.
    pub const PAPER_BY_MOTION: Self = Self(12211);
    /// Attack software, such as a virtual camera.
    pub const ATTACK_SOFTWARE: Self = Self(12216);
    /// The picture is blurred.
    pub const BLURRED: Self = Self(12218);
    /// The face did not reflect the colours shown.
    pub const LIGHT_CHECK: Self = Self(12221);
    /// Pictures fed in past the sensor.
    pub const INJECTION: Self = Self(12222);
    /// Nobody in front of the camera.
    pub const NO_FACE: Self = Self(12223);
    /// More than one person.
    pub const SEVERAL_FACES: Self = Self(12224);
    /// A step took longer than its limit.
    pub const TIMED_OUT: Self = Self(12225);
    /// The person is not the one who began.
    pub const PERSON_CHANGED: Self = Self(12226);
    /// The person cancelled.
    pub const CANCELLED: Self = Self(12228);
    /// An attack of no known kind.
    pub const OTHER_ATTACK: Self = Self(12250);
    /// Vouch itself failed.
    pub const INTERNAL: Self = Self(11350);

    /// The code of the attack that `cue` indicates most clearly. A network's classes and the pulse
    /// show that something is wrong, but not what.
    pub fn of_attack(cue: Cue) -> Self {
        match cue {
            Cue::PassiveNetwork | Cue::OwnNetwork | Cue::OpenNetwork | Cue::Pulse => Self::OTHER_ATTACK,
            Cue::DeviceEdge => Self::DEVICE_EDGE,
            Cue::ScreenStructure => Self::MOIRE,
            Cue::Colour => Self::PAPER,
            Cue::Motion => Self::PAPER_BY_MOTION,
            Cue::GesturePhysics => Self::PARTIAL_FACE,
            Cue::LightChallenge => Self::LIGHT_CHECK,
            Cue::Sensor => Self::INJECTION,
        }
    }
}

/// Error code (CID's `errorInfo.error`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ErrorCode {
    /// The document can't be recognised, or it is not a document.
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
