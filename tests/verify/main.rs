//! `vouch verify`, another JOSE library, and the content of a result.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test by panicking")]

mod cli;
mod interop;
mod result;
mod schema;
#[path = "../../crates/trust/tests/verify/support.rs"]
mod support;
