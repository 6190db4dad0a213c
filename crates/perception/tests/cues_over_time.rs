//! The cues over time, fed with anything: they say numbers in their ranges or
//! nothing, and never panic.

use std::time::Duration;

use proptest::prelude::*;
use vouch_contract::face::{Bounds, Face, Pose};
use vouch_contract::liveness::{CueMeasures, Unavailable};
use vouch_perception::camera::Frame;
use vouch_perception::face::mesh::{Landmarks, Point3};
use vouch_perception::liveness::cue::{CueWatcher, Look};
use vouch_perception::liveness::gesture_physics::GesturePhysics;
use vouch_perception::liveness::light_challenge::LightChallenge;
use vouch_perception::liveness::motion::Motion;
use vouch_perception::liveness::pulse::Pulse;
use vouch_perception::liveness::sensor::Sensor;

fn cues() -> Vec<Box<dyn CueWatcher>> {
    vec![
        Box::new(Motion::new()),
        Box::new(Pulse::new()),
        Box::new(Sensor::new()),
        Box::new(GesturePhysics::new()),
        Box::new(LightChallenge::new()),
    ]
}

fn odd() -> impl Strategy<Value = f32> {
    prop_oneof![
        5 => -50.0_f32..700.0,
        1 => Just(f32::NAN),
        1 => Just(f32::INFINITY),
        1 => Just(-1e30_f32),
        1 => Just(0.0_f32),
    ]
}

#[derive(Debug, Clone)]
struct Shot {
    size: (u32, u32),
    seed: u32,
    numbers: Vec<f32>,
    spread: f32,
    at_ms: u64,
    broken: bool,
}

fn shots() -> impl Strategy<Value = Vec<Shot>> {
    let size = prop_oneof![4 => Just((96, 72)), 1 => (0_u32..5, 0_u32..5), 1 => Just((200, 40))];
    let shot =
        (size, any::<u32>(), prop::collection::vec(odd(), 16), 1.0_f32..90.0, 0_u64..20_000, any::<bool>())
            .prop_map(|(size, seed, numbers, spread, at_ms, broken)| Shot {
                size,
                seed,
                numbers,
                spread,
                at_ms,
                broken,
            });
    prop::collection::vec(shot, 1..60)
}

fn show(cues: &mut [Box<dyn CueWatcher>], shot: &Shot) {
    let mut seed = shot.seed | 1;
    let mut random = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        seed >> 16
    };
    let mut frame = Frame::default();
    frame.resize(shot.size.0, shot.size.1);
    frame.rgb.iter_mut().for_each(|byte| *byte = random() as u8);
    frame.at = Duration::from_millis(shot.at_ms);
    let n = &shot.numbers;
    let mut landmarks = Landmarks::default();
    for point in landmarks.points.iter_mut() {
        let mut around = |middle: f32| middle + (random() as f32 / 65_536.0 - 0.5) * shot.spread;
        *point = Point3 { x: around(48.0), y: around(36.0), z: around(0.0) };
    }
    if shot.broken {
        landmarks.points[n.len() % 468] = Point3 { x: n[0], y: n[1], z: n[2] };
    }
    let bounds = landmarks.bounds();
    let face = Face {
        bounds: if shot.broken { Bounds { x: n[3], y: n[4], width: n[5], height: n[6] } } else { bounds },
        pose: Pose { yaw: n[7] % 90.0, pitch: n[8] % 90.0, roll: n[9] },
        eyes: [n[10], n[11]],
        mouth: n[12],
        eye_distance: if shot.broken { n[13] } else { shot.spread / 2.0 },
        ..Face::default()
    };
    let look = Look { frame: &frame, landmarks: &landmarks, face: &face, at: frame.at };
    for cue in cues {
        cue.see(&look).expect("no network, no failure");
        if let CueMeasures::Measured { measures, quality } = cue.measures() {
            assert!((0.0..=1.0).contains(&quality), "{:?} {quality}", cue.cue());
            for measure in measures {
                assert!((-1.0..=1.0).contains(&measure), "{:?} {measures:?}", cue.cue());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn anything_may_come(shots in shots(), in_order in any::<bool>()) {
        let mut cues = cues();
        for (number, shot) in shots.iter().enumerate() {
            let at_ms = if in_order { number as u64 * 40 } else { shot.at_ms };
            show(&mut cues, &Shot { at_ms, ..shot.clone() });
        }
    }
}

#[test]
fn a_forgotten_presentation_leaves_nothing() {
    let mut cues = cues();
    for number in 0..300_u64 {
        let shot = Shot {
            size: (96, 72),
            seed: 9 + number as u32,
            numbers: vec![0.2; 16],
            spread: 50.0,
            at_ms: number * 40,
            broken: false,
        };
        show(&mut cues, &shot);
    }
    for cue in &mut cues {
        cue.forget();
        assert!(
            matches!(
                cue.measures(),
                CueMeasures::Unavailable(Unavailable::TooFewFrames | Unavailable::NotFitted)
            ),
            "{:?}",
            cue.cue()
        );
    }
}
