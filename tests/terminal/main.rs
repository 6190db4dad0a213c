//! `vouch run`: two processes with separate knowledge that survive each other's
//! death and lose no result.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails panics; the broker's fixture does so"
)]

#[path = "../broker/mod.rs"]
mod broker;
#[path = "../common/mod.rs"]
mod common;
mod eyes;
mod running;
mod sessions;
mod wire;
