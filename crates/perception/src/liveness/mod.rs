//! Cues for presentation attack detection (ISO 30107).
//!
//! In: frames and what [`crate::face`] found in them. Out: the measures of each cue for the
//! presentation so far ([`vouch_contract::liveness::AllMeasures`]). Called by `eye/`; the session
//! makes a verdict from them.
//!
//! A cue without measures says why and never counts as passed. The policy names the cues that a
//! session requires.

pub mod colour;
pub mod cue;
pub mod cutout;
pub mod device_edge;
pub mod gesture_physics;
pub mod light_challenge;
pub mod motion;
pub mod passive;
pub mod pulse;
pub mod screen_structure;
pub mod sensor;
pub mod skin;
pub mod spectrum;
pub mod tally;
pub mod watch;

#[cfg(test)]
mod testing;
