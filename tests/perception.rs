//! The eye on real pictures: faces found, heads turned, eyes closed, people
//! distinguished. Pictures of real people, shared for tests only.

mod common;

use std::path::Path;
use std::time::Duration;

use common::desk::CHECKOUT;
use common::media::{have_models, shared, shared_folder};
use vouch::config::Config;
use vouch::eye::load_perception;
use vouch_contract::face::{Face, Template};
use vouch_contract::similarity::similarity;
use vouch_perception::camera::{CameraError, Frame, OpenOptions, Source, open};
use vouch_perception::face::perceive::{Perception, View};

/// Eyelids nearer together than this are a closed eye (`gestures.blink.closed_below`).
const CLOSED: f32 = 0.10;

/// The networks, when they and the shared folder `needed` are there.
fn perception(test: &str, needed: &str) -> Option<Perception> {
    if shared(test, needed).is_none() || !have_models(test) {
        return None;
    }
    let mut config = Config::checkout();
    config.runtime.models_dir = Path::new(CHECKOUT).join("models");
    Some(load_perception(&config.runtime).expect("the models run"))
}

fn play(name: &str) -> Box<dyn Source> {
    let path = shared_folder().join(name);
    open(&path.to_string_lossy(), &OpenOptions::default()).expect("it opens")
}

/// Every frame of a recording as perception sees it, with its time.
fn watch(perception: &mut Perception, name: &str) -> Vec<(Duration, View)> {
    perception.reset();
    let mut source = play(name);
    let mut frame = Frame::default();
    let mut seen = Vec::new();
    loop {
        match source.next(&mut frame) {
            Ok(()) => seen.push((frame.at, perception.look(&frame).expect("it infers"))),
            Err(end) => {
                assert!(matches!(end, CameraError::Ended), "{name}: {end}");
                return seen;
            }
        }
    }
}

/// One still, seen on its own, and its template.
fn look_at(perception: &mut Perception, name: &str) -> (View, Option<Template>) {
    perception.reset();
    let mut frame = Frame::default();
    play(name).next(&mut frame).expect("a picture");
    let view = perception.look(&frame).expect("it infers");
    let landmarks = perception.landmarks().clone();
    let template = view.face.and_then(|_| perception.embed(&frame, &landmarks).expect("it infers"));
    (view, template)
}

/// Both eyes together: in small pictures one of a closed pair may be read as
/// half open.
fn openness(face: &Face) -> f32 {
    f32::midpoint(face.eyes[0], face.eyes[1])
}

/// The rows of events.csv with this event: file, start and end with the tolerance.
fn events(event: &str) -> Vec<(String, f64, f64)> {
    let table = std::fs::read_to_string(shared_folder().join("videos/events.csv")).expect("the table");
    table
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .filter(|row| row[1] == event)
        .map(|row| {
            let [start, end, tolerance] = [2, 3, 4].map(|at| row[at].trim().parse::<f64>().expect("seconds"));
            (row[0].to_owned(), start - tolerance, end + tolerance)
        })
        .collect()
}

fn within(seen: &[(Duration, View)], from: f64, to: f64) -> impl Iterator<Item = Face> {
    let inside = move |at: &Duration| (from..=to).contains(&at.as_secs_f64());
    seen.iter().filter(move |(at, _)| inside(at)).filter_map(|(_, view)| view.face)
}

#[test]
fn heads_turn_the_way_they_were_seen_to_turn() {
    let test = "heads_turn_the_way_they_were_seen_to_turn";
    let Some(mut perception) = perception(test, "videos/active") else { return };
    for clip in ["td_621ea6b1.mov", "td_621f74a8.mov", "td_62421a6b.mov"] {
        let clip = format!("videos/active/{clip}");
        let seen = watch(&mut perception, &clip);
        // The turns follow each other closely: a window with its tolerance may
        // reach into the next, so each is asked for its own direction only.
        let most = |event: &str, angle: fn(&Face) -> f32| {
            let found = events(event).into_iter().find(|(file, ..)| *file == clip);
            let (_, from, to) = found.unwrap_or_else(|| panic!("{clip} has no {event}"));
            within(&seen, from, to).map(|face| angle(&face)).fold(f32::MIN, f32::max)
        };
        // The table gives the side of the picture that the nose moves to.
        let right = most("yaw_image_right", |face| face.pose.yaw);
        let left = most("yaw_image_left", |face| -face.pose.yaw);
        let down = most("pitch_down", |face| -face.pose.pitch);
        assert!(right > 18.0 && left > 18.0, "{clip}: {right} degrees to the right, {left} to the left");
        assert!(down > 10.0, "{clip}: {down} degrees down");
    }
}

