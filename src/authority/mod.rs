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

pub use claim::{Claim, Number};
pub use folder::Folder;
pub use https::Https;
pub use record::{FullName, Record};
pub use source::{Answer, Source};
use vouch_contract::record::{Kind, RecordFault};

/// Largest portrait that is taken, bytes; what the eye takes as a reference.
pub const MAX_PORTRAIT_BYTES: u64 = vouch_contract::eye::protocol::MAX_REFERENCE_BYTES as u64;

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
