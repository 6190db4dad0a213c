//! Time, missing frames, missing faces.

use std::time::Duration;

use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::gesture::Gesture;
use vouch_contract::scheme::Scheme;
use vouch_session::policy::Policy;
use vouch_session::types::{Event, Prompt, Step};

use crate::scene::{Scene, THREE, asks, compares};

#[test]
fn no_frames_at_all_is_camera_trouble() {
    let mut scene = asks(&THREE);
    scene.hears_nothing_for(5.5);
    let outcome = scene.ends();
    assert_eq!(outcome.liveness, LivenessCode::INTERNAL);
    assert_eq!(outcome.error, Some(ErrorCode::Internal));
    assert!(outcome.message.contains("camera"), "{}", outcome.message);
}

#[test]
fn frames_that_stop_are_camera_trouble() {
    let mut scene = asks(&THREE);
    scene.gets_ready().hears_nothing_for(2.0);
    scene.goes_on();
    scene.looks_straight(0.2).hears_nothing_for(5.5);
    assert_eq!(scene.ends().liveness, LivenessCode::INTERNAL);
}

#[test]
fn a_reference_that_never_comes() {
    let mut scene = compares(&THREE);
    scene.hears_nothing_for(5.5);
    assert_eq!(scene.ends().failed_at, Some(Step::Reference));
    assert_eq!(scene.ends().error, Some(ErrorCode::Internal));
}

#[test]
fn a_face_lost_for_a_moment_is_forgiven() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..1]).leaves(1.2).is_tracked_anew();
    scene.obeys(&THREE[1..]).looks_straight(1.0);
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn a_face_lost_for_good_is_not() {
    let mut scene = asks(&THREE);
    scene.is_asked_for(THREE[0]).leaves(2.0);
    assert_eq!(scene.ends().liveness, LivenessCode::NO_FACE);
    assert_eq!(scene.ends().failed_at, Some(Step::Gesture(0)));
    assert!(scene.prompts().contains(&Prompt::ComeIntoView));
}

#[test]
fn somebody_passing_behind_is_forgiven() {
    let mut scene = asks(&[Gesture::Blink]);
    scene.is_asked_for(Gesture::Blink).has_company(1.2);
    assert_eq!(scene.prompt(), Some(Prompt::OnePersonOnly));
    scene.looks_straight(0.8);
    assert_eq!(scene.prompt(), Some(Prompt::Do(Gesture::Blink)));
    scene.blinks().looks_straight(1.0);
    assert!(scene.ends().success);
}

#[test]
fn somebody_staying_is_not() {
    let mut scene = asks(&THREE);
    scene.is_asked_for(THREE[0]).has_company(2.0);
    assert_eq!(scene.ends().liveness, LivenessCode::SEVERAL_FACES);
}

#[test]
fn the_whole_session_has_a_limit() {
    let mut policy = Policy::default();
    policy.limits.session = Duration::from_secs(5);
    let mut scene = Scene::new(policy, Scheme::LivenessOnly, &THREE);
    scene.gets_ready().looks_straight(6.0);
    assert_eq!(scene.ends().liveness, LivenessCode::TIMED_OUT);
    assert_eq!(scene.ends().duration.as_secs(), 5);
}

#[test]
fn a_recording_that_ends_too_early() {
    let ended = Event::SourceEnded { reason: "clip.mp4 is over".to_owned() };
    let mut scene = asks(&THREE);
    scene.is_asked_for(THREE[0]).tell(&ended);
    assert_eq!(scene.ends().liveness, LivenessCode::TIMED_OUT);
    assert!(scene.ends().message.contains("clip.mp4"));

    let mut scene = asks(&THREE);
    scene.leaves(1.0).tell(&ended);
    assert_eq!(scene.ends().liveness, LivenessCode::NO_FACE);
}

#[test]
fn a_recording_that_ends_while_answers_are_awaited() {
    let mut scene = asks(&THREE);
    scene.eye.delay = 3;
    scene.obeys(&THREE[..2]).is_asked_for(THREE[2]);
    scene.shows(0.3, |face| face.mouth = 0.6);
    scene.looks_straight(0.1);
    let ended = Event::SourceEnded { reason: "over".to_owned() };
    scene.tell(&ended);
    scene.goes_on();
    // The answers arrive without another frame.
    for (_, event) in scene.answers_left() {
        scene.tell(&event);
    }
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn a_recording_that_ends_and_answers_that_never_come() {
    let mut scene = asks(&THREE);
    scene.obeys(&THREE[..2]).is_asked_for(THREE[2]);
    scene.eye.answers = false;
    scene.opens_mouth();
    scene.tell(&Event::SourceEnded { reason: "over".to_owned() });
    scene.hears_nothing_for(2.5);
    assert_eq!(scene.ends().liveness, LivenessCode::TIMED_OUT);
    assert_eq!(scene.ends().failed_at, Some(Step::BestFrame));
}

#[test]
fn time_that_goes_back_is_no_time() {
    let mut scene = asks(&THREE);
    scene.is_asked_for(THREE[0]);
    // Frames that arrive before an earlier tick.
    for _ in 0..40 {
        scene.now += Duration::from_millis(150);
        scene.tell(&Event::Tick);
        scene.now -= Duration::from_millis(150);
        scene.frame();
    }
    scene.goes_on();
    // A clock that restarted.
    scene.now = Duration::from_secs(1);
    scene.blinks();
    scene.obeys(&THREE[1..]).looks_straight(1.0);
    let outcome = scene.ends();
    assert!(outcome.success, "{outcome:?}");
    assert!(outcome.duration < Duration::from_secs(15));
}
