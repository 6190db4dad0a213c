//! Tests that can't run here say so.

use std::io::Write as _;

/// Notes that a test could not run here and why, for example for want of a
/// model file. `make test` counts the notes; under `CI=true` one is a failure.
///
/// Call it and return: `return skipped("camera_is_reopened", "no /dev/video0");`
///
/// # Panics
/// When `VOUCH_SKIPPED` names a file that can't be written: the note would be lost.
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
