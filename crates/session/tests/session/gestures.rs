//! When a gesture counts, and when it does not.

use vouch_contract::codes::LivenessCode;
use vouch_contract::eye::protocol::Slot;
use vouch_contract::gesture::Gesture;
use vouch_session::types::{Prompt, Step};

use crate::scene::{Scene, asks};

/// A scene in which this gesture has just been asked for.
fn asked(gesture: Gesture) -> Scene {
    let mut scene = asks(&[gesture]);
    scene.is_asked_for(gesture);
    scene
}

fn is_done(scene: &Scene) -> bool {
    scene.prompts().contains(&Prompt::WellDone)
}

#[test]
fn one_closed_frame_is_a_blink() {
    let mut scene = asked(Gesture::Blink);
    scene.closes_eyes(0.06).looks_straight(0.2);
    assert!(is_done(&scene));
}

#[test]
fn eyes_shut_too_long_are_no_blink() {
    let mut scene = asked(Gesture::Blink);
    scene.closes_eyes(1.0).looks_straight(0.5);
    assert!(!is_done(&scene));
    scene.blinks();
    assert!(is_done(&scene), "the next one counts");
}

#[test]
fn a_wink_or_half_shut_eyes_are_no_blink() {
    let mut scene = asked(Gesture::Blink);
    scene.shows(0.2, |face| face.eyes[0] = 0.03);
    scene.looks_straight(0.2);
    scene.shows(0.2, |face| face.eyes = [0.12, 0.11]);
    scene.looks_straight(0.2);
    assert!(!is_done(&scene));
}

#[test]
fn lids_that_go_down_and_up_within_a_blinks_time_are_one() {
    let lowered = |scene: &mut Scene, eyes: [f32; 2], seconds: f32| {
        let open = scene.face.expect("a face").eyes;
        scene.shows(seconds, |face| face.eyes = [open[0] * eyes[0], open[1] * eyes[1]]);
        scene.looks_straight(0.2);
    };
    let mut scene = asked(Gesture::Blink);
    lowered(&mut scene, [0.6, 0.6], 0.4);
    assert!(!is_done(&scene), "a squint does not count");
    lowered(&mut scene, [0.3, 0.9], 0.1);
    assert!(!is_done(&scene), "nor does a wink");
    lowered(&mut scene, [0.8, 0.7], 0.1);
    assert!(!is_done(&scene), "nor does a flutter");
    lowered(&mut scene, [0.55, 0.6], 0.1);
    assert!(is_done(&scene));
}

#[test]
fn a_smile_that_shows_the_teeth_is_no_open_mouth() {
    let mut scene = asks(&[Gesture::OpenMouth]);
    if let Some(face) = &mut scene.face {
        face.mouth = 0.0;
    }
    scene.is_asked_for(Gesture::OpenMouth);
    scene.shows(0.5, |face| face.mouth = 0.27);
    scene.looks_straight(0.2);
    assert!(!is_done(&scene));
}

#[test]
fn narrow_eyes_blink_too() {
    let mut scene = asks(&[Gesture::Blink]);
    if let Some(face) = &mut scene.face {
        face.eyes = [0.135, 0.13];
    }
    scene.is_asked_for(Gesture::Blink).blinks();
    assert!(is_done(&scene));
}

#[test]
fn lids_that_follow_a_nod_are_no_blink() {
    let mut scene = asked(Gesture::Blink);
    scene.shows(0.3, |face| {
        face.pose.pitch = -12.0;
        face.eyes = [0.05, 0.05];
    });
    scene.looks_straight(0.5);
    assert!(!is_done(&scene));
}

#[test]
fn a_mouth_must_stay_open_a_moment() {
    let mut scene = asked(Gesture::OpenMouth);
    scene.shows(0.06, |face| face.mouth = 0.8);
    scene.looks_straight(0.3);
    scene.shows(1.0, |face| face.mouth = 0.22);
    assert!(!is_done(&scene), "a smile is not an open mouth");
    scene.looks_straight(0.2).opens_mouth();
    assert!(is_done(&scene));
}

#[test]
fn a_small_turn_does_not_count() {
    let mut scene = asked(Gesture::TurnRight);
    scene.turns_right(14.0);
    assert!(!is_done(&scene));
    scene.turns_right(22.0);
    assert!(is_done(&scene));
}

#[test]
fn a_turn_is_measured_from_the_persons_own_straight_look() {
    let mut scene = asks(&[Gesture::TurnLeft]);
    if let Some(face) = &mut scene.face {
        face.pose.yaw = 10.0;
    }
    scene.is_asked_for(Gesture::TurnLeft).turns_left(14.0);
    assert!(!is_done(&scene), "24 degrees, but only 14 from there");
    scene.turns_left(22.0);
    assert!(is_done(&scene));
}

#[test]
fn a_nod_goes_down_or_up_and_comes_back() {
    for degrees in [14.0, -14.0] {
        let mut scene = asked(Gesture::Nod);
        scene.shows(1.0, |face| face.pose.pitch = degrees);
        assert!(!is_done(&scene), "not back yet");
        scene.looks_straight(0.2);
        assert!(is_done(&scene));
    }
}

