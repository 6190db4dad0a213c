//! The light challenge: when colours are shown, and what follows from a face that ignores them.

use std::time::Duration;

use vouch_contract::codes::LivenessCode;
use vouch_contract::liveness::{Cue, CueMeasures, MEASURES};
use vouch_session::lighting::{Colour, PALETTE};
use vouch_session::policy::{LightRules, Policy};
use vouch_session::types::{Action, Scheme, Step};

use crate::scene::{Scene, THREE};

/// A session with four colours.
fn lit(decides: bool) -> Scene {
    let light = LightRules { colours: 4, decides, ..LightRules::default() };
    Scene::new(Policy { light, ..Policy::default() }, Scheme::LivenessOnly, &THREE)
}

fn colours(scene: &Scene) -> Vec<(Duration, Colour)> {
    let light = |(at, action): &(Duration, Action)| match action {
        Action::Light(colour) => Some((*at, *colour)),
        _ => None,
    };
    scene.actions.iter().filter_map(light).collect()
}

/// The face follows the colours this badly: 0 wholly, 0.5 not at all.
fn mismatch(scene: &mut Scene, mismatch: f32) {
    let mut measures = [0.0; MEASURES];
    measures[0] = mismatch;
    scene.cues.set(Cue::LightChallenge, CueMeasures::Measured { measures, quality: 1.0 });
}

#[test]
fn every_colour_is_shown_for_its_time_after_the_gestures() {
    let mut scene = lit(false);
    scene.obeys(&THREE);
    scene.looks_straight(4.0);
    let shown = colours(&scene);
    assert_eq!(shown.iter().map(|(_, colour)| *colour).collect::<Vec<_>>(), PALETTE[..4]);
    for pair in shown.windows(2) {
        let between = pair[1].0 - pair[0].0;
        assert!(between >= Duration::from_millis(400) && between < Duration::from_millis(600), "{between:?}");
    }
    assert!(scene.ends().success, "{:?}", scene.ends());
}

#[test]
fn without_a_screen_the_session_goes_on() {
    for never in [Some(false), None] {
        let mut scene = lit(false);
        scene.lit = never;
        scene.obeys(&THREE).looks_straight(5.0);
        assert_eq!(colours(&scene).len(), 1);
        assert!(scene.ends().success, "{:?}", scene.ends());
    }
}

#[test]
fn a_face_that_ignores_the_colours_is_refused_if_they_decide() {
    for (badly, passes) in [(0.1, true), (0.5, false)] {
        let mut scene = lit(true);
        mismatch(&mut scene, badly);
        scene.obeys(&THREE).looks_straight(5.0);
        let outcome = scene.ends();
        assert_eq!(outcome.success, passes, "{outcome:?}");
        if !passes {
            assert_eq!(outcome.liveness, LivenessCode::LIGHT_CHECK);
            assert_eq!(outcome.failed_at, Some(Step::BestFrame));
        }
    }
}

#[test]
fn colours_that_decide_and_were_not_shown_do_not_pass() {
    let mut scene = lit(true);
    scene.lit = Some(false);
    scene.obeys(&THREE).looks_straight(5.0);
    assert!(!scene.ends().success);
    assert_eq!(scene.ends().liveness, LivenessCode::LIGHT_CHECK);
}

#[test]
fn who_leaves_while_the_colours_are_shown_is_missed() {
    let mut scene = lit(false);
    scene.obeys(&THREE).leaves(3.0);
    assert_eq!(scene.ends().liveness, LivenessCode::NO_FACE);
}
