//! Time limits of a session.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{PolicyError, longer_than_zero, millis};

/// How long each step may take. All chosen, not measured: long enough for a first-time user, too
/// short for somebody who tries to fit a replay or uses a stolen moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The whole session. Default 60 s.
    #[serde(rename = "session_ms", with = "millis")]
    pub session: Duration,
    /// Embedding the reference. Default 5 s: the work takes well under one, but an eye that has
    /// just started first loads its models.
    #[serde(rename = "reference_ms", with = "millis")]
    pub reference: Duration,
    /// Getting into position. Default 20 s.
    #[serde(rename = "position_ms", with = "millis")]
    pub position: Duration,
    /// Each gesture, from its prompt; and before the prompt, coming back to a quiet face. Default
    /// 4.5 s, chosen: the less time, the fewer gestures can be picked from a recording
    /// (docs/EVALUATION.md). A gesture takes 0.3 to 1.5 s.
    #[serde(rename = "gesture_ms", with = "millis")]
    pub gesture: Duration,
    /// Settling the best frame. Default 6 s.
    #[serde(rename = "best_frame_ms", with = "millis")]
    pub best_frame: Duration,
    /// Without a face once gestures have begun. Default 1.5 s: the tracker may lose a fast-moving
    /// head for a few frames.
    #[serde(rename = "no_face_grace_ms", with = "millis")]
    pub no_face_grace: Duration,
    /// With several faces once gestures have begun. Default 1.5 s: somebody may walk past behind.
    #[serde(rename = "several_faces_grace_ms", with = "millis")]
    pub several_faces_grace: Duration,
    /// Without any frame from the eye. Default 5 s: reopening a camera takes one to three.
    #[serde(rename = "no_frames_ms", with = "millis")]
    pub no_frames: Duration,
    /// After this time an unanswered ask is repeated. Default 2 s, well above the eye's time for a
    /// frame.
    #[serde(rename = "answer_ms", with = "millis")]
    pub answer: Duration,
    /// Shortest time a prompt is shown, so that it can be read. Default 400 ms.
    #[serde(rename = "prompt_ms", with = "millis")]
    pub prompt: Duration,
    /// How long a fault must last before its prompt is shown. Default 300 ms: by then most
    /// spontaneous blinks (100 to 400 ms) are over, and a measure that flickers at its threshold
    /// means nothing.
    #[serde(rename = "prompt_after_ms", with = "millis")]
    pub prompt_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            session: Duration::from_secs(60),
            reference: Duration::from_secs(5),
            position: Duration::from_secs(20),
            gesture: Duration::from_millis(4500),
            best_frame: Duration::from_secs(6),
            no_face_grace: Duration::from_millis(1500),
            several_faces_grace: Duration::from_millis(1500),
            no_frames: Duration::from_secs(5),
            answer: Duration::from_secs(2),
            prompt: Duration::from_millis(400),
            prompt_after: Duration::from_millis(300),
        }
    }
}

impl Limits {
    pub(super) fn check(&self) -> Result<(), PolicyError> {
        longer_than_zero(self.session, "limits.session_ms")?;
        longer_than_zero(self.reference, "limits.reference_ms")?;
        longer_than_zero(self.position, "limits.position_ms")?;
        longer_than_zero(self.gesture, "limits.gesture_ms")?;
        longer_than_zero(self.best_frame, "limits.best_frame_ms")?;
        longer_than_zero(self.no_frames, "limits.no_frames_ms")?;
        longer_than_zero(self.answer, "limits.answer_ms")
    }
}
