//! the commands, tying the rooms together

pub mod receive;
pub mod verify;
