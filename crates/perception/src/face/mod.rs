//! The face in a frame: detector, mesh, pose, openness of eyes and mouth,
//! quality, embedding.
//!
//! In: a [`crate::camera::Frame`]. Out: [`vouch_contract::face`]. Called by
//! `eye/` only.
//!
//! `perceive` runs the others in their order. Nothing here allocates once it has
//! seen a frame of that size.

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
