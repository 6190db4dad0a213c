//! The eye: the role that owns camera, models and accelerator, and nothing
//! else. No keys, no network, no database.
//!
//! In: frames. Out: one sighting for each frame, stills and templates on request
//! ([`vouch_contract::eye::protocol`]). The terminal reaches it through
//! [`port::EyePort`], in the same process or another one.

use crate::camera::Source;
pub mod core;
mod documents;
pub mod local;
pub mod mailbox;
pub mod port;
pub mod process;
pub mod remote;

/// Where an eye's frames come from.
pub struct Sources {
    /// The person's face; and the document, when it has no source of its own.
    pub face: Box<dyn Source>,
    /// The document.
    pub document: Option<Box<dyn Source>>,
}
