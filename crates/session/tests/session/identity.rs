//! It must be the same person from the first frame to the last.

use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::eye::protocol::Slot;
use vouch_contract::gesture::Gesture;
use vouch_session::types::{Event, Prompt, Step};

use crate::faces::template;
use crate::scene::{Scene, THREE, asks};

#[test]
fn somebody_else_is_noticed() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..1]).is_swapped_for(1);
    scene.looks_straight(1.0);
    assert_eq!(scene.ends().liveness, LivenessCode::PERSON_CHANGED);
}

#[test]
fn somebody_else_is_noticed_on_the_same_track() {
    let mut scene = asks(&THREE);
    scene.is_asked_for(THREE[0]);
    scene.who = 1;
    scene.looks_straight(2.5);
    assert_eq!(scene.ends().liveness, LivenessCode::PERSON_CHANGED);
}

#[test]
fn somebody_else_after_the_last_gesture_is_noticed() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..2]).is_asked_for(THREE[2]);
    scene.shows(0.4, |face| face.mouth = 0.6);
    scene.who = 1;
    scene.looks_straight(2.0);
    assert_eq!(scene.ends().liveness, LivenessCode::PERSON_CHANGED);
}

#[test]
fn the_same_person_on_a_new_track_goes_on() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..1]).is_tracked_anew();
    scene.obeys(&THREE[1..]).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn a_gesture_begun_on_one_track_does_not_end_on_another() {
    let mut scene = asks(&[Gesture::Nod]);
    scene.is_asked_for(Gesture::Nod);
    scene.shows(0.3, |face| face.pose.pitch = -14.0);
    scene.is_tracked_anew().looks_straight(0.2);
    assert!(!scene.prompts().contains(&Prompt::WellDone));

    // Not even after the new track was found to be the same person.
    scene.looks_straight(0.5);
    scene.shows(0.3, |face| face.pose.pitch = -14.0);
    scene.is_tracked_anew();
    scene.shows(0.5, |face| face.pose.pitch = -14.0);
    scene.looks_straight(0.2);
    assert!(!scene.prompts().contains(&Prompt::WellDone));
}

#[test]
fn a_stand_in_cannot_make_one_gesture_and_go() {
    let mut scene = asks(&[Gesture::TurnLeft, Gesture::OpenMouth]);
    // Answers take half a second, so the stand-in is done before the first.
    scene.eye.delay = 8;
    scene.is_asked_for(Gesture::TurnLeft);
    scene.is_swapped_for(1).looks_straight(0.2).turns_left(28.0);
    scene.is_swapped_for(0).looks_straight(1.0);
    assert!(!scene.prompts().contains(&Prompt::WellDone));
}

#[test]
fn one_doubtful_look_is_forgiven() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..1]);
    raises_a_doubt(&mut scene);
    scene.obeys(&THREE[1..2]);
    // Two doubts with a good look between them are not a change of person.
    raises_a_doubt(&mut scene);
    scene.obeys(&THREE[2..]).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn what_is_done_in_doubt_does_not_count() {
    let mut scene = asks(&[Gesture::Nod]);
    scene.is_asked_for(Gesture::Nod);
    raises_a_doubt(&mut scene);
    scene.frame();
    scene.eye.answers = false;
    scene.nods(16.0);
    assert!(!scene.prompts().contains(&Prompt::WellDone));
}

#[test]
fn nobody_new_is_let_in_at_the_last_moment() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE);
    scene.eye.answers = false;
    scene.is_swapped_for(1).looks_straight(1.5);
    scene.goes_on();
}

/// One look that shows another person.
fn raises_a_doubt(scene: &mut Scene) {
    scene.who = 1;
    let before = scene.kept(Slot::Continuity).len();
    while scene.kept(Slot::Continuity).len() == before {
        scene.frame();
    }
    scene.who = 0;
}

#[test]
fn looks_are_taken_every_second() {
    let mut scene = asks(&[Gesture::Blink]);
    scene.is_asked_for(Gesture::Blink).looks_straight(4.0);
    let looks = scene.kept(Slot::Continuity).len();
    assert!((3..=5).contains(&looks), "{looks} looks in 4 s");
}

