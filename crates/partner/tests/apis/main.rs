//! The partners' APIs as a partner sees them: real HTTP on loopback, over a desk that the tests
//! lead.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test's helpers fail the test by panicking")]

mod alibaba;
mod bad_input;
mod cid;
mod clock;
mod description;
mod desk;
mod examples;
mod gallery;
mod https;
mod limits;
mod logs;
mod page;
mod stage;
mod tongdun;
mod webhooks;
