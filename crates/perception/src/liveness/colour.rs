//! Skin colour: prints and screens have their own gamut and tone curve, and a black-and-white
//! picture has no colour at all.
//!
//! Measures, all 0 to 1, higher means more like an attack. Each is the mean over the looks
//! (figures: docs/evaluation/cues-image.md):
//!
//! | | measure | 0 | 1 |
//! |---|---|---|---|
//! | 0 | grey (12206) | chroma of 8 steps or more | no chroma |
//! | 1 | pale (12207): redness Cr over luma | 0.40 or more | none |
//! | 2 | one hue: chroma that does not follow luma, relative to mean luma | 0.16 or more | none |
//! | 3 | bleached lights: correlation of luma and Cr | +1 | -1 |
//! | 4 | flat lights: distance from the upper quartile of luma to its 99th percentile, relative to the quartile | 0.7 or more | none |
//! | 5 | face no redder than its surroundings | 40 steps redder | 40 steps less red |
//!
//! The physics: blood makes skin red, more in lit places than in the shade, and differently in
//! lips, cheeks and forehead (1, 2, 3). Oily skin shines (4). Paper white and ink cut off both ends
//! of that range, and a screen adds its own light. A grey picture in coloured light has one hue
//! (2), though it is not grey (0).

use std::time::Duration;

use super::cue::{CueWatcher, Look, Needs};
use super::cutout::{Cutout, around, luma_chroma};
use super::tally::{Tally, ramp};
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures};

/// Side of the face's cutout in pixels. It holds 3 000 pixels of skin, and one of its pixels covers
/// two frame pixels if the face is 200 pixels long.
const FACE: usize = 96;
/// Half axes of the skin ellipse, relative to the cutout's side: inside the hairline and the mesh's
/// cheeks.
const SKIN: (f32, f32) = (0.375, 0.4375);
/// Side of the surroundings' cutout, in face lengths and in pixels.
const AROUND: (f32, usize) = (3.0, 48);
/// Half the side of the central square that holds the face, relative to the cutout's side.
const HEAD: f32 = 0.25;
/// Fewest pixels for statistics: a tenth of the skin.
const FEWEST: u32 = 350;
/// Eye distance in pixels: below the first nothing can be measured, above the second quality no
/// longer rises (three pixels of chroma in a lip).
const EYES: (f32, f32) = (16.0, 60.0);
/// Mean luma of skin in 8-bit steps, likewise: below the first, chroma is sensor noise.
const DARK: (f32, f32) = (16.0, 60.0);

/// Watches the skin's colour.
#[derive(Debug)]
pub struct ColourWatcher {
    face: Cutout,
    around: Cutout,
    tally: Tally,
}

impl Default for ColourWatcher {
    fn default() -> Self {
        Self { face: Cutout::new(FACE), around: Cutout::new(AROUND.1), tally: Tally::default() }
    }
}

impl CueWatcher for ColourWatcher {
    fn cue(&self) -> Cue {
        Cue::Colour
    }

    fn needs(&self) -> Needs {
        Needs { every: Duration::from_millis(250), turned: None }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        let seen = look.face.eye_distance >= EYES.0
            && self.face.take(look.frame, around(look.landmarks, 1.0))
            && self.around.take(look.frame, around(look.landmarks, AROUND.0));
        let skin = if seen { skin(&self.face) } else { None };
        let Some(skin) = skin else {
            self.tally.pass_over();
            return Ok(());
        };
        let redder = surround_red(&self.around).map_or(0.0, |red| skin.red - red);
        let quality = ramp(look.face.eye_distance, EYES.0, EYES.1) * ramp(skin.luma, DARK.0, DARK.1);
        self.tally.add(
            [
                1.0 - ramp(skin.chroma, 0.0, 8.0),
                1.0 - ramp(skin.red / skin.luma, 0.0, 0.40),
                1.0 - ramp(skin.hues / skin.luma, 0.0, 0.16),
                0.5 - skin.red_follows_luma / 2.0,
                1.0 - ramp(skin.shine, 0.0, 0.7),
                0.5 - redder / 80.0,
            ],
            quality,
        );
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        self.tally.mean()
    }

    fn forget(&mut self) {
        self.tally = Tally::default();
    }
}

/// Statistics of a face's skin, in 8-bit steps unless noted otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Skin {
    luma: f32,
    red: f32,
    // Root mean square.
    chroma: f32,
    // Root mean square of the chroma that is not proportional to luma.
    hues: f32,
    // Correlation, -1 to 1.
    red_follows_luma: f32,
    // Relative to the upper quartile.
    shine: f32,
}

fn skin(face: &Cutout) -> Option<Skin> {
    let mut sums = Sums::default();
    let mut histogram = [0_u32; 256];
    let side = face.size() as f32;
    for y in 0..face.size() {
        let down = ((y as f32 + 0.5) / side - 0.5) / SKIN.1;
        for x in 0..face.size() {
            let across = ((x as f32 + 0.5) / side - 0.5) / SKIN.0;
            if down * down + across * across >= 1.0 {
                continue;
            }
            if let Some(pixel) = face.at(x, y) {
                let pixel = luma_chroma(pixel);
                sums.add(pixel);
                histogram[(pixel[0] as usize).min(255)] += 1;
            }
        }
    }
    sums.skin(&histogram)
}

