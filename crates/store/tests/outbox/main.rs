//! The outbox: nothing reported as stored is ever lost, no number used twice.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test by panicking")]

mod child;
mod crash;
mod disk;
mod keeping;
