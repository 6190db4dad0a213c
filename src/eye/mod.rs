//! The eye: the role that owns camera, models and accelerator, and nothing
//! else. No keys, no network, no database.
//!
//! In: frames. Out: one [`sighting::Sighting`] for each frame, stills and
//! templates when asked ([`protocol`]). The terminal reaches it through
//! [`port::EyePort`], whether it is a process of its own or not.

pub mod core;
mod documents;
pub mod local;
pub mod mailbox;
pub mod port;
pub mod process;
pub mod protocol;
pub mod remote;
pub mod setup;
pub mod sighting;
pub mod wire;
