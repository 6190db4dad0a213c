//! Painted pictures and drawn faces for the cues' tests.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::cue::{CueWatcher, Look};
use crate::camera::Frame;
use crate::face::mesh::{Landmarks, POINTS, Point3, index};
use vouch_contract::face::Face;
use vouch_contract::liveness::{CueMeasures, Unavailable};

/// A picture with the pixel `paint` gives for each column and row.
pub fn painted(width: u32, height: u32, paint: impl Fn(u32, u32) -> [u8; 3]) -> Frame {
    let mut frame = Frame::default();
    frame.resize(width, height);
    for y in 0..height {
        for x in 0..width {
            let at = ((y * width + x) * 3) as usize;
            frame.rgb[at..at + 3].copy_from_slice(&paint(x, y));
        }
    }
    frame
}

/// Points of a level face, `height` pixels long, around `centre`.
pub fn drawn(centre: (f32, f32), height: f32) -> Landmarks {
    let mut landmarks = Landmarks::default();
    for (number, point) in landmarks.points.iter_mut().enumerate() {
        let turn = number as f32 / POINTS as f32 * std::f32::consts::TAU;
        *point = Point3 {
            x: centre.0 + turn.cos() * height * 0.4,
            y: centre.1 + turn.sin() * height * 0.5,
            z: 0.0,
        };
    }
    let mut put = |number: usize, x: f32, y: f32| {
        landmarks.points[number] = Point3 { x: centre.0 + x * height, y: centre.1 + y * height, z: 0.0 };
    };
    put(index::LEFT_EYE_OUTER, -0.3, -0.15);
    put(index::LEFT_EYE_INNER, -0.1, -0.15);
    put(index::RIGHT_EYE_INNER, 0.1, -0.15);
    put(index::RIGHT_EYE_OUTER, 0.3, -0.15);
    // Both cheeks, forehead and the bridge of the nose.
    put(50, -0.22, 0.08);
    put(280, 0.22, 0.08);
    put(151, 0.0, -0.33);
    put(5, 0.0, 0.02);
    landmarks
}

/// Gives `watcher` one look at this face in `frame`.
pub fn look_at(watcher: &mut impl CueWatcher, frame: &Frame, centre: (f32, f32), height: f32) {
    let landmarks = drawn(centre, height);
    let face = Face { bounds: landmarks.bounds(), eye_distance: 0.4 * height, ..Face::default() };
    let look = Look { frame, landmarks: &landmarks, face: &face, at: Duration::ZERO };
    watcher.see(&look).expect("pictures alone can't fail");
}

/// The measures of a watcher that has seen this face in `frame` once.
pub fn measures<W: CueWatcher + Default>(frame: &Frame, centre: (f32, f32), height: f32) -> CueMeasures {
    let mut watcher = W::default();
    look_at(&mut watcher, frame, centre, height);
    watcher.measures()
}

/// Checks that a picture cue measures nothing on a face of only a few pixels.
#[track_caller]
pub fn finds_a_tiny_face_poor<W: CueWatcher + Default>() {
    let frame = painted(64, 48, |_, _| [90; 3]);
    assert_eq!(measures::<W>(&frame, (32.0, 24.0), 12.0), CueMeasures::Unavailable(Unavailable::PoorPicture));
}

/// Checks that a picture cue never panics, however odd the picture or face.
pub fn takes_any_picture_and_face<W: CueWatcher + Default>() {
    let odd = prop_oneof![-200.0_f32..300.0, Just(f32::NAN), Just(f32::INFINITY)];
    let any = (1_u32..200, 1_u32..200, odd, -200.0_f32..300.0, 0.0_f32..4000.0);
    let ran = TestRunner::new(Config::with_cases(64)).run(&any, |(width, height, x, y, size)| {
        let frame = painted(width, height, |x, y| [(x * 3) as u8, (y * 5) as u8, (x * y) as u8]);
        let _ = measures::<W>(&frame, (x, y), size);
        Ok(())
    });
    ran.expect("every case holds");
}
