//! One line of a picture as the recogniser's strip: level, of fixed height, with its contrast
//! stretched.

use image::GrayImage;

use super::locate::LineTrack;
use vouch_contract::document::fields::Quad;

/// Rows of a strip.
pub const STRIP_HEIGHT: usize = 24;
/// Columns of a strip.
pub const STRIP_WIDTH: usize = 640;
/// Columns from character to character, as the network was trained (`models/mrz/strips.py`).
pub const STRIP_PITCH: f32 = 13.4;
/// Quantile of the grey levels that becomes 0.
const BLACK_SHARE: f32 = 0.01;
/// Quantile of the grey levels that becomes 255. Most of a strip is paper.
const WHITE_SHARE: f32 = 0.95;
/// Least range of grey levels that is stretched; a smaller one is noise.
const LEAST_SPREAD: f32 = 8.0;
/// Most samples per side for one pixel of a strip, for pictures much larger than it.
const MAX_TAPS: usize = 4;

/// A strip's position in the picture: a band that may bend and change its scale along the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Centre of the strip's left edge, pixels of the picture.
    pub left: [f32; 2],
    /// Centre of the strip's right edge, pixels of the picture.
    pub right: [f32; 2],
    /// Pixels of the picture per pixel of the strip, across the line, at the left edge.
    pub scale_left: f32,
    /// The same at the right edge.
    pub scale_right: f32,
    /// How far the line's middle deviates from the straight line between its ends, pixels of the
    /// picture.
    pub bend: f32,
    /// Slant of the characters: pixels along the line per pixel across it.
    pub lean: f32,
}

impl Band {
    /// The band centred on a line, scaled so that the line has the strip's pitch.
    pub fn along(line: &LineTrack) -> Self {
        let middle = [(line.start[0] + line.end[0]) / 2.0, (line.start[1] + line.end[1]) / 2.0];
        let along = super::locate::direction(line);
        let scale = line.pitch / STRIP_PITCH;
        let half = STRIP_WIDTH as f32 / 2.0 * scale;
        Self {
            left: [middle[0] - half * along[0], middle[1] - half * along[1]],
            right: [middle[0] + half * along[0], middle[1] + half * along[1]],
            scale_left: scale,
            scale_right: scale,
            bend: 0.0,
            lean: 0.0,
        }
    }

    /// The point of the picture at column `x` and row `y` of the strip.
    pub fn point(&self, x: f32, y: f32) -> [f32; 2] {
        let width = STRIP_WIDTH as f32;
        let full = [self.right[0] - self.left[0], self.right[1] - self.left[1]];
        let along = super::locate::unit(full);
        let down = [-along[1], along[0]];
        let share = self.share(x / width);
        let scale = self.scale_left + (self.scale_right - self.scale_left) * share;
        let side = share * 2.0 - 1.0;
        let below = (y - STRIP_HEIGHT as f32 / 2.0) * scale;
        let across = below + self.bend * (1.0 - side * side);
        let ahead = below * self.lean;
        [
            self.left[0] + full[0] * share + across * down[0] + ahead * along[0],
            self.left[1] + full[1] * share + across * down[1] + ahead * along[1],
        ]
    }

    /// The fraction of the way from left to right for the fraction `t` of the strip's columns.
    /// Equal columns are equal lengths on the document, which look longer where it is nearer.
    fn share(&self, t: f32) -> f32 {
        let (near, far) = (self.scale_left.max(1e-3), self.scale_right.max(1e-3));
        // The perspective map of a segment whose local scale is `near` at 0 and `far` at 1.
        let ratio = (near / far).sqrt();
        t * ratio / (t * ratio + (1.0 - t))
    }

    /// The corners of the columns from `x0` to `x1`.
    pub fn quad(&self, x0: f32, x1: f32) -> Quad {
        let bottom = STRIP_HEIGHT as f32;
        Quad([self.point(x0, 0.0), self.point(x1, 0.0), self.point(x1, bottom), self.point(x0, bottom)])
    }
}

