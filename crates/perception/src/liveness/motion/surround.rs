//! Whether what is beside the face moves with it.

use std::time::Duration;

use crate::camera::Frame;
use crate::face::geometry::{Point, Region};
use crate::face::warp::warp;

/// Side in pixels of the picture of face and surroundings.
pub const SIDE: usize = 128;
/// Its side in eye distances. A face is about 2.2 of them wide.
const SPAN: f32 = 8.0;
/// Side of a tracked block, pixels.
const BLOCK: usize = 16;
/// Centres of the blocks near the face, in eye distances from the face's centre (y down): beside
/// cheeks and temples, above the hair.
const NEAR: [(f32, f32); 6] = [(-2.1, -0.8), (2.1, -0.8), (-2.1, 0.3), (2.1, 0.3), (-1.4, -2.3), (1.4, -2.3)];
/// The same further out.
const FAR: [(f32, f32); 6] = [(-3.3, -1.2), (3.3, -1.2), (-3.3, 0.2), (3.3, 0.2), (-2.9, -3.1), (2.9, -3.1)];
/// Least movement of the face between two pictures, in eye distances: five pixels of the picture,
/// so that "moved along" and "stayed" can be distinguished.
const LEAST_WAY: f32 = 0.3;
/// Largest movement, in eye distances; beyond it the reference is renewed instead.
const MOST_WAY: f32 = 1.2;
/// Lifetime of a reference: light in a room changes, and people in the background move.
const REFERENCE_LIFE: Duration = Duration::from_millis(1200);
/// Search range in pixels around each predicted position of a block.
const SLACK: i32 = 2;
/// Least mean square change of luma along the movement. A block with less is a plain wall.
const LEAST_TEXTURE: f32 = 6.0;
/// Total movement from which evidence is full, in eye distances.
const FULL: f32 = 3.0;

/// Collects evidence over a presentation.
#[derive(Debug)]
pub struct Surround {
    reference: Box<[u8]>,
    now: Box<[u8]>,
    scratch: Box<[u8]>,
    taken: Option<Reference>,
    near: Follow,
    far: Follow,
}

#[derive(Debug, Clone, Copy)]
struct Reference {
    region: Region,
    face: Point,
    eye_distance: f32,
    at: Duration,
}

/// Sums over one ring of blocks.
#[derive(Debug, Clone, Copy, Default)]
struct Follow {
    weighted: f32,
    weight: f32,
}

impl Follow {
    fn add(&mut self, value: f32, weight: f32) {
        if value.is_finite() && weight.is_finite() {
            self.weighted += value * weight;
            self.weight += weight;
        }
    }

    /// -1 (stays behind) to 1 (moves along), scaled towards 0 if little was seen.
    fn evidence(&self) -> f32 {
        if self.weight <= 0.0 { 0.0 } else { self.weighted / self.weight * (self.weight / FULL).min(1.0) }
    }
}

impl Default for Surround {
    fn default() -> Self {
        Self::new()
    }
}

impl Surround {
    /// Allocates the buffers.
    pub fn new() -> Self {
        Self {
            reference: vec![0; SIDE * SIDE].into(),
            now: vec![0; SIDE * SIDE].into(),
            scratch: vec![0; SIDE * SIDE * 3].into(),
            taken: None,
            near: Follow::default(),
            far: Follow::default(),
        }
    }

    /// Forgets everything.
    pub fn forget(&mut self) {
        (self.taken, self.near, self.far) = (None, Follow::default(), Follow::default());
    }

    /// Evidence that the near and the far surroundings move with the face, each -1 to 1; 0 if
    /// nothing is known.
    pub fn evidence(&self) -> [f32; 2] {
        [self.near.evidence(), self.far.evidence()]
    }

    /// How much movement of the face was observed against the surrounding blocks, 0 to 1.
    pub fn seen(&self) -> f32 {
        (self.near.weight.max(self.far.weight) / FULL).min(1.0)
    }

