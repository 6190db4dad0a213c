//! The eye: the process role that owns camera, models and accelerator, and nothing else. No keys,
//! no network, no database.
//!
//! In: frames. Out: one sighting per frame, and stills and templates on request
//! ([`vouch_contract::eye::protocol`]). The terminal reaches it through [`port::EyePort`], in the
//! same process or another one.

use crate::camera::Source;
pub mod core;
mod documents;
pub mod local;
pub mod mailbox;
pub mod port;
mod preview;
pub mod process;
pub mod remote;

/// Where an eye's frames come from.
pub struct Sources {
    /// The camera for the person's face, and for the document if that has no source of its own.
    pub face: Box<dyn Source>,
    /// The camera for the document.
    pub document: Option<Box<dyn Source>>,
}
