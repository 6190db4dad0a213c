//! One gesture of the challenge: wait for a quiet face, prompt, quiet face again, movement.

use std::time::Duration;

use crate::challenge::MAX_GESTURES;
use crate::gestures::{Baseline, Detector, Neutral};
use crate::policy::Policy;
use vouch_contract::face::Face;
use vouch_contract::gesture::Gesture;

/// The gesture under way.
#[derive(Debug)]
pub struct Asking {
    /// Its place in the challenge, from 0.
    pub index: u8,
    /// The gesture asked for.
    pub gesture: Gesture,
    /// Start of the running time limit: first the wait for a quiet face; from the first prompt on,
    /// always that prompt.
    pub since: Duration,
    /// Whether the prompt has been given at least once.
    pub asked: bool,
    track: Option<u32>,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// Before the prompt, or after a wrong gesture: waiting for a quiet face.
    Settling { since: Duration, neutral: Neutral },
    /// The prompt is shown. Movements count only after a quiet face.
    Arming { neutral: Neutral },
    /// Movements count.
    Watching { base: Baseline, wanted: Detector, others: heapless::Vec<Detector, MAX_GESTURES> },
}

/// What one frame changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Nothing new.
    Waiting,
    /// The face has been quiet long enough: the gesture may be asked for.
    Ready,
    /// From now on movements count, measured against this baseline.
    Armed(Baseline),
    /// The gesture is complete.
    Done,
    /// A gesture that was not asked for.
    Wrong(Gesture),
}

impl Asking {
    /// Starts by waiting for a quiet face.
    pub fn new(index: u8, gesture: Gesture, now: Duration) -> Self {
        Self { index, gesture, since: now, asked: false, track: None, phase: settling(now) }
    }

    /// The prompt was given.
    pub fn ask(&mut self, now: Duration) {
        if !self.asked {
            self.asked = true;
            self.since = now;
        }
        self.phase = arming();
    }

    /// Whether the prompt is shown now.
    pub fn is_asked_now(&self) -> bool {
        !matches!(self.phase, Phase::Settling { .. })
    }

    /// Whether the wait for a quiet face has lasted so long that the person needs a prompt.
    pub fn is_late_to_settle(&self, policy: &Policy, now: Duration) -> bool {
        matches!(&self.phase, Phase::Settling { since, neutral }
            if !neutral.is_quiet() && now.saturating_sub(*since) >= policy.gestures.coming_back)
    }

    /// Whether the face is quiet and only the proof of its identity is missing.
    pub fn is_settled(&self, policy: &Policy, now: Duration) -> bool {
        match &self.phase {
            Phase::Settling { neutral, .. } | Phase::Arming { neutral } => {
                neutral.baseline(&policy.gestures, now).is_some()
            }
            Phase::Watching { .. } => false,
        }
    }

    /// Discards a gesture under way: the face was lost, or another person came.
    pub fn interrupt(&mut self) {
        self.phase = match &self.phase {
            Phase::Settling { since, .. } => settling(*since),
            Phase::Arming { .. } | Phase::Watching { .. } => arming(),
        };
    }

    /// Processes the only face of a frame. A new track interrupts: a gesture must begin and end on
    /// one face. `vouched` says whether this track is known to be the person who began the session;
    /// only then do movements count.
    pub fn see(&mut self, policy: &Policy, face: &Face, vouched: bool, now: Duration) -> Progress {
        if self.track.replace(face.track) != Some(face.track) {
            self.interrupt();
        }
        let rules = &policy.gestures;
        match &mut self.phase {
            Phase::Settling { neutral, .. } => {
                neutral.add(rules, &policy.position, face, now);
                match neutral.baseline(rules, now) {
                    Some(_) if vouched => Progress::Ready,
                    _ => Progress::Waiting,
                }
            }
            Phase::Arming { neutral } => {
                neutral.add(rules, &policy.position, face, now);
                match neutral.baseline(rules, now) {
                    Some(base) if vouched => {
                        self.phase = watching(self.gesture, rules.wrong_factor, base);
                        Progress::Armed(base)
                    }
                    _ => Progress::Waiting,
                }
            }
            Phase::Watching { base, wanted, others } => {
                if wanted.see(rules, base, face, now) {
                    if !vouched {
                        self.interrupt();
                        return Progress::Waiting;
                    }
                    return Progress::Done;
                }
                let mut wrong = None;
                for other in others.iter_mut() {
                    if other.see(rules, base, face, now) {
                        wrong = Some(other.gesture);
                    }
                }
                match wrong {
                    Some(gesture) => {
                        self.phase = settling(now);
                        Progress::Wrong(gesture)
                    }
                    None => Progress::Waiting,
                }
            }
        }
    }
}

fn settling(since: Duration) -> Phase {
    let neutral = Neutral::default();
    Phase::Settling { since, neutral }
}

fn arming() -> Phase {
    let neutral = Neutral::default();
    Phase::Arming { neutral }
}

/// Wrong gestures are watched for as well, except blinks: people blink without being asked.
fn watching(gesture: Gesture, wrong_factor: f32, base: Baseline) -> Phase {
    Phase::Watching {
        base,
        wanted: Detector::new(gesture, 1.0),
        others: Gesture::ALL
            .into_iter()
            .filter(|other| *other != gesture && *other != Gesture::Blink)
            .map(|other| Detector::new(other, wrong_factor))
            .collect(),
    }
}
