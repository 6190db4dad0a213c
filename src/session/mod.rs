//! The session: schemes, the pure state machine, outcome and codes.
//!
//! In: events (sightings, answers, touches) with their time. Out: actions. No
//! I/O, no clock, no randomness of its own.

pub mod codes;
pub mod result;
pub mod types;
