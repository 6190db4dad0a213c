//! Cutting pictures out of a frame: turned, scaled, mirrored, straight into a
//! network's input.

use super::geometry::{Affine, Point};
use crate::camera::Frame;

/// Samples `frame` into `out` (width x height x 3 bytes, RGB) through `map`,
/// which leads from crop to frame. Bilinear; outside the frame is black. Each
/// byte is XORed with `mask` (0x80 makes it a network's int8, 0 keeps pixels).
///
/// Where one crop pixel spans more than three frame pixels it is the mean of
/// 2 x 2 samples (more than six: 4 x 4), so that fine patterns don't alias.
pub fn warp(frame: &Frame, map: &Affine, width: usize, height: usize, mask: u8, out: &mut [u8]) {
    debug_assert_eq!(out.len(), width * height * 3);
    let reduction = map.scale();
    if reduction > 6.0 {
        supersampled::<4>(frame, map, width, mask, out);
    } else if reduction > 3.0 {
        supersampled::<2>(frame, map, width, mask, out);
    } else {
        bilinear(frame, map, width, mask, out);
    }
}

/// Fixed-point fraction bits of a sampling position.
const FRACTION: i64 = 16;

fn bilinear(frame: &Frame, map: &Affine, width: usize, mask: u8, out: &mut [u8]) {
    let sampler = Sampler::new(frame);
    // Two guards against overflow of the fixed-point walk: far outside is black.
    let (step_x, step_y) = (fixed(map.x[0]), fixed(map.y[0]));
    for (row, line) in out.chunks_exact_mut(width * 3).enumerate() {
        let start = map.apply(Point::new(0.5, row as f32 + 0.5));
        let (mut x, mut y) = (fixed(start.x - 0.5), fixed(start.y - 0.5));
        let end = (x + step_x * (width as i64 - 1), y + step_y * (width as i64 - 1));
        if sampler.is_inside(x, y) && sampler.is_inside(end.0, end.1) {
            for pixel in line.chunks_exact_mut(3) {
                write(pixel, sampler.inside(x, y), mask);
                x += step_x;
                y += step_y;
            }
        } else {
            for pixel in line.chunks_exact_mut(3) {
                let value =
                    if sampler.is_inside(x, y) { sampler.inside(x, y) } else { sampler.anywhere(x, y) };
                write(pixel, value, mask);
                x += step_x;
                y += step_y;
            }
        }
    }
}

fn supersampled<const N: usize>(frame: &Frame, map: &Affine, width: usize, mask: u8, out: &mut [u8]) {
    let sampler = Sampler::new(frame);
    let share = 1.0 / N as f32;
    for (row, line) in out.chunks_exact_mut(width * 3).enumerate() {
        for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
            let mut sum = 0;
            for j in 0..N {
                for i in 0..N {
                    let at = map.apply(Point::new(
                        column as f32 + (i as f32 + 0.5) * share,
                        row as f32 + (j as f32 + 0.5) * share,
                    ));
                    let (x, y) = (fixed(at.x - 0.5), fixed(at.y - 0.5));
                    let value =
                        if sampler.is_inside(x, y) { sampler.inside(x, y) } else { sampler.anywhere(x, y) };
                    // Lanes hold 16 bits of value; keep 8 of them before adding.
                    sum += (value >> 8) & 0x0000_00ff_00ff_00ff;
                }
            }
            let mean = |shift: u32| ((sum >> shift) & 0xffff) as usize / (N * N);
            pixel[0] = mean(0) as u8 ^ mask;
            pixel[1] = mean(32) as u8 ^ mask;
            pixel[2] = mean(16) as u8 ^ mask;
        }
    }
}

/// Reads bilinear samples. A sample is three 16-bit lanes in a u64: value x 256
/// of red (lowest), blue and green, the order that is cheapest to make. Weights
/// add up to 256, so a lane never overflows.
struct Sampler<'a> {
    rgb: &'a [u8],
    stride: usize,
    width: i64,
    height: i64,
}

impl<'a> Sampler<'a> {
    fn new(frame: &'a Frame) -> Self {
        Self {
            rgb: &frame.rgb,
            stride: frame.width as usize * 3,
            width: i64::from(frame.width),
            height: i64::from(frame.height),
        }
    }

