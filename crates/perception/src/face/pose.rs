//! Head pose from the mesh's points in space.
//!
//! Finds the rotation that best maps the canonical face onto the mesh, over points that expressions
//! don't move. Least squares by singular value decomposition (Kabsch 1976; Umeyama 1991 for the
//! scale, which cancels out here).

use nalgebra::{Matrix3, Vector3};

use super::mesh::Landmarks;
use vouch_contract::face::Pose;

/// Point indices and their positions in MediaPipe's canonical face model (Apache-2.0), in
/// centimetres: x to the picture's right, y up, z towards the camera. Chin, lips, lids and brows
/// are left out because expressions move them.
const CANONICAL: [(usize, [f32; 3]); 15] = [
    (1, [0.0, -1.126_865, 7.475_604]),
    (2, [0.0, -2.089_024, 6.058_267]),
    (4, [0.0, -0.463_17, 7.586_58]),
    (5, [0.0, 0.365_669, 7.242_87]),
    (6, [0.0, 2.473_255, 5.788_627]),
    (10, [0.0, 8.261_778, 4.481_535]),
    (168, [0.0, 3.271_027, 5.236_015]),
    (33, [-4.445_859, 2.663_991, 3.173_422]),
    (263, [4.445_859, 2.663_991, 3.173_422]),
    (133, [-1.856_432, 2.585_245, 3.757_904]),
    (362, [1.856_432, 2.585_245, 3.757_904]),
    (127, [-7.743_095, 2.364_999, -2.005_167]),
    (356, [7.743_095, 2.364_999, -2.005_167]),
    (234, [-7.664_182, 0.673_132, -2.435_867]),
    (454, [7.664_182, 0.673_132, -2.435_867]),
];

/// Pose of the face, in the convention of [`Pose`]. All zero if the points don't span a face.
pub fn pose_of(landmarks: &Landmarks) -> Pose {
    let count = CANONICAL.len() as f32;
    // In the mesh y points down and z away from the camera; in the canonical face both are
    // reversed.
    let seen = |index: usize| {
        let p = landmarks.points[index];
        Vector3::new(p.x, -p.y, -p.z)
    };
    let (mut seen_centre, mut model_centre) = (Vector3::zeros(), Vector3::zeros());
    for &(index, place) in &CANONICAL {
        seen_centre += seen(index) / count;
        model_centre += Vector3::from(place) / count;
    }
    let mut covariance = Matrix3::zeros();
    for &(index, place) in &CANONICAL {
        covariance += (seen(index) - seen_centre) * (Vector3::from(place) - model_centre).transpose();
    }
    if !covariance.iter().all(|value| value.is_finite()) {
        return Pose::default();
    }
    let svd = covariance.svd(true, true);
    let (Some(u), Some(v_t)) = (svd.u, svd.v_t) else {
        return Pose::default();
    };
    let mirrored = (u * v_t).determinant() < 0.0;
    let sign = Matrix3::from_diagonal(&Vector3::new(1.0, 1.0, if mirrored { -1.0 } else { 1.0 }));
    angles(&(u * sign * v_t))
}

/// Yaw, pitch and roll of a rotation of the canonical face. Its third column is the direction of
/// the nose, its second the direction of the crown.
fn angles(rotation: &Matrix3<f32>) -> Pose {
    let nose = rotation.column(2);
    let yaw = nose[0].atan2(nose[2]);
    let pitch = nose[1].clamp(-1.0, 1.0).asin();
    // Roll is the rotation left in the picture plane: the angle between the line of the eyes and
    // the horizontal, y up, so a lean to the right is negative.
    let across = rotation.column(0);
    let roll = -(across[1].atan2(across[0]));
    Pose { yaw: yaw.to_degrees(), pitch: pitch.to_degrees(), roll: roll.to_degrees() }
}

#[cfg(test)]
mod tests {
    use nalgebra::Rotation3;

    use super::*;
    use crate::face::mesh::Point3;

    fn turned(yaw: f32, pitch: f32, roll: f32) -> Pose {
        // Roll about z, then pitch about x, then yaw about y, signs as in `Pose`.
        let rotation = Rotation3::from_axis_angle(&Vector3::y_axis(), yaw.to_radians())
            * Rotation3::from_axis_angle(&Vector3::x_axis(), -pitch.to_radians())
            * Rotation3::from_axis_angle(&Vector3::z_axis(), -roll.to_radians());
        let mut landmarks = Landmarks::default();
        for &(index, place) in &CANONICAL {
            let p = rotation * Vector3::from(place) * 12.0;
            landmarks.points[index] = Point3 { x: 320.0 + p.x, y: 240.0 - p.y, z: -p.z };
        }
        pose_of(&landmarks)
    }

    #[test]
    fn a_straight_face_has_no_angles() {
        let pose = turned(0.0, 0.0, 0.0);
        assert!(pose.yaw.abs() < 0.1 && pose.pitch.abs() < 0.1 && pose.roll.abs() < 0.1, "{pose:?}");
    }

    #[test]
    fn each_angle_is_found_alone() {
        for angle in [-40.0, -15.0, 10.0, 35.0] {
            assert!((turned(angle, 0.0, 0.0).yaw - angle).abs() < 0.2, "yaw {angle}");
            assert!((turned(0.0, angle, 0.0).pitch - angle).abs() < 0.2, "pitch {angle}");
            assert!((turned(0.0, 0.0, angle).roll - angle).abs() < 0.2, "roll {angle}");
        }
    }

    #[test]
    fn points_that_are_no_face_give_finite_angles() {
        let pose = pose_of(&Landmarks::default());
        assert!(pose.yaw.is_finite() && pose.pitch.is_finite() && pose.roll.is_finite());
        let mut broken = Landmarks::default();
        broken.points[1].x = f32::NAN;
        assert_eq!(pose_of(&broken), Pose::default());
    }
}
