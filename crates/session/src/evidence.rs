//! The picture that proves a gesture. It is asked for during the gesture, while the eye still has
//! the frame, and again when a clearer one comes.

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
    /// How clearly the frame last asked for shows the gesture.
    clearness: f32,
    /// The frame whose answer is pending, and since when.
    asked: Option<(u64, Duration)>,
    kept: Option<u64>,
}

impl Evidence {
    /// No picture yet.
    pub fn new(gesture: Gesture, base: Baseline) -> Self {
        Self { gesture, base, clearness: 0.0, asked: None, kept: None }
    }

    /// Whether to keep this frame.
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

    /// Handles the eye's answer.
    pub fn answer(&mut self, sequence: u64, found: bool) {
        if self.asked.is_some_and(|(asked, _)| asked == sequence) {
            self.asked = None;
            if found {
                self.kept = Some(sequence);
            } else {
                // Accept the next frame that still shows the gesture.
                self.clearness = 0.0;
            }
        }
    }

    /// The frame in the slot. `None` while an answer is pending: the slot may then hold the old
    /// frame or the new one.
    pub fn sequence(&self) -> Option<u64> {
        if self.asked.is_some() { None } else { self.kept }
    }
}