#[derive(Debug, Default)]
struct Sums {
    count: u32,
    // f64, because these sum the squares of thousands of pixels.
    luma: f64,
    luma_squares: f64,
    red: f64,
    red_squares: f64,
    blue_squares: f64,
    luma_red: f64,
    luma_blue: f64,
}

impl Sums {
    fn add(&mut self, pixel: [f32; 3]) {
        let [luma, blue, red] = pixel.map(f64::from);
        self.count += 1;
        self.luma += luma;
        self.luma_squares += luma * luma;
        self.red += red;
        self.red_squares += red * red;
        self.blue_squares += blue * blue;
        self.luma_red += luma * red;
        self.luma_blue += luma * blue;
    }

    fn skin(&self, histogram: &[u32; 256]) -> Option<Skin> {
        if self.count < FEWEST {
            return None;
        }
        let n = f64::from(self.count);
        let luma = self.luma / n;
        let left = |squares: f64, product: f64| {
            (squares - product * product / self.luma_squares.max(1.0)).max(0.0) / n
        };
        let luma_variance = (self.luma_squares / n - luma * luma).max(0.0);
        let red_variance = (self.red_squares / n - (self.red / n).powi(2)).max(0.0);
        let together = self.luma_red / n - luma * self.red / n;
        // If chroma or luma is even within one step, their correlation is only rounding.
        let spread = (luma_variance * red_variance).sqrt();
        let follows = if red_variance < 0.1 || luma_variance < 1.0 { 0.0 } else { together / spread };
        let (high, highest) = (percentile(histogram, 0.75), percentile(histogram, 0.99));
        Some(Skin {
            luma: luma.max(8.0) as f32,
            red: (self.red / n) as f32,
            chroma: ((self.red_squares + self.blue_squares) / n).sqrt() as f32,
            hues: (left(self.red_squares, self.luma_red) + left(self.blue_squares, self.luma_blue)).sqrt()
                as f32,
            red_follows_luma: follows.clamp(-1.0, 1.0) as f32,
            shine: (highest - high) / high.max(20.0),
        })
    }
}

fn percentile(histogram: &[u32; 256], share: f32) -> f32 {
    let wanted = histogram.iter().sum::<u32>() as f32 * share;
    let mut below = 0;
    for (value, &count) in (0_u8..=255).zip(histogram) {
        below += count;
        if below as f32 >= wanted {
            return f32::from(value);
        }
    }
    255.0
}

/// Mean Cr of the head's surroundings.
fn surround_red(around: &Cutout) -> Option<f32> {
    let side = around.size() as f32;
    let aside = |at: usize| ((at as f32 + 0.5) / side - 0.5).abs();
    let (mut sum, mut count) = (0.0, 0.0);
    for y in 0..around.size() {
        for x in 0..around.size() {
            if aside(x).max(aside(y)) <= HEAD {
                continue;
            }
            if let Some(pixel) = around.at(x, y) {
                sum += luma_chroma(pixel)[2];
                count += 1.0;
            }
        }
    }
    (count > 0.0).then(|| sum / count)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finds_a_tiny_face_poor, measures, painted, takes_any_picture_and_face};
    use super::*;

    #[test]
    fn a_grey_picture_is_grey_and_of_one_hue() {
        let grey = painted(320, 240, |x, y| [(80 + (x * y / 97) % 90) as u8; 3]);
        let told = measures::<ColourWatcher>(&grey, (160.0, 120.0), 140.0);
        let told = told.values().expect("measured");
        assert!(told[0] > 0.95 && told[1] > 0.95 && told[2] > 0.95, "{told:?}");
    }

    #[test]
    fn a_grey_picture_in_warm_light_has_one_hue_still() {
        let warm = painted(320, 240, |x, y| {
            let grey = 80 + (x * y / 97) % 90;
            [grey as u8, (grey * 8 / 10) as u8, (grey * 6 / 10) as u8]
        });
        let told = measures::<ColourWatcher>(&warm, (160.0, 120.0), 140.0);
        let told = told.values().expect("measured");
        assert!(told[0] < 0.1 && told[2] > 0.9, "{told:?}");
    }

    #[test]
    fn skin_with_red_and_pale_places_is_neither() {
        let skin = painted(320, 240, |x, y| {
            let (light, blood) = (100 + (x / 2) % 60, (y / 8 % 5) * 12);
            [(light + 20 + blood) as u8, (light - 10) as u8, (light - 30) as u8]
        });
        let told = measures::<ColourWatcher>(&skin, (160.0, 120.0), 140.0);
        let told = told.values().expect("measured");
        assert!(told[0] < 0.05 && told[1] < 0.65 && told[2] < 0.7, "{told:?}");
    }

    #[test]
    fn any_picture_will_do_and_a_tiny_face_is_a_poor_one() {
        finds_a_tiny_face_poor::<ColourWatcher>();
        takes_any_picture_and_face::<ColourWatcher>();
    }
}
