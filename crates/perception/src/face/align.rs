//! Aligned face crops (chips): the face rotated and scaled so that its landmarks lie where an
//! embedding network expects them.

use super::geometry::{Affine, Point};
use super::mesh::{Landmarks, index};
use crate::runtime::manifest::Chip;

/// dlib's five-point template, in fractions of the unpadded square (dlib, `get_face_chip_details`):
/// right eye outer and inner corner, left eye outer and inner corner, base of the nose. Right and
/// left are the picture's.
const DLIB5: [Point; 5] = [
    Point::new(0.859_567, 0.213_498),
    Point::new(0.646_06, 0.228_937),
    Point::new(0.120_575, 0.213_728),
    Point::new(0.334_085, 0.229_064),
    Point::new(0.490_112, 0.627_798),
];

/// ArcFace's five-point template on 112 x 112 (Deng et al. 2019): left and
/// right eye, nose tip, left and right corner of the mouth.
const ARCFACE5: [Point; 5] = [
    Point::new(38.2946, 51.6963),
    Point::new(73.5318, 51.5014),
    Point::new(56.0252, 71.7366),
    Point::new(41.5493, 92.3655),
    Point::new(70.7299, 92.2041),
];
/// Side in pixels of the square for which [`ARCFACE5`] is defined.
const ARCFACE_SIDE: f32 = 112.0;

/// The map from a chip of `size` x `size` pixels to the frame; none if the face's points coincide.
/// `padding` is the margin on each side of the template's square, as a fraction of its side (dlib's
/// convention, used here for both templates).
pub fn chip_to_frame(landmarks: &Landmarks, chip: Chip, padding: f32, size: usize) -> Option<Affine> {
    let (face, template) = match chip {
        Chip::Dlib5 => (
            [
                landmarks.at(index::RIGHT_EYE_OUTER),
                landmarks.at(index::RIGHT_EYE_INNER),
                landmarks.at(index::LEFT_EYE_OUTER),
                landmarks.at(index::LEFT_EYE_INNER),
                landmarks.at(index::NOSE_BASE),
            ],
            DLIB5,
        ),
        Chip::Arcface5 => {
            let (left_eye, right_eye) = landmarks.eye_centres();
            (
                [
                    left_eye,
                    right_eye,
                    landmarks.at(index::NOSE_TIP),
                    landmarks.at(index::LIPS_LEFT),
                    landmarks.at(index::LIPS_RIGHT),
                ],
                ARCFACE5.map(|p| Point::new(p.x / ARCFACE_SIDE, p.y / ARCFACE_SIDE)),
            )
        }
    };
    let place = |share: f32| (share + padding) / (2.0 * padding + 1.0) * size as f32;
    let template = template.map(|p| Point::new(place(p.x), place(p.y)));
    similarity(&face, &template)?.inverse()
}

/// The rotation, scale and shift that best map `from` onto `to`: least squares in closed form, with
/// each point as a complex number (Umeyama 1991 in the plane).
fn similarity(from: &[Point; 5], to: &[Point; 5]) -> Option<Affine> {
    let mean = |points: &[Point; 5]| {
        let sum = points.iter().fold(Point::default(), |s, p| Point::new(s.x + p.x, s.y + p.y));
        Point::new(sum.x / 5.0, sum.y / 5.0)
    };
    let (from_mean, to_mean) = (mean(from), mean(to));
    let (mut along, mut across, mut spread) = (0.0, 0.0, 0.0);
    for (p, q) in from.iter().zip(to) {
        let (px, py) = (p.x - from_mean.x, p.y - from_mean.y);
        let (qx, qy) = (q.x - to_mean.x, q.y - to_mean.y);
        along += px * qx + py * qy;
        across += px * qy - py * qx;
        spread += px * px + py * py;
    }
    if !spread.is_finite() || spread < 1e-6 {
        return None;
    }
    let (a, b) = (along / spread, across / spread);
    Some(Affine {
        x: [a, -b, to_mean.x - (a * from_mean.x - b * from_mean.y)],
        y: [b, a, to_mean.y - (b * from_mean.x + a * from_mean.y)],
    })
}

#[cfg(test)]
mod tests {
    use super::super::mesh::Point3;
    use super::*;

    #[test]
    fn a_similarity_is_found_again() {
        let (sin, cos) = 0.3_f32.sin_cos();
        let moved = DLIB5
            .map(|p| Point::new(7.0 + 40.0 * (cos * p.x - sin * p.y), -3.0 + 40.0 * (sin * p.x + cos * p.y)));
        let found = similarity(&DLIB5, &moved).expect("the points are spread");
        for (p, q) in DLIB5.iter().zip(moved) {
            assert!(found.apply(*p).distance(q) < 1e-3);
        }
    }

    #[test]
    fn padding_is_room_on_each_side() {
        let [left, right, nose, mouth_left, mouth_right] = ARCFACE5;
        let mut landmarks = Landmarks::default();
        for (index, p) in [
            (index::LEFT_EYE_OUTER, left),
            (index::LEFT_EYE_INNER, left),
            (index::RIGHT_EYE_INNER, right),
            (index::RIGHT_EYE_OUTER, right),
            (index::NOSE_TIP, nose),
            (index::LIPS_LEFT, mouth_left),
            (index::LIPS_RIGHT, mouth_right),
        ] {
            landmarks.points[index] = Point3 { x: p.x, y: p.y, z: 0.0 };
        }
        let corner = |padding| {
            let map = chip_to_frame(&landmarks, Chip::Arcface5, padding, 112);
            map.expect("the points are spread").apply(Point::default())
        };
        assert!(corner(0.0).distance(Point::default()) < 0.5, "the template itself");
        assert!(corner(0.1).distance(Point::new(-11.2, -11.2)) < 0.5, "a tenth of 112 more");
    }

    #[test]
    fn one_point_is_no_face() {
        assert!(chip_to_frame(&Landmarks::default(), Chip::Dlib5, 0.2, 150).is_none());
    }
}
