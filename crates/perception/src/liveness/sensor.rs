//! Whether the pictures come from a sensor: repetition, time stamps, noise.
//!
//! Codecs and video conferences remove noise, and a driver may make up time stamps, so none of this
//! alone proves an attack.
//!
//! Measures; higher means more like an injected stream:
//!
//! | # | range | meaning |
//! |---|---|---|
//! | 0 | 0 to 1 | fraction of frames with the same pixels as the previous frame |
//! | 1 | 0 to 1 | fraction of frames seen before, equal in every sampled pixel, at the lag of the previous frame's match |
//! | 2 | 0 to 1 | the same for near matches: frames closer to an old frame than to the previous one |
//! | 3 | 0 to 1 | regularity of the intervals: 1 if all are equal, 0 at a relative deviation of 2 % or more |
//! | 4 | 0 to 1 | fraction of intervals impossible for a camera: zero or negative |
//! | 5 | 0 to 1 | lack of noise between frames: 1 without noise, 0.5 at half a step, 0.2 at two steps of luma |

use std::time::Duration;

use super::cue::{CueWatcher, Look, Needs};
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use vouch_contract::liveness::{Cue, CueMeasures, Unavailable};

pub mod recurrence;

use recurrence::{Recurrence, SIDE, THUMBNAIL, Thumbnail};

/// Fewest frames before the cue has measures: a second at 25 per second.
const LEAST_FRAMES: u32 = 25;
/// Relative deviation of intervals at which regularity is 0. UVC cameras have about 1 ms of jitter
/// on 33 ms in their time stamps.
const IRREGULAR: f32 = 0.02;
/// Pixels that differ from their right neighbour by more than this are not smooth skin or wall;
/// motion would be mistaken for noise there.
const SMOOTH: u8 = 6;
/// Pixels across each cell over which its mean is taken.
const ACROSS: usize = 5;
/// Noise at which the measure is 0.5, in steps of luma.
const HALF_NOISE: f32 = 0.5;
/// Frames from which the measures have full quality: four seconds.
const FULL: u32 = 100;

/// See the module.
#[derive(Debug)]
pub struct Sensor {
    recurrence: Recurrence,
    previous: Box<Samples>,
    now: Box<Samples>,
    last: Option<(Duration, u64)>,
    frames: u32,
    frozen: u32,
    intervals: Intervals,
    noise: Running,
}

/// One pixel of each cell of the picture, and the one next to it.
#[derive(Debug, Clone, Copy)]
struct Samples {
    here: [u8; THUMBNAIL],
    beside: [u8; THUMBNAIL],
    means: Thumbnail,
    size: (u32, u32),
    hash: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Intervals {
    all: Running,
    absurd: u32,
    count: u32,
}

/// Running mean and deviation (Welford 1962).
#[derive(Debug, Clone, Copy, Default)]
struct Running {
    count: f32,
    mean: f32,
    squares: f32,
}

impl Running {
    fn add(&mut self, value: f32) {
        self.count += 1.0;
        let away = value - self.mean;
        self.mean += away / self.count;
        self.squares += away * (value - self.mean);
    }

    fn deviation(&self) -> f32 {
        (self.squares / self.count.max(1.0)).max(0.0).sqrt()
    }
}

impl Default for Sensor {
    fn default() -> Self {
        Self::new()
    }
}

impl Sensor {
    /// A cue that has seen nothing yet.
    pub fn new() -> Self {
        let empty = Samples {
            here: [0; THUMBNAIL],
            beside: [0; THUMBNAIL],
            means: [0; THUMBNAIL],
            size: (0, 0),
            hash: 0,
        };
        Self {
            recurrence: Recurrence::new(),
            previous: Box::new(empty),
            now: Box::new(empty),
            last: None,
            frames: 0,
            frozen: 0,
            intervals: Intervals::default(),
            noise: Running::default(),
        }
    }

    /// Adds a frame.
    pub fn add(&mut self, frame: &Frame) {
        std::mem::swap(&mut self.previous, &mut self.now);
        if !self.now.take(frame) {
            return;
        }
        let comparable = self.frames > 0 && self.previous.size == self.now.size;
        if comparable {
            let frozen = self.previous.hash == self.now.hash;
            self.frozen += u32::from(frozen);
            if !frozen && let Some(noise) = noise_between(&self.previous, &self.now) {
                self.noise.add(noise);
            }
        }
        self.recurrence.add(self.now.hash, &self.now.means, frame.at);
        if let Some((at, sequence)) = self.last {
            self.intervals.add(at, frame.at, frame.sequence.saturating_sub(sequence));
        }
        self.last = Some((frame.at, frame.sequence));
        self.frames = self.frames.saturating_add(1);
    }
}

impl Intervals {
    fn add(&mut self, before: Duration, now: Duration, frames: u64) {
        self.count = self.count.saturating_add(1);
        if now <= before {
            self.absurd = self.absurd.saturating_add(1);
        } else if frames > 0 {
            // A skipped frame doubles the interval, not its jitter.
            self.all.add((now - before).as_secs_f32() / frames as f32);
        }
    }

