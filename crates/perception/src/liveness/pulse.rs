//! Pulse by remote photoplethysmography, from forehead and cheeks. A pulse is supporting evidence.
//! Its absence alone means nothing, since codecs, light and motion can hide it.
//!
//! Measures; higher means more like life:
//!
//! | # | range | meaning |
//! |---|---|---|
//! | 0 | 0 to 1 | fraction of the band's power at the strongest frequency and its double, over all regions |
//! | 1 | 0 to 1 | agreement of the regions' frequencies: 1 if equal, 0 if 0.5 Hz or more apart |
//! | 2 | -1 to 1 | mean correlation of the regions' signals |
//! | 3 | 0 to 1 | the frequency divided by 3.5 Hz |
//! | 4 | 0 to 1 | amplitude: root mean square of the signal, divided by 1 % of the skin's brightness |
//! | 5 | 0 to 1 | movement of the face within the window, in eye distances (less is better) |
//!
//! Flickering room light moves all regions alike too: correlation alone does not prove a pulse.

use std::time::Duration;

use heapless::Deque;

use super::cue::{CueWatcher, Look, Needs};
use super::skin::mean_colour;
use crate::face::geometry::Point;
use crate::face::mesh::Landmarks;
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures, Unavailable};

pub mod spectrum;

use spectrum::{RATE, SAMPLES, correlation, peak_of, pos, spectrum};

/// Mesh points of the forehead, the left and the right cheek.
const REGIONS: [usize; 3] = [151, 50, 280];
/// Half the side of a region in eye distances.
const HALF: f32 = 0.18;
/// Samples kept: eight seconds at 40 per second, more than any camera here delivers.
const KEPT: usize = 384;
/// Least time between samples.
const EVERY: Duration = Duration::from_millis(25);
/// Shortest usable window in seconds: six beats at rest.
const SHORTEST: f32 = 6.0;
/// Longest gap between samples; after a longer one a new window begins.
const LONGEST_GAP: Duration = Duration::from_millis(400);
/// Time between two computations.
const RECKON: Duration = Duration::from_secs(1);
/// Amplitude that counts as 1, relative to the skin's brightness. Pulses are 0.1 to 0.5 % of it.
const AMPLITUDE: f32 = 0.01;
/// Regions further apart than this, in Hz, do not agree at all.
const APART: f32 = 0.5;

#[derive(Debug, Clone, Copy)]
struct PulseSample {
    at: Duration,
    face: Point,
    eye_distance: f32,
    colours: [[f32; 3]; REGIONS.len()],
}

/// See the module.
pub struct Pulse {
    samples: Box<Deque<PulseSample, KEPT>>,
    reckoned: Option<(Duration, CueMeasures)>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self::new()
    }
}

impl Pulse {
    /// A cue that has seen nothing yet.
    pub fn new() -> Self {
        Self { samples: Box::new(Deque::new()), reckoned: None }
    }

    /// Adds the colours of one look, each R, G, B.
    pub fn add(&mut self, at: Duration, face: Point, eye_distance: f32, colours: [[f32; 3]; REGIONS.len()]) {
        let broken = self.samples.back().is_some_and(|last| at <= last.at || at - last.at > LONGEST_GAP);
        if broken {
            self.samples.clear();
        }
        if self.samples.is_full() {
            self.samples.pop_front();
        }
        // The oldest was removed, so there is room.
        let _ = self.samples.push_back(PulseSample { at, face, eye_distance, colours });
        let window = SAMPLES as f32 / RATE;
        while self.samples.front().is_some_and(|first| (at - first.at).as_secs_f32() > window + 1.0) {
            self.samples.pop_front();
        }
        let due = self.reckoned.is_none_or(|(last, _)| at < last || at - last >= RECKON);
        if due && let Some(measures) = self.reckon() {
            self.reckoned = Some((at, measures));
        }
    }

    fn reckon(&self) -> Option<CueMeasures> {
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        let span = (last.at - first.at).as_secs_f32();
        if span < SHORTEST {
            return None;
        }
        let mut signals = [[0.0; SAMPLES]; REGIONS.len()];
        let mut together = [0.0; spectrum::BINS];
        let mut hertz = [0.0; REGIONS.len()];
        for (region, signal) in signals.iter_mut().enumerate() {
            *signal = pos(&self.resampled(region, first.at, last.at));
            let power = spectrum(signal);
            hertz[region] = peak_of(&power).hertz;
            for (sum, power) in together.iter_mut().zip(power) {
                *sum += power;
            }
        }
        let peak = peak_of(&together);
        let apart = hertz.iter().map(|own| (own - peak.hertz).abs()).fold(0.0, f32::max);
        let pairs = [(0, 1), (0, 2), (1, 2)];
        let alike = pairs.iter().map(|&(a, b)| correlation(&signals[a], &signals[b])).sum::<f32>() / 3.0;
        // Each sample lies in up to a window's length of overlapping windows.
        let squares = signals.iter().flatten().map(|value| (value / 32.0).powi(2)).sum::<f32>();
        let amplitude = (squares / (SAMPLES * REGIONS.len()) as f32).sqrt();
        let way = self
            .samples
            .iter()
            .map(|sample| sample.face.distance(first.face) / sample.eye_distance.max(1.0))
            .fold(0.0, f32::max);
        let measures = [
            peak.share,
            1.0 - (apart / APART).min(1.0),
            alike,
            peak.hertz / spectrum::BAND.1,
            (amplitude / AMPLITUDE).clamp(0.0, 1.0),
            way.clamp(0.0, 1.0),
        ];
        let quality = (span * RATE / SAMPLES as f32).min(1.0) * (1.0 - way.clamp(0.0, 1.0) / 2.0);
        measures
            .iter()
            .all(|measure| measure.is_finite())
            .then_some(CueMeasures::Measured { measures, quality })
    }

