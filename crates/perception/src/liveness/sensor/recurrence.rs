//! Whether a stream loops: earlier frames come again, one after the other, at a constant lag.

use std::time::Duration;

/// Side of the grid of sampled pixels.
pub const SIDE: usize = 16;
/// Samples per frame.
pub const THUMBNAIL: usize = SIDE * SIDE;
/// A small picture: the mean of each cell in sixteenths of a luma step. Means average out the noise
/// of a codec or sensor, which single pixels would keep.
pub type Thumbnail = [u16; THUMBNAIL];
/// Frames remembered: 17 s at 30 per second. A longer loop would not repeat within a session
/// anyway.
const KEPT: usize = 512;
/// Frames closer in time than this are naturally alike.
const LEAST_LAG: Duration = Duration::from_millis(600);
/// A frame counts as nearly seen before if an old frame is nearer than this fraction of the
/// distance to the previous frame. In a live scene with noise the old frame is as far away or
/// farther.
const NEARER: f32 = 0.7;
/// Frames for which a match must continue at its lag to count. A blink or nod may pass through one
/// position twice, but not through ten in the same order.
const RUN: u32 = 5;

/// Remembers frames and counts those that recur.
#[derive(Debug)]
pub struct Recurrence {
    hashes: Box<[u64]>,
    thumbnails: Box<[Thumbnail]>,
    times: Box<[Duration]>,
    // Number of frames taken; frame n is at index n modulo KEPT.
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
    /// Continues a match at `lag`; returns whether it did.
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
    /// No frames yet.
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

    /// Forgets everything.
    pub fn forget(&mut self) {
        (self.taken, self.exact, self.near) = (0, Run::default(), Run::default());
    }

    /// Number of frames that recurred exactly and nearly.
    pub fn counts(&self) -> [u32; 2] {
        [self.exact.counted, self.near.counted]
    }

    /// Adds a frame.
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
            // The lag of the current match is preferred: a still picture matches at many.
            if self.hashes[slot] == hash && (exact.is_none() || lag == self.exact.lag) {
                exact = Some(lag);
            }
            let distance = distance(&self.thumbnails[slot], thumbnail);
            if distance < nearest {
                (near, nearest) = (Some(lag), distance);
            }
        }
        // A frame equal to its predecessor is frozen, which is counted elsewhere.
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
