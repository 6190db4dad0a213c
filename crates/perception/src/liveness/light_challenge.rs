//! Whether the skin reflects the colours shown by the terminal (12221).
//!
//! The screen's light adds to the room's. The skin's chroma follows the colours in time, more on
//! the nose, which is near and faces the screen, than at the ears. A recording shows colours that
//! were shown to somebody else; a print or screen reflects evenly or not at all.
//!
//! Measures:
//!
//! | # | range | meaning |
//! |---|---|---|
//! | 0 | 0 to 1 | mismatch: 0 if the skin follows the colours, 0.5 if it does not, 1 if it does the opposite |
//! | 1 | 0 to 1 | lag of the best match, divided by 250 ms |
//! | 2 | 0 to 1 | response at the ears' edges relative to the nose; 1 if as strong or stronger |
//! | 3 | 0 to 1 | strength: change of the nose's chroma, divided by 5 % of its brightness |
//! | 4 | 0 to 1 | mismatch of the chroma direction that follows less |
//! | 5 | 0 to 1 | fraction of the observed time in which a colour other than white or black was shown |
//!
//! If no colours were shown the cue reports [`Unavailable::NotFitted`].

use std::time::Duration;

use heapless::Deque;

use super::cue::{CueWatcher, Look, Needs};
use super::skin::mean_colour;
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures, Unavailable};

pub mod response;

use response::{Chroma, ColourSeries, chroma_of};

/// Limit on the colours of a challenge: ten seconds at five per second, with some spare.
const SHOWN: usize = 64;
/// Samples kept: ten seconds at 30 per second, with some spare.
const KEPT: usize = 320;
/// Largest yaw and pitch of a face whose colour is taken, degrees.
const FRONTAL: f32 = 20.0;
/// Least time between two samples.
const EVERY: Duration = Duration::from_millis(30);
/// Fewest colours that must have been shown.
const LEAST_SHOWN: usize = 3;
/// Fewest samples since the first colour.
const LEAST_SAMPLES: usize = 30;
/// Longest delay from showing a colour to its frame: screen, exposure, camera.
const LONGEST_LAG: Duration = Duration::from_millis(250);
/// Steps in which the delay is searched.
const LAG_STEPS: u32 = 10;
/// Mesh points: tip of the nose, forehead, cheeks.
pub const NEAR: [usize; 4] = [4, 151, 50, 280];
/// Mesh points on the skin in front of the ears, at the edges of the mesh.
pub const EDGES: [usize; 2] = [234, 454];
/// Half the side of a patch in eye distances.
const HALF: f32 = 0.1;
/// Change of chroma that counts as a full response.
const STRENGTH: f32 = 0.05;

#[derive(Debug, Clone, Copy)]
struct Shown {
    at: Duration,
    colour: Chroma,
}

#[derive(Debug, Clone, Copy)]
struct LightSample {
    at: Duration,
    skin: Chroma,
    nose: Chroma,
    edges: Option<Chroma>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct LightChallenge {
    shown: Deque<Shown, SHOWN>,
    samples: Box<Deque<LightSample, KEPT>>,
}

impl LightChallenge {
    /// A cue that has seen nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a sample of skin colours: of the whole face, the nose, and the edges at the ears.
    pub fn add(&mut self, at: Duration, skin: [f32; 3], nose: [f32; 3], edges: Option<[f32; 3]>) {
        if self.samples.back().is_some_and(|last| at <= last.at) {
            self.samples.clear();
        }
        if self.samples.is_full() {
            self.samples.pop_front();
        }
        let sample =
            LightSample { at, skin: chroma_of(skin), nose: chroma_of(nose), edges: edges.map(chroma_of) };
        // The oldest was removed, so there is room.
        let _ = self.samples.push_back(sample);
    }

    /// The colour shown at `at`.
    fn light_at(&self, at: Duration) -> Option<Chroma> {
        self.shown.iter().rev().find(|shown| shown.at <= at).map(|shown| shown.colour)
    }

    /// The shown colours paired with what `pick` takes from the samples, at delay `lag`.
    fn series(&self, lag: Duration, pick: impl Fn(&LightSample) -> Option<Chroma>) -> ColourSeries {
        let mut series = ColourSeries::default();
        for sample in self.samples.iter() {
            let light = sample.at.checked_sub(lag).and_then(|at| self.light_at(at));
            if let (Some(light), Some(seen)) = (light, pick(sample)) {
                series.add(light, seen);
            }
        }
        series
    }
}

/// The chroma of the screen's colour; a dark colour has less of it.
fn screen_chroma([r, g, b]: [u8; 3]) -> Chroma {
    let [r, g, b] = [r, g, b].map(|byte| f32::from(byte) / 255.0);
    [r - g, b - f32::midpoint(r, g)]
}

impl CueWatcher for LightChallenge {
    fn cue(&self) -> Cue {
        Cue::LightChallenge
    }

    fn needs(&self) -> Needs {
        Needs { every: EVERY, turned: Some(FRONTAL) }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        if self.shown.is_empty() {
            return Ok(());
        }
        let half = HALF * look.face.eye_distance;
        let colour = |index: usize| mean_colour(look.frame, look.landmarks.at(index), half);
        let mean = |places: &[usize]| {
            let mut sum = [0.0; 3];
            for &place in places {
                let seen = colour(place)?;
                for (sum, seen) in sum.iter_mut().zip(seen) {
                    *sum += seen / places.len() as f32;
                }
            }
            Some(sum)
        };
        if let (Some(skin), Some(nose)) = (mean(&NEAR), colour(NEAR[0])) {
            self.add(look.at, skin, nose, mean(&EDGES));
        }
        Ok(())
    }

