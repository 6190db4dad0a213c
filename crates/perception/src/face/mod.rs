//! What a frame shows: detector, mesh, pose, gestures' measures, quality,
//! embedding.
//!
//! In: a [`crate::camera::Frame`]. Out: [`types`]. Called by `eye/` only; the
//! types and [`compare`] may be used by everybody downstream.
//!
//! `perceive` runs the others in their order; nothing here allocates once the
//! first frame of a size has been seen.

pub mod align;
pub mod detect;
pub mod embed;
pub mod geometry;
pub mod iris;
pub mod mesh;
pub mod perceive;
pub mod pose;
pub mod quality;
pub mod warp;
