//! the commands, tying the rooms together

pub mod camera;
pub mod verify;
pub mod config;
