//! Cuts crops out of a frame (rotated, scaled, mirrored), directly into a network's input.

use std::ops::Range;

use super::geometry::Affine;
use crate::camera::Frame;
use crate::camera::sampling::{Sampler, Walk};

/// Samples `frame` into `out` (width x height x 3 bytes, RGB) through `map`, which maps the crop to
/// the frame. Bilinear, within one step of the exact value; outside the frame is black. Each byte
/// is XORed with `mask` (0x80 gives a network's int8, 0 keeps pixels).
///
/// If a crop pixel spans more than three frame pixels, it is the mean of 2 x 2 samples (more than
/// six: 4 x 4), so that fine patterns don't alias.
pub fn warp(frame: &Frame, map: &Affine, width: usize, height: usize, mask: u8, out: &mut [u8]) {
    debug_assert_eq!(out.len(), width * height * 3);
    sampled(frame, map, width, mask, out, [3.0, 6.0]);
}

/// As [`warp`], but nearly the mean over a crop pixel's area: 2 x 2 samples already from 1.25 frame
/// pixels for each crop pixel, 4 x 4 from three.
pub fn warp_smooth(frame: &Frame, map: &Affine, width: usize, height: usize, mask: u8, out: &mut [u8]) {
    debug_assert_eq!(out.len(), width * height * 3);
    sampled(frame, map, width, mask, out, [1.25, 3.0]);
}

/// `limits`: frame pixels per crop pixel above which it has 2 x 2 and 4 x 4 samples.
fn sampled(frame: &Frame, map: &Affine, width: usize, mask: u8, out: &mut [u8], limits: [f32; 2]) {
    let reduction = map.scale();
    if reduction > limits[1] {
        supersampled::<4>(frame, map, width, mask, out);
    } else if reduction > limits[0] {
        supersampled::<2>(frame, map, width, mask, out);
    } else {
        let sampler = Sampler::new(frame);
        for (row, line) in out.chunks_exact_mut(width * 3).enumerate() {
            sampler.line(walk(map, 0.5, row as f64 + 0.5, 1.0), mask, line);
        }
    }
}

/// The path through the frame that starts at the crop's point (`x`, `y`) and moves `step` crop
/// pixels to the right each time.
fn walk(map: &Affine, x: f64, y: f64, step: f64) -> Walk {
    let rows = [map.x, map.y].map(|row| row.map(f64::from));
    Walk::new(rows.map(|[a, b, c]| a * x + b * y + c - 0.5), rows.map(|[a, ..]| a * step))
}

/// Crop pixels that are supersampled at a time.
const RUN: usize = 32;
/// Most samples per side of one crop pixel.
const FINEST: usize = 4;

fn supersampled<const N: usize>(frame: &Frame, map: &Affine, width: usize, mask: u8, out: &mut [u8]) {
    let sampler = Sampler::new(frame);
    let share = 1.0 / N as f64;
    let mut buffer = [0; RUN * FINEST * 3];
    for (row, line) in out.chunks_exact_mut(width * 3).enumerate() {
        for (index, run) in line.chunks_mut(RUN * 3).enumerate() {
            let mut sums = [[0_u16; 3]; RUN];
            let samples = &mut buffer[..run.len() * N];
            for part in 0..N {
                let y = row as f64 + (part as f64 + 0.5) * share;
                let x = (index * RUN) as f64 + 0.5 * share;
                sampler.line(walk(map, x, y, share), 0, samples);
                for (sum, pixel) in sums.iter_mut().zip(samples.chunks_exact(N * 3)) {
                    for sample in pixel.chunks_exact(3) {
                        for (total, &byte) in sum.iter_mut().zip(sample) {
                            *total += u16::from(byte);
                        }
                    }
                }
            }
            let count = (N * N) as u16;
            for (pixel, sum) in run.chunks_exact_mut(3).zip(&sums) {
                for (byte, total) in pixel.iter_mut().zip(sum) {
                    *byte = ((total + count / 2) / count) as u8 ^ mask;
                }
            }
        }
    }
}

/// How a frame was fitted into a square: crop = frame x `scale` + `offset`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letterbox {
    /// Crop pixels per frame pixel.
    pub scale: f32,
    /// Left border in crop pixels.
    pub left: f32,
    /// Upper border in crop pixels.
    pub top: f32,
}

