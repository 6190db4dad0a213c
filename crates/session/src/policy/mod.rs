//! Every threshold of a session, with its unit and the source of its default.
//!
//! A policy is configuration. Any section or field may be left out; unknown ones are refused, and
//! [`Policy::check`] refuses values that make no sense. Times in the file are whole milliseconds
//! (`…_ms`).
//!
//! "models/README.md" stands for the measurements on photographs documented there. *Chosen* means
//! that the default has not been measured yet.

mod document;
mod gestures;
mod light;
mod limits;
mod position;
mod record;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use self::document::DocumentRules;
pub use self::gestures::{BlinkRules, GestureRules, NodRules};
pub use self::light::{LightRules, MAX_COLOURS};
pub use self::limits::Limits;
pub use self::position::PositionRules;
pub use self::record::RecordRules;
use crate::liveness::fusion::LivenessRules;
use vouch_contract::claims::Comparison;
use vouch_contract::face::Template;
use vouch_contract::gesture::Gesture;
use vouch_contract::similarity::{Calibration, Incomparable, similarity};

/// All rules of a session.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// How many gestures, and from which set.
    pub challenge: ChallengeRules,
    /// Time limits.
    pub limits: Limits,
    /// Rules for scanning a document.
    pub document: DocumentRules,
    /// Rules for a record at the authoritative source.
    pub record: RecordRules,
    /// When a face is in position.
    pub position: PositionRules,
    /// When a movement counts as a gesture.
    pub gestures: GestureRules,
    /// Whether the screen lights the face in random colours.
    pub light: LightRules,
    /// Whether it is still the same person.
    pub continuity: ContinuityRules,
    /// Which frame is the best.
    pub best: BestRules,
    /// Passive liveness: how strict, and which cues must have an answer.
    pub liveness: LivenessRules,
    /// When live face and reference match.
    pub comparison: ComparisonRules,
}

/// How many gestures are asked for, and from which set. One may repeat, but not at once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ChallengeRules {
    /// Number of gestures, 1 to the length of `set`. Default 4: that makes 264 challenges
    /// ([`crate::challenge::Challenge::possible`]), and a recording of one session, played in a
    /// loop, fits fewer than 1 in 100 of them (docs/EVALUATION.md). The law of Kazakhstan has
    /// required three for remote identification since 2025.
    pub count: u8,
    /// The gestures to draw from; no duplicates. Default: all five.
    pub set: Vec<Gesture>,
}

impl Default for ChallengeRules {
    fn default() -> Self {
        Self { count: 4, set: Gesture::ALL.to_vec() }
    }
}

/// Whether it is still the same person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ContinuityRules {
    /// Time between two looks at the identity while a track lasts. Default 1000 ms, chosen: an
    /// embedding costs 3 to 9 ms on x86-64.
    #[serde(rename = "every_ms", with = "millis")]
    pub every: Duration,
    /// Least similarity to the session's first template that counts as the same person. Depends on
    /// the embedding model; if left out, it follows from the model's calibration
    /// ([`Policy::calibrate`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_person_similarity: Option<f32>,
    /// Consecutive looks below that similarity that end the session. Default 2: one look may have
    /// caught a blurred or turned face.
    pub misses: u8,
}

impl Default for ContinuityRules {
    fn default() -> Self {
        Self { every: Duration::from_millis(1000), same_person_similarity: None, misses: 2 }
    }
}

/// Which frame is the best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BestRules {
    /// Least unified quality, 0 to 100. Default 30, chosen: the position rules
    /// already hold each component to its own minimum.
    pub quality_min: u8,
    /// Points of unified quality by which a frame must beat the one kept to replace it. Default 3:
    /// smaller differences are noise of the measure.
    pub improvement_min: u8,
    /// How long a quiet face is watched after the last gesture before the best frame is final.
    /// Default 500 ms, chosen: about seven frames at 15 a second.
    #[serde(rename = "settle_ms", with = "millis")]
    pub settle: Duration,
}

impl Default for BestRules {
    fn default() -> Self {
        Self { quality_min: 30, improvement_min: 3, settle: Duration::from_millis(500) }
    }
}

/// When live face and reference match. Values left out come from the embedding model's calibration
/// ([`Policy::calibrate`]).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ComparisonRules {
    /// Least similarity of best frame and reference. Depends on the embedding model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_threshold: Option<f32>,
    /// Maps a similarity to a false match rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
}

