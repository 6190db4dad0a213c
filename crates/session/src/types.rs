//! Input and output of the state machine.

mod record;

use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::lighting::Colour;
pub use record::{Claimed, Seek};
use vouch_contract::claims::Comparison;
use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::document::fields::Field;
use vouch_contract::document::reading::{Document, ReadFault, SideReading};
use vouch_contract::eye::protocol::{ReferenceFault, Slot, Subject};
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::face::Template;
use vouch_contract::gesture::Gesture;
use vouch_contract::record::RecordFault;
use vouch_contract::record::{FoundRecord, RecordFacts};
pub use vouch_contract::scheme::Scheme;
use vouch_contract::verdict::Verdict;

/// The step a session is in; also the `eventType` of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The person types name and number.
    Claim,
    /// The authoritative source is queried, or a document compared with its record.
    Record,
    /// The portrait to compare with, bound or from the record, is being embedded.
    Reference,
    /// The person shows side number N of the document (from 0).
    Document(u8),
    /// The document is looked up and checked.
    Checks,
    /// The person confirms what was read.
    Confirmation,
    /// The person gets into position.
    Position,
    /// The person does gesture number N (from 0).
    Gesture(u8),
    /// The screen shows colour number N (from 0), and the face is watched.
    Light(u8),
    /// The face returns to quiet and frontal; the best frame is chosen.
    BestFrame,
    /// Best frame compared with reference.
    Comparison,
    /// The session is over.
    Finished,
}

/// What the person is told: one prompt at a time, with its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Prompt {
    /// Nobody is in view.
    ComeIntoView,
    /// More than one person is in view.
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
    /// Something covers the face.
    UncoverFace,
    /// The picture is blurred.
    HoldStill,
    /// Lay or hold the document in front of the camera.
    ShowDocument,
    /// Part of the document is outside the picture.
    ShowWholeDocument,
    /// The document is too small in the picture.
    DocumentCloser,
    /// The document is held askew.
    HoldDocumentFlat,
    /// The document is blurred or moving, or is being read.
    HoldDocumentStill,
    /// Too little light on the document.
    MoreLightOnDocument,
    /// A reflection lies on the document.
    TiltAgainstGlare,
    /// Show the other side.
    TurnOver,
    /// Several documents at once.
    OneDocumentOnly,
    /// What is shown is not an identity document.
    NotADocument,
    /// A copy or a screen is shown.
    ShowTheOriginal,
    /// Check what was read, and confirm it.
    ConfirmDocument,
    /// Type your name and your identification number.
    TypeClaim,
    /// Your record is being looked up.
    LookingUp,
    /// Do this gesture now.
    Do(Gesture),
    /// The gesture was seen.
    WellDone,
    /// Over: passed.
    Passed,
    /// Over: not passed.
    NotPassed,
}

/// Input of the machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every event is a sighting; boxing it would allocate for each frame"
)]
pub enum Event {
    /// Starts the session; always the first event.
    Begin,
    /// The eye saw a frame.
    Sighting(Sighting),
    /// The eye answered an [`Action::Keep`].
    Kept {
        /// The frame asked for.
        sequence: u64,
        /// The slot asked for.
        slot: Slot,
        /// False if the eye no longer had the frame.
        found: bool,
        /// The face's template, if it was asked for and could be made.
        template: Option<Box<Template>>,
    },
    /// The bound portrait was embedded, or could not be.
    Reference(Result<Box<Template>, ReferenceFault>),
    /// The eye has read a side of the document, or could not.
    Read(Result<Box<SideReading>, ReadFault>),
    /// What the terminal knows about the document (see [`Action::LookUp`]).
    LookedUp {
        /// Today's date at the terminal.
        today: Date,
        /// The portrait with which this document was presented before; a message if that could not
        /// be looked up.
        before: Result<Option<Box<Template>>, String>,
    },
    /// The answer to [`Action::Confirm`].
    Confirmed(Confirmation),
    /// The answer to [`Action::AskClaim`].
    Claimed(Claimed),
    /// The answer to [`Action::FindRecord`].
    Record {
        /// Today's date at the terminal.
        today: Date,
        /// What was found.
        found: Result<RecordFacts, RecordFault>,
    },
    /// The answer to [`Action::MatchRecord`].
    RecordMatched(Result<(), RecordFault>),
    /// The answer to [`Action::Light`]: whether the screen shows the colour.
    Lit(bool),
    /// Time passes without a frame.
    Tick,
    /// There will be no more frames (end of a recording, or the camera missing for too long).
    SourceEnded {
        /// The reason.
        reason: String,
    },
    /// The person or the clerk cancels.
    Cancel,
}