#[test]
fn a_slow_nod_or_one_with_a_turn_does_not_count() {
    let mut scene = asked(Gesture::Nod);
    scene.shows(2.7, |face| face.pose.pitch = -14.0);
    scene.looks_straight(0.3);
    assert!(!is_done(&scene), "too slow");
    scene.shows(0.3, |face| {
        face.pose.pitch = -14.0;
        face.pose.yaw = 21.0;
    });
    scene.looks_straight(0.3);
    assert!(!is_done(&scene), "turned away");
    scene.nods(14.0);
    assert!(is_done(&scene));
}

#[test]
fn what_was_done_before_being_asked_does_not_count() {
    let mut scene = asks(&[Gesture::OpenMouth]);
    scene.gets_ready();
    // Open from the moment of the prompt: no quiet face was seen after it.
    scene.shows(2.0, |face| face.mouth = 0.6);
    assert!(!is_done(&scene));
    scene.looks_straight(0.3).opens_mouth();
    assert!(is_done(&scene));
}

#[test]
fn between_gestures_the_face_comes_back_to_rest() {
    let mut scene = asks(&[Gesture::TurnLeft, Gesture::OpenMouth]);
    scene.is_asked_for(Gesture::TurnLeft);
    scene.shows(2.0, |face| face.pose.yaw = 30.0);
    assert_eq!(scene.prompts()[1..], [Prompt::WellDone, Prompt::LookStraight]);
    scene.obeys(&[Gesture::OpenMouth]).looks_straight(1.0);
    assert!(scene.ends().success);
}

#[test]
fn a_face_that_never_comes_back_times_out() {
    let mut scene = asks(&[Gesture::TurnLeft, Gesture::OpenMouth]);
    scene.is_asked_for(Gesture::TurnLeft);
    scene.shows(10.0, |face| face.pose.yaw = 30.0);
    assert_eq!(scene.ends().liveness, LivenessCode::TIMED_OUT);
    assert_eq!(scene.ends().failed_at, Some(Step::Gesture(1)));
}

#[test]
fn a_gesture_not_made_times_out() {
    let mut scene = asks(&[Gesture::Blink, Gesture::Nod]);
    scene.obeys(&[Gesture::Blink]).is_asked_for(Gesture::Nod);
    scene.looks_straight(8.5);
    let outcome = scene.ends();
    assert_eq!(outcome.liveness, LivenessCode::TIMED_OUT);
    assert_eq!(outcome.failed_at, Some(Step::Gesture(1)));
    assert_eq!(outcome.gestures.len(), 2);
    assert_eq!(outcome.gestures[1].done_at, None);
}

#[test]
fn a_wrong_gesture_is_forgiven_once() {
    let mut scene = asked(Gesture::Blink);
    scene.turns_left(30.0).looks_straight(1.0);
    scene.goes_on();
    assert!(scene.prompts().contains(&Prompt::LookStraight));
    assert_eq!(scene.prompt(), Some(Prompt::Do(Gesture::Blink)), "again");
    scene.opens_mouth();
    assert_eq!(scene.ends().liveness, LivenessCode::OTHER_ATTACK);
    assert_eq!(scene.ends().failed_at, Some(Step::Gesture(0)));
}

#[test]
fn the_opposite_turn_is_wrong() {
    let mut scene = asked(Gesture::TurnLeft);
    for _ in 0..3 {
        scene.turns_right(30.0).looks_straight(1.0);
    }
    assert_eq!(scene.ends().liveness, LivenessCode::OTHER_ATTACK);
}

#[test]
fn blinking_and_swaying_are_never_wrong() {
    let mut scene = asked(Gesture::OpenMouth);
    for _ in 0..2 {
        scene.blinks().turns_left(20.0).nods(11.0);
    }
    scene.goes_on();
    scene.opens_mouth();
    assert!(is_done(&scene));
}

#[test]
fn the_picture_shows_the_gesture() {
    let mut scene = asked(Gesture::TurnLeft);
    scene.turns_left(35.0).looks_straight(1.0);
    let asks = scene.kept(Slot::Gesture(0));
    assert!(asks.len() <= 3, "{asks:?}");
    assert_eq!(scene.ends().gestures[0].sequence, asks.last().copied());
}

#[test]
fn a_picture_that_was_gone_is_taken_again_while_it_lasts() {
    let mut scene = asked(Gesture::TurnLeft);
    scene.eye.loses_gestures = 1;
    scene.shows(0.6, |face| face.pose.yaw = 30.0);
    scene.looks_straight(2.0);
    assert_eq!(scene.kept(Slot::Gesture(0)).len(), 2);
    assert!(scene.ends().gestures[0].sequence.is_some());
}

#[test]
fn a_gesture_begun_alone_does_not_end_in_company() {
    let mut scene = asked(Gesture::Nod);
    scene.shows(0.3, |face| face.pose.pitch = -14.0);
    scene.has_company(0.2).looks_straight(0.3);
    assert!(!is_done(&scene));
}

#[test]
fn a_gesture_that_was_never_complete_has_no_picture() {
    let mut scene = asked(Gesture::Blink);
    scene.closes_eyes(9.0);
    assert!(!scene.kept(Slot::Gesture(0)).is_empty());
    assert_eq!(scene.ends().gestures[0].sequence, None);
}

#[test]
fn a_gesture_without_its_picture_says_so() {
    let mut scene = asked(Gesture::Blink);
    scene.eye.loses_gestures = 99;
    scene.blinks().looks_straight(2.0);
    let outcome = scene.ends();
    assert!(outcome.success && outcome.gestures[0].done_at.is_some());
    assert_eq!(outcome.gestures[0].sequence, None);
}
