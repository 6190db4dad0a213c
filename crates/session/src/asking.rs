//! One gesture being asked for: quiet face, prompt, quiet face, movement.

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
    /// Which.
    pub gesture: Gesture,
    /// Start of the limit that runs: first of the wait for a quiet face, then
    /// (and for good) of the prompt.
    pub since: Duration,
    /// Whether the prompt was ever given.
    pub asked: bool,
    track: Option<u32>,
    phase: Phase,
}

#[derive(Debug)]
enum Phase {
    /// Before the prompt (or after a wrong gesture): back to a quiet face.
    Settling { since: Duration, neutral: Neutral },
    /// The prompt is there; a quiet face must be seen before anything counts.
    Arming { neutral: Neutral },
    /// Movements count.
    Watching { base: Baseline, wanted: Detector, others: heapless::Vec<Detector, MAX_GESTURES> },
}

/// What a frame made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Progress {
    /// Nothing new.
    Waiting,
    /// The face has been quiet: the gesture may be asked for.
    Ready,
    /// From here on movements count, against this baseline.
    Armed(Baseline),
    /// The gesture is complete.
    Done,
    /// Another gesture than the one asked for.
    Wrong(Gesture),
}

impl Asking {
    /// Waits for a quiet face first.
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

    /// Whether the prompt stands.
    pub fn is_asked_now(&self) -> bool {
        !matches!(self.phase, Phase::Settling { .. })
    }

    /// Whether the wait for a quiet face has gone on so long that the person
    /// should be told.
    pub fn is_late_to_settle(&self, policy: &Policy, now: Duration) -> bool {
        matches!(&self.phase, Phase::Settling { since, neutral }
            if !neutral.is_quiet() && now.saturating_sub(*since) >= policy.gestures.coming_back)
    }

    /// Whether the face is quiet and nothing but the proof of its identity is
    /// awaited.
    pub fn is_settled(&self, policy: &Policy, now: Duration) -> bool {
        match &self.phase {
            Phase::Settling { neutral, .. } | Phase::Arming { neutral } => {
                neutral.baseline(&policy.gestures, now).is_some()
            }
            Phase::Watching { .. } => false,
        }
    }

    /// What was begun does not count: the face was lost, or somebody else came.
    pub fn interrupt(&mut self) {
        self.phase = match &self.phase {
            Phase::Settling { since, .. } => settling(*since),
            Phase::Arming { .. } | Phase::Watching { .. } => arming(),
        };
    }

    /// Takes the one face of a frame in. Another track than the last frame's is
    /// an interruption: a gesture begins and ends on one face. And it must be the
    /// face of the person who began: `vouched` says that its track is known to be.
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

/// Blinks come by themselves and are never wrong; every other gesture than the
/// wanted one is watched for.
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