/// What a person says about the reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirmation {
    /// It is right, with these fields changed or added.
    Right(Vec<Field>),
    /// It is wrong.
    Wrong,
    /// Nobody can be asked.
    Unattended,
}

/// What the machine wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Tell the person.
    Prompt(Prompt),
    /// Have the eye keep a frame (see [`vouch_contract::eye::protocol::Ask::Keep`]).
    Keep {
        /// The frame, by its source number.
        sequence: u64,
        /// Where to.
        slot: Slot,
        /// Whether the template is wanted.
        embed: bool,
    },
    /// Tell the eye what to watch for from now on.
    Watch(Subject),
    /// Have the kept frames of the document read (see
    /// [`vouch_contract::eye::protocol::Ask::Read`]).
    Read {
        /// The slot they were kept in.
        slot: Slot,
    },
    /// Report today's date, and the portrait with which this document was presented before.
    /// Answered by [`Event::LookedUp`].
    LookUp {
        /// The country that issued it.
        country: String,
        /// Its number.
        number: String,
    },
    /// Show the person what was read and ask for confirmation. Answered by [`Event::Confirmed`].
    Confirm(Box<Document>),
    /// Light the face with this colour, and tell the eye. Answered by [`Event::Lit`].
    Light(Colour),
    /// Ask the person for name and number. Answered by [`Event::Claimed`].
    AskClaim,
    /// Ask the authoritative source for a record, and keep it. Answered by [`Event::Record`].
    FindRecord(Seek),
    /// Have the portrait of the record found embedded. Answered by [`Event::Reference`].
    EmbedRecord,
    /// Check whether this document belongs to the person whose record was found. Answered by
    /// [`Event::RecordMatched`].
    MatchRecord(Box<Document>),
    /// The session is over; no further action follows.
    Finish(Box<Outcome>),
}

/// How one gesture went.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GestureRecord {
    /// The gesture.
    pub gesture: Gesture,
    /// When it was asked for, since the session began.
    pub asked_at: Duration,
    /// When it was completed; `None` if it never was.
    pub done_at: Option<Duration>,
    /// The frame that shows it most clearly.
    pub sequence: Option<u64>,
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
    /// CID's code, if one fits; otherwise the liveness code says everything.
    pub error: Option<ErrorCode>,
    /// Message for the clerk; no personal data.
    pub message: String,
    /// The gestures asked for, in their order.
    pub gestures: Vec<GestureRecord>,
    /// The best frame's number, if one was kept.
    pub best: Option<u64>,
    /// The best frame's unified quality.
    pub best_quality: Option<u8>,
    /// The document, if the scheme has one and it was read.
    #[serde(default)]
    pub document: Option<Box<Document>>,
    /// The record at the authoritative source, if one was found under that name.
    #[serde(default)]
    pub record: Option<FoundRecord>,
    /// The comparison, if the scheme has one and it was reached: with the bound portrait, the
    /// record's, or else the document's.
    pub comparison: Option<Comparison>,
    /// The comparison with the document's portrait, if that is a second one.
    #[serde(default)]
    pub document_comparison: Option<Comparison>,
    /// What the liveness cues found, if somebody was looked at.
    #[serde(default)]
    pub presentation: Option<Verdict>,
    /// Length of the session.
    pub duration: Duration,
}
