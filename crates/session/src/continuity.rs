//! Checks that the person is still the one who began the session.
//!
//! The first template becomes the anchor. Every later one is compared with it: from best frames and
//! from looks taken only for this. A look without an answer is repeated; it never counts as passed.

use std::time::Duration;

use crate::policy::Policy;
use crate::view::View;
use vouch_contract::face::{Face, Template};
use vouch_contract::similarity::{is_sound, similarity};

/// The state of this check.
#[derive(Debug, Default)]
pub struct Continuity {
    anchor: Option<Box<Template>>,
    asked: Option<Look>,
    passed: Option<Look>,
    misses: u8,
}

/// One look: which frame and track, and when.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The source's number of the frame.
    pub sequence: u64,
    /// The session's number of the frame ([`View::order`]).
    pub order: u64,
    /// The track of the face.
    pub track: u32,
    /// When it was taken.
    pub at: Duration,
}

impl Look {
    /// A look at this face in this frame.
    pub fn new(view: &View, face: &Face, at: Duration) -> Self {
        Self { sequence: view.sequence, order: view.order, track: face.track, at }
    }

    /// Whether its answer is still pending.
    pub fn is_awaited(&self, policy: &Policy, now: Duration) -> bool {
        now.saturating_sub(self.at) <= policy.limits.answer
    }
}

/// What a template showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was the first one and is now the anchor.
    Anchored,
    /// The same person.
    Same,
    /// Perhaps another person: look again.
    Doubtful,
    /// Another person.
    Changed,
    /// No template, or one that can't be compared.
    Nothing,
}

impl Continuity {
    /// Whether to look at this quiet, frontal face now: because its track is new, because a look is
    /// due, or because the step needs one (`urgent`).
    pub fn offer(&mut self, policy: &Policy, look: Look, urgent: bool) -> bool {
        let now = look.at;
        let awaiting = self.asked.is_some_and(|asked| asked.is_awaited(policy, now));
        let due = self.passed.is_none_or(|passed| {
            passed.track != look.track || now.saturating_sub(passed.at) >= policy.continuity.every
        });
        if awaiting || !(due || urgent) {
            return false;
        }
        self.asked = Some(look);
        true
    }

    /// Handles the answer to a look taken only for this check.
    pub fn answer(&mut self, policy: &Policy, sequence: u64, template: Option<&Template>) -> Verdict {
        match self.asked {
            Some(look) if look.sequence == sequence => {
                self.asked = None;
                self.judge(policy, look, template)
            }
            _ => Verdict::Nothing,
        }
    }

    /// Compares a template with the anchor, whatever it was made for.
    pub fn judge(&mut self, policy: &Policy, look: Look, template: Option<&Template>) -> Verdict {
        let Some(template) = template else {
            return Verdict::Nothing;
        };
        let Some(anchor) = &self.anchor else {
            if !is_sound(template) {
                return Verdict::Nothing;
            }
            self.anchor = Some(Box::new(template.clone()));
            self.passed = Some(look);
            return Verdict::Anchored;
        };
        let Ok(similarity) = similarity(anchor, template) else {
            return Verdict::Nothing;
        };
        if similarity >= policy.same_person_similarity() {
            self.misses = 0;
            // Answers may arrive out of order: an older look says nothing about newer frames.
            if self.passed.is_none_or(|passed| passed.order <= look.order) {
                self.passed = Some(look);
            }
            return Verdict::Same;
        }
        self.passed = None;
        self.misses = self.misses.saturating_add(1);
        if self.misses >= policy.continuity.misses { Verdict::Changed } else { Verdict::Doubtful }
    }

    /// Whether there is an anchor.
    pub fn is_anchored(&self) -> bool {
        self.anchor.is_some()
    }

    /// Whether this track's face matched the anchor and no later look raised a doubt.
    pub fn vouches_for(&self, track: u32) -> bool {
        self.passed.is_some_and(|passed| passed.track == track)
    }

    /// Whether a look at a frame later than the session's frame `order` has passed.
    pub fn passed_after(&self, order: u64) -> bool {
        self.passed.is_some_and(|passed| passed.order > order)
    }

    /// Whether an answer is pending.
    pub fn is_awaiting(&self, policy: &Policy, now: Duration) -> bool {
        self.asked.is_some_and(|asked| asked.is_awaited(policy, now))
    }
}
