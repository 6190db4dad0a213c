//! The eye: the process that owns camera, models and accelerator, and nothing
//! else. No keys, no network, no database.
//!
//! In: frames. Out: one [`sighting::Sighting`] for each frame, stills when asked.

pub mod protocol;
pub mod sighting;
