//! Key frames: the face as it looked at one turn of the head, and whether two of them can be
//! explained by a turning sheet.

use super::homography::Homography;
use crate::camera::Frame;
use crate::face::geometry::{Affine, Point, Region};
use crate::face::mesh::{Landmarks, Point3};
use crate::face::warp::warp;
use vouch_contract::face::{Face, Pose};

/// Mesh points that expressions hardly move, spread over the face: bridge, tip and wings of the
/// nose, corners of the eyes, forehead, cheeks, temples, ears.
pub const STABLE: [usize; 32] = [
    168, 6, 197, 195, 5, 4, 1, 2, 98, 327, 33, 133, 362, 263, 10, 151, 9, 67, 297, 109, 338, 50, 280, 117,
    346, 123, 352, 234, 454, 127, 356, 8,
];
/// Side of a stored patch in pixels. The face is about 55 of them wide.
pub const PATCH: usize = 64;
/// The patch's side relative to the longer side of the box around the face.
const MARGIN: f32 = 1.15;
/// Side in pixels of the blocks by which patches are compared.
const BLOCK: usize = 8;
const BLOCKS: usize = PATCH / BLOCK;
/// Search range for a block, in patch pixels: 0.12 eye distances, about three times the mesh's
/// error on a turned face.
const SEARCH: i32 = 3;
/// Blocks with less contrast (standard deviation of luma) can't be matched.
const LEAST_CONTRAST: f32 = 4.0;
/// Fewest blocks with enough contrast for a comparison.
const LEAST_BLOCKS: usize = 8;

/// The face at one moment.
#[derive(Debug, Clone)]
pub struct Key {
    /// Where the stable points were in the frame.
    pub points: [Point; STABLE.len()],
    depth: [f32; STABLE.len()],
    /// Its pose.
    pub pose: Pose,
    eye_distance: f32,
    to_frame: Affine,
    luma: [u8; PATCH * PATCH],
}

/// The result of comparing two key frames.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct KeyComparison {
    /// The points' residual from the best plane, in eye distances.
    pub residual: f32,
    /// The residual expected of a head with the mesh's own depth and pose. The mesh turns anything
    /// shown into a head, so this is always close to the residual; for information only.
    pub expected: f32,
    /// Mean correlation, -1 to 1, between the patch's blocks and the other patch under the best
    /// plane; none if there was too little contrast.
    pub correlation: Option<f32>,
    /// Root mean square distance of the blocks from where the best plane puts them, in eye
    /// distances.
    pub parallax: f32,
}

impl Default for Key {
    fn default() -> Self {
        Self::new()
    }
}

impl Key {
    /// Allocates the buffers.
    pub fn new() -> Self {
        Self {
            points: [Point::default(); STABLE.len()],
            depth: [0.0; STABLE.len()],
            pose: Pose::default(),
            eye_distance: 0.0,
            to_frame: Affine { x: [1.0, 0.0, 0.0], y: [0.0, 1.0, 0.0] },
            luma: [0; PATCH * PATCH],
        }
    }

    /// Stores the face. `scratch` is PATCH x PATCH x 3 bytes. False if the numbers are unusable;
    /// the key must not be used then.
    pub fn take(&mut self, frame: &Frame, landmarks: &Landmarks, face: &Face, scratch: &mut [u8]) -> bool {
        let bounds = landmarks.bounds();
        let mut region: Region = landmarks.next_region();
        region.side = MARGIN * bounds.width.max(bounds.height);
        if !(region.is_plausible() && face.eye_distance.is_finite() && face.eye_distance > 4.0) {
            return false;
        }
        self.place(landmarks, face);
        self.to_frame = region.from_crop(PATCH, false);
        warp(frame, &self.to_frame, PATCH, PATCH, 0, scratch);
        for (luma, rgb) in self.luma.iter_mut().zip(scratch.as_chunks::<3>().0) {
            let [r, g, b] = rgb.map(u32::from);
            *luma = u8::try_from((77 * r + 150 * g + 29 * b) >> 8).unwrap_or(u8::MAX);
        }
        true
    }

    /// Stores the points, without pixels.
    pub fn place(&mut self, landmarks: &Landmarks, face: &Face) {
        for (slot, &index) in STABLE.iter().enumerate() {
            let Point3 { x, y, z } = landmarks.points[index];
            self.points[slot] = Point::new(x, y);
            self.depth[slot] = z;
        }
        (self.pose, self.eye_distance) = (face.pose, face.eye_distance);
    }

