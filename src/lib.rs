//! Vouch, the software of an identity terminal: the part that runs on the board.
//!
//! `terminal` runs the sessions and asks `authority` for records; `kiosk` is the page in front of
//! the person; `enrolment` makes entries of the gallery; `eye` builds an eye from the configuration;
//! `cli` connects the modules for the commands in `main.rs`. Everything else is in crates of its own:
//! see docs/ARCHITECTURE.md.

pub mod authority;
pub mod cli;
pub mod config;
pub mod enrolment;
pub mod eye;
pub mod kiosk;
pub mod partners;
pub mod terminal;
