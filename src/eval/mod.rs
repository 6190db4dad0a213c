//! Measuring Vouch: time, allocations and memory, beside the peer.
//!
//! In: a picture, a configuration, the peer's Python. Out: a
//! [`report::Report`]. Called by `vouch bench` and by tests; nothing else needs
//! it. What each figure means stands in docs/BENCH.md.

pub mod bench;
pub mod gesture;
pub mod peer;
pub mod picture;
pub mod processes;
pub mod quality;
pub mod report;
pub mod series;
pub mod table;
