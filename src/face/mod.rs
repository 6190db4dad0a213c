//! What a frame shows: detector, mesh, pose, gestures' measures, quality,
//! embedding.
//!
//! In: a [`crate::camera::Frame`]. Out: [`types`]. Called by `eye/` only; the
//! types alone may be named by everybody downstream.

pub mod compare;
pub mod types;