    /// How far the face seems turned relative to this key, in degrees: by pose, or by the narrowed
    /// outline of a sheet, whose picture keeps its pose.
    pub fn turn_to(&self, landmarks: &Landmarks, pose: Pose) -> Turn {
        let now = outline(|index| landmarks.at(index));
        let then = outline(|index| {
            STABLE
                .iter()
                .position(|&stable| stable == index)
                .map_or(Point::default(), |slot| self.points[slot])
        });
        let squeeze = (now / then).clamp(0.05, 20.0);
        let angle = |ratio: f32| ratio.clamp(0.0, 1.0).acos().to_degrees();
        Turn {
            yaw: pose.yaw - self.pose.yaw,
            pitch: pose.pitch - self.pose.pitch,
            narrow: angle(squeeze),
            flat: angle(1.0 / squeeze),
        }
    }

    /// Compares this key with a turned face.
    pub fn compare(&self, turned: &Self) -> Option<KeyComparison> {
        let map = Homography::fit(&self.points, &turned.points)?;
        let eye_distance = self.eye_distance.max(1.0);
        let scale = turned.size() / self.size().max(1.0);
        let residual = map.residual(&self.points, &turned.points) / (eye_distance * scale.max(0.1));
        let expected = self.expected(turned.pose)? / eye_distance;
        let (correlation, parallax) = self.pixels(turned, &map).map_or((None, 0.0), |(c, p)| (Some(c), p));
        let comparison = KeyComparison { residual, expected, correlation, parallax };
        (residual.is_finite() && expected.is_finite() && parallax.is_finite()).then_some(comparison)
    }

    fn size(&self) -> f32 {
        let mut low = f32::INFINITY;
        let mut high = f32::NEG_INFINITY;
        for point in &self.points {
            (low, high) = (low.min(point.y), high.max(point.y));
        }
        high - low
    }

    /// The residual from a plane, in pixels, if this key's points turned to `pose` in space with
    /// the mesh's depth.
    fn expected(&self, pose: Pose) -> Option<f32> {
        let (yaw, pitch) =
            ((pose.yaw - self.pose.yaw).to_radians(), (pose.pitch - self.pose.pitch).to_radians());
        let (sy, cy) = yaw.sin_cos();
        let (sp, cp) = pitch.sin_cos();
        let mut turned = self.points;
        for (to, (from, &z)) in turned.iter_mut().zip(self.points.iter().zip(&self.depth)) {
            // Nearer points (z below 0) move to the right with a positive yaw, up with a positive
            // pitch. The part of depth that depends on x is affine: the plane has it too.
            *to = Point::new(from.x * cy - z * sy, from.y * cp + z * cy * sp);
        }
        Some(Homography::fit(&self.points, &turned)?.residual(&self.points, &turned))
    }

    /// Correlation and parallax of the blocks under the plane that fits both points and pixels.
    fn pixels(&self, turned: &Self, map: &Homography) -> Option<(f32, f32)> {
        let to_patch = turned.to_frame.inverse()?;
        let mut seen = [0.0_f32; PATCH * PATCH];
        let mut inside = [false; PATCH * PATCH];
        for (at, (value, inside)) in seen.iter_mut().zip(&mut inside).enumerate() {
            let (x, y) = ((at % PATCH) as f32 + 0.5, (at / PATCH) as f32 + 0.5);
            let there = to_patch.apply(map.apply(self.to_frame.apply(Point::new(x, y))));
            (*value, *inside) = turned.sample(there);
        }
        let mut from = heapless::Vec::<Point, { BLOCKS * BLOCKS }>::new();
        let mut to = heapless::Vec::<Point, { BLOCKS * BLOCKS }>::new();
        let mut correlations = heapless::Vec::<f32, { BLOCKS * BLOCKS }>::new();
        for (bx, by) in (0..BLOCKS * BLOCKS).map(|at| (at % BLOCKS, at / BLOCKS)) {
            let centre = Point::new((bx * BLOCK + BLOCK / 2) as f32, (by * BLOCK + BLOCK / 2) as f32);
            if !on_face(centre) {
                continue;
            }
            if let Some((dx, dy, best)) = self.find(&seen, &inside, bx * BLOCK, by * BLOCK) {
                // The capacity is one per block.
                let _ = from.push(centre);
                let _ = to.push(Point::new(centre.x + dx as f32, centre.y + dy as f32));
                let _ = correlations.push(best);
            }
        }
        if from.len() < LEAST_BLOCKS {
            return None;
        }
        let plane = Homography::fit(&from, &to)?;
        let eye_distance = self.eye_distance / self.to_frame.scale().max(1e-3);
        let parallax = plane.residual(&from, &to) / eye_distance.max(1.0);
        let mean = correlations.iter().sum::<f32>() / correlations.len() as f32;
        (mean.is_finite() && parallax.is_finite()).then_some((mean, parallax))
    }