/// Fits the whole frame into `size` x `size`, centred, with a black border. Each crop pixel is the
/// mean of the frame pixels it covers.
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
    let mut run = Run::default();
    let mut first = 0;
    while first < inner_width {
        let last = run.begin(first, inner_width, width);
        for row in 0..inner_height {
            let line = &mut out[((top + row) * size + left + first) * 3..][..(last - first) * 3];
            run.average(frame, covered(row, inner_height, height), mask, line);
        }
        first = last;
    }
    Letterbox { scale, left: left as f32, top: top as f32 }
}

/// Most crop pixels, and most frame pixels of a row, processed at a time.
const RUN_PIXELS: usize = 256;
/// Most frame pixels per side of one crop pixel, reached with the largest frame and the 128-pixel
/// detector. A sum over rows fits in 16 bits.
const MOST_COVERED: usize = crate::camera::MAX_SIDE as usize / 128;

/// Neighbouring crop pixels: the frame columns that each covers, and the sums over them. The
/// columns are the same in every row, which saves divisions.
struct Run {
    // First column of the frame.
    begin: usize,
    // For each crop pixel, its columns counted from `begin`, and one over their number.
    covers: [(Range<usize>, f32); RUN_PIXELS],
    sums: [u16; RUN_PIXELS * 3],
}

impl Default for Run {
    fn default() -> Self {
        Self { begin: 0, covers: [const { (0..0, 0.0) }; RUN_PIXELS], sums: [0; RUN_PIXELS * 3] }
    }
}

impl Run {
    /// Takes as many crop pixels from `first` on as fit, and returns the index after the last one.
    fn begin(&mut self, first: usize, inner_width: usize, width: usize) -> usize {
        self.begin = covered(first, inner_width, width).start;
        let mut last = first;
        for (column, (columns, share)) in (first..inner_width).zip(&mut self.covers) {
            let Range { start, end } = covered(column, inner_width, width);
            if end > self.begin + RUN_PIXELS {
                break;
            }
            (*columns, *share) = (start - self.begin..end - self.begin, 1.0 / (end - start) as f32);
            last = column + 1;
        }
        last
    }

    /// Means over `rows` of the frame, for one line of crop pixels.
    fn average(&mut self, frame: &Frame, rows: Range<usize>, mask: u8, line: &mut [u8]) {
        let end = self.covers.get(line.len() / 3 - 1).map_or(0, |(columns, _)| columns.end);
        let sums = &mut self.sums[..end * 3];
        sums.fill(0);
        let row_share = 1.0 / rows.len() as f32;
        for y in rows {
            let start = (y * frame.width as usize + self.begin) * 3;
            for (sum, &byte) in sums.iter_mut().zip(&frame.rgb[start..]) {
                *sum += u16::from(byte);
            }
        }
        for (pixel, (columns, share)) in line.chunks_exact_mut(3).zip(&self.covers) {
            let mut total = [0_u32; 3];
            for sum in sums[columns.start * 3..columns.end * 3].chunks_exact(3) {
                for (total, &sum) in total.iter_mut().zip(sum) {
                    *total += u32::from(sum);
                }
            }
            for (byte, total) in pixel.iter_mut().zip(total) {
                // At most 20 bits: exact in f32, and the mean is rounded.
                *byte = (total as f32 * (share * row_share) + 0.5) as u8 ^ mask;
            }
        }
    }
}

/// The pixels of `all` that the `index`-th of `parts` equal parts covers, at most [`MOST_COVERED`].
fn covered(index: usize, parts: usize, all: usize) -> Range<usize> {
    let start = (index * all / parts).min(all - 1);
    let end = ((index + 1) * all / parts).max(start + 1);
    start..end.min(start + MOST_COVERED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::geometry::Point;
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
    fn a_smooth_warp_averages_a_fine_pattern() {
        let mut frame = gradient(96, 96);
        for (index, pixel) in frame.rgb.chunks_exact_mut(3).enumerate() {
            pixel.fill(if index % 2 == 0 { 0 } else { 200 });
        }
        let map = Affine { x: [2.0, 0.0, 0.5], y: [0.0, 2.0, 0.5] };
        let (mut plain, mut smooth) = (vec![0; 40 * 40 * 3], vec![0; 40 * 40 * 3]);
        warp(&frame, &map, 40, 40, 0, &mut plain);
        warp_smooth(&frame, &map, 40, 40, 0, &mut smooth);
        assert!(plain.iter().all(|&byte| byte > 190), "single samples see only every other column");
        assert!(smooth.iter().all(|&byte| (95..=105).contains(&byte)), "{:?}", &smooth[..12]);
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
