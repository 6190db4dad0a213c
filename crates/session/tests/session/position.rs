//! Getting into position: one prompt, with its reason.

use vouch_contract::codes::{ErrorCode, LivenessCode};
use vouch_contract::face::Face;
use vouch_session::types::{Prompt, Step};

use crate::scene::{THREE, asks};

fn prompt_for(change: impl Fn(&mut Face)) -> Option<Prompt> {
    let mut scene = asks(&THREE);
    scene.shows(2.0, change);
    scene.goes_on();
    assert!(scene.prompts().len() <= 1, "{:?}", scene.prompts());
    scene.prompt()
}

#[test]
fn each_rule_has_its_prompt() {
    let says = |change: fn(&mut Face), prompt| assert_eq!(prompt_for(change), Some(prompt));
    says(|f| f.presence = 0.3, Prompt::ComeIntoView);
    says(|f| f.bounds.width = 100.0, Prompt::ComeCloser);
    says(|f| f.eye_distance = 30.0, Prompt::ComeCloser);
    says(|f| f.bounds.width = 450.0, Prompt::MoveBack);
    says(|f| f.bounds.x = 10.0, Prompt::MoveToTheMiddle);
    says(|f| f.bounds.y = 240.0, Prompt::MoveToTheMiddle);
    says(|f| (f.quality.exposure, f.brightness) = (10, 30.0), Prompt::MoreLight);
    says(|f| (f.quality.exposure, f.brightness) = (10, 230.0), Prompt::LessLight);
    says(|f| f.eyes = [0.05, 0.05], Prompt::OpenEyes);
    says(|f| f.quality.eyes_open = 5, Prompt::OpenEyes);
    says(|f| f.quality.occlusion = 10, Prompt::UncoverFace);
    says(|f| f.pose.yaw = -25.0, Prompt::LookStraight);
    says(|f| f.pose.pitch = 25.0, Prompt::LookStraight);
    says(|f| f.pose.roll = 30.0, Prompt::LookStraight);
    says(|f| f.quality.sharpness = 5, Prompt::HoldStill);
}

#[test]
fn the_first_reason_is_the_one_told() {
    let all_wrong = |face: &mut Face| {
        face.quality.sharpness = 0;
        face.pose.yaw = 40.0;
        face.quality.exposure = 0;
        face.eyes = [0.0, 0.0];
        face.bounds.width = 60.0;
    };
    assert_eq!(prompt_for(all_wrong), Some(Prompt::ComeCloser));
}

#[test]
fn nobody_and_several_are_told_so() {
    let mut scene = asks(&THREE);
    scene.leaves(1.0);
    assert_eq!(scene.prompt(), Some(Prompt::ComeIntoView));
    scene.has_company(1.0);
    assert_eq!(scene.prompt(), Some(Prompt::OnePersonOnly));
    scene.gets_ready();
}

#[test]
fn a_blink_on_the_way_is_not_commented() {
    let mut scene = asks(&THREE);
    scene.shows(0.5, |face| face.bounds.width = 100.0);
    scene.looks_straight(0.2).closes_eyes(0.13).looks_straight(0.2);
    assert_eq!(scene.prompts(), [Prompt::ComeCloser]);
    scene.gets_ready();
}

#[test]
fn the_face_must_be_steady() {
    let mut scene = asks(&THREE);
    for _ in 0..6 {
        scene.looks_straight(0.4).shows(0.1, |face| face.pose.yaw = 30.0);
    }
    assert!(!scene.prompts().iter().any(|p| matches!(p, Prompt::Do(_))));
    scene.gets_ready();
}

#[test]
fn somebody_new_starts_over() {
    let mut scene = asks(&THREE);
    scene.looks_straight(0.4).is_swapped_for(1);
    scene.looks_straight(0.6);
    assert_eq!(scene.prompts(), []);
    scene.obeys(&THREE).looks_straight(1.0);
    assert!(scene.ends().success, "the second person is the one");
}

#[test]
fn nobody_until_the_limit() {
    let mut scene = asks(&THREE);
    scene.leaves(21.0);
    assert_eq!(scene.ends().liveness, LivenessCode::NO_FACE);
    assert_eq!(scene.ends().failed_at, Some(Step::Position));
    assert_eq!(scene.ends().duration.as_secs(), 20);
}

#[test]
fn several_until_the_limit() {
    let mut scene = asks(&THREE);
    scene.has_company(21.0);
    assert_eq!(scene.ends().liveness, LivenessCode::SEVERAL_FACES);
}

#[test]
fn never_in_position_until_the_limit() {
    let mut scene = asks(&THREE);
    scene.shows(21.0, |face| face.bounds.width = 100.0);
    assert_eq!(scene.ends().liveness, LivenessCode::TIMED_OUT);
    assert_eq!(scene.ends().error, Some(ErrorCode::NoBestFrame));
}
