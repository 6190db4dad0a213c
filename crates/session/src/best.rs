//! The best frame: chosen by quality, kept by the eye, confirmed by its template.

use std::time::Duration;

use crate::continuity::Look;
use crate::policy::Policy;
use vouch_contract::face::{Face, Template};

/// The best frame so far.
#[derive(Debug, Default)]
pub struct Best {
    kept: Option<Kept>,
    asked: Option<(Look, u8)>,
}

/// A frame that is certainly in the eye's slot.
#[derive(Debug)]
pub struct Kept {
    /// The source's number of the frame.
    pub sequence: u64,
    /// Its unified quality.
    pub unified: u8,
    /// Its template.
    pub template: Box<Template>,
}

impl Best {
    /// Whether to keep this frame, which meets the position rules.
    pub fn offer(&mut self, policy: &Policy, look: Look, face: &Face) -> bool {
        self.forget_unanswered(policy, look.at);
        let unified = face.quality.unified;
        let better = self
            .kept
            .as_ref()
            .is_none_or(|kept| unified >= kept.unified.saturating_add(policy.best.improvement_min.max(1)));
        if self.asked.is_some() || !better || unified < policy.best.quality_min {
            return false;
        }
        self.asked = Some((look, unified));
        true
    }

    /// After an ask that was never answered, the slot's content is unknown. There is no best frame
    /// until another one is kept.
    pub fn forget_unanswered(&mut self, policy: &Policy, now: Duration) {
        if self.asked.is_some_and(|(look, _)| !look.is_awaited(policy, now)) {
            *self = Self::default();
        }
    }

    /// Whether an answer is awaited.
    pub fn is_awaiting(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether an answer is pending and still in time.
    pub fn is_awaiting_at(&self, policy: &Policy, now: Duration) -> bool {
        self.asked.is_some_and(|(look, _)| look.is_awaited(policy, now))
    }

    /// Takes the pending ask that this answer belongs to, if any.
    pub fn take_ask(&mut self, sequence: u64) -> Option<(Look, u8)> {
        self.asked.take_if(|(look, _)| look.sequence == sequence)
    }

    /// The slot holds this frame, and its template is that of the person.
    pub fn keep(&mut self, sequence: u64, unified: u8, template: Box<Template>) {
        self.kept = Some(Kept { sequence, unified, template });
    }

    /// The slot holds a frame that can't be used.
    pub fn spoil(&mut self) {
        self.kept = None;
    }

    /// The frame in the slot. `None` while an answer is pending: the slot may then hold the old
    /// frame or the new one.
    pub fn kept(&self) -> Option<&Kept> {
        if self.asked.is_some() { None } else { self.kept.as_ref() }
    }
}
