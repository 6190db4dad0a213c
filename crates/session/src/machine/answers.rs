//! What the machine asks the eye, and what it does with the answers.

use std::ops::ControlFlow;
use std::time::Duration;

use super::{Actions, Flow, Machine, Stage, push};
use crate::continuity::{Look, Verdict};
use crate::ending::Ending;
use crate::gather::Gather;
use crate::lighting;
use crate::position;
use crate::types::Action;
use crate::view::{Seen, View};
use vouch_contract::eye::protocol::{ReferenceFault, Slot};
use vouch_contract::face::{Face, Template};
use vouch_contract::similarity::is_sound;

impl Machine {
    /// Asks for a frame, as the best frame or to check the identity. Both yield a template, so one
    /// is enough.
    pub(super) fn look(&mut self, view: &View, now: Duration, actions: &mut Actions) {
        let Seen::One(face) = &view.seen else {
            return;
        };
        let look = Look::new(view, face, now);
        let in_position = position::fault(&self.policy.position, view).is_none();
        let good = in_position && face.quality.unified >= self.policy.best.quality_min;
        let gathers = good && self.gather.as_ref().is_some_and(|gather| gather.is_due(now));
        self.best.forget_unanswered(&self.policy, now);
        let slot = if in_position && self.best.offer(&self.policy, look, face) {
            Slot::Best
        } else {
            let urgent = gathers
                || matches!(self.stage, Stage::BestFrame(_))
                    && !self.continuity.passed_after(self.last_gesture);
            if self.best.is_awaiting() || !self.continuity.offer(&self.policy, look, urgent) {
                return;
            }
            Slot::Continuity
        };
        let sequence = view.sequence;
        if gathers && let Some(gather) = &mut self.gather {
            gather.expect(sequence, now);
        }
        let embed = true;
        push(actions, Action::Keep { sequence, slot, embed });
    }

    /// Asks for a frame that shows the gesture being made, or just made.
    pub(super) fn prove_gesture(&mut self, view: &View, face: &Face, now: Duration, actions: &mut Actions) {
        let index = self.evidence.len().saturating_sub(1) as u8;
        if let Some(evidence) = self.evidence.last_mut()
            && evidence.offer(&self.policy, view.sequence, face, now)
        {
            push(actions, Action::Keep { sequence: view.sequence, slot: Slot::Gesture(index), embed: false });
        }
    }

    pub(super) fn take_reference(
        &mut self,
        answer: &Result<Box<Template>, ReferenceFault>,
        now: Duration,
        actions: &mut Actions,
    ) -> Flow {
        if !matches!(self.stage, Stage::Reference { .. }) {
            return ControlFlow::Continue(());
        }
        match answer {
            Ok(template) if is_sound(template) => {
                self.reference = Some(template.clone());
                self.after_reference(now, actions)
            }
            Ok(_) => ControlFlow::Break(Ending::internal(
                self.current(),
                "the reference's template has no usable values; check the `embed` model",
            )),
            Err(fault) => ControlFlow::Break(Ending::reference_unusable(fault)),
        }
    }

    pub(super) fn take_kept(
        &mut self,
        sequence: u64,
        slot: Slot,
        found: bool,
        template: Option<&Template>,
        now: Duration,
    ) -> Flow {
        let verdict = match slot {
            Slot::Gesture(index) => {
                if let Some(evidence) = self.evidence.get_mut(usize::from(index)) {
                    evidence.answer(sequence, found);
                }
                Verdict::Nothing
            }
            Slot::Document(_) => {
                if let Stage::Document(scanning) = &mut self.stage {
                    scanning.answer(sequence, found);
                }
                Verdict::Nothing
            }
            Slot::Continuity => self.continuity.answer(&self.policy, sequence, template),
            Slot::Best => self.take_best(sequence, found, template),
        };
        if let (Verdict::Anchored | Verdict::Same, Some(template)) = (verdict, template)
            && let Some(gather) = &mut self.gather
        {
            gather.take(sequence, template);
        }
        if verdict == Verdict::Changed {
            return ControlFlow::Break(Ending::person_changed(self.current()));
        }
        self.try_to_settle(now)?;
        self.check_source(now)
    }

    fn take_best(&mut self, sequence: u64, found: bool, template: Option<&Template>) -> Verdict {
        let Some((look, unified)) = self.best.take_ask(sequence) else {
            return Verdict::Nothing;
        };
        if !found {
            return Verdict::Nothing;
        }
        let verdict = self.continuity.judge(&self.policy, look, template);
        match (verdict, template) {
            (Verdict::Anchored | Verdict::Same, Some(template)) => {
                self.best.keep(sequence, unified, Box::new(template.clone()));
            }
            _ => self.best.spoil(),
        }
        verdict
    }

    /// Ends the step BestFrame once it has everything it needs.
    pub(super) fn try_to_settle(&mut self, now: Duration) -> Flow {
        let Stage::BestFrame(best_frame) = &self.stage else {
            return ControlFlow::Continue(());
        };
        let quiet = best_frame.quiet_since.is_some_and(|since| {
            self.source_ended.is_some() || now.saturating_sub(since) >= self.policy.best.settle
        });
        let same_person = self.continuity.passed_after(self.last_gesture)
            && best_frame.track.is_some_and(|track| self.continuity.vouches_for(track));
        let gathered = self.gather.as_ref().is_none_or(Gather::is_enough);
        match self.best.kept() {
            Some(best) if quiet && same_person && gathered => {
                let verdict = self.presentations.verdict(&self.policy.liveness);
                let refused = verdict.as_ref().and_then(Ending::of_verdict).or_else(|| {
                    let ignored = self.policy.light.decides
                        && !self.presentations.latest().is_some_and(lighting::follows);
                    ignored.then(Ending::does_not_follow_the_light)
                });
                ControlFlow::Break(refused.unwrap_or_else(|| self.compare(&best.template)))
            }
            _ => ControlFlow::Continue(()),
        }
    }
}
