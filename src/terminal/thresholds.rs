//! The thresholds of a terminal's sessions: those of the embedding model in use, and the bounds
//! that production sets for the operator.

use super::station::StationError;
use crate::config::Config;
use crate::enrolment::Rules;
use vouch_contract::similarity::Calibration;
use vouch_perception::runtime::manifest::{CalibrationEntry, Manifest, Role};
use vouch_session::challenge::Challenge;
use vouch_session::policy::Policy;

/// False match rate of the match threshold, unless the configuration sets its own threshold: one
/// stranger in ten thousand.
const MATCH_FMR: f32 = 1e-4;
/// Least number of challenges that a production terminal draws from. Three of five gestures give
/// 48, three of four 18 to 24. With a single possible challenge, an attacker knows what to film.
const MIN_CHALLENGES: usize = 24;
/// Highest false match rate allowed for a threshold set on a production terminal.
const MAX_FMR: f32 = 1e-3;

/// The manifest's calibration of the embedding model in use.
fn calibration(manifest: &Manifest) -> Option<&CalibrationEntry> {
    manifest.with_role(Role::Embed).next().and_then(|model| model.calibration.as_ref())
}

/// The policies for references of one picture and of several.
pub(super) fn policies(configured: &Policy, manifest: &Manifest) -> Result<(Policy, Policy), StationError> {
    let one = calibrated(configured, manifest)?;
    let several = for_several(configured, &one, manifest)?;
    Ok((one, several))
}

/// The configured policy; thresholds that it leaves out come from the embedding model.
fn calibrated(configured: &Policy, manifest: &Manifest) -> Result<Policy, StationError> {
    let mut policy = configured.clone();
    if let Some(entry) = calibration(manifest) {
        policy.calibrate(&Calibration { points: entry.points.clone() }, MATCH_FMR)?;
    }
    Ok(policy)
}

/// The same for references of several pictures, if the model has thresholds for them.
fn for_several(configured: &Policy, one: &Policy, manifest: &Manifest) -> Result<Policy, StationError> {
    let entry = calibration(manifest).filter(|entry| !entry.points_three_references.is_empty());
    let Some(entry) = entry else { return Ok(one.clone()) };
    let mut several = configured.clone();
    several.calibrate(&Calibration { points: entry.points_three_references.clone() }, MATCH_FMR)?;
    // During the session, identity is still compared picture by picture.
    several.continuity = one.continuity.clone();
    Ok(several)
}

/// The rules of an enrolment with the embedding model in use.
///
/// # Errors
/// [`StationError`] for a manifest or a policy that can't be used.
pub fn enrolment_rules(config: &Config) -> Result<Rules, StationError> {
    let manifest = Manifest::read(&config.runtime.manifest_path())?;
    let (single, several) = policies(&config.session.policy, &manifest)?;
    Ok(Rules::new(&single, &several, config.gallery.clone()))
}

/// Refuses, at the start of a production terminal, rules that prove nothing: too few possible
/// challenges, or a threshold that almost everybody reaches. They would be another way to choose
/// the gestures or the result in advance.
pub(super) fn refuse_lax(policy: &Policy, manifest: &Manifest) -> Result<(), StationError> {
    let possible = Challenge::possible(&policy.challenge.set, policy.challenge.count.into()).len();
    if possible < MIN_CHALLENGES {
        return Err(StationError::Lax(format!(
            "session.policy.challenge draws from {possible} possible challenges; the minimum is \
             {MIN_CHALLENGES}: ask for 3 gestures out of 5, or for 4"
        )));
    }
    let Some(entry) = calibration(manifest) else { return Ok(()) };
    let floor = Calibration { points: entry.points.clone() }.threshold_for(MAX_FMR);
    match floor {
        Some(floor) if policy.match_threshold() < floor => Err(StationError::Lax(format!(
            "session.policy.comparison.match_threshold is {}, below the embedding model's threshold {floor} \
             for a false match rate of {MAX_FMR}",
            policy.match_threshold()
        ))),
        _ => Ok(()),
    }
}
