//! The face in a frame: detector, mesh, pose, openness of eyes and mouth, quality, embedding.
//!
//! In: a [`crate::camera::Frame`]. Out: [`vouch_contract::face`]. Called only by `eye/`.
//!
//! `perceive` runs the other parts in order. Nothing here allocates after the first frame of a
//! given size.

pub mod align;
pub mod detect;
pub mod embed;
pub mod eyelids;
pub mod geometry;
pub mod mesh;
pub mod perceive;
pub mod pose;
pub mod quality;
pub mod warp;