    fn regularity(&self) -> f32 {
        let relative = self.all.deviation() / self.all.mean.max(1e-6);
        if self.all.count < 2.0 { 0.0 } else { 1.0 - (relative / IRREGULAR).min(1.0) }
    }
}

impl Samples {
    fn take(&mut self, frame: &Frame) -> bool {
        let (width, height) = (frame.width as usize, frame.height as usize);
        if width < 2 * SIDE || height < 2 * SIDE || frame.rgb.len() != width * height * 3 {
            return false;
        }
        // FNV-1a over the samples of all three colours.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for cell in 0..THUMBNAIL {
            let x = (2 * (cell % SIDE) + 1) * width / (2 * SIDE);
            let y = (2 * (cell / SIDE) + 1) * height / (2 * SIDE);
            self.means[cell] = mean_of(frame, cell);
            let start = (y * width + x.min(width - 2)) * 3;
            let pixels = &frame.rgb[start..start + 6];
            (self.here[cell], self.beside[cell]) = (pixels[1], pixels[4]);
            for &byte in pixels {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        (self.size, self.hash) = ((frame.width, frame.height), hash);
        true
    }
}

/// Mean green of the cell in sixteenths of a step, over [`ACROSS`] x [`ACROSS`] of its pixels.
fn mean_of(frame: &Frame, cell: usize) -> u16 {
    let (width, height) = (frame.width as usize, frame.height as usize);
    let mut sum = 0_u32;
    for row in 0..ACROSS {
        let y = (cell / SIDE * ACROSS + row) * height / (SIDE * ACROSS);
        for column in 0..ACROSS {
            let x = (cell % SIDE * ACROSS + column) * width / (SIDE * ACROSS);
            sum += u32::from(frame.rgb[(y * width + x) * 3 + 1]);
        }
    }
    u16::try_from(16 * sum / (ACROSS * ACROSS) as u32).unwrap_or(u16::MAX)
}

/// Standard deviation of one frame's noise in luma steps, from the median change at smooth places,
/// which motion does not affect.
fn noise_between(a: &Samples, b: &Samples) -> Option<f32> {
    let mut counts = [0_u32; 256];
    let mut total = 0;
    for cell in 0..THUMBNAIL {
        let smooth = a.here[cell].abs_diff(a.beside[cell]) <= SMOOTH
            && b.here[cell].abs_diff(b.beside[cell]) <= SMOOTH
            && (3..=252).contains(&b.here[cell]);
        if smooth {
            // The common change of neighbours is light or motion; the rest is noise.
            let here = i16::from(a.here[cell]) - i16::from(b.here[cell]);
            let beside = i16::from(a.beside[cell]) - i16::from(b.beside[cell]);
            counts[usize::from((here - beside).unsigned_abs()).min(255)] += 1;
            total += 1;
        }
    }
    if total < 32 {
        return None;
    }
    // The median is interpolated within its step: whole steps alone would make it jump.
    let mut below = 0;
    for (step, &count) in counts.iter().enumerate() {
        if 2 * (below + count) >= total {
            let within = (total as f32 / 2.0 - below as f32) / count.max(1) as f32;
            // Each difference contains the noise of four pixels; 0 covers only half a step.
            let median = if step == 0 { within * 0.5 } else { step as f32 - 0.5 + within };
            return Some(median * 1.4826 / 2.0);
        }
        below += count;
    }
    None
}

impl CueWatcher for Sensor {
    fn cue(&self) -> Cue {
        Cue::Sensor
    }

    fn needs(&self) -> Needs {
        Needs { every: Duration::ZERO, turned: None }
    }

    fn see(&mut self, look: &Look<'_>) -> Result<(), RuntimeError> {
        self.add(look.frame);
        Ok(())
    }

    fn measures(&self) -> CueMeasures {
        if self.frames < LEAST_FRAMES {
            return CueMeasures::Unavailable(Unavailable::TooFewFrames);
        }
        let share = |count: u32| (count as f32 / self.frames as f32).clamp(0.0, 1.0);
        let [exact, near] = self.recurrence.counts();
        // Frozen frames only: there is nothing from which to measure noise.
        let noise = if self.noise.count > 0.0 { self.noise.mean } else { 0.0 };
        let measures = [
            share(self.frozen),
            share(exact),
            share(near),
            self.intervals.regularity(),
            self.intervals.absurd as f32 / self.intervals.count.max(1) as f32,
            HALF_NOISE / (HALF_NOISE + noise),
        ];
        CueMeasures::Measured { measures, quality: (self.frames as f32 / FULL as f32).min(1.0) }
    }

    fn forget(&mut self) {
        self.recurrence.forget();
        (self.last, self.frames, self.frozen) = (None, 0, 0);
        (self.intervals, self.noise) = (Intervals::default(), Running::default());
    }
}

#[cfg(test)]
mod tests;
