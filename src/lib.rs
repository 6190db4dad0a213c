//! Vouch, the software of an identity terminal: what runs on the board.
//!
//! `terminal` leads the sessions and asks `authority` for records; `eye` makes an eye from the
//! configuration; `cli` ties the rooms together for the commands in `main.rs`. The rest of the way
//! of the data are crates of their own: see docs/ARCHITECTURE.md.

pub mod authority;
pub mod cli;
pub mod config;
pub mod eye;
pub mod terminal;
