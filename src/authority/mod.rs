//! The authoritative source, which keeps the records that people are compared with.
//!
//! In: a [`Claim`], that is a name and an identification number. Out: the [`Record`] under that
//! number and name, with its portrait as encoded bytes or, from the gallery, its template; or a [`RecordFault`] that says why there is
//! none. No pictures are decoded here: the eye does that. May block, so [`Source`] asks on a thread
//! of its own. Called by `terminal/` and `vouch doctor`; `session/` knows only its types.

mod claim;
mod folder;
mod full_name;
mod gallery;
mod https;
mod record;
mod source;
mod text;

pub use claim::{Claim, Number};
pub use folder::Folder;
pub use full_name::FullName;
pub use gallery::GalleryRecords;
pub use https::Https;
pub use record::{Record, RecordedFace};
pub use source::{Answer, Source};
use vouch_contract::record::{Kind, RecordFault};

/// Largest portrait accepted, bytes: as large as the eye accepts for a reference.
pub const MAX_PORTRAIT_BYTES: u64 = vouch_contract::eye::protocol::MAX_REFERENCE_BYTES as u64;

/// A source of records about people.
pub trait Authority: Send + Sync {
    /// The kind of source; stated in every result that uses one of its records.
    fn kind(&self) -> Kind;

    /// The record under this number. The caller compares the name.
    ///
    /// # Errors
    /// [`RecordFault`].
    fn find(&self, number: &Number) -> Result<Record, RecordFault>;

    /// The state of the source, for the operator.
    ///
    /// # Errors
    /// [`RecordFault::Unreachable`].
    fn survey(&self) -> Result<Survey, RecordFault>;
}

/// What a source holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    /// Number of records; `None` if unknown.
    pub records: Option<usize>,
    /// The first unusable ones: place in the order of file names, from 1, and what is wrong. The
    /// file name itself is a person's number, which must not be logged.
    pub unusable: Vec<(usize, String)>,
    /// Number of unusable records.
    pub unusable_count: usize,
    /// Whether every user of this machine can read the records.
    pub is_open: bool,
}
