//! One small detector per gesture, fed frame by frame.
//!
//! Everything is measured against the person's own quiet face ([`Baseline`]): eyes and mouths
//! differ, and no camera hangs exactly straight.

use std::time::Duration;

use crate::policy::{GestureRules, PositionRules};
use crate::position;
use vouch_contract::face::Face;
use vouch_contract::gesture::Gesture;

/// A person's quiet face.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Baseline {
    /// Openness of the open eyes, picture-left first.
    pub eyes: [f32; 2],
    /// Mouth ratio of the closed mouth.
    pub mouth: f32,
    /// Yaw when looking straight, degrees.
    pub yaw: f32,
    /// Pitch when looking straight, degrees.
    pub pitch: f32,
}

/// Builds a baseline from consecutive frames of a quiet face.
#[derive(Debug, Clone, Copy, Default)]
pub struct Neutral {
    since: Option<Duration>,
    sum: Baseline,
    count: u16,
}

impl Neutral {
    /// Adds a frame. A face that is not quiet starts over.
    pub fn add(&mut self, rules: &GestureRules, frontal: &PositionRules, face: &Face, now: Duration) {
        if !is_neutral(rules, frontal, face) || self.count == u16::MAX {
            *self = Self::default();
            return;
        }
        self.since.get_or_insert(now);
        self.sum.eyes[0] += face.eyes[0];
        self.sum.eyes[1] += face.eyes[1];
        self.sum.mouth += face.mouth;
        self.sum.yaw += face.pose.yaw;
        self.sum.pitch += face.pose.pitch;
        self.count += 1;
    }

    /// Whether the latest frame was quiet.
    pub fn is_quiet(&self) -> bool {
        self.since.is_some()
    }

    /// How long the face has been quiet.
    pub fn lasted(&self, now: Duration) -> Option<Duration> {
        self.since.map(|since| now.saturating_sub(since))
    }

    /// The mean, once the face has been quiet for `rules.neutral`.
    pub fn baseline(&self, rules: &GestureRules, now: Duration) -> Option<Baseline> {
        if self.lasted(now)? < rules.neutral {
            return None;
        }
        let n = f32::from(self.count.max(1));
        Some(Baseline {
            eyes: [self.sum.eyes[0] / n, self.sum.eyes[1] / n],
            mouth: self.sum.mouth / n,
            yaw: self.sum.yaw / n,
            pitch: self.sum.pitch / n,
        })
    }
}

/// Eyes open, mouth closed, looking straight.
pub fn is_neutral(rules: &GestureRules, frontal: &PositionRules, face: &Face) -> bool {
    position::frontal(frontal, &face.pose)
        && position::eyes_open(frontal, face)
        && face.mouth <= rules.mouth_closed_max
}

/// How clearly this single frame shows the gesture: 0 not at all, 1 just enough. For a blink and a
/// nod this rates the middle of the movement, not the whole of it.
pub fn strength(rules: &GestureRules, base: &Baseline, gesture: Gesture, face: &Face) -> f32 {
    match gesture {
        // Closed eyes rate higher than lowered lids by enough to replace the picture kept.
        Gesture::Blink if eyes_closed(rules, base, face) >= 1.0 => {
            eyes_closed(rules, base, face) * rules.evidence_factor
        }
        Gesture::Blink => f32::from(u8::from(lids_lowered(rules, base, face))),
        Gesture::OpenMouth => {
            ((face.mouth - base.mouth) / rules.mouth_rise).min(face.mouth / rules.mouth_open_min)
        }
        Gesture::TurnLeft => (face.pose.yaw - base.yaw) / rules.turn_degrees,
        Gesture::TurnRight => (base.yaw - face.pose.yaw) / rules.turn_degrees,
        Gesture::Nod => (face.pose.pitch - base.pitch).abs() / rules.nod.peak_degrees,
    }
}

/// 0 unless the eyes are closed on average and neither is open; otherwise 1 (just) to 2 (fully).
fn eyes_closed(rules: &GestureRules, base: &Baseline, face: &Face) -> f32 {
    let left = share_of_closed(rules, base.eyes[0], face.eyes[0]);
    let right = share_of_closed(rules, base.eyes[1], face.eyes[1]);
    let mean = f32::midpoint(left, right);
    if mean < 1.0 && left.max(right) <= rules.blink.uneven { 2.0 - mean } else { 0.0 }
}

/// Whether both lids are clearly lower than the person's open ones.
fn lids_lowered(rules: &GestureRules, base: &Baseline, face: &Face) -> bool {
    let share = [0, 1].map(|eye| if base.eyes[eye] > 0.0 { face.eyes[eye] / base.eyes[eye] } else { 1.0 });
    f32::midpoint(share[0], share[1]) <= rules.blink.quick_share
        && share[0].max(share[1]) < rules.blink.open_share
}

fn share_of_closed(rules: &GestureRules, open: f32, eye: f32) -> f32 {
    let limit = rules.blink.closed_below.min(open * rules.blink.closed_share);
    if limit > 0.0 { (eye / limit).max(0.0) } else { f32::MAX }
}

