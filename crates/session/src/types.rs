//! The words the state machine speaks: what goes in, what comes out.

mod record;

use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

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
    /// The authoritative source is asked; or the document held against what it said.
    Record,
    /// The portrait to compare with, bound or the record's, is being embedded.
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
    /// Lay or hold the document before the camera.
    ShowDocument,
    /// Part of the document is outside the picture.
    ShowWholeDocument,
    /// The document is too small in the picture.
    DocumentCloser,
    /// The document is held askew.
    HoldDocumentFlat,
    /// The document is blurred or moves; and while it is read.
    HoldDocumentStill,
    /// Too little light on the document.
    MoreLightOnDocument,
    /// A reflection lies on the document.
    TiltAgainstGlare,
    /// The other side.
    TurnOver,
    /// Several documents at once.
    OneDocumentOnly,
    /// What is shown is no identity document.
    NotADocument,
    /// A copy or a screen is shown.
    ShowTheOriginal,
    /// Look over what was read, and confirm it.
    ConfirmDocument,
    /// Type your name and your identification number.
    TypeClaim,
    /// Your record is looked up: one moment.
    LookingUp,
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
    /// The eye has read a side of the document, or could not.
    Read(Result<Box<SideReading>, ReadFault>),
    /// What the terminal knows of the document (see [`Action::LookUp`]).
    LookedUp {
        /// The day at the terminal's place.
        today: Date,
        /// The portrait under which this document was presented before; the words of the
        /// trouble when that can't be told.
        before: Result<Option<Box<Template>>, String>,
    },
    /// The answer to [`Action::Confirm`].
    Confirmed(Confirmation),
    /// The answer to [`Action::AskClaim`].
    Claimed(Claimed),
    /// The answer to [`Action::FindRecord`].
    Record {
        /// The day at the terminal's place.
        today: Date,
        /// What was found.
        found: Result<RecordFacts, RecordFault>,
    },
    /// The answer to [`Action::MatchRecord`].
    RecordMatched(Result<(), RecordFault>),
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

/// What a person says to what was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confirmation {
    /// It is right, with these fields changed or added.
    Right(Vec<Field>),
    /// It is wrong.
    Wrong,
    /// There is nobody who could be asked.
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
    /// Have the eye look for this from now on.
    Watch(Subject),
    /// Have the frames kept of the document read (see
    /// [`vouch_contract::eye::protocol::Ask::Read`]).
    Read {
        /// The slot they were kept in.
        slot: Slot,
    },
    /// Tell the day, and under which portrait this document was presented before. Answered by
    /// [`Event::LookedUp`].
    LookUp {
        /// The country that issued it.
        country: String,
        /// Its number.
        number: String,
    },
    /// Show the person what was read, to be confirmed. Answered by [`Event::Confirmed`].
    Confirm(Box<Document>),
    /// Ask the person for name and number. Answered by [`Event::Claimed`].
    AskClaim,
    /// Ask the authoritative source for a record, and keep it. Answered by [`Event::Record`].
    FindRecord(Seek),
    /// Have the portrait of the record that was found embedded. Answered by
    /// [`Event::Reference`].
    EmbedRecord,
    /// Tell whether this document is of the person whose record was found. Answered by
    /// [`Event::RecordMatched`].
    MatchRecord(Box<Document>),
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
    /// The document, when the scheme has one and it was read.
    #[serde(default)]
    pub document: Option<Box<Document>>,
    /// The record at the authoritative source, when one was found in that name.
    #[serde(default)]
    pub record: Option<FoundRecord>,
    /// The comparison, when the scheme has one and it was reached: with the bound portrait, the
    /// record's, or else the document's.
    pub comparison: Option<Comparison>,
    /// The comparison with the document's portrait, where that is a second one.
    #[serde(default)]
    pub document_comparison: Option<Comparison>,
    /// What the liveness cues said, when somebody was looked at.
    #[serde(default)]
    pub presentation: Option<Verdict>,
    /// Length of the session.
    pub duration: Duration,
}