/// Cuts the band out of the picture into `strip`: [`STRIP_HEIGHT`] rows of [`STRIP_WIDTH`] grey
/// levels. Outside the picture, its edge pixels are repeated.
pub fn cut(picture: &GrayImage, band: &Band, strip: &mut [u8]) {
    let scale = band.scale_left.max(band.scale_right);
    let taps = (scale.ceil() as usize).clamp(1, MAX_TAPS);
    for (y, row) in strip.chunks_exact_mut(STRIP_WIDTH).take(STRIP_HEIGHT).enumerate() {
        for (x, pixel) in row.iter_mut().enumerate() {
            let mut sum = 0.0;
            for tap_y in 0..taps {
                for tap_x in 0..taps {
                    let sub = |at: usize, tap: usize| at as f32 + (tap as f32 + 0.5) / taps as f32;
                    sum += grey(picture, band.point(sub(x, tap_x), sub(y, tap_y)));
                }
            }
            *pixel = (sum / (taps * taps) as f32).round().clamp(0.0, 255.0) as u8;
        }
    }
    stretch(strip);
}

/// The grey level at a point, interpolated bilinearly. Pixel (0, 0) has its centre at 0.5.
fn grey(picture: &GrayImage, [x, y]: [f32; 2]) -> f32 {
    let (width, height) = picture.dimensions();
    if width == 0 || height == 0 {
        return 0.0;
    }
    let (x, y) = (x - 0.5, y - 0.5);
    let (left, top) = (x.floor(), y.floor());
    let (fx, fy) = (x - left, y - top);
    let raw = picture.as_raw();
    let at = |x: f32, y: f32| {
        let (x, y) = (x.clamp(0.0, (width - 1) as f32) as usize, y.clamp(0.0, (height - 1) as f32) as usize);
        f32::from(raw[y * width as usize + x])
    };
    let upper = at(left, top) * (1.0 - fx) + at(left + 1.0, top) * fx;
    let lower = at(left, top + 1.0) * (1.0 - fx) + at(left + 1.0, top + 1.0) * fx;
    upper * (1.0 - fy) + lower * fy
}

/// Stretches the grey levels of a strip to the full range.
fn stretch(strip: &mut [u8]) {
    let mut counts = [0_usize; 256];
    for &pixel in strip.iter() {
        counts[usize::from(pixel)] += 1;
    }
    let level = |share: f32| {
        let wanted = (strip.len() as f32 * share) as usize;
        let mut seen = 0;
        counts.iter().position(|count| {
            seen += count;
            seen > wanted
        })
    };
    let low = level(BLACK_SHARE).unwrap_or(0) as f32;
    let high = level(WHITE_SHARE).unwrap_or(255) as f32;
    let gain = 255.0 / (high - low).max(LEAST_SPREAD);
    for pixel in strip.iter_mut() {
        *pixel = ((f32::from(*pixel) - low) * gain).clamp(0.0, 255.0) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_line_is_cut_where_it_is() {
        let line = LineTrack { start: [100.0, 50.0], end: [300.0, 50.0], pitch: 13.4 };
        let band = Band::along(&line);
        let [x, y] = band.point(320.0, 12.0);
        assert!((x - 200.0).abs() < 0.01 && (y - 50.0).abs() < 0.01, "{x} {y}");
        let [x, y] = band.point(0.0, 0.0);
        assert!((x + 120.0).abs() < 0.01 && (y - 38.0).abs() < 0.01, "{x} {y}");
    }

    #[test]
    fn a_strip_is_spread_from_black_to_white() {
        let mut picture = GrayImage::from_pixel(800, 60, image::Luma([120]));
        for x in (100..700).step_by(12) {
            for y in 24..36 {
                picture.put_pixel(x, y, image::Luma([90]));
                picture.put_pixel(x + 1, y, image::Luma([90]));
            }
        }
        let line = LineTrack { start: [100.0, 30.0], end: [690.0, 30.0], pitch: 13.4 };
        let mut strip = vec![0; STRIP_WIDTH * STRIP_HEIGHT];
        cut(&picture, &Band::along(&line), &mut strip);
        assert!(strip.contains(&0) && strip.contains(&255));
    }

    #[test]
    fn the_nearer_end_of_a_tilted_line_has_longer_steps() {
        let line = LineTrack { start: [100.0, 50.0], end: [300.0, 50.0], pitch: 13.4 };
        let band = Band { scale_left: 1.2, scale_right: 0.8, ..Band::along(&line) };
        let first = band.point(10.0, 12.0)[0] - band.point(0.0, 12.0)[0];
        let last = band.point(640.0, 12.0)[0] - band.point(630.0, 12.0)[0];
        assert!(first > last * 1.2, "{first} {last}");
        assert!((band.point(640.0, 12.0)[0] - band.right[0]).abs() < 0.01);
    }
}
