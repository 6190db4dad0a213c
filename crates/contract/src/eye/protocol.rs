//! What terminal and eye say to each other.
//!
//! The terminal asks ([`Ask`]), the eye tells ([`Tell`]). Over the socket each
//! message is postcard behind a length (see `eye/wire.rs`); in one process the
//! same types go by function call.

use serde::{Deserialize, Serialize};

use crate::document::reading::{ReadFault, SideReading};
use crate::eye::sighting::Sighting;
use crate::face::Template;
use crate::runtime::RuntimeReport;
use crate::source::{SourceCounts, SourceInfo};

/// A place where the eye keeps a frame for later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Slot {
    /// The best frame so far: what is compared and shown.
    Best,
    /// The frame that proves gesture number N (from 0).
    Gesture(u8),
    /// Side number N of the document (from 0). A slot for several frames: the latest kept are
    /// read together.
    Document(u8),
    /// Only looked at for the person's identity, not kept as a picture.
    Continuity,
}

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

/// What the terminal asks of the eye.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Keep frame `sequence` in `slot` and embed its face when `embed` is set.
    /// Answered by [`Tell::Kept`].
    Keep {
        /// The frame, by its source number.
        sequence: u64,
        /// Where to.
        slot: Slot,
        /// Whether the face's template is wanted.
        embed: bool,
    },
    /// Hand over the picture in `slot` as JPEG. Answered by [`Tell::Still`].
    Still {
        /// Which.
        slot: Slot,
    },
    /// Forget all slots, and look for faces: a session ended or a new one starts.
    Forget,
    /// Look for this from now on.
    Watch(Subject),
    /// Read the document in the frames kept in `slot`. Answered by [`Tell::Read`].
    Read {
        /// Which side.
        slot: Slot,
    },
    /// Embed the one face of an encoded image (JPEG, PNG, …). Answered by
    /// [`Tell::Reference`].
    Reference {
        /// The file's bytes.
        image: Vec<u8>,
    },
}

/// What the eye tells the terminal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every tell is a sighting, and a box would be allocated for each frame"
)]
pub enum Tell {
    /// First message: what this eye is and runs on.
    Hello(Box<EyeReport>),
    /// One frame.
    Sighting(Sighting),
    /// Answer to [`Ask::Keep`].
    Kept {
        /// The frame asked for.
        sequence: u64,
        /// The slot asked for.
        slot: Slot,
        /// False when the frame was gone already: nothing was kept.
        found: bool,
        /// The face's template, when asked for and there was a face.
        template: Option<Box<Template>>,
    },
    /// Answer to [`Ask::Still`]: JPEG bytes, none when the slot is empty.
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
    /// The source gives no frames at present; the text says why and what to do.
    NoFrames {
        /// Words for the operator.
        reason: String,
        /// True when the source is over for good (a recording's end).
        ended: bool,
    },
    /// Still no frames, for the reason told last: the eye lives, and the reason
    /// need not be written down again.
    StillNoFrames,
    /// What the source has counted by now: told by itself about once a second
    /// while frames flow, and ahead of each [`Tell::Still`], which a session
    /// asks for at its end.
    Counts(SourceCounts),
}

/// Why a reference image can't be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ReferenceFault {
    /// Not a picture that can be read; the text says why and what to do.
    #[error("the reference can't be used: {0}")]
    Unreadable(String),
    /// No face found.
    #[error("no face found in the reference image; give a frontal photograph of one person")]
    NoFace,
    /// More than one.
    #[error("{0} faces in the reference image; crop it to the one person meant")]
    SeveralFaces(u8),
    /// The face has too few pixels to be compared.
    #[error(
        "the face is too small in the reference: {eye_distance} pixels between the eyes, {needed} are \
         needed; give a larger picture, or crop it to the face"
    )]
    TooSmall {
        /// Pixels between the eyes, of a picture scaled to at most 1280.
        eye_distance: u16,
        /// Fewest that do.
        needed: u16,
    },
    /// Several images that don't show one person, or too many; told by the
    /// terminal, which puts them together.
    #[error("{0}")]
    NotOnePerson(String),
    /// The eye has no embedding model.
    #[error("no model with the role `embed` is installed; see `vouch models`")]
    NoModel,
}

/// What an eye is: told once (the counters again and again, by
/// [`Tell::Counts`]), and part of every signed result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EyeReport {
    /// Where frames come from.
    pub source: SourceInfo,
    /// Where the document's frames come from, when that is another place.
    #[serde(default)]
    pub document_source: Option<SourceInfo>,
    /// Counters when they were told last.
    pub counts: SourceCounts,
    /// Runtime, models, accelerators.
    pub runtime: RuntimeReport,
}

/// Largest reference image, as a file and in pixels on a side.
pub const MAX_REFERENCE_BYTES: usize = 8 << 20;
