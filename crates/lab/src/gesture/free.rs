//! The session's detectors, running without prompts: every gesture may come at any
//! time and any number of times.

use std::time::Duration;

use vouch_contract::face::{Face, Pose};
use vouch_contract::gesture::Gesture;
use vouch_session::gestures::{Baseline, Detector, Neutral, strength};
use vouch_session::policy::Policy;

/// Share of the required turn or opening below which a gesture is over and the next
/// may begin. Chosen: half the way back.
const OVER: f32 = 0.5;
/// A head that rests within this many degrees for that long, outside a gesture,
/// looks straight ahead, and the person's baseline is measured again. Chosen:
/// wider than the pose's noise; as long as the pause in a session between a
/// gesture and the next prompt.
const REST_DEGREES: f32 = 4.0;
const REST: Duration = Duration::from_millis(700);

/// A gesture that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoundGesture {
    /// Which.
    pub gesture: Gesture,
    /// When the movement was first far enough.
    pub start: Duration,
    /// When it was complete.
    pub end: Duration,
}

/// All five detectors over one clip.
#[derive(Debug)]
pub struct FreeDetection<'a> {
    policy: &'a Policy,
    neutral: Neutral,
    // Where the head rested when `neutral` began.
    rests_at: Option<Pose>,
    base: Option<Baseline>,
    track: Option<u32>,
    detectors: [RunningGesture; Gesture::ALL.len()],
}

#[derive(Debug, Clone, Copy)]
struct RunningGesture {
    detector: Detector,
    // No gesture of this kind is going on. False from its detection until it has ended.
    over: bool,
}

impl<'a> FreeDetection<'a> {
    /// Detectors that have seen nothing yet.
    pub fn new(policy: &'a Policy) -> Self {
        let fresh = |gesture| RunningGesture { detector: Detector::new(gesture, 1.0), over: true };
        Self {
            policy,
            neutral: Neutral::default(),
            rests_at: None,
            base: None,
            track: None,
            detectors: Gesture::ALL.map(fresh),
        }
    }

    /// Takes a frame's face in, and hands what is complete with it to `found`.
    pub fn see(&mut self, face: Option<&Face>, now: Duration, mut found: impl FnMut(FoundGesture)) {
        let Some(face) = face else { return };
        if self.track.replace(face.track) != Some(face.track) {
            // A new track: as in a session, the resting face must be seen again.
            *self = Self { track: self.track, ..Self::new(self.policy) };
        }
        let rules = &self.policy.gestures;
        let moved = |from: Pose| {
            (face.pose.yaw - from.yaw).abs().max((face.pose.pitch - from.pitch).abs()) > REST_DEGREES
        };
        if self.rests_at.is_some_and(moved) {
            self.neutral = Neutral::default();
        }
        let began = !self.neutral.is_quiet();
        self.neutral.add(rules, &self.policy.position, face, now);
        if began {
            self.rests_at = self.neutral.is_quiet().then_some(face.pose);
        }
        let rested = self.neutral.lasted(now).is_some_and(|time| time >= REST);
        let busy = self.detectors.iter().any(|running| running.detector.since().is_some());
        if self.base.is_none() || (rested && !busy) {
            self.base = self.neutral.baseline(rules, now).or(self.base);
        }
        let Some(base) = self.base else { return };
        for running in &mut self.detectors {
            running.see(self.policy, &base, face, now, &mut found);
        }
    }
}

impl RunningGesture {
    fn see(
        &mut self,
        policy: &Policy,
        base: &Baseline,
        face: &Face,
        now: Duration,
        found: &mut impl FnMut(FoundGesture),
    ) {
        let gesture = self.detector.gesture;
        if !self.over {
            if strength(&policy.gestures, base, gesture, face) >= OVER {
                return;
            }
            self.over = true;
            self.detector = Detector::new(gesture, 1.0);
        }
        let began = self.detector.since();
        if self.detector.see(&policy.gestures, base, face, now) {
            found(FoundGesture { gesture, start: began.unwrap_or(now), end: now });
            self.over = false;
        }
    }
}
