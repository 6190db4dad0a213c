//! The deciding half of liveness: what the cues measured becomes one verdict.

pub mod fit;
pub mod fusion;
pub mod presentations;
