//! What an auditor, a hub and an attacker would see of signed results.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test by panicking")]

mod authority;
mod chain;
mod constraints;
mod forgery;
mod identity;
mod path;
mod properties;
mod support;
mod trust;
mod twins;
