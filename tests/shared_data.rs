//! Sessions on recordings of real people. They are shared for tests only and
//! are no part of the repository.

mod common;

use std::path::Path;

use common::desk::{Desk, Said};
use common::media::{have_models, shared};

/// Random challenges for each attack: the same clip meets several.
const TRIES: usize = 2;

fn led(source: &Path, more: &[&str]) -> Said {
    let desk = Desk::new();
    let mut session = desk.session(source);
    session.args(more);
    let said = Said::by(session);
    let verified = Said::by(desk.verify(&[said.jws()]));
    assert_eq!(verified.code, Some(0), "whatever it came to, it verifies: {verified:?}");
    said
}

#[test]
fn a_real_person_who_follows_passes() {
    let test = "a_real_person_who_follows_passes";
    let Some(clip) = shared(test, "videos/active/td_621ea6b1.mov").filter(|_| have_models(test)) else {
        return;
    };
    let said = led(&clip, &["--challenge", "turn-left,turn-right,nod"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let claims = said.claims();
    assert_eq!(claims["sessionStatus"], "SUCCESS");
    let source = &claims["evidence"]["source"];
    assert_eq!((&source["width"], &source["height"]), (&360.into(), &480.into()), "upright");
    // events.csv: 1.6 to 2.7 s, 3.9 to 4.9 s, both give or take 0.4 s.
    let done = |index: usize| claims["liveness"]["gestures"][index]["doneMs"].as_u64().expect("done");
    assert!((1200..=3100).contains(&done(0)), "the turn to the own left is done at {} ms", done(0));
    assert!((3500..=5300).contains(&done(1)), "the turn to the own right is done at {} ms", done(1));
}

#[test]
fn the_same_person_does_not_pass_with_left_and_right_exchanged() {
    let test = "the_same_person_does_not_pass_with_left_and_right_exchanged";
    let Some(clip) = shared(test, "videos/active/td_621ea6b1.mov").filter(|_| have_models(test)) else {
        return;
    };
    let said = led(&clip, &["--challenge", "turn-right,turn-left,nod"]);
    assert_eq!((said.code, &said.claims()["sessionStatus"]), (Some(1), &"FAILED".into()), "{said:?}");
}

#[test]
fn nobody_in_the_picture_is_told_as_such() {
    let test = "nobody_in_the_picture_is_told_as_such";
    let Some(clip) = shared(test, "videos/misc/pyfeat_no_face.mp4").filter(|_| have_models(test)) else {
        return;
    };
    let said = led(&clip, &[]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("Come into view"), "{}", said.err);
    let claims = said.claims();
    assert_eq!(claims["liveness"]["code"], 12223);
    assert_eq!(claims["errorInfo"]["eventType"], "position");
    assert_eq!(claims["evidence"]["media"], serde_json::json!([]), "no face, so no best frame");
}

/// Run several times with random gestures: never a success.
fn never_passes(test: &str, clip: &str) {
    let Some(path) = shared(test, clip).filter(|_| have_models(test)) else { return };
    for _ in 0..TRIES {
        let said = led(&path, &[]);
        assert_eq!(said.code, Some(1), "{clip}: {said:?}");
        let claims = said.claims();
        assert_eq!(claims["sessionStatus"], "FAILED", "{clip}");
        assert_eq!(claims["evidence"]["challenge"]["chosenBy"], "random", "{clip}");
    }
}

#[test]
fn a_printed_photograph_never_passes() {
    let test = "a_printed_photograph_never_passes";
    never_passes(test, "attacks/nuaa_seq/print_0001_s03_lr_rotate.avi");
    never_passes(test, "attacks/nuaa_seq/print_0004_s03_still.avi");
}

#[test]
fn a_replayed_video_never_passes() {
    let test = "a_replayed_video_never_passes";
    never_passes(test, "attacks/replay/td_replay_630b6ba7_of_621f74a8.mp4");
}

#[test]
fn a_person_who_does_not_hear_the_prompts_never_passes() {
    let test = "a_person_who_does_not_hear_the_prompts_never_passes";
    never_passes(test, "attacks/nuaa_seq/genuine_0001_s01.avi");
    never_passes(test, "attacks/nuaa_seq/genuine_0004_s02.avi");
}

#[test]
fn a_replay_fails_even_where_it_shows_the_right_gestures() {
    let test = "a_replay_fails_even_where_it_shows_the_right_gestures";
    let clip = "attacks/replay/td_replay_630b6ba7_of_621f74a8.mp4";
    let Some(path) = shared(test, clip).filter(|_| have_models(test)) else { return };
    let said = led(&path, &["--challenge", "turn-left,turn-right,nod"]);
    assert_eq!(said.code, Some(1), "{said:?}");
}
