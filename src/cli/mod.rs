//! The commands, which connect the modules. `main.rs` names them; each has a file here.

pub mod album;
pub mod camera;
pub mod claim;
pub mod common;
pub mod config;
mod console;
pub mod delivery;
pub mod doctor;
pub mod document;
pub mod eye;
pub mod failure;
pub mod gallery;
pub mod kiosk;
pub mod models;
pub mod outbox;
pub mod partners;
mod references;
pub mod replay;
pub mod run;
pub mod session;
pub mod verify;
pub mod words;
