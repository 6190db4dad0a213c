//! Says what to do if the page's library was not fetched, and rebuilds when the page changes.

use std::path::Path;

fn main() {
    for folder in ["src/kiosk/page", "src/kiosk/languages", "src/kiosk/vendor"] {
        println!("cargo:rerun-if-changed={folder}");
    }
    if !Path::new("src/kiosk/vendor/fluent/index.js").exists() {
        println!(
            "cargo:error=src/kiosk/vendor/fluent is missing: run scripts/setup.sh lint, then build again"
        );
    }
}
