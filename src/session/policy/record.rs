//! When a record at the authoritative source does.

use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{PolicyError, longer_than_zero, millis, require};

/// Longest age that may be allowed, days: a hundred years.
const MOST_DAYS: u32 = 36_525;

/// The rules of the steps Claim and Record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordRules {
    /// Time for the person to type name and number. Default 120 s, chosen: twelve digits are
    /// read off a card and typed at a screen.
    #[serde(rename = "claim_ms", with = "millis")]
    pub claim: Duration,
    /// Time for the source to answer. Default 10 s, chosen: a folder answers within
    /// milliseconds, a service elsewhere within seconds or not at all.
    #[serde(rename = "look_up_ms", with = "millis")]
    pub look_up: Duration,
    /// Days after which a record's portrait is too old to compare with. Default 3653, ten
    /// years, chosen: the longest validity of a passport that ICAO recommends (9303 part 2), after
    /// which a new photograph is taken.
    #[serde(rename = "portrait_days")]
    pub portrait_days: u32,
}

impl Default for RecordRules {
    fn default() -> Self {
        Self { claim: Duration::from_secs(120), look_up: Duration::from_secs(10), portrait_days: 3653 }
    }
}

impl RecordRules {
    /// Longest that these steps can take, added to the session's own limit. A session looks up
    /// once and holds one document against what was found.
    pub fn total(&self) -> Duration {
        self.claim + self.look_up * 2
    }

    /// Whether a portrait of that day is too old today.
    pub fn is_old(&self, portrait_day: Date, today: Date) -> bool {
        let age = today.duration_since(portrait_day).as_hours() / 24;
        age > i64::from(self.portrait_days)
    }

    pub(super) fn check(&self) -> Result<(), PolicyError> {
        longer_than_zero(self.claim, "record.claim_ms")?;
        longer_than_zero(self.look_up, "record.look_up_ms")?;
        let days = (1..=MOST_DAYS).contains(&self.portrait_days);
        require(
            days,
            "record.portrait_days",
            &format!("must be 1 to {MOST_DAYS}, not {}", self.portrait_days),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_portrait_is_old_on_the_day_after_its_last() {
        let rules = RecordRules { portrait_days: 365, ..RecordRules::default() };
        assert!(!rules.is_old(date(2025, 11, 25), date(2026, 11, 25)));
        assert!(rules.is_old(date(2025, 11, 24), date(2026, 11, 25)));
        assert!(!rules.is_old(date(2027, 1, 1), date(2026, 11, 25)), "the future is no age");
        assert!(rules.is_old(Date::MIN, Date::MAX));
    }
}