#[test]
fn an_eye_that_cannot_embed_never_passes() {
    let mut scene = asks(&THREE);
    scene.eye.embeds = false;
    scene.looks_straight(21.0);
    let outcome = scene.ends();
    assert_eq!(outcome.failed_at, Some(Step::Position));
    assert_eq!(outcome.liveness, LivenessCode::INTERNAL);
    assert_eq!(outcome.error, Some(ErrorCode::Internal));
    assert!(outcome.message.contains("no template"), "{}", outcome.message);
}

#[test]
fn an_eye_that_stops_embedding_stops_the_session() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..2]).is_asked_for(THREE[2]);
    scene.eye.embeds = false;
    scene.opens_mouth().looks_straight(8.0);
    let outcome = scene.ends();
    assert!(!outcome.success);
    assert_eq!(outcome.failed_at, Some(Step::BestFrame));
    assert_eq!(outcome.error, Some(ErrorCode::NoBestFrame));
}

#[test]
fn answers_that_get_lost_are_asked_again() {
    let mut scene = asks(&THREE);
    scene.eye.loses = 3;
    scene.obeys(&THREE[..1]);
    scene.eye.answers = false;
    scene.is_asked_for(THREE[1]).looks_straight(2.5);
    scene.eye.answers = true;
    scene.obeys(&THREE[1..]).looks_straight(3.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn without_a_good_frame_there_is_no_best_frame() {
    let mut scene = asks(&THREE);
    if let Some(face) = &mut scene.face {
        face.quality.unified = 20;
    }
    scene.obeys(&THREE).looks_straight(7.0);
    let outcome = scene.ends();
    assert_eq!(outcome.failed_at, Some(Step::BestFrame));
    assert_eq!(outcome.liveness, LivenessCode::TIMED_OUT);
    assert_eq!(outcome.error, Some(ErrorCode::NoBestFrame));
    assert_eq!(outcome.best, None);
}

#[test]
fn a_better_frame_of_somebody_else_is_no_best_frame() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..1]).is_asked_for(THREE[1]);
    scene.who = 1;
    scene.shows(0.06, |face| face.quality.unified = 90);
    scene.who = 0;
    scene.obeys(&THREE[1..]).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(outcome.success, "{outcome:?}");
    assert_eq!(outcome.best_quality, Some(70));
    assert_eq!(outcome.best, scene.kept(Slot::Best).last().copied());
}

#[test]
fn a_best_frame_whose_answer_was_lost_is_chosen_anew() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..1]);
    scene.eye.answers = false;
    scene.shows(0.06, |face| face.quality.unified = 90);
    scene.eye.answers = true;
    // The slot may now hold the frame with 90, or the one before.
    scene.looks_straight(2.5).obeys(&THREE[1..]);
    scene.looks_straight(1.0);
    let outcome = scene.ends();
    assert_eq!(outcome.best_quality, Some(70));
    assert_eq!(outcome.best, scene.kept(Slot::Best).last().copied());
}

#[test]
fn the_session_waits_until_it_knows_which_frame_is_kept() {
    let mut scene = asks(&[Gesture::Blink]);
    scene.obeys(&[Gesture::Blink]);
    scene.eye.delay = 15;
    if let Some(face) = &mut scene.face {
        face.quality.unified = 90;
    }
    scene.looks_straight(0.9);
    scene.goes_on();
    scene.looks_straight(0.3);
    assert_eq!(scene.ends().best_quality, Some(90));
}

#[test]
fn a_template_of_a_frame_that_was_gone_counts_for_nothing() {
    let mut scene = asks(&THREE);
    if let Some(face) = &mut scene.face {
        face.quality.unified = 20;
    }
    scene.eye.answers = false;
    scene.looks_straight(0.3);
    scene.tell(&Event::Kept {
        sequence: scene.kept(Slot::Continuity)[0],
        slot: Slot::Continuity,
        found: false,
        template: Some(Box::new(template(0, 0))),
    });
    scene.looks_straight(1.5);
    assert!(!scene.prompts().iter().any(|p| matches!(p, Prompt::Do(_))));
}

#[test]
fn answers_nobody_asked_for_change_nothing() {
    let mut scene = asks(&THREE);
    scene.eye.answers = false;
    for slot in [Slot::Best, Slot::Continuity, Slot::Gesture(0)] {
        scene.looks_straight(0.5);
        scene.tell(&Event::Kept {
            sequence: 999,
            slot,
            found: true,
            template: Some(Box::new(template(0, 0))),
        });
    }
    scene.looks_straight(1.0);
    assert!(!scene.prompts().iter().any(|p| matches!(p, Prompt::Do(_))));
}
