//! The eye's report on one frame: small, fixed size, no pixels.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::document::look::DocumentLook;
use crate::face::Face;
use crate::liveness::AllMeasures;

/// What the eye looks for in a frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A person's face.
    #[default]
    Face,
    /// A document.
    Document,
}

/// One frame as the eye saw it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sighting {
    /// What the eye was looking for. Frames of the subject before may still be on their way when the
    /// terminal asks for another one.
    #[serde(default)]
    pub subject: Subject,
    /// The source's number of the frame.
    pub sequence: u64,
    /// Time of capture since the source was opened.
    pub at: Duration,
    /// Frame width in pixels.
    pub width: u16,
    /// Frame height in pixels.
    pub height: u16,
    /// Frames dropped so far because a newer one was available (the newest wins).
    pub dropped: u32,
    /// Faces in the last full detection, at most [`crate::face::MAX_FACES`]. Even while one face is
    /// tracked, the detector runs over the whole frame from time to time.
    pub faces: u8,
    /// The face nearest to the camera, if any.
    pub face: Option<Face>,
    /// The liveness cues' measures of this face so far: of its track since the session began.
    #[serde(default)]
    pub cues: AllMeasures,
    /// The document, while the eye watches for one.
    #[serde(default)]
    pub document: Option<DocumentLook>,
}
