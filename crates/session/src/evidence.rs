//! The picture that proves a gesture: asked for while the gesture is on, so that
//! the frame is still there, and asked again when a clearer one comes.

use std::time::Duration;

use crate::gestures;
use crate::gestures::Baseline;
use crate::policy::Policy;
use vouch_contract::face::Face;
use vouch_contract::gesture::Gesture;

/// The evidence of one gesture.
#[derive(Debug)]
pub struct Evidence {
    gesture: Gesture,
    base: Baseline,
    /// Clearness of the frame last asked for.
    clearness: f32,
    /// The frame whose answer is awaited, and since when.
    asked: Option<(u64, Duration)>,
    kept: Option<u64>,
}

impl Evidence {
    /// None yet.
    pub fn new(gesture: Gesture, base: Baseline) -> Self {
        Self { gesture, base, clearness: 0.0, asked: None, kept: None }
    }

    /// Whether this frame is to be kept.
    pub fn offer(&mut self, policy: &Policy, sequence: u64, face: &Face, now: Duration) -> bool {
        let clearness = gestures::strength(&policy.gestures, &self.base, self.gesture, face);
        let awaiting = self.asked.is_some_and(|(_, at)| now.saturating_sub(at) <= policy.limits.answer);
        if awaiting || clearness < 1.0 || clearness < self.clearness * policy.gestures.evidence_factor {
            return false;
        }
        self.clearness = clearness;
        self.asked = Some((sequence, now));
        true
    }

    /// The eye answered.
    pub fn answer(&mut self, sequence: u64, found: bool) {
        if self.asked.is_some_and(|(asked, _)| asked == sequence) {
            self.asked = None;
            if found {
                self.kept = Some(sequence);
            } else {
                // The next frame that still shows it will do.
                self.clearness = 0.0;
            }
        }
    }

    /// The frame in the slot, when that is certain: while an answer is awaited
    /// nobody knows which of two frames is there.
    pub fn sequence(&self) -> Option<u64> {
        if self.asked.is_some() { None } else { self.kept }
    }
}
