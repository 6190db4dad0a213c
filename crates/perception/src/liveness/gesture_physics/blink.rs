//! Detects blinks from the openings of both eyes over time.

use std::time::Duration;

use heapless::Deque;

/// Samples kept: enough for a slow blink at 60 frames per second.
const KEPT: usize = 64;
/// An eye is closing below this fraction of its open width, and open again above it.
const HALF: f32 = 0.6;
/// A dip counts as closure below this fraction. Open eyes measure 0.13 to 0.36, closed ones 0.02 to
/// 0.06 (models/README.md, iris), so a closed eye has at most a third of its open width.
const CLOSED: f32 = 0.4;
/// The open width follows a wider eye at once and a narrower one this slowly, as a fraction of the
/// difference per sample.
const FORGET: f32 = 0.01;
/// Least opening of an open eye.
const LEAST_OPEN: f32 = 0.1;

/// After a gap between samples longer than this, a dip can't be timed.
const LONGEST_GAP: Duration = Duration::from_millis(120);

/// A completed blink.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Blink {
    /// Time from the last open sample to the first closed one.
    pub closing: Duration,
    /// Time from the last open sample before to the first open one after.
    pub whole: Duration,
    /// Least opening of each eye, relative to its open width.
    pub depth: [f32; 2],
}

#[derive(Debug, Clone, Copy)]
struct LidSample {
    at: Duration,
    share: [f32; 2],
}

/// Finds blinks.
#[derive(Debug)]
pub struct Blinks {
    samples: Deque<LidSample, KEPT>,
    open: [f32; 2],
}

impl Blinks {
    /// No samples yet.
    pub fn new() -> Self {
        Self { samples: Deque::new(), open: [0.0; 2] }
    }

    /// Adds the eyes' openings. Returns a blink if one has just ended.
    pub fn add(&mut self, at: Duration, eyes: [f32; 2]) -> Option<Blink> {
        if !eyes.iter().all(|eye| eye.is_finite() && *eye >= 0.0) {
            return None;
        }
        if self.samples.back().is_some_and(|last| at <= last.at || at - last.at > LONGEST_GAP) {
            self.samples.clear();
        }
        for (open, eye) in self.open.iter_mut().zip(eyes) {
            *open = if eye > *open { eye } else { *open + (eye - *open) * FORGET };
        }
        let share = [0, 1].map(|eye| (eyes[eye] / self.open[eye].max(LEAST_OPEN)).min(1.0));
        if self.samples.is_full() {
            self.samples.pop_front();
        }
        // The oldest was removed, so there is room.
        let _ = self.samples.push_back(LidSample { at, share });
        let ended = share.iter().all(|share| *share >= HALF);
        if !ended {
            return None;
        }
        let blink = self.last_dip();
        self.samples.clear();
        let _ = self.samples.push_back(LidSample { at, share });
        blink
    }

    /// The face was out of sight, so a dip across the gap can't be timed.
    pub fn interrupt(&mut self) {
        self.samples.clear();
    }

    /// The current opening of each eye, relative to its open width.
    pub fn share(&self) -> Option<[f32; 2]> {
        self.samples.back().map(|sample| sample.share)
    }

    fn last_dip(&self) -> Option<Blink> {
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        // Without an open eye before it, its start is unknown.
        if first.share.iter().any(|share| *share < HALF) {
            return None;
        }
        let mut depth = [1.0_f32; 2];
        for sample in &self.samples {
            for (depth, share) in depth.iter_mut().zip(sample.share) {
                *depth = depth.min(share);
            }
        }
        if depth[0].min(depth[1]) > CLOSED {
            return None;
        }
        let closed = self.samples.iter().find(|sample| sample.share[0].min(sample.share[1]) <= CLOSED)?;
        Some(Blink { closing: closed.at - first.at, whole: last.at - first.at, depth })
    }
}

impl Default for Blinks {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(eyes: impl Fn(u64) -> [f32; 2]) -> Vec<Blink> {
        let mut blinks = Blinks::new();
        (0..120).filter_map(|frame| blinks.add(Duration::from_millis(frame * 33), eyes(frame))).collect()
    }

    #[test]
    fn a_blink_has_its_times() {
        let one = |frame: u64| match frame {
            50 => 0.12,
            51..=53 => 0.03,
            54 => 0.14,
            _ => 0.25,
        };
        let blinks = found(|frame| [one(frame), one(frame)]);
        assert_eq!(blinks.len(), 1, "{blinks:?}");
        assert!((120..=220).contains(&blinks[0].whole.as_millis()), "{blinks:?}");
        assert!(blinks[0].depth[0] < 0.2 && blinks[0].depth[1] < 0.2);
    }

    #[test]
    fn an_open_or_a_slowly_narrowed_eye_does_not_blink() {
        assert!(found(|_| [0.2, 0.22]).is_empty());
        assert!(found(|frame| [0.3 - frame as f32 * 0.001; 2]).is_empty());
    }

    #[test]
    fn one_lid_alone_shows_in_the_depths() {
        let blinks = found(|frame| [if (40..44).contains(&frame) { 0.02 } else { 0.25 }, 0.25]);
        assert_eq!(blinks.len(), 1);
        assert!(blinks[0].depth[1] > 0.9);
    }
}
