//! Whether a stream comes round: frames that were there before, one after the
//! other, at one lag.

use std::time::Duration;

/// Side of the grid of sampled pixels.
pub const SIDE: usize = 16;
/// Samples of a frame.
pub const THUMBNAIL: usize = SIDE * SIDE;
/// A small picture: mean of each cell in sixteenths of a luma step, so that a
/// codec's or a sensor's noise averages out where single pixels would not.
pub type Thumbnail = [u16; THUMBNAIL];
/// Frames remembered: 17 s at 30 a second. A longer loop is not found within a
/// session either.
const KEPT: usize = 512;
/// Frames nearer in time than this are alike by nature.
const LEAST_LAG: Duration = Duration::from_millis(600);
/// A frame has nearly been seen when an old one is nearer than this share of the
/// distance to the frame before. In a live scene with noise both are the
/// same or the old one is further.
const NEARER: f32 = 0.7;
/// A match must go on at its lag for this many frames to count: a blink or a nod
/// may pass one place twice, not ten places in order.
const RUN: u32 = 5;

/// Remembers frames and counts those that come again.
#[derive(Debug)]
pub struct Recurrence {
    hashes: Box<[u64]>,
    thumbnails: Box<[Thumbnail]>,
    times: Box<[Duration]>,
    // Number of frames taken; frame n lies at n modulo KEPT.
    taken: usize,
    exact: Run,
    near: Run,
}

#[derive(Debug, Clone, Copy, Default)]
struct Run {
    lag: usize,
    length: u32,
    counted: u32,
}

impl Run {
    /// Goes on with a match at `lag`; whether it did.
    fn add(&mut self, lag: Option<usize>) {
        match lag {
            Some(lag) if lag == self.lag => self.length = self.length.saturating_add(1),
            Some(lag) => (self.lag, self.length) = (lag, 1),
            None => (self.lag, self.length) = (0, 0),
        }
        if self.length == RUN {
            self.counted = self.counted.saturating_add(RUN);
        } else if self.length > RUN {
            self.counted = self.counted.saturating_add(1);
        }
    }
}

impl Recurrence {
    /// Nothing seen.
    pub fn new() -> Self {
        Self {
            hashes: vec![0; KEPT].into(),
            thumbnails: vec![[0; THUMBNAIL]; KEPT].into(),
            times: vec![Duration::ZERO; KEPT].into(),
            taken: 0,
            exact: Run::default(),
            near: Run::default(),
        }
    }

    /// Forgets all.
    pub fn forget(&mut self) {
        (self.taken, self.exact, self.near) = (0, Run::default(), Run::default());
    }

    /// Frames that came again exactly and nearly.
    pub fn counts(&self) -> [u32; 2] {
        [self.exact.counted, self.near.counted]
    }

    /// Takes a frame in.
    pub fn add(&mut self, hash: u64, thumbnail: &Thumbnail, at: Duration) {
        let old = |lag: usize| self.taken.checked_sub(lag).map(|number| number % KEPT);
        let (mut exact, mut near) = (None, None);
        let last = old(1).map(|slot| distance(&self.thumbnails[slot], thumbnail));
        let mut nearest = last.map_or(0, |last| (NEARER * last as f32) as u32);
        for lag in 1..=self.taken.min(KEPT - 1) {
            let Some(slot) = old(lag) else { break };
            if at.saturating_sub(self.times[slot]) < LEAST_LAG {
                continue;
            }
            // The lag that went on so far is preferred: a still picture has many.
            if self.hashes[slot] == hash && (exact.is_none() || lag == self.exact.lag) {
                exact = Some(lag);
            }
            let distance = distance(&self.thumbnails[slot], thumbnail);
            if distance < nearest {
                (near, nearest) = (Some(lag), distance);
            }
        }
        // A frame that is its predecessor again is frozen, which is counted elsewhere.
        let frozen = old(1).is_some_and(|slot| self.hashes[slot] == hash);
        if !frozen {
            self.exact.add(exact);
            self.near.add(near);
        }
        let slot = self.taken % KEPT;
        (self.hashes[slot], self.thumbnails[slot], self.times[slot]) = (hash, *thumbnail, at);
        self.taken += 1;
    }
}

impl Default for Recurrence {
    fn default() -> Self {
        Self::new()
    }
}

/// Sum of absolute differences.
fn distance(a: &Thumbnail, b: &Thumbnail) -> u32 {
    a.iter().zip(b).map(|(&a, &b)| u32::from(a.abs_diff(b))).sum()
}
