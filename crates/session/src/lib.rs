//! The session: schemes, the pure state machine, outcome and codes.
//!
//! In: events (sightings, answers, touches) with their time. Out: actions. No
//! I/O, no clock, no randomness of its own. [`machine`] holds the table of
//! transitions; every threshold is in [`policy`]; [`challenge`] is drawn outside
//! and given; [`log`] writes a session down and plays it again.

pub mod challenge;
pub mod document;
pub mod fuse;
pub mod liveness;
pub mod log;
pub mod machine;
pub mod policy;
pub mod result;
pub mod types;

mod asking;
mod best;
mod continuity;
mod ending;
mod evidence;
pub mod gestures;
pub mod position;
mod prompter;
pub mod scanning;
pub mod view;