    /// A region's colours over the last window, resampled at equal intervals. A window that is not
    /// full yet is padded at its start with its first colour.
    fn resampled(&self, region: usize, first: Duration, last: Duration) -> [[f32; 3]; SAMPLES] {
        let mut out = [[0.0; 3]; SAMPLES];
        let mut pairs = self.samples.iter().zip(self.samples.iter().skip(1)).peekable();
        for (index, colour) in out.iter_mut().enumerate() {
            let back = (SAMPLES - 1 - index) as f32 / RATE;
            let at = last.saturating_sub(Duration::from_secs_f32(back)).max(first);
            while pairs.peek().is_some_and(|(_, later)| later.at < at) {
                pairs.next();
            }
            if let Some((before, after)) = pairs.peek() {
                let gap = (after.at - before.at).as_secs_f32().max(1e-6);
                let share = (at.saturating_sub(before.at).as_secs_f32() / gap).min(1.0);
                for (channel, value) in colour.iter_mut().enumerate() {
                    let (a, b) = (before.colours[region][channel], after.colours[region][channel]);
                    *value = a + (b - a) * share;
                }
            }
        }
        out
    }
}

fn regions_of(look: &Look<'_>, landmarks: &Landmarks) -> Option<[[f32; 3]; REGIONS.len()]> {
    let half = HALF * look.face.eye_distance;
    let mut colours = [[0.0; 3]; REGIONS.len()];
    for (colour, index) in colours.iter_mut().zip(REGIONS) {
        *colour = mean_colour(look.frame, landmarks.at(index), half)?;
    }
    Some(colours)
}

impl CueWatcher for Pulse {
    fn cue(&self) -> Cue {
        Cue::Pulse
    }

    fn needs(&self) -> Needs {
        Needs { every: EVERY, turned: None }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        if let Some(colours) = regions_of(look, look.landmarks) {
            self.add(look.at, look.landmarks.at(REGIONS[0]), look.face.eye_distance, colours);
        }
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        self.reckoned.map_or(CueMeasures::Unavailable(Unavailable::TooFewFrames), |(_, measures)| measures)
    }

    fn forget(&mut self) {
        self.samples.clear();
        self.reckoned = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: &mut u32) -> f32 {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (*seed >> 8) as f32 / (1 << 24) as f32 - 0.5
    }

    fn fed(seconds: f32, pulse: f32) -> CueMeasures {
        let mut cue = Pulse::new();
        let mut seed = 7;
        for frame in 0..(seconds * 30.0) as u64 {
            let at = Duration::from_micros(frame * 33_333);
            let beat = (std::f32::consts::TAU * 1.2 * at.as_secs_f32()).sin() * pulse;
            let colours = [(); 3].map(|()| {
                let mut one = |mean: f32, part: f32| mean * (1.0 + beat * part) + 0.1 * noise(&mut seed);
                [one(180.0, 0.33), one(130.0, 0.77), one(110.0, 0.53)]
            });
            cue.add(at, Point::new(100.0, 100.0), 60.0, colours);
        }
        cue.measures()
    }

    #[test]
    fn a_beat_is_found_with_its_frequency() {
        let measures = fed(10.0, 0.003);
        let m = measures.values().expect("measured");
        assert!((m[3] * 3.5 - 1.2).abs() < 0.1, "{m:?}");
        assert!(m[0] > 0.6 && m[1] > 0.7 && m[2] > 0.7, "{m:?}");
    }

    #[test]
    fn noise_has_no_common_beat() {
        let measures = fed(10.0, 0.0);
        let m = measures.values().expect("measured");
        assert!(m[0] < 0.5 && m[2] < 0.3, "{m:?}");
    }

    #[test]
    fn less_than_six_seconds_say_nothing() {
        assert_eq!(fed(5.5, 0.003), CueMeasures::Unavailable(Unavailable::TooFewFrames));
    }

    #[test]
    fn a_gap_begins_anew() {
        let mut cue = Pulse::new();
        for frame in 0..200_u64 {
            let gap = if frame >= 150 { 2000 } else { 0 };
            cue.add(Duration::from_millis(frame * 33 + gap), Point::default(), 60.0, [[100.0; 3]; 3]);
        }
        assert_eq!(cue.measures(), CueMeasures::Unavailable(Unavailable::TooFewFrames));
    }
}
