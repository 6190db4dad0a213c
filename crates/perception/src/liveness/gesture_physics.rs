//! Whether eyelids move like a person's (12202, 12203), and whether the two halves of the face
//! match (12204).
//!
//! A blink closes in 60 to 150 ms and ends within 100 to 400 ms, with both lids together (Caffier,
//! Erdmann and Ullsperger 2003; VanderWerf et al. 2003), and hides the iris. Holes cut into a
//! picture show other skin around the eyes and lips.
//!
//! Measures; higher means more like an attack:
//!
//! | # | range | meaning |
//! |---|---|---|
//! | 0 | 0 to 1 | blinks outside human times: 0 within, 1 if three times too long or too short |
//! | 1 | 0 to 1 | lids out of step: difference between the two eyes' depths of a blink |
//! | 2 | 0 to 1 | iris still visible at closure: remaining darkness of the eye's centre, relative to the open eye |
//! | 3 | 0 to 1 | chroma difference between the skin around the eyes and the cheeks, 1 at 25 steps or more |
//! | 4 | 0 to 1 | the same around the lips, against chin and cheeks |
//! | 5 | 0 to 1 | difference between the halves: luma and chroma of the cheeks, points outside the picture |
//!
//! Measures 0 to 2 are 0.5 ("not known") until a blink has been seen.

use std::time::Duration;

use super::cue::{CueWatcher, Look, Needs};
use super::cutout::luma_chroma;
use super::skin::mean_colour;
use crate::face::geometry::Point;
use crate::face::mesh::{Landmarks, POINTS};
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures, Unavailable};

pub mod blink;

use blink::{Blink, Blinks};

/// Fewest looks at a face before the cue has measures.
const LEAST_LOOKS: u32 = 10;
/// Looks from which the skin measures have full quality.
const FULL: f32 = 60.0;
/// Range of human blink durations in seconds, widened by a frame of 40 ms either way.
const WHOLE: (f32, f32) = (0.08, 0.44);
/// Range of human closing times in seconds, widened likewise.
const CLOSING: (f32, f32) = (0.02, 0.19);
/// Faces turned further than this, in degrees, show only one half.
const FRONTAL: f32 = 15.0;
/// Mesh points on the lid skin below and above the eyes, at the inner corners.
const EYE_SKIN: [usize; 4] = [230, 450, 223, 443];
/// Mesh points beside, above and below the lips.
const LIP_SKIN: [usize; 4] = [186, 410, 164, 18];
/// The cheeks, left and right.
const CHEEKS: [usize; 2] = [50, 280];
/// The chin.
const CHIN: usize = 199;
/// Half the side of a patch in eye distances.
const HALF: f32 = 0.05;
/// Chroma difference that counts as 1, in 8-bit steps.
const CHROMA: f32 = 25.0;
/// Luma difference of the cheeks that counts as 1, as a fraction of the brighter one.
const LUMA: f32 = 0.6;
/// Opening relative to the open width at which an eye counts as open and as shut.
const OPEN: f32 = 0.85;
const SHUT: f32 = 0.3;

/// See the module.
#[derive(Debug, Default)]
pub struct GesturePhysics {
    blinks: Blinks,
    times: Mean,
    apart: Mean,
    open_dark: Mean,
    shut_dark: Mean,
    eyes: Mean,
    lips: Mean,
    halves: Mean,
    looks: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Mean {
    sum: f32,
    count: f32,
}

impl Mean {
    fn add(&mut self, value: f32) {
        if value.is_finite() {
            self.sum += value;
            self.count += 1.0;
        }
    }

    fn value(&self) -> Option<f32> {
        (self.count > 0.0).then(|| self.sum / self.count)
    }
}

impl GesturePhysics {
    /// A cue that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn see_blink(&mut self, blink: &Blink) {
        let whole = out_of(blink.whole.as_secs_f32(), WHOLE);
        let closing = out_of(blink.closing.as_secs_f32(), CLOSING);
        self.times.add(whole.max(closing));
        self.apart.add((blink.depth[0] - blink.depth[1]).abs());
    }

