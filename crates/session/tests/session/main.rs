//! Sessions as a person experiences them: one test per rule of the machine.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

mod anything;
mod documents;
mod earned;
mod faces;
mod gestures;
mod identity;
mod light;
mod limits;
mod liveness;
mod position;
mod records;
mod replay;
mod scene;

use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::eye::protocol::{ReferenceFault, Slot};
use vouch_contract::gesture::Gesture;
use vouch_session::types::{Event, Prompt, Step};

use scene::{THREE, asks, compares};

#[test]
fn who_does_what_is_asked_passes() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(outcome.success, "{outcome:?}");
    assert_eq!(outcome.liveness, LivenessCode::LIVE);
    assert_eq!((outcome.failed_at, outcome.error, outcome.comparison), (None, None, None));
    assert!(outcome.best.is_some());
    assert_eq!(outcome.best_quality, Some(70));
    let done: Vec<_> = outcome.gestures.iter().map(|g| g.gesture).collect();
    assert_eq!(done, THREE);
    for gesture in &outcome.gestures {
        assert!(gesture.done_at.unwrap() > gesture.asked_at);
        assert!(gesture.sequence.is_some(), "a picture of {gesture:?}");
    }
    assert_eq!(
        scene.prompts(),
        [
            Prompt::Do(Gesture::Blink),
            Prompt::WellDone,
            Prompt::Do(Gesture::TurnLeft),
            Prompt::WellDone,
            Prompt::Do(Gesture::OpenMouth),
            Prompt::WellDone,
            Prompt::Passed
        ]
    );
}

#[test]
fn every_gesture_can_be_made() {
    let mut scene = asks(&Gesture::ALL);
    scene.obeys(&Gesture::ALL).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn the_face_of_the_reference_passes() {
    let mut scene = compares(&THREE);
    scene.reference(0).obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(outcome.success, "{outcome:?}");
    let comparison = outcome.comparison.unwrap();
    assert!(comparison.matched && comparison.similarity > 0.99);
    assert_eq!((comparison.threshold, comparison.fmr), (0.449, 1e-4));
}

#[test]
fn a_live_stranger_does_not_match_the_reference() {
    let mut scene = compares(&THREE);
    scene.reference(3).obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(!outcome.success);
    assert_eq!(outcome.liveness, LivenessCode::LIVE, "alive nevertheless");
    assert_eq!(outcome.error, Some(ErrorCode::ReferenceMismatch));
    assert_eq!(outcome.failed_at, Some(Step::Comparison));
    let comparison = outcome.comparison.unwrap();
    assert!(!comparison.matched && comparison.fmr == 1.0);
    assert_eq!(scene.prompt(), Some(Prompt::NotPassed));
}

#[test]
fn a_reference_of_another_model_is_no_mismatch_but_a_fault() {
    let mut scene = compares(&THREE);
    let mut other = faces::template(0, 1);
    other.model = [9; 8];
    scene.tell(&Event::Reference(Ok(Box::new(other))));
    scene.obeys(&THREE).looks_straight(1.0);
    let outcome = scene.ends();
    assert_eq!(outcome.failed_at, Some(Step::Comparison));
    assert_eq!(outcome.error, Some(ErrorCode::Internal));
    assert_eq!(outcome.comparison, None);
}

#[test]
fn a_reference_that_cannot_be_used_says_why() {
    let mut scene = compares(&THREE);
    scene.tell(&Event::Reference(Err(ReferenceFault::SeveralFaces(2))));
    let outcome = scene.ends();
    assert_eq!(outcome.failed_at, Some(Step::Reference));
    assert_eq!(outcome.liveness, LivenessCode::INTERNAL);
    assert_eq!(outcome.error, Some(ErrorCode::Internal));
    assert!(outcome.message.contains("2 faces"), "{}", outcome.message);
}

#[test]
fn a_reference_of_no_numbers_is_refused_at_once() {
    let mut scene = compares(&THREE);
    let mut broken = faces::template(0, 1);
    broken.values[0] = f32::NAN;
    scene.tell(&Event::Reference(Ok(Box::new(broken))));
    assert_eq!(scene.ends().failed_at, Some(Step::Reference));
}

#[test]
fn nothing_starts_before_the_reference_is_there() {
    let mut scene = compares(&THREE);
    scene.looks_straight(2.0);
    assert!(scene.actions.is_empty());
    scene.reference(0).gets_ready();
    scene.goes_on();
}

#[test]
fn cancelling_ends_it_wherever_it_is() {
    let mut scene = asks(&THREE);
    scene.gets_ready().tell(&Event::Cancel);
    let outcome = scene.ends();
    assert_eq!(outcome.liveness, LivenessCode::CANCELLED);
    assert_eq!(outcome.failed_at, Some(Step::Gesture(0)));
}

#[test]
fn after_the_end_nothing_happens() {
    let mut scene = asks(&THREE);
    scene.tell(&Event::Cancel);
    let actions = scene.actions.len();
    scene.obeys(&[]).looks_straight(2.0).hears_nothing_for(70.0);
    scene.tell(&Event::Cancel);
    assert_eq!(scene.actions.len(), actions);
}

#[test]
fn the_best_frame_is_replaced_only_by_a_better_one() {
    let mut scene = asks(&THREE);
    scene.gets_ready().looks_straight(0.3);
    let first = scene.kept(Slot::Best);
    assert_eq!(first.len(), 1, "the same quality is not kept again");
    scene.shows(0.3, |face| face.quality.unified = 72);
    assert_eq!(scene.kept(Slot::Best).len(), 1, "two points are noise");
    scene.shows(0.3, |face| face.quality.unified = 80);
    assert_eq!(scene.kept(Slot::Best).len(), 2);
    scene.obeys(&THREE).looks_straight(1.0);
    assert_eq!(scene.ends().best, scene.kept(Slot::Best).last().copied());
    assert_eq!(scene.ends().best_quality, Some(80));
}
