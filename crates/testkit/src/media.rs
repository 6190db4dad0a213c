//! Recordings and portraits: the repository's own, made when first needed, and
//! the shared ones of real people, which are never part of the repository.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::skipped::skipped;

/// The checkout that the tests run from.
pub const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The gestures that the demo's recording shows, in its order.
pub const RECORDED: &str = "blink,open-mouth,turn-left";

/// Whether models and runtime are there; without them no picture can be examined.
pub fn have_models(test: &str) -> bool {
    let cache = Path::new(CHECKOUT).join("models/cache");
    let there = cache.join("lib/libLiteRt.so").is_file() && cache.join("int8").is_dir();
    if !there {
        skipped(test, "no models; run scripts/setup.sh demo");
    }
    there
}

/// The demo's recording of a person who follows the prompts.
pub fn recording(test: &str) -> Option<PathBuf> {
    made(test, "astronaut.mp4", &["--out"])
}

/// A portrait of the recording's person, or of the `other` one.
pub fn portrait(test: &str, person: &str) -> Option<PathBuf> {
    made(test, &format!("{person}.png"), &["--person", person, "--still"])
}

/// A file of the shared recordings and photographs.
pub fn shared(test: &str, name: &str) -> Option<PathBuf> {
    let path = shared_folder().join(name);
    let there = path.exists();
    if !there {
        skipped(test, &format!("no {}", path.display()));
    }
    there.then_some(path)
}

/// Where the shared recordings are; `VOUCH_SHARED_DATA` names another place.
pub fn shared_folder() -> PathBuf {
    std::env::var_os("VOUCH_SHARED_DATA")
        .map_or_else(|| Path::new(CHECKOUT).join("../shared/data"), PathBuf::from)
}

/// Has scripts/demo_recording.py make a file, once for all tests.
fn made(test: &str, name: &str, arguments: &[&str]) -> Option<PathBuf> {
    if !have_models(test) {
        return None;
    }
    let folder = Path::new(CHECKOUT).join("target/demo-media");
    let path = folder.join(name);
    if path.is_file() {
        return Some(path);
    }
    let python = Path::new(CHECKOUT).join(".venv/bin/python");
    if !python.exists() {
        skipped(test, &format!("no {name} and no .venv to make it; run scripts/setup.sh demo"));
        return None;
    }
    std::fs::create_dir_all(&folder).expect("target takes folders");
    // Tests run side by side, each in its own process.
    let lock = File::create(folder.join("lock")).expect("target takes files");
    lock.lock().expect("a lock");
    if !path.is_file() {
        // Whole or not at all: the name appears when the file is finished.
        let unfinished = folder.join(format!("unfinished-{name}"));
        let script = Path::new(CHECKOUT).join("scripts/demo_recording.py");
        let done = Command::new(python).arg(script).args(arguments).arg(&unfinished).status();
        assert!(done.expect("Python starts").success(), "scripts/demo_recording.py makes {name}");
        std::fs::rename(&unfinished, &path).expect("it was made");
    }
    Some(path)
}
