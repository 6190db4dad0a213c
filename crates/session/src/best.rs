//! The best frame: chosen by quality, kept by the eye, proven by its template.

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

/// A frame that is in the eye's slot for certain.
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
    /// Whether this frame, which meets the position rules, is to be kept.
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

    /// An ask that was never answered leaves the slot's content unknown: then
    /// there is no best frame until another one is kept.
    pub fn forget_unanswered(&mut self, policy: &Policy, now: Duration) {
        if self.asked.is_some_and(|(look, _)| !look.is_awaited(policy, now)) {
            *self = Self::default();
        }
    }

    /// Whether an answer is awaited.
    pub fn is_awaiting(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether an answer is awaited that may still come.
    pub fn is_awaiting_at(&self, policy: &Policy, now: Duration) -> bool {
        self.asked.is_some_and(|(look, _)| look.is_awaited(policy, now))
    }

    /// The ask this answer belongs to, if there is one.
    pub fn take_ask(&mut self, sequence: u64) -> Option<(Look, u8)> {
        self.asked.take_if(|(look, _)| look.sequence == sequence)
    }

    /// The slot holds this frame, and its template is the person's.
    pub fn keep(&mut self, sequence: u64, unified: u8, template: Box<Template>) {
        self.kept = Some(Kept { sequence, unified, template });
    }

    /// The slot holds a frame that is of no use.
    pub fn spoil(&mut self) {
        self.kept = None;
    }

    /// The frame in the slot; none while an answer is awaited, because then
    /// nobody knows which of two frames is there.
    pub fn kept(&self) -> Option<&Kept> {
        if self.asked.is_some() { None } else { self.kept.as_ref() }
    }
}
