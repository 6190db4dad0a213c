//! A turned head and a turned sheet.

use super::*;

/// A rough head in eye distances: stable points in the order of [`STABLE`], with depth towards the
/// camera.
const HEAD: [[f32; 3]; STABLE.len()] = [
    [0.0, -0.05, 0.15],
    [0.0, 0.1, 0.25],
    [0.0, 0.25, 0.35],
    [0.0, 0.4, 0.45],
    [0.0, 0.5, 0.55],
    [0.0, 0.6, 0.6],
    [0.0, 0.7, 0.58],
    [0.0, 0.8, 0.4],
    [-0.25, 0.75, 0.25],
    [0.25, 0.75, 0.25],
    [-0.7, 0.0, -0.1],
    [-0.3, 0.0, 0.0],
    [0.3, 0.0, 0.0],
    [0.7, 0.0, -0.1],
    [0.0, -1.0, 0.1],
    [0.0, -0.6, 0.15],
    [0.0, -0.3, 0.15],
    [-0.5, -0.9, -0.1],
    [0.5, -0.9, -0.1],
    [-0.25, -1.0, 0.0],
    [0.25, -1.0, 0.0],
    [-0.55, 0.45, 0.0],
    [0.55, 0.45, 0.0],
    [-0.6, 0.35, -0.05],
    [0.6, 0.35, -0.05],
    [-0.9, 0.3, -0.4],
    [0.9, 0.3, -0.4],
    [-1.15, 0.2, -0.9],
    [1.15, 0.2, -0.9],
    [-1.15, -0.1, -0.9],
    [1.15, -0.1, -0.9],
    [0.0, -0.15, 0.14],
];
const EYES: f32 = 80.0;

/// The head (or, with `depth` 0, a sheet with its picture) turned by `yaw` degrees before a pinhole
/// camera, with `noise` pixels on each point.
fn seen(yaw: f32, depth: f32, noise: f32) -> (Landmarks, Face) {
    let (sin, cos) = yaw.to_radians().sin_cos();
    let mut landmarks = Landmarks::default();
    let mut seed = yaw.to_bits() | 1;
    for (&index, [x, y, z]) in STABLE.iter().zip(HEAD) {
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((seed >> 8) as f32 / (1 << 24) as f32 - 0.5) * 2.0 * noise
        };
        let (px, pz) = (x * cos + z * depth * sin, z * depth * cos - x * sin);
        let near = 8.0 / (8.0 - pz);
        landmarks.points[index] = Point3 {
            x: 320.0 + EYES * px * near + random(),
            y: 240.0 + EYES * y * near + random(),
            z: -EYES * z,
        };
    }
    let pose = Pose { yaw: yaw * depth, ..Pose::default() };
    (landmarks, Face { pose, eye_distance: EYES, ..Face::default() })
}

fn compared(yaw: f32, depth: f32) -> KeyComparison {
    let (mut frontal, mut turned) = (Key::new(), Key::new());
    let (landmarks, face) = seen(0.0, depth, 0.8);
    frontal.place(&landmarks, &face);
    let (landmarks, face) = seen(yaw, depth, 0.8);
    turned.place(&landmarks, &face);
    frontal.compare(&turned).expect("a comparison")
}

#[test]
fn a_head_is_no_plane_and_a_sheet_is_one() {
    for yaw in [-35.0, -25.0, 25.0, 35.0] {
        let (head, sheet) = (compared(yaw, 1.0), compared(yaw, 0.0));
        assert!(head.residual > 0.06, "{yaw}: {head:?}");
        assert!(sheet.residual < 0.02, "{yaw}: {sheet:?}");
        assert!(head.residual > 4.0 * sheet.residual);
    }
}

#[test]
fn a_sheets_turn_shows_in_its_outline() {
    let mut frontal = Key::new();
    let (landmarks, face) = seen(0.0, 0.0, 0.0);
    frontal.place(&landmarks, &face);
    let (turned, face) = seen(40.0, 0.0, 0.0);
    let turn = frontal.turn_to(&turned, face.pose);
    assert!((turn.narrow - 40.0).abs() < 5.0 && turn.yaw == 0.0, "{turn:?}");
}

#[test]
fn a_sheets_picture_stays_the_same_under_the_plane() {
    // Marks on the sheet, seen frontally and narrowed by cos 40.
    let mark = |x: f32, y: f32| {
        let cell = ((x / 6.0).floor() * 12.99 + (y / 6.0).floor() * 78.23).sin() * 43_758.547;
        (cell.fract().abs() * 200.0) as u8
    };
    let drawn = |narrow: f32| {
        let mut frame = Frame::default();
        frame.resize(640, 480);
        for (at, pixel) in frame.rgb.chunks_exact_mut(3).enumerate() {
            let (x, y) = ((at % 640) as f32 - 320.0, (at / 640) as f32 - 240.0);
            pixel.fill(mark(x / narrow, y));
        }
        frame
    };
    let narrow = 40_f32.to_radians().cos();
    let (landmarks, face) = seen(0.0, 0.0, 0.0);
    let mut squeezed = landmarks.clone();
    squeezed.points.iter_mut().for_each(|p| p.x = 320.0 + (p.x - 320.0) * narrow);
    let mut scratch = vec![0; PATCH * PATCH * 3];
    let (mut frontal, mut turned, mut other) = (Key::new(), Key::new(), Key::new());
    // The other points lie at zero and would distort the patch's box.
    let filled = |mut landmarks: Landmarks| {
        let middle = landmarks.points[4];
        for (index, point) in landmarks.points.iter_mut().enumerate() {
            if !STABLE.contains(&index) {
                *point = middle;
            }
        }
        landmarks
    };
    let (landmarks, squeezed) = (filled(landmarks), filled(squeezed));
    assert!(frontal.take(&drawn(1.0), &landmarks, &face, &mut scratch));
    assert!(turned.take(&drawn(narrow), &squeezed, &face, &mut scratch));
    assert!(other.take(&drawn(0.37), &squeezed, &face, &mut scratch));
    let alike = frontal.compare(&turned).expect("measured");
    let unlike = frontal.compare(&other).expect("measured");
    assert!(alike.correlation.is_some_and(|c| c > 0.8), "{alike:?}");
    assert!(unlike.correlation.is_some_and(|c| c < 0.6), "{unlike:?}");
    assert!(alike.parallax < unlike.parallax, "{alike:?} {unlike:?}");
}

#[test]
fn broken_points_make_no_comparison() {
    let mut key = Key::new();
    let (mut landmarks, face) = seen(0.0, 1.0, 0.0);
    landmarks.points[4].x = f32::NAN;
    key.place(&landmarks, &face);
    assert_eq!(key.compare(&key), None);
    let mut frame = Frame::default();
    frame.resize(64, 64);
    assert!(!key.take(&frame, &Landmarks::default(), &Face::default(), &mut [0; PATCH * PATCH * 3]));
}
