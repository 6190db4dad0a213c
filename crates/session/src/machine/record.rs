//! The steps before the face: who the person claims to be, the record at the authoritative source,
//! and what follows each.
//!
//! The machine never receives a name, a number or a portrait. The terminal holds the claim and the
//! record, looks them up, and compares them with a document. A session's log contains only its
//! answers.

use std::ops::ControlFlow;
use std::time::Duration;

use jiff::civil::Date;

use super::steps::Position;
use super::{Actions, Flow, Machine, Stage, push};
use crate::ending::Ending;
use crate::scanning::Scanning;
use crate::types::{Action, Claimed, Prompt, Seek};
use vouch_contract::eye::protocol::Subject;
use vouch_contract::record::RecordFault;
use vouch_contract::record::{FoundRecord, RecordFacts};
use vouch_contract::scheme::{Claim, Scan};
use vouch_contract::similarity::is_sound;

impl Machine {
    /// Starts the first step.
    pub(super) fn begin(&mut self, now: Duration, actions: &mut Actions) {
        match &self.stage {
            Stage::Claim { .. } => {
                self.show(Prompt::TypeClaim, now, actions);
                push(actions, Action::AskClaim);
            }
            Stage::Record { .. } => self.find(Seek::Claim, now, actions),
            Stage::Document(_) => push(actions, Action::Watch(Subject::Document)),
            _ => {}
        }
    }

    /// The person typed name and number, or did not.
    pub(super) fn take_claimed(&mut self, answer: Claimed, now: Duration, actions: &mut Actions) -> Flow {
        let step = self.current();
        if !matches!(self.stage, Stage::Claim { .. }) {
            return ControlFlow::Continue(());
        }
        match answer {
            Claimed::Given => {
                self.find(Seek::Claim, now, actions);
                ControlFlow::Continue(())
            }
            Claimed::Refused => ControlFlow::Break(Ending::cancelled(step)),
            Claimed::Unattended => ControlFlow::Break(Ending::nobody_to_ask(step)),
        }
    }

    /// Asks the authoritative source.
    fn find(&mut self, seek: Seek, now: Duration, actions: &mut Actions) {
        self.stage = Stage::Record { since: now };
        self.show(Prompt::LookingUp, now, actions);
        push(actions, Action::FindRecord(seek));
    }

    /// The authoritative source's answer.
    pub(super) fn take_record(
        &mut self,
        today: Date,
        found: &Result<RecordFacts, RecordFault>,
        now: Duration,
        actions: &mut Actions,
    ) -> Flow {
        let step = self.current();
        if !matches!(self.stage, Stage::Record { .. }) || self.record.is_some() {
            return ControlFlow::Continue(());
        }
        let facts = match found {
            Ok(facts) => facts.clone(),
            Err(fault) => return ControlFlow::Break(Ending::no_record(step, fault)),
        };
        if facts.portrait_day > today {
            let fault = RecordFault::Unreadable("its portrait is dated in the future".to_owned());
            return ControlFlow::Break(Ending::no_record(step, &fault));
        }
        let may_be_old = self.scheme.plan().scan == Scan::RecordIsOld;
        let too_old = may_be_old && self.policy.record.is_old(facts.portrait_day, today);
        self.record = Some(FoundRecord { facts, too_old });
        // An old portrait decides nothing, but an unusable one makes the whole record unusable.
        self.stage = Stage::Reference { since: now };
        push(actions, Action::EmbedRecord);
        ControlFlow::Continue(())
    }

    /// The portrait is embedded, whether bound or from the record.
    pub(super) fn after_reference(&mut self, now: Duration, actions: &mut Actions) -> Flow {
        let too_old = self.record.as_ref().is_some_and(|record| record.too_old);
        let scans = self.scheme.plan().scan == Scan::Always || too_old;
        if scans && self.document.is_none() {
            self.begin_scan(now, actions);
            return ControlFlow::Continue(());
        }
        self.begin_face(now, actions)
    }

    /// Continues with the document.
    fn begin_scan(&mut self, now: Duration, actions: &mut Actions) {
        self.stage = Stage::Document(Scanning::new(now));
        self.source_ended = None;
        self.last_frame = now;
        push(actions, Action::Watch(Subject::Document));
    }

    /// The document was read, is valid, and was confirmed where required.
    pub(super) fn after_document(&mut self, now: Duration, actions: &mut Actions) -> Flow {
        let unusable = self.portrait.as_ref().is_none_or(|portrait| !is_sound(&portrait.template));
        let Some(document) = self.document.clone().filter(|_| !unusable) else {
            let why = "the portrait's template has no usable values; check the `embed` model";
            return ControlFlow::Break(Ending::internal(self.current(), why));
        };
        if !self.scheme.needs_record() {
            return self.begin_face(now, actions);
        }
        if self.scheme.plan().claim == Claim::Document {
            self.find(Seek::Document(document), now, actions);
        } else {
            self.stage = Stage::Record { since: now };
            push(actions, Action::MatchRecord(document));
        }
        ControlFlow::Continue(())
    }

    /// Whether the document belongs to the person whose record was found.
    pub(super) fn take_matched(
        &mut self,
        answer: &Result<(), RecordFault>,
        now: Duration,
        actions: &mut Actions,
    ) -> Flow {
        let step = self.current();
        let awaited = matches!(self.stage, Stage::Record { .. }) && self.record.is_some();
        match answer {
            _ if !awaited => ControlFlow::Continue(()),
            Ok(()) => self.begin_face(now, actions),
            Err(fault) => ControlFlow::Break(Ending::no_record(step, fault)),
        }
    }

    /// Continues with the face.
    fn begin_face(&mut self, now: Duration, actions: &mut Actions) -> Flow {
        self.stage = Stage::Position(Position::new(now));
        self.last_frame = now;
        if self.document.is_some() {
            // A document camera's recording may have ended; the face has a source of its own.
            self.source_ended = None;
            push(actions, Action::Watch(Subject::Face));
        }
        ControlFlow::Continue(())
    }
}