    /// Adds a frame in which the face's centre is at `face`.
    pub fn see(&mut self, frame: &Frame, face: Point, eye_distance: f32, at: Duration) {
        if !(eye_distance.is_finite() && eye_distance > 4.0 && face.x.is_finite() && face.y.is_finite()) {
            self.taken = None;
            return;
        }
        let Some(taken) = self.taken else {
            self.refer(frame, face, eye_distance, at);
            return;
        };
        let way = Point::new(
            (face.x - taken.face.x) / taken.eye_distance,
            (face.y - taken.face.y) / taken.eye_distance,
        );
        let length = way.x.hypot(way.y);
        let grown = eye_distance / taken.eye_distance;
        if (LEAST_WAY..=MOST_WAY).contains(&length) && (0.8..1.25).contains(&grown) {
            cut(frame, &taken.region, &mut self.scratch, &mut self.now);
            self.near.follow(&NEAR, frame, &taken, way, &self.reference, &self.now);
            self.far.follow(&FAR, frame, &taken, way, &self.reference, &self.now);
            self.refer(frame, face, eye_distance, at);
        } else if length > MOST_WAY || at.saturating_sub(taken.at) > REFERENCE_LIFE {
            self.refer(frame, face, eye_distance, at);
        }
    }

    fn refer(&mut self, frame: &Frame, face: Point, eye_distance: f32, at: Duration) {
        let region = Region { centre: face, side: SPAN * eye_distance, angle: 0.0 };
        if !region.is_plausible() {
            self.taken = None;
            return;
        }
        cut(frame, &region, &mut self.scratch, &mut self.reference);
        self.taken = Some(Reference { region, face, eye_distance, at });
    }
}

impl Follow {
    fn follow(
        &mut self,
        places: &[(f32, f32)],
        frame: &Frame,
        taken: &Reference,
        way: Point,
        before: &[u8],
        now: &[u8],
    ) {
        let pixels = SIDE as f32 / SPAN;
        let (dx, dy) = ((way.x * pixels).round() as i32, (way.y * pixels).round() as i32);
        let (mut sum, mut count) = (0.0, 0.0);
        for &(x, y) in places {
            let corner = |offset: f32| (offset + SPAN / 2.0) * pixels - BLOCK as f32 / 2.0;
            let (left, top) = (corner(x) as i32, corner(y) as i32);
            // Outside the frame the cutout is black, and black doesn't move.
            if !inside_frame(frame, taken, left, top) || !inside_frame(frame, taken, left + dx, top + dy) {
                continue;
            }
            if texture(before, left, top, way).is_none_or(|texture| texture < LEAST_TEXTURE) {
                continue;
            }
            let (Some(stayed), Some(moved)) =
                (mismatch(before, now, left, top, 0, 0), mismatch(before, now, left, top, dx, dy))
            else {
                continue;
            };
            sum += (stayed - moved) / (stayed + moved).max(1.0);
            count += 1.0;
        }
        if count > 0.0 {
            self.add(sum / count, way.x.hypot(way.y) * (count / 2.0_f32).min(1.0));
        }
    }
}

fn inside_frame(frame: &Frame, taken: &Reference, left: i32, top: i32) -> bool {
    let map = taken.region.from_crop(SIDE, false);
    let slack = SLACK as f32;
    let a = map.apply(Point::new(left as f32 - slack, top as f32 - slack));
    let end = BLOCK as f32 + slack;
    let b = map.apply(Point::new(left as f32 + end, top as f32 + end));
    a.x >= 0.0 && a.y >= 0.0 && b.x <= frame.width as f32 && b.y <= frame.height as f32
}

fn cut(frame: &Frame, region: &Region, scratch: &mut [u8], luma: &mut [u8]) {
    warp(frame, &region.from_crop(SIDE, false), SIDE, SIDE, 0, scratch);
    for (luma, rgb) in luma.iter_mut().zip(scratch.as_chunks::<3>().0) {
        let [r, g, b] = rgb.map(u32::from);
        *luma = u8::try_from((77 * r + 150 * g + 29 * b) >> 8).unwrap_or(u8::MAX);
    }
}

fn row(picture: &[u8], left: i32, y: i32) -> Option<&[u8]> {
    let (left, y) = (usize::try_from(left).ok()?, usize::try_from(y).ok()?);
    (left + BLOCK <= SIDE && y < SIDE).then(|| &picture[y * SIDE + left..][..BLOCK])
}

