//! Cues to evidence to verdict, with the attack codes.
//!
//! In: frames and what [`crate::face`] made of them. Out: [`types::Words`], one
//! word of each cue on the presentation so far (that half runs in the eye), and
//! a verdict ([`fusion`]) made from them (that half is pure and runs in the
//! session). Called by `eye/` and `session/`; knows neither.
//!
//! A cue that could not tell says so and counts for nothing, least of all as
//! passed: policy names those that a scheme can't do without.

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