    /// Best match in `seen` for the block of this patch at (`x`, `y`).
    fn find(&self, seen: &[f32], inside: &[bool], x: usize, y: usize) -> Option<(i32, i32, f32)> {
        let mut own = [0.0_f32; BLOCK * BLOCK];
        for (at, value) in own.iter_mut().enumerate() {
            *value = f32::from(self.luma[(y + at / BLOCK) * PATCH + x + at % BLOCK]);
        }
        let own_spread = centre(&mut own);
        if own_spread < LEAST_CONTRAST {
            return None;
        }
        let mut best: Option<(i32, i32, f32)> = None;
        for dy in -SEARCH..=SEARCH {
            for dx in -SEARCH..=SEARCH {
                let mut other = [0.0_f32; BLOCK * BLOCK];
                let mut whole = true;
                for (at, value) in other.iter_mut().enumerate() {
                    let px = (x + at % BLOCK) as i32 + dx;
                    let py = (y + at / BLOCK) as i32 + dy;
                    let (Ok(px), Ok(py)) = (usize::try_from(px), usize::try_from(py)) else {
                        whole = false;
                        break;
                    };
                    if px >= PATCH || py >= PATCH || !inside[py * PATCH + px] {
                        whole = false;
                        break;
                    }
                    *value = seen[py * PATCH + px];
                }
                if !whole {
                    continue;
                }
                let spread = centre(&mut other);
                let product: f32 = own.iter().zip(&other).map(|(a, b)| a * b).sum();
                let correlation = product / ((BLOCK * BLOCK) as f32 * own_spread * spread.max(1.0));
                if best.is_none_or(|(.., so_far)| correlation > so_far) {
                    best = Some((dx, dy, correlation));
                }
            }
        }
        best
    }

    /// Bilinear luma at a point of the patch, and whether it lies inside.
    fn sample(&self, at: Point) -> (f32, bool) {
        let (x, y) = (at.x - 0.5, at.y - 0.5);
        let edge = (PATCH - 1) as f32;
        if !(x >= 0.0 && y >= 0.0 && x < edge && y < edge) {
            return (0.0, false);
        }
        let (left, top) = (x as usize, y as usize);
        let (u, v) = (x - left as f32, y - top as f32);
        let luma = |dx: usize, dy: usize| f32::from(self.luma[(top + dy) * PATCH + left + dx]);
        let upper = luma(0, 0) * (1.0 - u) + luma(1, 0) * u;
        let lower = luma(0, 1) * (1.0 - u) + luma(1, 1) * u;
        (upper * (1.0 - v) + lower * v, true)
    }
}

/// How far a face is turned relative to another, in degrees.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Turn {
    /// Change of yaw.
    pub yaw: f32,
    /// Change of pitch.
    pub pitch: f32,
    /// Turn of a sheet about the vertical axis that would narrow the outline by the same amount.
    pub narrow: f32,
    /// The same about the horizontal axis.
    pub flat: f32,
}

/// Width over height of the face's outline, from its outermost stable points.
fn outline(at: impl Fn(usize) -> Point) -> f32 {
    at(234).distance(at(454)) / at(10).distance(at(2)).max(1e-3)
}

/// Whether a point lies in the oval that the face fills in the patch.
fn on_face(at: Point) -> bool {
    let half = PATCH as f32 / 2.0;
    ((at.x - half) / (0.36 * PATCH as f32)).powi(2) + ((at.y - half) / (0.42 * PATCH as f32)).powi(2) <= 1.0
}

/// Subtracts the mean; returns the standard deviation.
fn centre(values: &mut [f32]) -> f32 {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let mut squares = 0.0;
    for value in values.iter_mut() {
        *value -= mean;
        squares += *value * *value;
    }
    (squares / count).sqrt()
}

#[cfg(test)]
mod tests;
