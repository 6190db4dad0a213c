//! The session: schemes, the pure state machine, outcome and codes.
//!
//! In: events (sightings, answers, touches) with their time. Out: actions. No
//! I/O, no clock, no randomness of its own. [`machine`] holds the table of
//! transitions; every threshold is in [`policy`]; [`challenge`] is drawn outside
//! and given; [`record`] writes a session down and plays it again.

pub mod challenge;
pub mod codes;
pub mod machine;
pub mod policy;
pub mod record;
pub mod result;
pub mod scheme;
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
