//! What an auditor, a hub and an attacker would see of signed results.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test by panicking")]

mod chain;
mod cli;
mod forgery;
mod identity;
mod interop;
mod properties;
mod result;
mod schema;
mod support;
