//! Whether lids and lips ever move; in a still photograph they never do.

use std::time::Duration;

use vouch_contract::face::Face;

/// Faces turned further than this, in degrees, are left out: turning alone changes how lids and
/// lips look.
const FRONTAL: f32 = 20.0;
/// Lids count as blinked if an eye's opening fell by this fraction of its own widest, as from 0.25
/// to below 0.09 (models/README.md, iris).
const BLINK: f32 = 0.6;
/// Lips count as moved if their opening changed by this fraction of their width. Speech gives 0.1
/// and more, a still face in the mesh 0.02.
const SPEECH: f32 = 0.12;
/// Most extreme looks ignored: a single look with shut lids may be the network's mistake.
const SLIPS: usize = 1;
/// Time after which stillness counts in full.
const FULL: Duration = Duration::from_secs(5);

/// Smallest and largest value, ignoring the few most extreme ones.
#[derive(Debug, Clone, Copy)]
struct Range {
    lowest: [f32; SLIPS + 1],
    highest: [f32; SLIPS + 1],
}

impl Range {
    const EMPTY: Self = Self { lowest: [f32::INFINITY; SLIPS + 1], highest: [f32::NEG_INFINITY; SLIPS + 1] };

    fn add(&mut self, value: f32) {
        let (mut low, mut high) = (value, value);
        for slot in &mut self.lowest {
            if low < *slot {
                std::mem::swap(&mut low, slot);
            }
        }
        for slot in &mut self.highest {
            if high > *slot {
                std::mem::swap(&mut high, slot);
            }
        }
    }

    fn bounds(&self) -> Option<(f32, f32)> {
        let (low, high) = (self.lowest[SLIPS], self.highest[SLIPS]);
        (low.is_finite() && high.is_finite()).then_some((low, high))
    }
}

/// Collects shapes over a presentation.
#[derive(Debug)]
pub struct Shape {
    eyes: [Range; 2],
    mouth: Range,
    first: Option<Duration>,
    last: Duration,
}

impl Default for Shape {
    fn default() -> Self {
        Self::new()
    }
}

impl Shape {
    /// No looks yet.
    pub fn new() -> Self {
        Self { eyes: [Range::EMPTY; 2], mouth: Range::EMPTY, first: None, last: Duration::ZERO }
    }

    /// Adds a look.
    pub fn see(&mut self, face: &Face, at: Duration) {
        let numbers = [face.eyes[0], face.eyes[1], face.mouth];
        let frontal = face.pose.yaw.abs() < FRONTAL && face.pose.pitch.abs() < FRONTAL;
        if !frontal || !numbers.iter().all(|value| value.is_finite()) {
            return;
        }
        for (range, eye) in self.eyes.iter_mut().zip(face.eyes) {
            range.add(eye);
        }
        self.mouth.add(face.mouth);
        self.first.get_or_insert(at);
        self.last = at;
    }

    /// 0 (lids or lips moved like a living face's) to 1 (nothing moved for [`FULL`]).
    pub fn stillness(&self) -> f32 {
        let lids = self
            .eyes
            .iter()
            .map(|range| range.bounds().map_or(0.0, |(low, high)| (high - low) / high.max(0.05) / BLINK));
        // Both lids blink together; a network error mostly affects one.
        let lids = lids.fold(f32::INFINITY, f32::min);
        let lips = self.mouth.bounds().map_or(0.0, |(low, high)| (high - low) / SPEECH);
        let watched = self.last.saturating_sub(self.first.unwrap_or(self.last));
        let share = (watched.as_secs_f32() / FULL.as_secs_f32()).min(1.0);
        (1.0 - lids.max(lips).clamp(0.0, 1.0)) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(count: u64, of: impl Fn(u64) -> Face) -> f32 {
        let mut shape = Shape::new();
        for look in 0..count {
            shape.see(&of(look), Duration::from_millis(look * 66));
        }
        shape.stillness()
    }

    #[test]
    fn a_blink_ends_stillness_and_one_slip_does_not() {
        let face = |eyes: f32| Face { eyes: [eyes; 2], mouth: 0.02, ..Face::default() };
        assert!(seen(100, |_| face(0.25)) > 0.95);
        assert!(seen(100, |look| face(if look == 50 { 0.04 } else { 0.25 })) > 0.95);
        assert!(seen(100, |look| face(if (50..53).contains(&look) { 0.04 } else { 0.25 })) < 0.05);
        assert!(seen(5, |_| face(0.25)) < 0.2, "too short to tell");
    }
}
