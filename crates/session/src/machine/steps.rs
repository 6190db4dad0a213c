//! What each step does with a frame.

use std::ops::ControlFlow;
use std::time::Duration;

use super::{Actions, Flow, Machine, Stage, push};
use crate::asking::{Asking, Progress};
use crate::best::Best;
use crate::continuity::Continuity;
use crate::ending::Ending;
use crate::evidence::Evidence;
use crate::gestures::is_neutral;
use crate::lighting::{Lighting, Then};
use crate::liveness::presentations::Presentations;
use crate::policy::Policy;
use crate::position;
use crate::types::{Action, GestureRecord, Prompt};
use crate::view::{Seen, View};
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::liveness::AllMeasures;

/// The step Position.
#[derive(Debug)]
pub(super) struct Position {
    /// When it began.
    pub since: Duration,
    /// What is wrong now.
    pub fault: Option<Prompt>,
    track: Option<u32>,
    good_since: Option<Duration>,
}

impl Position {
    pub(super) fn new(since: Duration) -> Self {
        Self { since, fault: Some(Prompt::ComeIntoView), track: None, good_since: None }
    }

    /// Whether the face has been in position long enough.
    pub(super) fn is_steady(&self, policy: &Policy, now: Duration) -> bool {
        self.good_since.is_some_and(|since| now.saturating_sub(since) >= policy.position.steady)
    }
}

/// The step BestFrame.
#[derive(Debug)]
pub(super) struct BestFrame {
    /// When it began.
    pub since: Duration,
    /// Since when the face has been quiet and in position.
    pub quiet_since: Option<Duration>,
    /// The track last seen.
    pub track: Option<u32>,
}

impl Machine {
    pub(super) fn take_sighting(
        &mut self,
        sighting: &Sighting,
        now: Duration,
        actions: &mut Actions,
    ) -> Flow {
        self.frames += 1;
        self.last_frame = now;
        if matches!(self.stage, Stage::Document(_)) {
            self.see_document(sighting, now, actions);
            return ControlFlow::Continue(());
        }
        let view = View::of(sighting, self.frames, self.policy.position.presence_min);
        match view.seen {
            Seen::Nobody => {
                self.lost_since.get_or_insert(now);
                self.several_since = None;
            }
            Seen::Several => {
                self.several_since.get_or_insert(now);
                self.lost_since = None;
                self.ever_a_face = true;
            }
            Seen::One(face) => {
                self.presentations.see(&self.policy.liveness, face.track, &sighting.cues);
                self.lost_since = None;
                self.several_since = None;
                self.ever_a_face = true;
            }
        }
        match self.stage {
            Stage::Position(_) => self.see_position(&view, &sighting.cues, now, actions),
            Stage::Gesture(_) => return self.see_gesture(&view, now, actions),
            Stage::Light(_) => self.see_light(&view, now, actions),
            Stage::BestFrame(_) => {
                self.see_best_frame(&view, now, actions);
                return self.try_to_settle(now);
            }
            Stage::Claim { .. }
            | Stage::Record { .. }
            | Stage::Reference { .. }
            | Stage::Document(_)
            | Stage::Checks { .. }
            | Stage::Confirmation { .. }
            | Stage::Finished => {}
        }
        ControlFlow::Continue(())
    }

    fn see_position(&mut self, view: &View, cues: &AllMeasures, now: Duration, actions: &mut Actions) {
        let fault = position::fault(&self.policy.position, view);
        let Stage::Position(position) = &mut self.stage else {
            return;
        };
        if let Seen::One(face) = &view.seen
            && position.track.replace(face.track) != Some(face.track)
        {
            // A new person: whatever the person before did no longer counts.
            self.continuity = Continuity::default();
            self.best = Best::default();
            if let Some(gather) = &mut self.gather {
                gather.forget();
            }
            self.presentations = Presentations::default();
            self.presentations.see(&self.policy.liveness, face.track, cues);
            position.good_since = None;
        }
        position.fault = fault;
        match fault {
            Some(prompt) => {
                position.good_since = None;
                self.want(prompt, now, actions);
            }
            None => {
                position.good_since.get_or_insert(now);
                let ready = position.is_steady(&self.policy, now) && self.continuity.is_anchored();
                self.prompter.content();
                self.look(view, now, actions);
                if ready {
                    self.ask_gesture(0, now, actions);
                }
            }
        }
    }

