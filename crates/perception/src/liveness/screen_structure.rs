//! Moiré, the raster of a screen or print, and the loss of fine detail when a picture is
//! photographed again.
//!
//! Measures, all 0 to 1, higher means more like an attack. Each is the mean over the looks
//! (figures: docs/evaluation/cues-image.md):
//!
//! | | measure | 0 | 1 |
//! |---|---|---|---|
//! | 0 | spectral peak: natural logarithm of the power of the strongest 3 x 3 frequencies relative to their surroundings | 0.5 or less | 3.0 or more |
//! | 1 | less fine detail than the background: logarithm of the ratio of power | face e^4 times stronger | e^4 times weaker |
//! | 2 | soft at the face's scale: mean gradient over the spread of luma | 0.50 or more | 0.20 or less |
//! | 3 | soft at the pixel's scale: second over first differences | 1.0 or more | 0.2 or less |
//! | 4 | one direction: absolute logarithm of horizontal over vertical power | equal | e^3 |
//! | 5 | flat spectrum: its slope in powers of frequency | -6 or steeper | -1 or flatter |
//!
//! Skin's spectrum falls smoothly. A raster, or its moiré with the sensor's own, stands out of it
//! (0, 4) or fills its high end (5). Periods of 8 pixels and their fractions, on both axes, are
//! left out: they are JPEG's blocks.

use std::time::Duration;

use super::cue::{CueWatcher, Look, Needs};
use super::cutout::{Cutout, around, luma, luma_chroma};
use super::spectrum::{FLOOR, PATCH, Power, Spectrum, frequency, peak, radius};
use super::tally::{Tally, ramp};
use crate::camera::{Frame, Picture};
use crate::face::geometry::Point;
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures};

/// Mesh points on skin: both cheeks, the forehead, the bridge of the nose.
const SKIN: [usize; 4] = [50, 280, 151, 5];
/// Side of the face's cutout in pixels, for measuring its softness.
const FACE: usize = 64;
/// Part of the cutout left out at each edge, in pixels, so that only face remains.
const EDGE: usize = FACE / 6;
/// Frequency band of the slope, in cycles per patch.
const SLOPE_BAND: (f32, f32) = (6.4, 28.8);
/// Frequency band of fine detail, in cycles per patch.
const DETAIL: (f32, f32) = (12.8, 32.0);
/// Eye distance in pixels: at the first, patches begin to leave the face; at the second, they lie
/// on skin entirely.
const EYES: (f32, f32) = (20.0, 70.0);

/// Watches the fine structure.
#[derive(Debug)]
pub struct ScreenStructureWatcher {
    face: Spectrum,
    background: Spectrum,
    logarithms: Box<Power>,
    cutout: Cutout,
    tally: Tally,
}

impl Default for ScreenStructureWatcher {
    fn default() -> Self {
        Self {
            face: Spectrum::default(),
            background: Spectrum::default(),
            logarithms: Box::new([[0.0; PATCH]; PATCH]),
            cutout: Cutout::new(FACE),
            tally: Tally::default(),
        }
    }
}

impl CueWatcher for ScreenStructureWatcher {
    fn cue(&self) -> Cue {
        Cue::ScreenStructure
    }

    fn needs(&self) -> Needs {
        Needs { every: Duration::from_millis(333), turned: None }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        let points = SKIN.map(|index| look.landmarks.at(index));
        let picture = Picture::try_from(look.frame).ok().filter(|picture| {
            look.face.eye_distance >= EYES.0
                && self.cutout.take(look.frame, around(look.landmarks, 1.0))
                && self.face.measure(picture, &points, luma) > 0
        });
        let Some(picture) = picture else {
            self.tally.pass_over();
            return Ok(());
        };
        let power = self.face.power();
        self.face.write_logarithms(&mut self.logarithms);
        let weaker = if self.background.measure(&picture, &corners(look.frame), luma) == 0 {
            0.0
        } else {
            (band(self.background.power(), DETAIL) / band(power, DETAIL)).ln()
        };
        let measures = [
            ramp(peak(&self.logarithms), 0.5, 3.0),
            0.5 + weaker / 8.0,
            1.0 - ramp(relief(&self.cutout), 0.2, 0.5),
            1.0 - ramp(self.face.sharpness(), 0.2, 1.0),
            ramp(one_direction(power).abs(), 0.0, 3.0),
            ramp(slope(&self.logarithms), -6.0, -1.0),
        ];
        self.tally.add(measures, ramp(look.face.eye_distance, EYES.0, EYES.1));
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        self.tally.mean()
    }

    fn forget(&mut self) {
        self.tally = Tally::default();
    }
}

/// Centres of patches in the frame's corners.
fn corners(frame: &Frame) -> [Point; 4] {
    let half = (PATCH / 2) as f32;
    let (right, low) = (frame.width as f32 - half, frame.height as f32 - half);
    [Point::new(half, half), Point::new(right, half), Point::new(half, low), Point::new(right, low)]
}

