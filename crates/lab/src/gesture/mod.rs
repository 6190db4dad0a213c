//! How well the session's gesture detectors find what people did.
//!
//! In: labels ([`labels`]) and the clips they are of. Each clip runs through the
//! real perception, at its own time, into detectors that run freely ([`free`]);
//! their findings are matched with the labels one to one ([`score`]). Out: a
//! [`report::GestureReport`]. Called by `vouch-lab eval gesture`.

pub mod clip;
pub mod free;
pub mod labels;
pub mod report;
pub mod score;
pub mod trace;
