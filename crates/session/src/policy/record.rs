//! Rules for a record at the authoritative source.

use std::time::Duration;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{PolicyError, longer_than_zero, millis, require};
use vouch_contract::scheme::{Against, Claim, Plan, Scan};

/// Longest age that may be allowed, days: a hundred years.
const MAX_DAYS: u32 = 36_525;

/// Rules of the steps Claim and Record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordRules {
    /// Time for the person to type name and number. Default 120 s, chosen: enough to read twelve
    /// digits off a card and type them on a screen.
    #[serde(rename = "claim_ms", with = "millis")]
    pub claim: Duration,
    /// Time for the source to answer. Default 10 s, chosen: a folder answers within milliseconds, a
    /// remote service within seconds or not at all.
    #[serde(rename = "look_up_ms", with = "millis")]
    pub look_up: Duration,
    /// Days after which a record's portrait is too old to compare with. Default 3653, ten years,
    /// chosen: ICAO recommends that as the longest validity of a passport (9303 part 2), after
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
    /// Longest time these steps can take; added to the session's own limit. Steps that the plan
    /// does not have add nothing.
    pub fn total(&self, plan: Plan) -> Duration {
        if plan.against != Against::Record {
            return Duration::ZERO;
        }
        let claim = if plan.claim == Claim::Typed { self.claim } else { Duration::ZERO };
        // Once more if a document is compared with the record.
        let matches = plan.claim != Claim::Document && plan.scan != Scan::Never;
        claim + self.look_up * (1 + u32::from(matches))
    }

    /// Whether a portrait from that day is too old today.
    pub fn is_old(&self, portrait_day: Date, today: Date) -> bool {
        let age = today.duration_since(portrait_day).as_hours() / 24;
        age > i64::from(self.portrait_days)
    }

    pub(super) fn check(&self) -> Result<(), PolicyError> {
        longer_than_zero(self.claim, "record.claim_ms")?;
        longer_than_zero(self.look_up, "record.look_up_ms")?;
        let days = (1..=MAX_DAYS).contains(&self.portrait_days);
        require(days, "record.portrait_days", &format!("must be 1 to {MAX_DAYS}, not {}", self.portrait_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn only_what_a_scheme_does_takes_time() {
        use vouch_contract::scheme::Scheme;
        for scheme in Scheme::ALL {
            let seconds = match scheme {
                Scheme::RpManual => 130,
                Scheme::RpBasic | Scheme::RpBioOnly => 10,
                Scheme::RpBioId | Scheme::RpBioOnlyPro => 20,
                Scheme::LivenessOnly | Scheme::FvBioOnly | Scheme::CidDocument => 0,
            };
            let total = RecordRules::default().total(scheme.plan());
            assert_eq!(total, Duration::from_secs(seconds), "{scheme}");
        }
    }

    #[test]
    fn a_portrait_is_old_on_the_day_after_its_last() {
        let rules = RecordRules { portrait_days: 365, ..RecordRules::default() };
        assert!(!rules.is_old(date(2025, 11, 25), date(2026, 11, 25)));
        assert!(rules.is_old(date(2025, 11, 24), date(2026, 11, 25)));
        assert!(!rules.is_old(date(2027, 1, 1), date(2026, 11, 25)), "a future date has no age");
        assert!(rules.is_old(Date::MIN, Date::MAX));
    }
}