    /// Whether all four neighbours lie inside, with one column to spare for the
    /// eight-byte read.
    #[inline(always)]
    fn is_inside(&self, x: i64, y: i64) -> bool {
        let (column, row) = (x >> FRACTION, y >> FRACTION);
        column >= 0 && row >= 0 && column < self.width - 2 && row < self.height - 1
    }

    #[inline(always)]
    fn inside(&self, x: i64, y: i64) -> u64 {
        let (column, row) = ((x >> FRACTION) as usize, (y >> FRACTION) as usize);
        let fx = ((x >> (FRACTION - 8)) & 0xff) as u64;
        let fy = ((y >> (FRACTION - 8)) & 0xff) as u64;
        let at = row * self.stride + column * 3;
        let upper = pair(&self.rgb[at..at + 8]);
        let lower = pair(&self.rgb[at + self.stride..at + self.stride + 8]);
        blend(upper, lower, fx, fy)
    }

    /// Slow and safe: neighbours outside the frame are black.
    #[cold]
    fn anywhere(&self, x: i64, y: i64) -> u64 {
        let (column, row) = (x >> FRACTION, y >> FRACTION);
        let fx = ((x >> (FRACTION - 8)) & 0xff) as u64;
        let fy = ((y >> (FRACTION - 8)) & 0xff) as u64;
        let upper = (self.lanes(column, row), self.lanes(column + 1, row));
        let lower = (self.lanes(column, row + 1), self.lanes(column + 1, row + 1));
        blend(upper, lower, fx, fy)
    }

    fn lanes(&self, column: i64, row: i64) -> u64 {
        if column < 0 || row < 0 || column >= self.width || row >= self.height {
            return 0;
        }
        let at = row as usize * self.stride + column as usize * 3;
        let lane = |offset: usize| u64::from(self.rgb.get(at + offset).copied().unwrap_or(0));
        lane(0) | lane(1) << 32 | lane(2) << 16
    }
}

/// Two neighbouring pixels as lanes, from eight bytes of a row.
#[inline(always)]
fn pair(bytes: &[u8]) -> (u64, u64) {
    let mut eight = [0; 8];
    eight.copy_from_slice(bytes);
    let packed = u64::from_le_bytes(eight);
    (spread(packed), spread(packed >> 24))
}

#[inline(always)]
fn spread(packed: u64) -> u64 {
    (packed & 0x00ff_00ff) | ((packed << 24) & 0xff_0000_0000)
}

#[inline(always)]
fn blend(upper: (u64, u64), lower: (u64, u64), fx: u64, fy: u64) -> u64 {
    // 8-bit weights of the four neighbours that add up to exactly 256.
    let right_lower = (fx * fy) >> 8;
    let right_upper = fx - right_lower;
    let left_lower = fy - right_lower;
    let left_upper = 256 - fx - left_lower;
    upper.0 * left_upper + upper.1 * right_upper + lower.0 * left_lower + lower.1 * right_lower
}

#[inline(always)]
fn write(pixel: &mut [u8], lanes: u64, mask: u8) {
    pixel[0] = (lanes >> 8) as u8 ^ mask;
    pixel[1] = (lanes >> 40) as u8 ^ mask;
    pixel[2] = (lanes >> 24) as u8 ^ mask;
}

/// To fixed point; far-off and non-finite positions are clamped outside every
/// frame, which reads as black.
fn fixed(value: f32) -> i64 {
    const FAR: f32 = 1.0e6;
    let clamped = if value.is_finite() { value.clamp(-FAR, FAR) } else { -FAR };
    (f64::from(clamped) * (1_i64 << FRACTION) as f64) as i64
}

/// How a frame was fitted into a square: crop = frame x `scale` + `offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letterbox {
    /// Crop pixels for one frame pixel.
    pub scale: f32,
    /// Left border in crop pixels.
    pub left: f32,
    /// Upper border in crop pixels.
    pub top: f32,
}