    fn see_skin(&mut self, look: &Look<'_>) -> Option<()> {
        let half = HALF * look.face.eye_distance;
        let chroma = |index: usize| mean_colour(look.frame, look.landmarks.at(index), half).map(luma_chroma);
        let (left, right) = (chroma(CHEEKS[0])?, chroma(CHEEKS[1])?);
        let cheeks = [0, 1, 2].map(|part| f32::midpoint(left[part], right[part]));
        let chin = chroma(CHIN).unwrap_or(cheeks);
        let lower = [0, 1, 2].map(|part| f32::midpoint(cheeks[part], chin[part]));
        let away = |places: &[usize], skin: [f32; 3]| {
            let mut mean = Mean::default();
            for &place in places {
                if let Some([_, cb, cr]) = chroma(place) {
                    mean.add((cb - skin[1]).hypot(cr - skin[2]) / CHROMA);
                }
            }
            mean.value()
        };
        if let Some(eyes) = away(&EYE_SKIN, cheeks) {
            self.eyes.add(eyes.min(1.0));
        }
        if let Some(lips) = away(&LIP_SKIN, lower) {
            self.lips.add(lips.min(1.0));
        }
        let luma = (left[0] - right[0]).abs() / left[0].max(right[0]).max(1.0) / LUMA;
        let colour = (left[1] - right[1]).hypot(left[2] - right[2]) / CHROMA;
        let outside = outside(look.landmarks, look.frame.width as f32, look.frame.height as f32);
        self.halves.add(luma.max(colour).max(outside).min(1.0));
        self.see_irises(look, cheeks[0], half);
        Some(())
    }

    /// Darkness of the eye's centre relative to the cheek, open and shut.
    fn see_irises(&mut self, look: &Look<'_>, cheek: f32, half: f32) {
        let Some(share) = self.blinks.share() else { return };
        let (left, right) = look.landmarks.eye_centres();
        let dark = |at: Point| {
            mean_colour(look.frame, at, half).map(|colour| 1.0 - luma_chroma(colour)[0] / cheek.max(1.0))
        };
        let (Some(left), Some(right)) = (dark(left), dark(right)) else { return };
        let dark = f32::midpoint(left, right);
        if share.iter().all(|share| *share > OPEN) {
            self.open_dark.add(dark);
        } else if share.iter().all(|share| *share < SHUT) {
            self.shut_dark.add(dark);
        }
    }
}

/// 0 within the range, 1 at a third of its lower limit or three times its upper one.
fn out_of(value: f32, (low, high): (f32, f32)) -> f32 {
    let factor = if value < low { low / value.max(1e-4) } else { value / high };
    (factor.max(1.0).ln() / 3.0_f32.ln()).clamp(0.0, 1.0)
}

/// Fraction of the points outside the picture, scaled to reach 1 at a quarter of them.
fn outside(landmarks: &Landmarks, width: f32, height: f32) -> f32 {
    let count = landmarks
        .points
        .iter()
        .filter(|p| !(p.x >= 0.0 && p.y >= 0.0 && p.x <= width && p.y <= height))
        .count();
    (4.0 * count as f32 / POINTS as f32).min(1.0)
}

impl CueWatcher for GesturePhysics {
    fn cue(&self) -> Cue {
        Cue::GesturePhysics
    }

    fn needs(&self) -> Needs {
        Needs { every: Duration::ZERO, turned: None }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        let pose = look.face.pose;
        let frontal = pose.yaw.abs() < FRONTAL && pose.pitch.abs() < FRONTAL;
        if !frontal || look.face.eye_distance.is_nan() || look.face.eye_distance <= 0.0 {
            self.blinks.interrupt();
            return Ok(());
        }
        if let Some(blink) = self.blinks.add(look.at, look.face.eyes) {
            self.see_blink(&blink);
        }
        if self.see_skin(look).is_some() {
            self.looks = self.looks.saturating_add(1);
        }
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        if self.looks < LEAST_LOOKS {
            return CueMeasures::Unavailable(Unavailable::TooFewFrames);
        }
        let iris = match (self.open_dark.value(), self.shut_dark.value()) {
            // If the lids are as dark as the open eye, they hide nothing.
            (Some(open), Some(shut)) if open > 0.05 => (shut / open).clamp(0.0, 1.0),
            _ => 0.5,
        };
        let measures = [
            self.times.value().unwrap_or(0.5),
            self.apart.value().unwrap_or(0.5).clamp(0.0, 1.0),
            iris,
            self.eyes.value().unwrap_or(0.0),
            self.lips.value().unwrap_or(0.0),
            self.halves.value().unwrap_or(0.0),
        ];
        let blinked = if self.times.count > 0.0 { 1.0 } else { 0.5 };
        CueMeasures::Measured { measures, quality: (self.looks as f32 / FULL).min(1.0) * blinked }
    }

    fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn human_times_are_within() {
        assert_eq!(out_of(0.2, WHOLE), 0.0);
        assert!(out_of(0.9, WHOLE) > 0.5);
        assert_eq!(out_of(10.0, WHOLE), 1.0);
        assert_eq!(out_of(0.0, WHOLE), 1.0);
    }

    #[test]
    fn nothing_seen_is_untold() {
        assert_eq!(GesturePhysics::new().measures(), CueMeasures::Unavailable(Unavailable::TooFewFrames));
    }
}
