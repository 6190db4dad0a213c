//! Faces and templates for tests.

use vouch_contract::face::{Bounds, Face, Pose, Quality, Template};

/// A face in position, at rest, 640 x 480.
pub fn straight_face() -> Face {
    Face {
        track: 1,
        bounds: Bounds { x: 220.0, y: 120.0, width: 200.0, height: 240.0 },
        presence: 0.99,
        pose: Pose::default(),
        eyes: [0.28, 0.27],
        mouth: 0.03,
        eye_distance: 90.0,
        brightness: 120.0,
        quality: Quality {
            unified: 70,
            sharpness: 80,
            exposure: 80,
            dynamic_range: 80,
            size: 80,
            pose: 90,
            eyes_open: 90,
            mouth_closed: 90,
            occlusion: 90,
            centring: 90,
        },
    }
}

/// The template of person number `who`; `look` varies it a little.
pub fn template(who: usize, look: u64) -> Template {
    let mut values = [0.0_f32; 8];
    values[who % 6] = 1.0;
    values[6] = 0.05 * (look % 3) as f32;
    Template { model: [1; 8], values: values.into_iter().collect() }
}

/// The face with some measures replaced: field number and value.
pub fn broken(mut face: Face, breaks: &[(usize, f32)]) -> Face {
    for (field, number) in breaks {
        let [left, right] = &mut face.eyes;
        let measures = [
            &mut face.bounds.x,
            &mut face.bounds.y,
            &mut face.bounds.width,
            &mut face.bounds.height,
            &mut face.presence,
            &mut face.pose.yaw,
            &mut face.pose.pitch,
            &mut face.pose.roll,
            left,
            right,
            &mut face.mouth,
            &mut face.eye_distance,
        ];
        if let Some(measure) = measures.into_iter().nth(*field) {
            *measure = *number;
        }
    }
    face
}