/// The default model's thresholds, used when there is no manifest: SFace's for FMR 1e-4
/// (models/manifest.toml), and what [`Policy::calibrate`] derives from its calibration.
const MATCH_THRESHOLD: f32 = 0.449;
const SAME_PERSON_SIMILARITY: f32 = 0.2875;

/// Why a policy can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("session policy, {field}: {why}")]
pub struct PolicyError {
    /// The field, as the configuration names it (`gestures.turn_degrees`).
    pub field: &'static str,
    /// What is wrong, and what is allowed.
    pub why: String,
}

impl Policy {
    /// Least similarity of best frame and reference, -1 to 1.
    pub fn match_threshold(&self) -> f32 {
        self.comparison.match_threshold.unwrap_or(MATCH_THRESHOLD)
    }

    /// Least similarity to the session's first template that counts as the same person, -1 to 1.
    pub fn same_person_similarity(&self) -> f32 {
        self.continuity.same_person_similarity.unwrap_or(SAME_PERSON_SIMILARITY)
    }

    /// Compares a live face with a reference.
    ///
    /// # Errors
    /// [`Incomparable`].
    pub fn compare(&self, live: &Template, reference: &Template) -> Result<Comparison, Incomparable> {
        let (similarity, threshold) = (similarity(live, reference)?, self.match_threshold());
        let fmr = self.calibration().fmr_at(similarity);
        Ok(Comparison { similarity, threshold, fmr, matched: similarity >= threshold })
    }

    /// Maps a similarity to a false match rate.
    pub fn calibration(&self) -> Calibration {
        self.comparison.calibration.clone().unwrap_or_default()
    }

    /// Fills in what the configuration leaves to the embedding model: its calibration, the match
    /// threshold for `match_fmr`, and the same-person threshold, which is the one for FMR 1e-2
    /// minus half the step from there to FMR 1e-3. This margin is in the model's own scale. It
    /// allows for what differs within a session (pose, expression) but hardly between the
    /// calibration's photographs, which differ in date, camera and light instead.
    ///
    /// # Errors
    /// When the calibration makes no sense, or does not reach 1e-3 or `match_fmr`.
    pub fn calibrate(&mut self, model: &Calibration, match_fmr: f32) -> Result<(), PolicyError> {
        let field = "comparison.calibration";
        let calibration = self.comparison.calibration.get_or_insert_with(|| model.clone());
        calibration.check().map_err(|error| PolicyError { field, why: error.to_string() })?;
        let threshold = |fmr: f32| {
            calibration.threshold_for(fmr).ok_or_else(|| PolicyError {
                field,
                why: format!("has no point for a false match rate of {fmr} or less; measure one"),
            })
        };
        if self.comparison.match_threshold.is_none() {
            self.comparison.match_threshold = Some(threshold(match_fmr)?);
        }
        if self.continuity.same_person_similarity.is_none() {
            let (loose, strict) = (threshold(1e-2)?, threshold(1e-3)?);
            self.continuity.same_person_similarity = Some(loose - (strict - loose) / 2.0);
        }
        Ok(())
    }

    /// Refuses values that make no sense.
    ///
    /// # Errors
    /// The first invalid field.
    pub fn check(&self) -> Result<(), PolicyError> {
        let set = &self.challenge.set;
        let twice = set.iter().enumerate().any(|(i, g)| set[..i].contains(g));
        require(!twice, "challenge.set", "names a gesture twice")?;
        require(
            (1..=set.len()).contains(&usize::from(self.challenge.count)),
            "challenge.count",
            "must be 1 to the number of gestures in challenge.set",
        )?;
        self.limits.check()?;
        self.document.check()?;
        self.record.check()?;
        self.position.check()?;
        self.gestures.check()?;
        self.light.check()?;
        within(self.same_person_similarity(), -1.0..=1.0, "continuity.same_person_similarity")?;
        require(self.continuity.misses > 0, "continuity.misses", "must be at least 1")?;
        require(self.best.quality_min <= 100, "best.quality_min", "must be 0 to 100")?;
        let required = &self.liveness.required;
        let twice = required.iter().enumerate().any(|(i, cue)| required[..i].contains(cue));
        require(!twice, "liveness.required", "names a cue twice")?;
        within(self.match_threshold(), -1.0..=1.0, "comparison.match_threshold")?;
        self.calibration()
            .check()
            .map_err(|error| PolicyError { field: "comparison.calibration", why: error.to_string() })
    }
}

