//! What the liveness cues say, and what follows from it.

use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::liveness::{AllMeasures, Cue, CueMeasures, MEASURES, Unavailable};
use vouch_contract::scheme::Scheme;
use vouch_session::policy::Policy;
use vouch_session::types::Step;

use crate::scene::{Scene, THREE, asks, compares};

/// The networks' measures at one end of their range: -1 is alive, 1 an attack.
fn networks(say: f32) -> AllMeasures {
    let mut measures = [0.0; MEASURES];
    (measures[0], measures[1]) = (say, say);
    let mut all = AllMeasures::default();
    all.set(Cue::PassiveNetwork, CueMeasures::Measured { measures, quality: 1.0 });
    all
}

fn requiring(cue: Cue) -> Scene {
    let mut policy = Policy::default();
    policy.liveness.required = vec![cue];
    Scene::new(policy, Scheme::LivenessOnly, &THREE)
}

#[test]
fn an_attack_fails_with_its_code_however_well_it_obeys() {
    let mut scene = asks(&THREE);
    scene.cues = networks(1.0);
    scene.obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(!outcome.success);
    assert_eq!(outcome.liveness, LivenessCode::OTHER_ATTACK);
    assert_eq!(outcome.failed_at, Some(Step::BestFrame));
    let verdict = outcome.presentation.as_ref().unwrap();
    assert_eq!(verdict.attack, Some(LivenessCode::OTHER_ATTACK));
    assert!(verdict.evidence >= verdict.threshold);
}

#[test]
fn an_attack_is_not_compared() {
    let mut scene = compares(&THREE);
    scene.cues = networks(1.0);
    scene.reference(0).obeys(&THREE).looks_straight(1.0);
    assert_eq!(scene.ends().comparison, None);
}

#[test]
fn losing_the_track_does_not_lose_what_was_seen() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..1]);
    scene.cues = networks(1.0);
    scene.looks_straight(1.0).is_tracked_anew();
    scene.cues = networks(-1.0);
    scene.obeys(&THREE[1..]).looks_straight(1.5);
    assert_eq!(scene.ends().liveness, LivenessCode::OTHER_ATTACK, "{:?}", scene.ends());
}

#[test]
fn who_is_alive_passes_and_the_outcome_tells_each_part() {
    let mut scene = asks(&THREE);
    scene.cues = networks(-1.0);
    scene.obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(outcome.success, "{outcome:?}");
    let verdict = outcome.presentation.as_ref().unwrap();
    assert_eq!(verdict.parts.len(), Cue::ALL.len());
    assert!(verdict.parts[0].evidence.unwrap() < 0.0);
}

#[test]
fn a_required_cue_that_can_not_run_never_counts_as_passed() {
    for (why, code, error) in [
        (Unavailable::NotFitted, LivenessCode::INTERNAL, ErrorCode::Internal),
        (Unavailable::Failed, LivenessCode::INTERNAL, ErrorCode::Internal),
        (Unavailable::NothingToWatch, LivenessCode::TIMED_OUT, ErrorCode::NoBestFrame),
        (Unavailable::PoorPicture, LivenessCode::BLURRED, ErrorCode::NoBestFrame),
    ] {
        let mut scene = requiring(Cue::Motion);
        scene.cues.set(Cue::Motion, CueMeasures::Unavailable(why));
        scene.obeys(&THREE).looks_straight(1.0);
        let outcome = scene.ends();
        assert!(!outcome.success, "{why:?}");
        assert_eq!((outcome.liveness, outcome.error), (code, Some(error)), "{why:?}");
    }
    let mut scene = requiring(Cue::PassiveNetwork);
    scene.cues = networks(-1.0);
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}
