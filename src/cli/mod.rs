//! the commands, tying the rooms together

pub mod camera;
pub mod config;
pub mod verify;
