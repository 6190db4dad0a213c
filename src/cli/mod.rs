//! the commands, tying the rooms together

pub mod config;
