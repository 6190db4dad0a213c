//! Edge pixels of a picture, found at a bounded size.

use crate::camera::Picture;

/// Longer side of the shrunk picture in which edges are searched, pixels. A card that fills a third
/// of the width still has sides of 200 pixels. The lost sharpness is recovered when the sides are
/// measured in the full picture.
const LONGER_SIDE: usize = 640;
/// Weakest edge kept, in levels of 255 per pixel: twice the noise of an indoor camera after
/// shrinking.
const WEAKEST: f32 = 3.0;
/// Most edge pixels kept.
const MOST: usize = 120_000;

/// An edge pixel of the shrunk picture.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Edge {
    pub x: f32,
    pub y: f32,
    /// Direction of the steepest rise, radians, 0 to pi (without its sign).
    pub normal: f32,
}

/// The edge pixels of one picture.
#[derive(Debug, Default)]
pub(super) struct Edges {
    factor: usize,
    width: usize,
    height: usize,
    // Three planes: R, G, B.
    planes: [Vec<f32>; 3],
    slope: Vec<[f32; 2]>,
    strength: Vec<f32>,
    all: Vec<Edge>,
}

impl Edges {
    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// Pixels of the full picture per pixel of the shrunk one.
    pub(super) fn factor(&self) -> f32 {
        self.factor as f32
    }

    pub(super) fn all(&self) -> &[Edge] {
        &self.all
    }

    /// Converts from the shrunk picture to the full one. Pixel centres lie at whole numbers in
    /// both.
    pub(super) fn to_picture(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let half = (self.factor as f32 - 1.0) / 2.0;
        [x * self.factor as f32 + half, y * self.factor as f32 + half]
    }

    /// Finds the edges of `picture`.
    pub(super) fn find(&mut self, picture: &Picture<'_>) {
        self.shrink(picture);
        self.differentiate();
        self.thin();
    }

    /// Averages whole blocks, which also removes most of the noise.
    fn shrink(&mut self, picture: &Picture<'_>) {
        let factor = picture.width().max(picture.height()).div_ceil(LONGER_SIDE);
        (self.factor, self.width, self.height) =
            (factor, picture.width() / factor, picture.height() / factor);
        let size = self.width * self.height;
        for plane in &mut self.planes {
            plane.clear();
            plane.resize(size, 0.0);
        }
        let share = 1.0 / (factor * factor) as f32;
        let mut sums = vec![[0_u32; 3]; self.width];
        for y in 0..self.height {
            sums.fill([0; 3]);
            for line in y * factor..(y + 1) * factor {
                let row = picture.row(line);
                for (sum, block) in sums.iter_mut().zip(row.chunks_exact(3 * factor)) {
                    for pixel in block.chunks_exact(3) {
                        for (sum, value) in sum.iter_mut().zip(pixel) {
                            *sum += u32::from(*value);
                        }
                    }
                }
            }
            for (x, sum) in sums.iter().enumerate() {
                for (plane, sum) in self.planes.iter_mut().zip(sum) {
                    plane[y * self.width + x] = *sum as f32 * share;
                }
            }
        }
    }

    /// Sobel gradient of the channel in which it is steepest. A card may differ from the table in
    /// colour alone.
    fn differentiate(&mut self) {
        let (w, h) = (self.width, self.height);
        self.slope.clear();
        self.slope.resize(w * h, [0.0; 2]);
        self.strength.clear();
        self.strength.resize(w * h, 0.0);
        for plane in &self.planes {
            for y in 1..h.saturating_sub(1) {
                let above = &plane[(y - 1) * w..y * w];
                let here = &plane[y * w..(y + 1) * w];
                let below = &plane[(y + 1) * w..(y + 2) * w];
                for x in 1..w.saturating_sub(1) {
                    let dx = (above[x + 1] - above[x - 1])
                        + 2.0 * (here[x + 1] - here[x - 1])
                        + (below[x + 1] - below[x - 1]);
                    let dy = (below[x - 1] - above[x - 1])
                        + 2.0 * (below[x] - above[x])
                        + (below[x + 1] - above[x + 1]);
                    let strength = dx * dx + dy * dy;
                    if strength > self.strength[y * w + x] {
                        self.strength[y * w + x] = strength;
                        self.slope[y * w + x] = [dx, dy];
                    }
                }
            }
        }
    }

    /// Keeps the pixels that are steepest across their edge (non-maximum suppression).
    fn thin(&mut self) {
        let (w, h) = (self.width, self.height);
        let weakest = (WEAKEST * 8.0).powi(2);
        self.all.clear();
        for y in 2..h.saturating_sub(2) {
            for x in 2..w.saturating_sub(2) {
                let at = y * w + x;
                let strength = self.strength[at];
                if strength < weakest {
                    continue;
                }
                let [dx, dy] = self.slope[at];
                // Neighbours across the edge, in the nearest of eight directions.
                let step = if dx.abs() > 2.414 * dy.abs() {
                    1
                } else if dy.abs() > 2.414 * dx.abs() {
                    w
                } else if (dx > 0.0) == (dy > 0.0) {
                    w + 1
                } else {
                    w - 1
                };
                let (before, after) = (self.strength[at - step], self.strength[at + step]);
                if strength < before || strength <= after {
                    continue;
                }
                if self.all.len() == MOST {
                    return;
                }
                // Vertex of the parabola through the three values, along the step.
                let (b, s, a) = (before.sqrt(), strength.sqrt(), after.sqrt());
                let bend = b - 2.0 * s + a;
                let shift = if bend < 0.0 { (0.5 * (b - a) / bend).clamp(-0.5, 0.5) } else { 0.0 };
                let (sx, sy) = match step {
                    1 => (1.0, 0.0),
                    s if s == w => (0.0, 1.0),
                    s if s == w + 1 => (1.0, 1.0),
                    _ => (-1.0, 1.0),
                };
                let normal = dy.atan2(dx).rem_euclid(std::f32::consts::PI);
                self.all.push(Edge { x: x as f32 + shift * sx, y: y as f32 + shift * sy, normal });
            }
        }
    }
}
