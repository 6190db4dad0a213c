//! Presentation-attack detection, measured as ISO/IEC 30107-3 asks: APCER for
//! each species, BPCER, non-response rates, with their intervals.
//!
//! In: a manifest of recordings and stills, an eye. Out: a [`report::Report`].
//! Each file goes through the whole pipeline as a presentation of its own
//! ([`tape`]); the cues' verdict on it is what a session would have got. How
//! far a recording gets against random challenges is asked in [`challenge`].

pub mod cases;
pub mod challenge;
pub mod report;
pub mod tape;