    fn see_gesture(&mut self, view: &View, now: Duration, actions: &mut Actions) -> Flow {
        let Stage::Gesture(asking) = &mut self.stage else {
            return ControlFlow::Continue(());
        };
        let face = match &view.seen {
            Seen::Nobody => {
                self.want(Prompt::ComeIntoView, now, actions);
                return ControlFlow::Continue(());
            }
            Seen::Several => {
                asking.interrupt();
                self.want(Prompt::OnePersonOnly, now, actions);
                return ControlFlow::Continue(());
            }
            Seen::One(face) => face,
        };
        let vouched = self.continuity.vouches_for(face.track);
        let progress = asking.see(&self.policy, face, vouched, now);
        let (index, gesture) = (asking.index, asking.gesture);
        let late = asking.is_late_to_settle(&self.policy, now);
        let asked = asking.is_asked_now();
        match progress {
            Progress::Waiting if asked => self.want(Prompt::Do(gesture), now, actions),
            Progress::Waiting if late => self.want(Prompt::LookStraight, now, actions),
            Progress::Waiting => self.prompter.content(),
            Progress::Ready if self.prompter.is_read(&self.policy.limits, now) => {
                self.prompt_gesture(now, actions);
            }
            Progress::Ready => self.prompter.content(),
            Progress::Armed(base) => {
                self.evidence.truncate(index.into());
                // One per gesture, and there is room for all.
                let _ = self.evidence.push(Evidence::new(gesture, base));
            }
            Progress::Done => {
                self.last_gesture = view.order;
                if let Some(record) = self.records.last_mut() {
                    record.done_at = Some(now);
                }
                self.show(Prompt::WellDone, now, actions);
            }
            Progress::Wrong(other) => {
                self.wrong = self.wrong.saturating_add(1);
                if self.wrong > self.policy.gestures.wrong_allowed {
                    return ControlFlow::Break(Ending::wrong_gestures(self.current(), other));
                }
                self.show(Prompt::LookStraight, now, actions);
            }
        }
        self.prove_gesture(view, face, now, actions);
        if is_neutral(&self.policy.gestures, &self.policy.position, face) {
            self.look(view, now, actions);
        }
        if progress == Progress::Done {
            self.ask_gesture(index + 1, now, actions);
        }
        ControlFlow::Continue(())
    }

    /// Moves to gesture `index`, or past the last one.
    fn ask_gesture(&mut self, index: u8, now: Duration, actions: &mut Actions) {
        match (self.challenge.gestures().get(usize::from(index)), self.colours.first()) {
            (Some(gesture), _) => self.stage = Stage::Gesture(Asking::new(index, *gesture, now)),
            (None, Some(&colour)) => {
                self.stage = Stage::Light(Lighting::new(now));
                push(actions, Action::Light(colour));
            }
            (None, None) => self.choose_best(now),
        }
    }

    /// Moves to the step BestFrame.
    fn choose_best(&mut self, now: Duration) {
        self.stage = Stage::BestFrame(BestFrame { since: now, quiet_since: None, track: None });
    }

    /// Whether the screen shows the colour asked for.
    pub(super) fn take_lit(&mut self, shown: bool, now: Duration) {
        match &mut self.stage {
            Stage::Light(lighting) if shown => lighting.shown(now),
            Stage::Light(_) => self.choose_best(now),
            _ => {}
        }
    }

    fn see_light(&mut self, view: &View, now: Duration, actions: &mut Actions) {
        let Stage::Light(lighting) = &mut self.stage else {
            return;
        };
        match lighting.then(&self.policy.light, now) {
            Then::Wait => {}
            Then::GiveUp => self.choose_best(now),
            Then::Next => {
                lighting.next(now);
                match self.colours.get(usize::from(lighting.index)) {
                    Some(&colour) => push(actions, Action::Light(colour)),
                    None => self.choose_best(now),
                }
            }
        }
        if let Seen::One(face) = &view.seen
            && is_neutral(&self.policy.gestures, &self.policy.position, face)
        {
            self.look(view, now, actions);
        }
    }

    /// Tells the person what to do, for the first time or again.
    fn prompt_gesture(&mut self, now: Duration, actions: &mut Actions) {
        let Stage::Gesture(asking) = &mut self.stage else {
            return;
        };
        asking.ask(now);
        let gesture = asking.gesture;
        if self.records.len() == usize::from(asking.index) {
            // One per gesture, and there is room for all.
            let _ =
                self.records.push(GestureRecord { gesture, asked_at: now, done_at: None, sequence: None });
        }
        self.show(Prompt::Do(gesture), now, actions);
    }

    fn see_best_frame(&mut self, view: &View, now: Duration, actions: &mut Actions) {
        let fault = position::fault(&self.policy.position, view);
        let Stage::BestFrame(best_frame) = &mut self.stage else {
            return;
        };
        let Seen::One(face) = &view.seen else {
            best_frame.quiet_since = None;
            self.want(fault.unwrap_or(Prompt::ComeIntoView), now, actions);
            return;
        };
        let same_track = best_frame.track.replace(face.track) == Some(face.track);
        let neutral = is_neutral(&self.policy.gestures, &self.policy.position, face);
        if !neutral || fault.is_some() || !same_track {
            best_frame.quiet_since = None;
        }
        if neutral && fault.is_none() {
            best_frame.quiet_since.get_or_insert(now);
            self.prompter.content();
        } else {
            self.want(fault.unwrap_or(Prompt::LookStraight), now, actions);
        }
        self.prove_gesture(view, face, now, actions);
        if neutral {
            self.look(view, now, actions);
        }
    }

    pub(super) fn show(&mut self, prompt: Prompt, now: Duration, actions: &mut Actions) {
        if let Some(prompt) = self.prompter.show(prompt, now) {
            push(actions, Action::Prompt(prompt));
        }
    }

    pub(super) fn want(&mut self, prompt: Prompt, now: Duration, actions: &mut Actions) {
        if let Some(prompt) = self.prompter.want(&self.policy.limits, prompt, now) {
            push(actions, Action::Prompt(prompt));
        }
    }
}
