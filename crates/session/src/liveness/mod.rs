//! Decisions on liveness: turns what the cues measured into one verdict.

pub mod fit;
pub mod fusion;
pub mod presentations;
