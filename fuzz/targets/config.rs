//! A configuration file: faults are told with their place, values that pass are
//! within their ranges, and what is shown reads back as the same.

#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use vouch::config::Config;

fuzz_target!(|text: &[u8]| {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let path: PathBuf =
        FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder")).path().join("vouch.toml");
    std::fs::write(&path, text).expect("the folder takes files");
    match Config::load(Some(&path)) {
        Ok((config, provenance)) => {
            config.validate().expect("what was loaded is valid");
            assert_eq!(provenance.sha256, config.digest());
        }
        Err(error) => assert!(!error.faults.is_empty() && !error.to_string().is_empty()),
    }
});