/// Fits the whole frame into `size` x `size`, centred, black border, each crop
/// pixel the mean of the frame pixels it covers.
pub fn letterbox(frame: &Frame, size: usize, mask: u8, out: &mut [u8]) -> Letterbox {
    debug_assert_eq!(out.len(), size * size * 3);
    out.fill(mask);
    let (width, height) = (frame.width as usize, frame.height as usize);
    if width == 0 || height == 0 {
        return Letterbox { scale: 1.0, left: 0.0, top: 0.0 };
    }
    let scale = size as f32 / width.max(height) as f32;
    let inner_width = ((width as f32 * scale).round() as usize).clamp(1, size);
    let inner_height = ((height as f32 * scale).round() as usize).clamp(1, size);
    let (left, top) = ((size - inner_width) / 2, (size - inner_height) / 2);
    for row in 0..inner_height {
        let rows = covered(row, inner_height, height);
        let line = &mut out[((top + row) * size + left) * 3..][..inner_width * 3];
        for (column, pixel) in line.chunks_exact_mut(3).enumerate() {
            let columns = covered(column, inner_width, width);
            let mut sum = [0_u32; 3];
            for y in rows.clone() {
                let start = (y * width + columns.start) * 3;
                for rgb in frame.rgb[start..start + columns.len() * 3].chunks_exact(3) {
                    sum[0] += u32::from(rgb[0]);
                    sum[1] += u32::from(rgb[1]);
                    sum[2] += u32::from(rgb[2]);
                }
            }
            let count = (rows.len() * columns.len()) as u32;
            for (byte, total) in pixel.iter_mut().zip(sum) {
                *byte = (total / count) as u8 ^ mask;
            }
        }
    }
    Letterbox { scale, left: left as f32, top: top as f32 }
}

/// Which of `all` pixels the `index`-th of `parts` equal parts covers.
fn covered(index: usize, parts: usize, all: usize) -> std::ops::Range<usize> {
    let start = index * all / parts;
    let end = ((index + 1) * all / parts).max(start + 1).min(all);
    start.min(all - 1)..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gradient(width: u32, height: u32) -> Frame {
        let mut frame = Frame::default();
        frame.resize(width, height);
        for y in 0..height {
            for x in 0..width {
                let at = ((y * width + x) * 3) as usize;
                frame.rgb[at..at + 3].copy_from_slice(&[x as u8, y as u8, (x + y) as u8]);
            }
        }
        frame
    }

    #[test]
    fn the_identity_gives_the_picture_back() {
        let frame = gradient(40, 30);
        let mut out = vec![0; 40 * 30 * 3];
        let identity = Affine { x: [1.0, 0.0, 0.0], y: [0.0, 1.0, 0.0] };
        warp(&frame, &identity, 40, 30, 0, &mut out);
        assert_eq!(out, frame.rgb);
    }

    #[test]
    fn a_mirrored_region_turns_left_and_right_round() {
        let frame = gradient(64, 64);
        let region =
            super::super::geometry::Region { centre: Point::new(32.0, 32.0), side: 32.0, angle: 0.0 };
        let (mut plain, mut mirrored) = (vec![0; 32 * 32 * 3], vec![0; 32 * 32 * 3]);
        warp(&frame, &region.from_crop(32, false), 32, 32, 0, &mut plain);
        warp(&frame, &region.from_crop(32, true), 32, 32, 0, &mut mirrored);
        assert_eq!(plain[..3], mirrored[31 * 3..32 * 3]);
    }

    #[test]
    fn a_letterboxed_frame_keeps_its_mean() {
        let frame = gradient(200, 100);
        let mut out = vec![0; 64 * 64 * 3];
        let fit = letterbox(&frame, 64, 0, &mut out);
        assert_eq!((fit.left, fit.top), (0.0, 16.0));
        let mean = |bytes: &[u8]| bytes.iter().map(|&b| f64::from(b)).sum::<f64>() / bytes.len() as f64;
        let inner = &out[16 * 64 * 3..48 * 64 * 3];
        assert!((mean(inner) - mean(&frame.rgb)).abs() < 1.5);
    }

    proptest! {
        #[test]
        fn no_map_reads_outside_the_frame(
            a in prop::array::uniform6(prop_oneof![-5.0e3_f32..5.0e3, Just(f32::NAN), Just(f32::INFINITY)]),
            width in 1_u32..40, height in 1_u32..40,
        ) {
            let frame = gradient(width, height);
            let map = Affine { x: [a[0] / 1.0e3, a[1] / 1.0e3, a[2]], y: [a[3] / 1.0e3, a[4] / 1.0e3, a[5]] };
            let mut out = vec![0; 8 * 8 * 3];
            warp(&frame, &map, 8, 8, 0, &mut out);
            letterbox(&frame, 8, 0, &mut out);
        }
    }
}
