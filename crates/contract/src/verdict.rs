//! The verdict of all liveness cues, as part of a signed result.

use serde::{Deserialize, Serialize};

use crate::codes::LivenessCode;
use crate::liveness::{Cue, Unavailable};

/// How certain the terminal must be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Level {
    /// Few attacks pass, but more people are turned away.
    Strict,
    /// Between the two.
    #[default]
    Balanced,
    /// Few people are turned away, but more attacks pass.
    Lenient,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Strict, Self::Balanced, Self::Lenient];
}

/// One cue's part in a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Part {
    /// The cue.
    pub cue: Cue,
    /// Its log-likelihood ratio as added to the sum, above 0 for an attack; `None` if its measures
    /// are unavailable or it was never fitted.
    pub evidence: Option<f64>,
    /// Why its measures are unavailable, if they are.
    #[serde(rename = "untold")]
    pub unavailable: Option<Unavailable>,
}

/// The verdict of all cues together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// The level whose threshold was applied.
    pub level: Level,
    /// Sum of the evidence, above `threshold` for an attack.
    pub evidence: f64,
    /// The threshold applied.
    pub threshold: f64,
    /// The kind of attack; `None` for a bona fide presentation.
    pub attack: Option<LivenessCode>,
    /// A cue that the policy requires but that has no measures, if any.
    pub missing: Option<Cue>,
    /// Each cue's part, in the order of [`Cue::ALL`].
    pub parts: Vec<Part>,
}

impl Verdict {
    /// Whether the presentation counts as a live person's.
    pub fn is_bona_fide(&self) -> bool {
        self.attack.is_none() && self.missing.is_none()
    }

    /// How close to an attack, for choosing the worst of several.
    pub fn excess(&self) -> f64 {
        self.evidence - self.threshold
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::liveness::{CueMeasures, MEASURES, Unavailable};

    #[test]
    fn issued_results_and_session_logs_stay_readable() {
        let part = Part { cue: Cue::Motion, evidence: None, unavailable: Some(Unavailable::PoorPicture) };
        let written = json!({"cue": "motion", "evidence": null, "untold": "poor-picture"});
        assert_eq!(serde_json::to_value(part).unwrap(), written);
        assert_eq!(serde_json::from_value::<Part>(written).unwrap(), part);
        let measured = CueMeasures::Measured { measures: [0.5; MEASURES], quality: 1.0 };
        let values = [0.5; MEASURES];
        let written = json!({"told": {"measures": values, "quality": 1.0}});
        assert_eq!(serde_json::to_value(measured).unwrap(), written);
        let missing = CueMeasures::Unavailable(Unavailable::NotFitted);
        assert_eq!(serde_json::to_value(missing).unwrap(), json!({"untold": "not-fitted"}));
    }
}
