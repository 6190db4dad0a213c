//! The authoritative source: whoever keeps the record that a person is held to.
//!
//! In: a [`Claim`], a name and an identification number. Out: the [`Record`] under that number,
//! in that name, with its portrait as encoded bytes; or a [`RecordFault`] that says why there is
//! none. Nothing here looks into a picture: that is the eye's. May block, so [`Source`] asks on a
//! thread of its own. Called by `terminal/` and `vouch doctor`; `session/` knows its words only.

mod claim;
mod folder;
mod https;
mod record;
mod source;
mod text;

use serde::{Deserialize, Serialize};

pub use claim::{Claim, ClaimFault, Number};
pub use folder::Folder;
pub use https::Https;
pub use record::{FullName, Record};
pub use source::{Answer, Source};

/// Longest name that is taken, in characters, all its parts together. Above the 39 of a
/// passport's zone, and below what the comparison of names looks at
/// ([`crate::document::transliteration::MAX_LETTERS`]), so that no letter goes unseen.
pub const MAX_NAME: usize = 100;
/// Largest portrait that is taken, bytes; what the eye takes as a reference.
pub const MAX_PORTRAIT_BYTES: u64 = crate::eye::core::MAX_REFERENCE_BYTES as u64;

/// Somebody who keeps records of persons.
pub trait Authority: Send + Sync {
    /// Which kind of source this is: part of every result that rests on it.
    fn kind(&self) -> Kind;

    /// The record under this number; whose name it is in, the caller compares.
    ///
    /// # Errors
    /// [`RecordFault`].
    fn find(&self, number: &Number) -> Result<Record, RecordFault>;

    /// How the source is doing, for the operator.
    ///
    /// # Errors
    /// [`RecordFault::Unreachable`].
    fn survey(&self) -> Result<Survey, RecordFault>;
}

/// Kinds of sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A folder of records on this terminal.
    Folder,
    /// A service over HTTPS.
    Https,
}

/// What a source holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Records there; none where that can't be told.
    pub records: Option<usize>,
    /// The first that can't be used: their place in the order of file names, from 1 (a file's
    /// name is a person's number, which gets into no log), and what is wrong.
    pub unusable: Vec<(usize, String)>,
    /// How many can't be used.
    pub unusable_count: usize,
    /// Every user of this machine can read them.
    pub is_open: bool,
}

/// Why there is no record. No message holds a name or a number: they get into results and logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum RecordFault {
    /// Nobody is registered under this number.
    #[error("the authoritative source has no record under this number")]
    NotFound,
    /// Another name is registered under it.
    #[error("the record under this number is in another name")]
    NameDiffers,
    /// The document that was shown has another number than the record.
    #[error("the document's number is not the number of the record: it is another person's document")]
    NumberDiffers,
    /// The number or name is none.
    #[error("{0}")]
    Claim(ClaimFault),
    /// The source does not answer; the words say what to look at.
    #[error("the authoritative source can't be reached: {0}")]
    Unreachable(String),
    /// The record is there and can't be used.
    #[error("the record at the authoritative source can't be used: {0}")]
    Unreadable(String),
}

impl RecordFault {
    /// Whether the person's claim is at fault, and not the source.
    pub const fn is_of_claim(&self) -> bool {
        matches!(self, Self::NotFound | Self::NameDiffers | Self::NumberDiffers | Self::Claim(_))
    }
}
