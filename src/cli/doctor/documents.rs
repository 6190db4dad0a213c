//! The doctor's lines for documents: what reads their print, and what remembers them.

use super::Finding;
use crate::config::Config;
use vouch_contract::scheme::Scan;
use vouch_perception::document::zone::ZoneReader;
use vouch_perception::runtime::tesseract::Settings;
use vouch_store::presented::{PRESENTED_FILE, PRESENTED_KEY_FILE, Presented};

const PRINT: &str = "print";
const MEMORY: &str = "documents";

/// Nothing if the scheme scans no documents.
pub(super) fn check(config: &Config) -> Vec<Finding> {
    if config.session.scheme.plan().scan == Scan::Never {
        return Vec::new();
    }
    vec![print(), memory(config)]
}

fn print() -> Finding {
    match ZoneReader::open(Settings::default()) {
        Ok(_) => Finding::green(PRINT, "Tesseract reads Kazakh, Russian and English"),
        Err(error) => Finding::red(
            PRINT,
            error,
            "without it, the two sides of a card can't be matched: every card ends in CID_5",
        ),
    }
}

fn memory(config: &Config) -> Finding {
    let state = &config.device.state_dir;
    let is_there = |name| state.join(name).exists();
    match (is_there(PRESENTED_KEY_FILE), is_there(PRESENTED_FILE)) {
        // The first session creates it, as the user that runs the terminal.
        (false, false) => return Finding::green(MEMORY, "none remembered yet"),
        (true, false) => {
            let advice = "put it back, or every document presented before counts as new";
            return Finding::yellow(MEMORY, format!("{PRESENTED_FILE} is missing, its key is there"), advice);
        }
        (_, true) => {}
    }
    match Presented::open(state).and_then(|presented| presented.count()) {
        Ok(count) => Finding::green(MEMORY, format!("{count} remembered, sealed with their key")),
        Err(error) => Finding::red(MEMORY, error, "until then no session with a document can begin"),
    }
}
