//! Is it still the person who began?
//!
//! The first template becomes the anchor. Every later one (looks taken for this
//! alone, and best frames) is compared with it. A look that gives no answer is
//! taken again; it never counts as passed.

use std::time::Duration;

use crate::policy::Policy;
use crate::view::View;
use vouch_contract::face::{Face, Template};
use vouch_contract::similarity::{is_sound, similarity};

/// The state of that question.
#[derive(Debug, Default)]
pub struct Continuity {
    anchor: Option<Box<Template>>,
    asked: Option<Look>,
    passed: Option<Look>,
    misses: u8,
}

/// One look: at which frame, of which track, when.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The source's number of the frame.
    pub sequence: u64,
    /// The session's number of the frame ([`View::order`]).
    pub order: u64,
    /// The track.
    pub track: u32,
    /// When.
    pub at: Duration,
}

impl Look {
    /// A look at this face of this frame.
    pub fn new(view: &View, face: &Face, at: Duration) -> Self {
        Self { sequence: view.sequence, order: view.order, track: face.track, at }
    }

    /// Whether its answer is still awaited.
    pub fn is_awaited(&self, policy: &Policy, now: Duration) -> bool {
        now.saturating_sub(self.at) <= policy.limits.answer
    }
}

/// What a template said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The first one: it is the anchor now.
    Anchored,
    /// The same person.
    Same,
    /// Perhaps another person: once more.
    Doubtful,
    /// Another person.
    Changed,
    /// No template, or none that can be compared: nothing was learnt.
    Nothing,
}

impl Continuity {
    /// Whether this quiet, frontal face is to be looked at now: on a new track, on
    /// schedule, or because the moment asks for it (`urgent`).
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

    /// The answer to a look taken for this alone.
    pub fn answer(&mut self, policy: &Policy, sequence: u64, template: Option<&Template>) -> Verdict {
        match self.asked {
            Some(look) if look.sequence == sequence => {
                self.asked = None;
                self.judge(policy, look, template)
            }
            _ => Verdict::Nothing,
        }
    }

    /// Compares a template, whatever it was made for, with the anchor.
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
            // Answers may come out of order: an older look proves nothing newer.
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

    /// Whether this track's face has been found to be the anchor's (and no later
    /// look raised a doubt).
    pub fn vouches_for(&self, track: u32) -> bool {
        self.passed.is_some_and(|passed| passed.track == track)
    }

    /// Whether a look at a frame after the session's frame `order` has passed.
    pub fn passed_after(&self, order: u64) -> bool {
        self.passed.is_some_and(|passed| passed.order > order)
    }

    /// Whether an answer is awaited.
    pub fn is_awaiting(&self, policy: &Policy, now: Duration) -> bool {
        self.asked.is_some_and(|asked| asked.is_awaited(policy, now))
    }
}
