//! What several test files need.

#![allow(dead_code, unused_imports, reason = "each test file uses a part of this")]

pub mod cards;
pub mod desk;
pub mod service;

pub use vouch_testkit::media;
pub use vouch_testkit::skipped::skipped;
