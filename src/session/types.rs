//! The words the state machine speaks: what goes in, what comes out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::eye::protocol::{ReferenceFault, Slot};
use crate::eye::sighting::Sighting;
use crate::face::types::Template;
use crate::liveness::fusion::Verdict;
use crate::session::codes::{ErrorCode, LivenessCode};

/// A movement the person is asked for. Left and right are the person's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gesture {
    /// Close both eyes and open them again.
    Blink,
    /// Open the mouth and close it.
    OpenMouth,
    /// Turn the head to the own left.
    TurnLeft,
    /// Turn the head to the own right.
    TurnRight,
    /// Nod: chin down and up again (or up and down).
    Nod,
}

impl Gesture {
    /// Every gesture there is.
    pub const ALL: [Self; 5] = [Self::Blink, Self::OpenMouth, Self::TurnLeft, Self::TurnRight, Self::Nod];
}

/// What the live face is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scheme {
    /// Nothing: is a live person there?
    LivenessOnly,
    /// A portrait the business has bound to the session.
    #[serde(rename = "FVBioOnly")]
    FvBioOnly,
}

/// The step a session is in; also the `eventType` of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The bound portrait is being embedded.
    Reference,
    /// The person gets into position.
    Position,
    /// The person does gesture number N (from 0).
    Gesture(u8),
    /// Back to a frontal, quiet face; the best frame is settled.
    BestFrame,
    /// Best frame against reference.
    Comparison,
    /// Over.
    Finished,
}

/// What the person is told. One at a time, with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prompt {
    /// Nobody is seen.
    ComeIntoView,
    /// More than one person is seen.
    OnePersonOnly,
    /// The face is too small.
    ComeCloser,
    /// The face is too large.
    MoveBack,
    /// The face is not near the middle.
    MoveToTheMiddle,
    /// Too little light on the face.
    MoreLight,
    /// Too much light on the face.
    LessLight,
    /// The head is turned or tilted.
    LookStraight,
    /// The eyes are closed.
    OpenEyes,
    /// Something is before the face.
    UncoverFace,
    /// The picture is blurred.
    HoldStill,
    /// Do this gesture now.
    Do(Gesture),
    /// Gesture seen.
    WellDone,
    /// Over: passed.
    Passed,
    /// Over: not passed.
    NotPassed,
}

/// What the machine is fed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every event is a sighting, and a box would be allocated for each frame"
)]
pub enum Event {
    /// Begin. The first event of every session.
    Begin,
    /// The eye saw a frame.
    Sighting(Sighting),
    /// The eye answered a [`Action::Keep`].
    Kept {
        /// The frame asked for.
        sequence: u64,
        /// The slot asked for.
        slot: Slot,
        /// False when the frame was gone.
        found: bool,
        /// The face's template, when it was asked for and could be made.
        template: Option<Box<Template>>,
    },
    /// The bound portrait was embedded, or could not be.
    Reference(Result<Box<Template>, ReferenceFault>),
    /// Time passes without a frame.
    Tick,
    /// The frames are over for good (end of a recording, camera gone too long).
    SourceEnded {
        /// Why, in words.
        reason: String,
    },
    /// The person or the clerk cancels.
    Cancel,
}

/// What the machine wants done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Tell the person.
    Prompt(Prompt),
    /// Have the eye keep a frame (see [`crate::eye::protocol::Ask::Keep`]).
    Keep {
        /// The frame, by its source number.
        sequence: u64,
        /// Where to.
        slot: Slot,
        /// Whether the template is wanted.
        embed: bool,
    },
    /// The session is over; nothing more will be asked.
    Finish(Box<Outcome>),
}

/// One gesture as it went.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GestureRecord {
    /// Which.
    pub gesture: Gesture,
    /// When it was asked for, since the session began.
    pub asked_at: Duration,
    /// When it was complete; none if it never was.
    pub done_at: Option<Duration>,
    /// The frame that shows it best.
    pub sequence: Option<u64>,
}

/// Best live frame against the reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Cosine similarity, -1 to 1.
    pub similarity: f32,
    /// The threshold applied.
    pub threshold: f32,
    /// False match rate to be expected at this similarity, from the model's
    /// calibration (an upper bound: the nearest calibrated point below).
    pub fmr: f32,
    /// Whether similarity reaches the threshold.
    pub matched: bool,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// True only when every step of the scheme passed.
    pub success: bool,
    /// Liveness code.
    pub liveness: LivenessCode,
    /// The step at which it failed.
    pub failed_at: Option<Step>,
    /// CID's code where one fits; else the liveness code says it all.
    pub error: Option<ErrorCode>,
    /// Words for the clerk; no personal data.
    pub message: String,
    /// The gestures asked for, in their order.
    pub gestures: Vec<GestureRecord>,
    /// The best frame's number, when one was kept.
    pub best: Option<u64>,
    /// The best frame's unified quality.
    pub best_quality: Option<u8>,
    /// The comparison, when the scheme has one and it was reached.
    pub comparison: Option<Comparison>,
    /// What the liveness cues said, when somebody was looked at.
    #[serde(default)]
    pub presentation: Option<Verdict>,
    /// Length of the session.
    pub duration: Duration,
}