/// Mean power between two frequencies.
fn band(power: &Power, (low, high): (f32, f32)) -> f32 {
    let (mut sum, mut count) = (0.0, 0.0_f32);
    for (y, row) in power.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            let radius = radius(y, x);
            if radius > low && radius < high {
                sum += value;
                count += 1.0;
            }
        }
    }
    sum / count.max(1.0) + FLOOR
}

/// Logarithm of the power of horizontal over that of vertical waves.
fn one_direction(power: &Power) -> f32 {
    let (mut across, mut down) = (FLOOR, FLOOR);
    for (y, row) in power.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            let (fy, fx) = (frequency(y).abs(), frequency(x).abs());
            if radius(y, x) <= (PATCH / 8) as f32 {
                continue;
            }
            if fx > 2 * fy {
                across += value;
            } else if fy > 2 * fx {
                down += value;
            }
        }
    }
    (across / down).ln()
}

/// Slope of the logarithm of power against that of frequency, by least squares.
fn slope(logarithms: &Power) -> f32 {
    let mut sums = [0.0_f64; 5];
    for (y, row) in logarithms.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            let radius = radius(y, x);
            if radius > SLOPE_BAND.0 && radius < SLOPE_BAND.1 {
                let (at, value) = (f64::from(radius.ln()), f64::from(*value));
                for (sum, term) in sums.iter_mut().zip([1.0, at, value, at * at, at * value]) {
                    *sum += term;
                }
            }
        }
    }
    let [n, at, value, at_squares, products] = sums;
    ((n * products - at * value) / (n * at_squares - at * at)) as f32
}

/// Mean gradient over the spread of luma in the centre of the face.
fn relief(face: &Cutout) -> f32 {
    let at = |x: usize, y: usize| face.at(x, y).map(|pixel| luma_chroma(pixel)[0]);
    let (mut gradients, mut pairs, mut sum, mut squares, mut count) = (0.0, 0.0_f32, 0.0, 0.0, 0.0_f32);
    for y in EDGE..FACE - EDGE {
        for x in EDGE..FACE - EDGE {
            let Some(here) = at(x, y) else { continue };
            (sum, squares, count) = (sum + here, squares + here * here, count + 1.0);
            if let (Some(left), Some(right)) = (at(x - 1, y), at(x + 1, y)) {
                gradients += (right - left).abs();
                pairs += 1.0;
            }
        }
    }
    let mean = sum / count.max(1.0);
    let spread = (squares / count.max(1.0) - mean * mean).max(0.0).sqrt();
    gradients / pairs.max(1.0) / spread.max(4.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finds_a_tiny_face_poor, measures, painted, takes_any_picture_and_face};
    use super::*;
    use vouch_contract::liveness::MEASURES;

    fn painted_measures(paint: impl Fn(u32, u32) -> [u8; 3]) -> [f32; MEASURES] {
        *measures::<ScreenStructureWatcher>(&painted(480, 480, paint), (240.0, 240.0), 220.0)
            .values()
            .expect("measured")
    }

    // Sensor noise, the same in every run.
    fn noise(x: u32, y: u32) -> f32 {
        let mut value = x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca77);
        value = (value ^ (value >> 15)).wrapping_mul(0x2c1b_3c6d);
        value = (value ^ (value >> 12)).wrapping_mul(0x297a_2d39);
        ((value >> 16) & 0xff) as f32 / 255.0 - 0.5
    }

    fn skin(x: u32, y: u32) -> f32 {
        120.0 + 40.0 * (x as f32 / 60.0).sin() * (y as f32 / 70.0).cos() + 6.0 * noise(x, y)
    }

    #[test]
    fn a_raster_on_the_face_stands_out() {
        let smooth = painted_measures(|x, y| [skin(x, y) as u8; 3]);
        let raster = painted_measures(|x, y| {
            let wave = (x as f32 * 1.9).sin() + (y as f32 * 1.3 + x as f32 * 0.2).sin();
            [(skin(x, y) + 6.0 * wave) as u8; 3]
        });
        assert!(smooth[0] < 0.35, "{smooth:?}");
        assert!(raster[0] > smooth[0] + 0.3, "{raster:?} {smooth:?}");
    }

    #[test]
    fn the_blocks_of_a_jpeg_are_no_raster() {
        let blocks = painted_measures(|x, y| {
            let border = f32::from(u8::from(x % 8 == 0)) + f32::from(u8::from(y % 8 == 0));
            [(skin(x, y) + 4.0 * border) as u8; 3]
        });
        assert!(blocks[0] < 0.4, "{blocks:?}");
    }

    #[test]
    fn stripes_have_one_direction() {
        let stripes = painted_measures(|x, y| [(skin(x, y) + 8.0 * (x as f32 * 1.7).sin()) as u8; 3]);
        assert!(stripes[4] > 0.6, "{stripes:?}");
    }

    #[test]
    fn any_picture_will_do_and_a_tiny_face_is_a_poor_one() {
        finds_a_tiny_face_poor::<ScreenStructureWatcher>();
        takes_any_picture_and_face::<ScreenStructureWatcher>();
    }
}
