//! Rules of the light challenge.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{PolicyError, millis, require};

/// Most colours of one challenge.
pub const MAX_COLOURS: usize = 12;
/// Fewest colours that tell anything: with three, one in 150 random sequences is the right one.
const LEAST_COLOURS: usize = 3;
/// How long one colour may stay. Shorter, and the screen would flash more often than three times a
/// second, the limit for people with photosensitive epilepsy (WCAG 2.2, 2.3.1).
const EACH: RangeInclusive<Duration> = Duration::from_millis(334)..=Duration::from_secs(3);

/// Whether and how the screen lights the face in random colours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LightRules {
    /// Number of colours, 3 to 12; 0, the default: no light challenge. Six make 18,750 sequences.
    pub colours: u8,
    /// How long each is shown. Default 400 ms, chosen: a dozen frames at 30 a second.
    #[serde(rename = "each_ms", with = "millis")]
    pub each: Duration,
    /// How long the screen may take to show a colour. After that the challenge is given up, and the
    /// cue `light-challenge` has no answer. Default 2 s.
    #[serde(rename = "shown_ms", with = "millis")]
    pub shown: Duration,
    /// Whether a face that does not follow the colours is an attack (12221). Default false: in a
    /// bright room the screen's light does not show on a face.
    pub decides: bool,
}

impl Default for LightRules {
    fn default() -> Self {
        Self { colours: 0, each: Duration::from_millis(400), shown: Duration::from_secs(2), decides: false }
    }
}

impl LightRules {
    /// Longest time that all colours take.
    pub fn total(&self) -> Duration {
        (self.each + self.shown) * u32::from(self.colours)
    }

    pub(super) fn check(&self) -> Result<(), PolicyError> {
        let count = usize::from(self.colours);
        require(
            count == 0 || (LEAST_COLOURS..=MAX_COLOURS).contains(&count),
            "light.colours",
            "must be 0 or 3 to 12",
        )?;
        require(EACH.contains(&self.each), "light.each_ms", "must be 334 to 3000")?;
        require(!self.shown.is_zero(), "light.shown_ms", "must be longer than 0")?;
        require(!self.decides || count > 0, "light.decides", "needs colours: set light.colours too")
    }
}
