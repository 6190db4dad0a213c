//! What terminal and eye say to each other.
//!
//! The terminal asks ([`Ask`]), the eye tells ([`Tell`]). On the socket each message is postcard
//! with a length prefix (see `eye/wire.rs`); within one process the same types are passed by
//! function call.

use serde::{Deserialize, Serialize};

use crate::document::reading::{ReadFault, SideReading};
use crate::eye::sighting::Sighting;
pub use crate::eye::sighting::Subject;
use crate::face::Template;
use crate::runtime::RuntimeReport;
use crate::source::{SourceCounts, SourceInfo};

/// A place where the eye keeps a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// The best frame so far, which is compared and shown.
    Best,
    /// The frame that proves gesture number N (from 0).
    Gesture(u8),
    /// Side number N of the document (from 0). This slot holds several frames: the latest ones are
    /// read together.
    Document(u8),
    /// For checking the person's identity only; no picture is kept.
    Continuity,
}

/// What the terminal asks of the eye.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Keep frame `sequence` in `slot`, and embed its face if `embed` is set. Answered by
    /// [`Tell::Kept`].
    Keep {
        /// The frame, by its source number.
        sequence: u64,
        /// The slot to keep it in.
        slot: Slot,
        /// Whether the face's template is wanted.
        embed: bool,
    },
    /// Hand over the picture in `slot` as JPEG. Answered by [`Tell::Still`].
    Still {
        /// The slot.
        slot: Slot,
    },
    /// Forget all slots and look for faces: a session has ended, or a new one starts.
    Forget,
    /// Look for this from now on.
    Watch(Subject),
    /// Read the document in the frames kept in `slot`. Answered by [`Tell::Read`].
    Read {
        /// The side.
        slot: Slot,
    },
    /// The screen lights the face with this colour (red, green, blue) from now on.
    Lit {
        /// The colour.
        colour: [u8; 3],
    },
    /// Send pictures for the screen from now on ([`Tell::Preview`]), or stop.
    Preview(bool),
    /// Embed the only face in an encoded image (JPEG, PNG, …). Answered by [`Tell::Reference`].
    Reference {
        /// The image file's bytes.
        image: Vec<u8>,
    },
}

/// What the eye tells the terminal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every message is a sighting; boxing it would allocate for each frame"
)]
pub enum Tell {
    /// First message: what this eye is and what it runs on.
    Hello(Box<EyeReport>),
    /// One frame.
    Sighting(Sighting),
    /// Answer to [`Ask::Keep`].
    Kept {
        /// The frame asked for.
        sequence: u64,
        /// The slot asked for.
        slot: Slot,
        /// False if the eye no longer had the frame: nothing was kept.
        found: bool,
        /// The face's template, if it was asked for and there was a face.
        template: Option<Box<Template>>,
    },
    /// Answer to [`Ask::Still`]: JPEG bytes, `None` if the slot is empty.
    Still {
        /// The slot asked for.
        slot: Slot,
        /// The picture.
        jpeg: Option<Vec<u8>>,
    },
    /// Answer to [`Ask::Read`].
    Read(Result<Box<SideReading>, ReadFault>),
    /// Answer to [`Ask::Reference`].
    Reference(Result<Box<Template>, ReferenceFault>),
    /// The source gives no frames at the moment; the text says why and what to do.
    NoFrames {
        /// Message for the operator.
        reason: String,
        /// True if there will be no more frames (a recording's end).
        ended: bool,
    },
    /// Still no frames, for the same reason. This shows that the eye is alive; the reason need not
    /// be logged again.
    StillNoFrames,
    /// The source's counters. Sent about once a second while frames flow, and before each
    /// [`Tell::Still`], which a session asks for at its end.
    Counts(SourceCounts),
    /// A picture for the screen, while [`Ask::Preview`] is on.
    Preview(Preview),
}

/// A picture for the person at the screen. It is never stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The source's number of the frame.
    pub sequence: u64,
    /// When it was captured, in microseconds since 1970 by the machine's clock.
    pub captured_us: u64,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// The picture as JPEG, upright, not mirrored.
    pub jpeg: Vec<u8>,
}

/// Why a reference image can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceFault {
    /// Not a readable picture; the text says why and what to do.
    #[error("the reference can't be used: {0}")]
    Unreadable(String),
    /// There is no face.
    #[error("no face found in the reference image; give a frontal photograph of one person")]
    NoFace,
    /// There is more than one face.
    #[error("{0} faces in the reference image; crop it to the one person meant")]
    SeveralFaces(u8),
    /// The face has too few pixels to be compared.
    #[error(
        "the face is too small in the reference: {eye_distance} pixels between the eyes, {needed} are \
         needed; give a larger picture, or crop it to the face"
    )]
    TooSmall {
        /// Pixels between the eyes, in a picture scaled down to at most 1280.
        eye_distance: u16,
        /// Fewest that are enough.
        needed: u16,
    },
    /// Several images that don't show one person, or too many images. Reported by the terminal,
    /// which combines them.
    #[error("{0}")]
    NotOnePerson(String),
    /// The eye has no embedding model.
    #[error("no model with the role `embed` is installed; see `vouch models`")]
    NoModel,
}

/// What an eye is. Sent once (its counters repeatedly, with [`Tell::Counts`]), and part of every
/// signed result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EyeReport {
    /// Where frames come from.
    pub source: SourceInfo,
    /// Where the document's frames come from, if from another source.
    #[serde(default)]
    pub document_source: Option<SourceInfo>,
    /// The counters last reported.
    pub counts: SourceCounts,
    /// Runtime, models, accelerators.
    pub runtime: RuntimeReport,
}

/// Largest reference image, as a file and in pixels on a side.
pub const MAX_REFERENCE_BYTES: usize = 8 << 20;
