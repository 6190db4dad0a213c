//! The commands, tying the rooms together. `main.rs` names them; each has a
//! file here.

pub mod album;
pub mod bench;
pub mod camera;
pub mod claim;
pub mod common;
pub mod config;
mod confirm;
pub mod demo;
pub mod doctor;
pub mod document;
pub mod eval;
pub mod eye;
pub mod failure;
pub mod models;
pub mod receive;
mod references;
pub mod replay;
pub mod run;
pub mod scheme_name;
pub mod session;
pub mod verify;
pub mod words;