/// Detects one gesture. `clearer` multiplies the movement required; it is 1 for the gesture asked
/// for.
#[derive(Debug, Clone, Copy)]
pub struct Detector {
    /// Which gesture.
    pub gesture: Gesture,
    clearer: f32,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    /// No sign of it.
    Idle,
    /// The movement has been large enough since then. `sign` is -1 for a nod down and +1 for one
    /// up; other gestures ignore it.
    Since { at: Duration, sign: f32 },
    /// Both lids have been clearly lowered since then, but not closed.
    Lowered { at: Duration },
    /// The movement failed (too long, off axis): nothing counts until it is over.
    Spoilt,
}

impl Detector {
    /// A detector that starts from a quiet face.
    pub fn new(gesture: Gesture, clearer: f32) -> Self {
        Self { gesture, clearer, stage: Stage::Idle }
    }

    /// Since when the movement has been large enough, while it lasts.
    pub fn since(&self) -> Option<Duration> {
        match self.stage {
            Stage::Since { at, .. } | Stage::Lowered { at } => Some(at),
            Stage::Idle | Stage::Spoilt => None,
        }
    }

    /// Adds a frame; true if it completes the gesture.
    pub fn see(&mut self, rules: &GestureRules, base: &Baseline, face: &Face, now: Duration) -> bool {
        match self.gesture {
            Gesture::Blink => self.blink(rules, base, face, now),
            Gesture::OpenMouth => self.held(rules, base, face, now, rules.mouth_hold),
            Gesture::TurnLeft | Gesture::TurnRight => self.held(rules, base, face, now, rules.turn_hold),
            Gesture::Nod => self.nod(rules, base, face, now),
        }
    }

    /// Large enough for long enough.
    fn held(
        &mut self,
        rules: &GestureRules,
        base: &Baseline,
        face: &Face,
        now: Duration,
        hold: Duration,
    ) -> bool {
        if strength(rules, base, self.gesture, face) < self.clearer {
            self.stage = Stage::Idle;
            return false;
        }
        match self.stage {
            Stage::Since { at, .. } => now.saturating_sub(at) >= hold,
            Stage::Idle | Stage::Lowered { .. } | Stage::Spoilt => {
                self.stage = Stage::Since { at: now, sign: 0.0 };
                hold.is_zero()
            }
        }
    }

    /// Open, closed for the time of a blink, open again, with the head still. A moving head lowers
    /// the lids by itself, so a closing during it is ignored until the eyes are open again. A quick
    /// blink may fall between two frames and never be seen closed. Then it is enough that both lids
    /// go down and up again in the time of a quick blink.
    fn blink(&mut self, rules: &GestureRules, base: &Baseline, face: &Face, now: Duration) -> bool {
        let closed = eyes_closed(rules, base, face) >= 1.0;
        let open = (0..2).all(|eye| face.eyes[eye] >= base.eyes[eye] * rules.blink.open_share);
        let head_moved = (face.pose.yaw - base.yaw).abs() >= rules.turn_degrees
            || (face.pose.pitch - base.pitch).abs() >= rules.nod.peak_degrees;
        match self.stage {
            _ if head_moved => {
                self.stage = if open { Stage::Idle } else { Stage::Spoilt };
                false
            }
            Stage::Idle | Stage::Lowered { .. } if closed => {
                self.stage = Stage::Since { at: now, sign: 0.0 };
                false
            }
            Stage::Idle => {
                if lids_lowered(rules, base, face) {
                    self.stage = Stage::Lowered { at: now };
                }
                false
            }
            Stage::Lowered { at } => {
                let quick = &rules.blink;
                let lasted = now.saturating_sub(at);
                // Lids that stay half-way are not a blink, but may still close.
                if open {
                    self.stage = Stage::Idle;
                }
                open && (quick.quick_shortest..=quick.quick_longest).contains(&lasted)
            }
            Stage::Since { at, .. } => {
                let lasted = now.saturating_sub(at);
                if lasted > rules.blink.longest {
                    self.stage = Stage::Spoilt;
                }
                if open {
                    self.stage = Stage::Idle;
                }
                open && (rules.blink.shortest..=rules.blink.longest).contains(&lasted)
            }
            Stage::Spoilt => {
                if open {
                    self.stage = Stage::Idle;
                }
                false
            }
        }
    }

    /// Down (or up) and back, without turning away.
    fn nod(&mut self, rules: &GestureRules, base: &Baseline, face: &Face, now: Duration) -> bool {
        let tilt = face.pose.pitch - base.pitch;
        let back = tilt.abs() <= rules.nod.back_degrees;
        let far = tilt.abs() >= rules.nod.peak_degrees * self.clearer;
        let turned = (face.pose.yaw - base.yaw).abs() >= rules.nod.yaw_max;
        match self.stage {
            _ if turned => {
                self.stage = if back { Stage::Idle } else { Stage::Spoilt };
                false
            }
            Stage::Idle | Stage::Lowered { .. } => {
                if far {
                    let sign = tilt.signum();
                    self.stage = Stage::Since { at: now, sign };
                }
                false
            }
            Stage::Since { at, sign } => {
                let in_time = now.saturating_sub(at) <= rules.nod.longest;
                // A head that swings past the middle has come back as well.
                let returned = tilt * sign <= rules.nod.back_degrees;
                if returned {
                    self.stage = Stage::Idle;
                } else if !in_time {
                    self.stage = Stage::Spoilt;
                }
                returned && in_time
            }
            Stage::Spoilt => {
                if back {
                    self.stage = Stage::Idle;
                }
                false
            }
        }
    }
}