    // Beyond 64 colours the oldest is dropped. A time before the last one starts a new challenge.
    fn lit(&mut self, colour: [u8; 3], at: Duration) {
        if self.shown.back().is_some_and(|last| at < last.at) {
            self.shown.clear();
            self.samples.clear();
        }
        if self.shown.is_full() {
            self.shown.pop_front();
        }
        // The oldest was removed, so there is room.
        let _ = self.shown.push_back(Shown { at, colour: screen_chroma(colour) });
    }

    fn measures(&self) -> CueMeasures {
        let Some(first) = self.shown.front() else {
            return CueMeasures::Unavailable(Unavailable::NotFitted);
        };
        let watched = self.samples.iter().filter(|sample| sample.at >= first.at).count();
        if self.shown.len() < LEAST_SHOWN || watched < LEAST_SAMPLES {
            return CueMeasures::Unavailable(Unavailable::TooFewFrames);
        }
        let mut best = (Duration::ZERO, ColourSeries::default(), f32::NEG_INFINITY);
        for step in 0..=LAG_STEPS {
            let lag = LONGEST_LAG * step / LAG_STEPS;
            let series = self.series(lag, |sample| Some(sample.skin));
            let follows = series.follows();
            let total = f32::midpoint(follows[0], follows[1]);
            if total > best.2 {
                best = (lag, series, total);
            }
        }
        let (lag, series, total) = best;
        let nose = self.series(lag, |sample| Some(sample.nose)).gain();
        let edges = self.series(lag, |sample| sample.edges).gain();
        let flatness = if nose > 1e-6 { (edges / nose).clamp(0.0, 1.0) } else { 1.0 };
        let follows = series.follows();
        let coloured = self
            .samples
            .iter()
            .filter_map(|sample| self.light_at(sample.at))
            .filter(|light| light[0].hypot(light[1]) > 0.1)
            .count();
        let measures = [
            ((1.0 - total) / 2.0).clamp(0.0, 1.0),
            lag.as_secs_f32() / LONGEST_LAG.as_secs_f32(),
            flatness,
            (nose / STRENGTH).clamp(0.0, 1.0),
            ((1.0 - follows[0].min(follows[1])) / 2.0).clamp(0.0, 1.0),
            coloured as f32 / self.samples.len().max(1) as f32,
        ];
        let quality = (watched as f32 / (3 * LEAST_SAMPLES) as f32).min(1.0);
        CueMeasures::Measured { measures, quality }
    }

    fn forget(&mut self) {
        self.shown.clear();
        self.samples.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLOURS: [[u8; 3]; 6] =
        [[255, 0, 0], [0, 0, 255], [0, 255, 0], [255, 255, 0], [255, 0, 255], [0, 255, 255]];

    /// Measures of five seconds of a face that reflects `reflected(frame)` with these gains for
    /// nose and ears, while COLOURS are shown at two per second.
    fn measures_of(reflected: impl Fn(u64) -> [u8; 3], nose: f32, edges: f32) -> CueMeasures {
        let mut cue = LightChallenge::new();
        let mut seed = 5_u32;
        for frame in 0..150_u64 {
            let at = Duration::from_millis(1000 + frame * 33);
            if frame % 15 == 0 {
                cue.lit(COLOURS[(frame / 15) as usize % 6], at);
            }
            let light = reflected(frame);
            let mut skin = |gain: f32| {
                let mut channel = 0;
                [180.0, 130.0, 110.0].map(|own: f32| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let noise = (seed >> 8) as f32 / (1 << 24) as f32 - 0.5;
                    channel += 1;
                    own * (1.0 + gain * f32::from(light[channel - 1]) / 255.0) + noise
                })
            };
            cue.add(at, skin(nose), skin(nose), Some(skin(edges)));
        }
        cue.measures()
    }

    fn shown(frame: u64) -> [u8; 3] {
        COLOURS[(frame / 15) as usize % 6]
    }

    #[test]
    fn skin_that_follows_is_told_with_its_lag() {
        // The camera lags three frames behind.
        let measures = measures_of(|frame| shown(frame.saturating_sub(3)), 0.05, 0.02);
        let m = measures.values().expect("measured");
        assert!(m[0] < 0.1, "{m:?}");
        assert!((m[1] * 250.0 - 100.0).abs() <= 25.0, "{m:?}");
        assert!(m[2] < 0.6 && m[3] > 0.3 && m[5] > 0.9, "{m:?}");
    }

    #[test]
    fn a_recording_of_another_challenge_does_not_follow() {
        let other = |frame: u64| COLOURS[(frame / 15 * 5 + 2) as usize % 6];
        let measures = measures_of(other, 0.05, 0.02);
        assert!(measures.values().expect("measured")[0] > 0.3, "{measures:?}");
        let none = measures_of(|_| [0, 0, 0], 0.05, 0.05);
        assert!(none.values().expect("measured")[0] > 0.3, "{none:?}");
    }

    #[test]
    fn a_flat_picture_reflects_evenly() {
        let measures = measures_of(shown, 0.05, 0.05);
        assert!(measures.values().expect("measured")[2] > 0.9, "{measures:?}");
    }

    #[test]
    fn without_light_it_is_not_fitted() {
        let mut cue = LightChallenge::new();
        for frame in 0..100 {
            cue.add(Duration::from_millis(frame * 33), [100.0; 3], [100.0; 3], None);
        }
        assert_eq!(cue.measures(), CueMeasures::Unavailable(Unavailable::NotFitted));
        cue.lit([255, 0, 0], Duration::from_secs(4));
        assert_eq!(cue.measures(), CueMeasures::Unavailable(Unavailable::TooFewFrames));
    }
}
