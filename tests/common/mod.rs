//! What several test files need.

#![allow(dead_code, reason = "each test file uses a part of this")]

use std::io::Write as _;

/// Notes that a test could not run here and why, for example for want of a
/// model file. `make test` counts the notes; under `CI=true` one is a failure.
///
/// Call it and return:
/// ```ignore
/// return common::skipped("camera_is_reopened", "no /dev/video0");
/// ```
pub fn skipped(test: &str, reason: &str) {
    eprintln!("skipped: {test}: {reason}");
    if let Some(log) = std::env::var_os("VOUCH_SKIPPED") {
        std::fs::File::options()
            .append(true)
            .create(true)
            .open(&log)
            .and_then(|mut file| file.write_all(format!("{test}: {reason}\n").as_bytes()))
            .expect("VOUCH_SKIPPED names a file that can be written");
    }
}

pub mod cards;
pub mod desk;
pub mod media;
pub mod service;
