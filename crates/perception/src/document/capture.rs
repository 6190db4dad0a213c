//! Whether a page can be read from a frame as it is and, if not, what the person should do.
//!
//! In: a picture and the outline of a page in it. Out: [`CaptureMeasures`] and, by
//! [`CaptureRules`], the one [`CaptureFault`] to report.

use serde::{Deserialize, Serialize};

use super::outline::Outline;
use super::outline::plane::unit_square;
use super::rectify::apply;
use crate::camera::Picture;
use vouch_contract::document::look::{CaptureFault, CaptureMeasures};

/// Width at which the page is measured, pixels: 150 dots per inch for an ID-1 card, where a
/// character of the machine readable zone is 14 pixels high.
const WIDTH: usize = 506;
/// Height at that scale, for the page with the lowest height (ID-1).
const HEIGHT: usize = 319;
/// Differences between neighbouring pixels below this are noise, levels of 255.
const NOISE: f32 = 8.0;
/// Half width of the blur that sharpness is compared with: a mean over nine pixels.
const HALF: usize = 4;
/// A pixel is burnt out if all its channels reach this level.
const BURNT: f32 = 252.0;
/// A burnt-out pixel is glare if it is this much brighter than the page's median. On white paper
/// exposed to white, glare can't be distinguished.
const OVER_MEDIAN: f32 = 25.0;

/// When a page can be read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CaptureRules {
    /// Least length of the longer side, pixels. Default 560: 9 pixels per character of a passport's
    /// machine readable zone (44 characters on 118 mm of 125).
    pub width_min: f32,
    /// Largest tilt, degrees. Default 35: beyond it the far side has half the pixels.
    pub tilt_max: f32,
    /// Least sharpness, 0 to 1.
    pub sharpness_min: f32,
    /// Least median luma, levels of 255. Default 35: below it the sensor's noise is as strong as
    /// the print.
    pub brightness_min: f32,
    /// Largest burnt-out part of the page. Default 0.04, chosen: a reflection of that size hides a
    /// third of a portrait.
    pub glare_max: f32,
    /// Largest movement of a corner from frame to frame, as a part of the page's width. Default
    /// 0.02, chosen: beyond it an exposure of a thirtieth of a second smears the print.
    pub motion_max: f32,
}

impl Default for CaptureRules {
    fn default() -> Self {
        Self {
            width_min: 560.0,
            tilt_max: 35.0,
            sharpness_min: 0.30,
            brightness_min: 35.0,
            glare_max: 0.04,
            motion_max: 0.02,
        }
    }
}

impl CaptureRules {
    /// The one fault to report, the most useful first; none if the page can be read.
    pub fn fault(&self, outline: &Outline, measures: &CaptureMeasures) -> Option<CaptureFault> {
        let wrong = [
            (outline.held.cut_off, CaptureFault::CutOff),
            (measures.width < self.width_min, CaptureFault::TooSmall),
            (measures.brightness < self.brightness_min, CaptureFault::TooDark),
            (measures.tilt > self.tilt_max, CaptureFault::Tilted),
            (measures.glare > self.glare_max, CaptureFault::Glare),
            (measures.sharpness < self.sharpness_min, CaptureFault::Blurred),
        ];
        wrong.into_iter().find_map(|(is_wrong, fault)| is_wrong.then_some(fault))
    }
}

/// Measures pages; reuses its buffers.
#[derive(Debug, Default)]
pub struct Gauge {
    luma: Vec<f32>,
    sums: Vec<f32>,
}

impl Gauge {
    /// Measures the page of `outline` in `picture`.
    pub fn measure(&mut self, picture: &Picture<'_>, outline: &Outline) -> CaptureMeasures {
        let (width, tilt) = (outline.held.width, outline.held.tilt);
        let Some(map) = unit_square(&outline.quad.0) else { return CaptureMeasures::default() };
        self.luma.clear();
        let mut histogram = [0_u32; 256];
        let mut burnt = 0_u32;
        for y in 0..HEIGHT {
            for x in 0..WIDTH {
                let [sx, sy] = apply(&map, (x as f32 + 0.5) / WIDTH as f32, (y as f32 + 0.5) / HEIGHT as f32);
                let [r, g, b] = picture.sample(sx, sy);
                // ITU-R BT.601.
                let luma = 0.299 * r + 0.587 * g + 0.114 * b;
                histogram[luma.clamp(0.0, 255.0) as usize] += 1;
                burnt += u32::from(r.min(g).min(b) >= BURNT);
                self.luma.push(luma);
            }
        }
        let mut below = 0;
        let half = (WIDTH * HEIGHT / 2) as u32;
        let median = histogram.iter().position(|&count| {
            below += count;
            below > half
        });
        let brightness = median.unwrap_or(0) as f32;
        let told = brightness + OVER_MEDIAN <= BURNT;
        let glare = if told { burnt as f32 / (WIDTH * HEIGHT) as f32 } else { 0.0 };
        CaptureMeasures { width, tilt, sharpness: self.sharpness(), brightness, glare }
    }

    /// The lesser of the sharpness along rows and along columns: motion blurs a page in one
    /// direction only.
    fn sharpness(&mut self) -> f32 {
        let rows = self.sharpness_along(WIDTH, HEIGHT, 1, WIDTH);
        let columns = self.sharpness_along(HEIGHT, WIDTH, WIDTH, 1);
        rows.min(columns)
    }

    /// Sharpness along `count` lines, `stride` apart, each of `length` pixels, `step` apart.
    fn sharpness_along(&mut self, length: usize, count: usize, step: usize, stride: usize) -> f32 {
        let (mut all, mut lost) = (0.0, 0.0);
        for line in 0..count {
            let at = |i: usize| self.luma[line * stride + i * step];
            self.sums.clear();
            self.sums.push(0.0);
            let mut sum = 0.0;
            for i in 0..length {
                sum += at(i);
                self.sums.push(sum);
            }
            let mean = |i: usize| (self.sums[i + HALF + 1] - self.sums[i - HALF]) / (2 * HALF + 1) as f32;
            for i in HALF + 1..length - HALF - 1 {
                let change = (at(i) - at(i - 1)).abs();
                if change < NOISE {
                    continue;
                }
                let blurred = (mean(i) - mean(i - 1)).abs();
                all += change;
                lost += (change - blurred).max(0.0);
            }
        }
        // A page without print has nothing that could be blurred, and nothing to read.
        if all > 0.0 { lost / all } else { 0.0 }
    }
}
