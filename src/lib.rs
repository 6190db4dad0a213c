//! Vouch, the software of an identity terminal.
//!
//! The way of the data, one room after the other; imports run the same way and
//! never back:
//!
//! `camera → runtime → face → liveness → document → eye (sighting) → session → device (signature) →
//! store (outbox) → fleet (link) → hub`
//!
//! `terminal` leads the sessions and asks `authority` for records. `config` and `clock` are read by
//! all; `cli` ties the rooms together for the commands in `main.rs`. See docs/ARCHITECTURE.md.

pub mod authority;
pub mod camera;
pub mod cli;
pub mod clock;
pub mod config;
pub mod device;
pub mod document;
pub mod eval;
pub mod eye;
pub mod face;
pub mod fleet;
pub mod hub;
pub mod liveness;
pub mod regular;
pub mod runtime;
pub mod session;
pub mod store;
pub mod terminal;
pub mod word;
