//! The cues over time allocate nothing for a look.

use std::time::Duration;

use vouch_contract::face::{Face, Pose};
use vouch_contract::liveness::CueMeasures;
use vouch_perception::camera::Frame;
use vouch_perception::face::mesh::{Landmarks, Point3};
use vouch_perception::liveness::cue::{CueWatcher, Look};
use vouch_perception::liveness::gesture_physics::GesturePhysics;
use vouch_perception::liveness::light_challenge::LightChallenge;
use vouch_perception::liveness::motion::Motion;
use vouch_perception::liveness::pulse::Pulse;
use vouch_perception::liveness::sensor::Sensor;
use vouch_testkit::allocations::{Counting, count};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Looks of a round: ten seconds.
const LOOKS: u64 = 300;

/// A face over a marked ground that sways, turns and blinks.
fn draw(number: u64, frame: &mut Frame, landmarks: &mut Landmarks) -> Face {
    frame.at = Duration::from_millis(number * 33);
    frame.sequence = number;
    let sway = (number as f32 / 9.0).sin();
    for (at, byte) in frame.rgb.iter_mut().enumerate() {
        *byte = (at as u64).wrapping_mul(0x9e37_79b9 + number).to_le_bytes()[3];
    }
    for (index, point) in landmarks.points.iter_mut().enumerate() {
        let angle = index as f32 * 2.4;
        let radius = 50.0 * (index as f32 / 468.0).sqrt();
        *point = Point3 {
            x: 160.0 + 30.0 * sway + radius * angle.cos() * (1.0 - 0.3 * sway.abs()),
            y: 120.0 + 1.2 * radius * angle.sin(),
            z: radius - 25.0,
        };
    }
    Face {
        bounds: landmarks.bounds(),
        pose: Pose { yaw: 30.0 * sway, ..Pose::default() },
        eyes: [if number % 60 < 4 { 0.03 } else { 0.25 }; 2],
        eye_distance: 40.0,
        ..Face::default()
    }
}

#[test]
fn a_look_allocates_nothing() {
    let mut light = LightChallenge::new();
    for step in 0..60_u64 {
        light.lit([(step % 2 * 255) as u8, 0, 255], Duration::from_millis(step * 500));
    }
    let mut cues: [Box<dyn CueWatcher>; 5] = [
        Box::new(Motion::new()),
        Box::new(Pulse::new()),
        Box::new(Sensor::new()),
        Box::new(GesturePhysics::new()),
        Box::new(light),
    ];
    let mut frame = Frame::default();
    frame.resize(320, 240);
    let mut landmarks = Landmarks::default();
    // The test runner's own thread may allocate meanwhile: not in each round.
    let rounds: Vec<_> = (0..3).map(|round| round_of(&mut cues, &mut frame, &mut landmarks, round)).collect();
    assert!(rounds.contains(&Some(0)), "{rounds:?}");
    let told = cues.iter().filter(|cue| matches!(cue.measures(), CueMeasures::Measured { .. })).count();
    assert_eq!(told, 5, "each cue had its say");
}

fn round_of(
    cues: &mut [Box<dyn CueWatcher>],
    frame: &mut Frame,
    landmarks: &mut Landmarks,
    round: u64,
) -> Option<u64> {
    let looks = || {
        for number in round * LOOKS..(round + 1) * LOOKS {
            let face = draw(number, frame, landmarks);
            let look = Look { frame, landmarks, face: &face, at: frame.at };
            for cue in cues.iter_mut() {
                cue.see(&look).expect("no network, no failure");
                let _ = cue.measures();
            }
        }
    };
    count(looks).0
}