#[test]
fn phone_clips_come_out_upright() {
    let test = "phone_clips_come_out_upright";
    let Some(mut perception) = perception(test, "videos/active") else { return };
    for clip in ["td_621ea6b1.mov", "td_621f74a8.mov", "td_62421a6b.mov"] {
        let seen = watch(&mut perception, &format!("videos/active/{clip}"));
        let faces: Vec<Face> = seen.iter().filter_map(|(_, view)| view.face).collect();
        let share = faces.len() as f64 / seen.len() as f64;
        assert!(share > 0.9, "{clip}: a face in {:.0} % of the frames", share * 100.0);
        let upright = faces.iter().filter(|face| face.pose.roll.abs() < 30.0).count();
        assert!(upright as f64 > 0.95 * faces.len() as f64, "{clip}: {upright} of {} upright", faces.len());
    }
}

#[test]
fn eyes_close_where_a_blink_was_seen() {
    let test = "eyes_close_where_a_blink_was_seen";
    let Some(mut perception) = perception(test, "videos/talking") else { return };
    let blinks = events("blink");
    assert!(blinks.len() >= 5, "the table has blinks");
    for (clip, from, to) in blinks {
        let seen = watch(&mut perception, &clip);
        let least = within(&seen, from, to).map(|face| openness(&face)).fold(f32::MAX, f32::min);
        assert!(least < CLOSED, "{clip}: openness {least} between {from:.2} and {to:.2} s");
    }
}

#[test]
fn eyes_stay_open_where_no_blink_was_seen() {
    let test = "eyes_stay_open_where_no_blink_was_seen";
    let Some(mut perception) = perception(test, "videos/talking") else { return };
    let open = events("no_blink");
    assert!(!open.is_empty(), "the table has clips without a blink");
    for (clip, ..) in open {
        let seen = watch(&mut perception, &clip);
        let least = seen.iter().filter_map(|(_, view)| view.face).map(|face| openness(&face));
        let least = least.fold(f32::MAX, f32::min);
        assert!(least >= CLOSED, "{clip}: openness {least}");
    }
}

#[test]
fn faces_are_found_in_photographs_of_faces() {
    let test = "faces_are_found_in_photographs_of_faces";
    let Some(mut perception) = perception(test, "faces/lfw") else { return };
    let mut files: Vec<String> = std::fs::read_to_string(shared_folder().join("faces/lfw_pairs.csv"))
        .expect("the pairs")
        .lines()
        .skip(1)
        .flat_map(|line| line.split(',').skip(2).map(|file| file.trim().to_owned()).collect::<Vec<_>>())
        .collect();
    files.sort();
    files.dedup();
    // One in four: a hundred and more photographs take a second or two.
    let some: Vec<&String> = files.iter().step_by(4).collect();
    assert!(some.len() >= 100, "{} photographs", some.len());
    let found = some.iter().filter(|file| look_at(&mut perception, file).0.face.is_some()).count();
    assert!(found * 100 >= some.len() * 97, "a face in {found} of {} photographs", some.len());
}

#[test]
fn nothing_is_found_where_nobody_is() {
    let test = "nothing_is_found_where_nobody_is";
    let Some(mut perception) = perception(test, "videos/misc") else { return };
    let seen = watch(&mut perception, "videos/misc/pyfeat_no_face.mp4");
    assert!(seen.iter().all(|(_, view)| view.face.is_none()), "text on a sky is no face");
}

#[test]
fn people_resemble_themselves_more_than_others() {
    let test = "people_resemble_themselves_more_than_others";
    let Some(mut perception) = perception(test, "attacks/nuaa/genuine") else { return };
    // People of one camera, in two sessions each.
    let stills = [
        ("0001_00_00_01_0", "0001_00_00_02_0"),
        ("0004_01_00_01_0", "0004_01_00_02_0"),
        ("0005_00_00_01_0", "0005_00_00_02_0"),
    ];
    let mut template = |name: &str| {
        let file = format!("attacks/nuaa/genuine/{name}.jpg");
        look_at(&mut perception, &file).1.unwrap_or_else(|| panic!("{file}: no face"))
    };
    let people: Vec<(Template, Template)> =
        stills.iter().map(|(first, second)| (template(first), template(second))).collect();
    let mut mated = Vec::new();
    let mut others = Vec::new();
    for (index, (first, _)) in people.iter().enumerate() {
        for (number, (_, second)) in people.iter().enumerate() {
            let score = similarity(first, second).expect("of one model");
            if index == number { mated.push(score) } else { others.push(score) }
        }
    }
    let least = mated.iter().copied().fold(f32::MAX, f32::min);
    let most = others.iter().copied().fold(f32::MIN, f32::max);
    assert!(least > most, "mated {mated:?}, others {others:?}");
}
