//! Presentation-attack detection, measured by ISO/IEC 30107-3: APCER for
//! each species, BPCER, non-response rates, with their intervals.
//!
//! In: a manifest of recordings and stills, an eye. Out: a [`report::PadReport`].
//! Each file goes through the whole pipeline as a separate presentation
//! ([`tape`]); its verdict is the one that a session would get. [`challenge`]
//! measures how far a recording gets against random challenges.

pub mod cases;
pub mod challenge;
pub mod report;
pub mod tape;