/// Mean square change of luma along the movement.
fn texture(picture: &[u8], left: i32, top: i32, way: Point) -> Option<f32> {
    let length = way.x.hypot(way.y).max(1e-6);
    let (ux, uy) = (way.x / length, way.y / length);
    let mut total = 0.0;
    for y in top..top + BLOCK as i32 - 1 {
        let (here, below) = (row(picture, left, y)?, row(picture, left, y + 1)?);
        for x in 0..BLOCK - 1 {
            let across = f32::from(here[x + 1]) - f32::from(here[x]);
            let down = f32::from(below[x]) - f32::from(here[x]);
            total += (across * ux + down * uy).powi(2);
        }
    }
    Some(total / ((BLOCK - 1) * (BLOCK - 1)) as f32)
}

/// Least mean difference between the block and the current picture at offset `dx`, `dy`, in luma
/// steps; none if that is outside the picture.
fn mismatch(before: &[u8], now: &[u8], left: i32, top: i32, dx: i32, dy: i32) -> Option<f32> {
    let mut best: Option<u32> = None;
    for sy in -SLACK..=SLACK {
        for sx in -SLACK..=SLACK {
            let mut total = 0;
            let mut whole = true;
            for y in 0..BLOCK as i32 {
                let (Some(a), Some(b)) =
                    (row(before, left, top + y), row(now, left + dx + sx, top + y + dy + sy))
                else {
                    whole = false;
                    break;
                };
                total += a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b))).sum::<u32>();
            }
            if whole && best.is_none_or(|so_far| total < so_far) {
                best = Some(total);
            }
        }
    }
    best.map(|total| total as f32 / (BLOCK * BLOCK) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(x: f32, y: f32) -> u8 {
        let cell = ((x / 9.0).floor() * 12.99 + (y / 9.0).floor() * 78.23).sin() * 43_758.547;
        40 + (cell.fract().abs() * 160.0) as u8
    }

    /// A face that moves to and fro in front of a marked room. The marks within `reach` eye
    /// distances follow it by the fraction `along`.
    fn watched(along: f32, reach: f32) -> [f32; 2] {
        let eyes = 40.0;
        let mut surround = Surround::new();
        let mut frame = Frame::default();
        frame.resize(640, 480);
        for look in 0..60_u32 {
            let way = 1.2 * eyes * (look as f32 / 5.0).sin();
            let face = Point::new(320.0 + way, 240.0);
            for (at, pixel) in frame.rgb.chunks_exact_mut(3).enumerate() {
                let (x, y) = ((at % 640) as f32, (at / 640) as f32);
                let near = (x - face.x).abs() < reach * eyes && (y - face.y).abs() < reach * eyes;
                pixel.fill(mark(if near { x - along * way } else { x }, y));
            }
            surround.see(&frame, face, eyes, Duration::from_millis(u64::from(look) * 66));
        }
        surround.evidence()
    }

    #[test]
    fn a_room_stays_and_a_sheet_moves_along() {
        let [near, far] = watched(0.0, 10.0);
        assert!(near < -0.3 && far < -0.3, "a room: {near} {far}");
        let [near, far] = watched(1.0, 10.0);
        assert!(near > 0.3 && far > 0.3, "a sheet that fills the picture: {near} {far}");
        let [near, far] = watched(1.0, 2.7);
        assert!(near > 0.3 && far < -0.3, "a sheet before a room: {near} {far}");
    }

    #[test]
    fn odd_input_is_passed_over() {
        let mut surround = Surround::new();
        let mut frame = Frame::default();
        frame.resize(3, 2);
        for (x, eyes) in
            [(f32::NAN, 40.0), (1e30, 40.0), (1.0, f32::INFINITY), (1.0, 0.0), (1.0, 40.0), (30.0, 40.0)]
        {
            surround.see(&frame, Point::new(x, 1.0), eyes, Duration::from_millis(1));
        }
        assert_eq!(surround.evidence(), [0.0, 0.0]);
    }
}