fn require(holds: bool, field: &'static str, why: &str) -> Result<(), PolicyError> {
    if holds { Ok(()) } else { Err(PolicyError { field, why: why.to_owned() }) }
}

/// NaN is within no range.
fn within(value: f32, range: std::ops::RangeInclusive<f32>, field: &'static str) -> Result<(), PolicyError> {
    let why = format!("must be {} to {}, not {value}", range.start(), range.end());
    require(range.contains(&value), field, &why)
}

fn longer_than_zero(time: Duration, field: &'static str) -> Result<(), PolicyError> {
    require(!time.is_zero(), field, "must be longer than 0 ms")
}

/// A [`Duration`] as whole milliseconds.
pub(crate) mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        u64::try_from(time.as_millis()).unwrap_or(u64::MAX).serialize(serializer)
    }

    /// At most `u32::MAX` ms (49 days): a longer time means a wrong unit.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u32::deserialize(deserializer).map(|ms| Duration::from_millis(ms.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_hold_and_survive_toml() {
        let policy = Policy::default();
        policy.check().unwrap();
        let text = toml::to_string(&policy).unwrap();
        assert_eq!(toml::from_str::<Policy>(&text).unwrap(), policy);
        assert_eq!(toml::from_str::<Policy>("").unwrap(), policy);
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(toml::from_str::<Policy>("[limits]\npositon_ms = 3").is_err());
    }

    #[test]
    fn calibrating_gives_the_defaults_for_sface_and_fits_other_models() {
        let mut policy = Policy::default();
        policy.calibrate(&Calibration::default(), 1e-4).unwrap();
        assert!((policy.same_person_similarity() - Policy::default().same_person_similarity()).abs() < 1e-6);
        assert_eq!(policy.match_threshold(), Policy::default().match_threshold());
        let mobile = Calibration { points: vec![(1e-2, 0.245), (1e-3, 0.356)] };
        let mut policy = Policy::default();
        policy.calibrate(&mobile, 1e-3).unwrap();
        assert_eq!(policy.match_threshold(), 0.356);
        assert!((policy.same_person_similarity() - 0.1895).abs() < 1e-6);
        policy.check().unwrap();
        assert!(Policy::default().calibrate(&mobile, 1e-6).is_err());
    }

    #[test]
    fn what_an_operator_sets_stays_even_when_it_is_the_default() {
        let set = "[comparison]\nmatch_threshold = 0.449\n[continuity]\nsame_person_similarity = 0.2875";
        let mut policy: Policy = toml::from_str(set).unwrap();
        let mobile = Calibration { points: vec![(1e-2, 0.245), (1e-3, 0.356)] };
        policy.calibrate(&mobile, 1e-3).unwrap();
        assert_eq!((policy.match_threshold(), policy.same_person_similarity()), (0.449, 0.2875));
        assert_eq!(policy.calibration(), mobile, "what was left out comes from the model");
    }

    #[test]
    fn nonsense_is_refused_by_its_name() {
        let wrong = |change: fn(&mut Policy)| {
            let mut policy = Policy::default();
            change(&mut policy);
            policy.check().unwrap_err().field
        };
        assert_eq!(wrong(|p| p.challenge.count = 6), "challenge.count");
        assert_eq!(wrong(|p| p.challenge.count = 0), "challenge.count");
        assert_eq!(wrong(|p| p.challenge.set.push(Gesture::Nod)), "challenge.set");
        assert_eq!(wrong(|p| p.limits.session = Duration::ZERO), "limits.session_ms");
        assert_eq!(wrong(|p| p.record.portrait_days = 0), "record.portrait_days");
        assert_eq!(wrong(|p| p.record.look_up = Duration::ZERO), "record.look_up_ms");
        assert_eq!(wrong(|p| p.position.width_min = 0.9), "position.width_min");
        assert_eq!(wrong(|p| p.gestures.turn_degrees = f32::NAN), "gestures.turn_degrees");
        assert_eq!(wrong(|p| p.comparison.match_threshold = Some(f32::NAN)), "comparison.match_threshold");
    }
}
