//! Rules for scanning a document.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{PolicyError, longer_than_zero, millis, require, within};

/// Rules of the document's steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DocumentRules {
    /// How long a page must lie well before it is read. Default 250 ms, chosen: by then an
    /// autofocus has settled, and there are half a dozen frames to pick the sharpest from.
    #[serde(rename = "steady_ms", with = "millis")]
    pub steady: Duration,
    /// Time for one side. Default 30 s, chosen: long enough to find the card in a bag.
    #[serde(rename = "side_ms", with = "millis")]
    pub side: Duration,
    /// Time for reading one side. Default 20 s: the work takes about one on x86-64, several
    /// on a slow board.
    #[serde(rename = "reading_ms", with = "millis")]
    pub reading: Duration,
    /// Failed readings of a side before the session ends. Default 8, chosen.
    pub failures: u8,
    /// Fields with at least this confidence need no confirmation by a person, 0 to 1. Default 0.9,
    /// chosen.
    pub confidence_min: f32,
    /// Time to confirm what was read. Default 60 s, chosen.
    #[serde(rename = "confirm_ms", with = "millis")]
    pub confirm: Duration,
    /// Time for looking up a document in the terminal's own memory. Default 2 s.
    #[serde(rename = "look_up_ms", with = "millis")]
    pub look_up: Duration,
}

impl Default for DocumentRules {
    fn default() -> Self {
        Self {
            steady: Duration::from_millis(250),
            side: Duration::from_secs(30),
            reading: Duration::from_secs(20),
            failures: 8,
            confidence_min: 0.9,
            confirm: Duration::from_secs(60),
            look_up: Duration::from_secs(2),
        }
    }
}

impl DocumentRules {
    /// Longest time the document's steps can take; added to the session's own limit.
    pub fn total(&self) -> Duration {
        self.side * vouch_contract::document::reading::MAX_SIDES as u32 + self.confirm + self.look_up
    }

    pub(super) fn check(&self) -> Result<(), PolicyError> {
        longer_than_zero(self.side, "document.side_ms")?;
        longer_than_zero(self.reading, "document.reading_ms")?;
        longer_than_zero(self.confirm, "document.confirm_ms")?;
        longer_than_zero(self.look_up, "document.look_up_ms")?;
        require(self.failures > 0, "document.failures", "allow at least one try")?;
        within(self.confidence_min, 0.0..=1.0, "document.confidence_min")
    }
}
