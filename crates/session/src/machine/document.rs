//! The steps with a document: scan, look-up and checks, confirmation.

use std::ops::ControlFlow;
use std::time::Duration;

use jiff::civil::Date;

use super::{Actions, Flow, Machine, Stage, push};
use crate::document::checks;
use crate::document::merge::together;
use crate::ending::Ending;
use crate::scanning::{Progress, Taken};
use crate::types::{Action, Confirmation, Prompt};
use vouch_contract::document::fields::{Field, FieldName, FieldSource};
use vouch_contract::document::reading::{Document, ReadFault, SideReading};
use vouch_contract::eye::protocol::Slot;
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::face::Template;
use vouch_contract::scheme::Confirm;
use vouch_contract::similarity::similarity;

impl Machine {
    /// A frame while the document is scanned.
    pub(super) fn see_document(&mut self, sighting: &Sighting, now: Duration, actions: &mut Actions) {
        let Stage::Document(scanning) = &mut self.stage else { return };
        let (rules, answer) = (&self.policy.document, self.policy.limits.answer);
        let sequence = sighting.sequence;
        let slot = Slot::Document(scanning.side());
        match scanning.see(rules, answer, sighting.document.as_ref(), sequence, now) {
            Progress::Waiting => self.prompter.content(),
            Progress::Tell(prompt) => self.want(prompt, now, actions),
            Progress::Keep => push(actions, Action::Keep { sequence, slot, embed: false }),
            Progress::Read => push(actions, Action::Read { slot }),
        }
    }

    /// The eye's answer to an [`Action::Read`].
    pub(super) fn take_read(
        &mut self,
        reading: &Result<Box<SideReading>, ReadFault>,
        now: Duration,
        actions: &mut Actions,
    ) -> Flow {
        let step = self.current();
        let Stage::Document(scanning) = &mut self.stage else { return ControlFlow::Continue(()) };
        // No frames arrive while the eye is reading.
        self.last_frame = now;
        match scanning.read(&self.policy.document, reading, now) {
            Taken::Nothing => {}
            Taken::Again(prompt) => self.show(prompt, now, actions),
            Taken::TurnOver => self.show(Prompt::TurnOver, now, actions),
            Taken::TooOften => {
                let failure = scanning.failure.unwrap_or(ReadFault::NotADocument);
                return ControlFlow::Break(Ending::document_unreadable(step, scanning.fault, Some(failure)));
            }
            Taken::Complete => {
                self.portrait = scanning.sides().iter().find_map(|side| side.portrait.clone());
                self.document = Some(Box::new(together(scanning.sides())));
                self.look_up(now, actions);
            }
        }
        ControlFlow::Continue(())
    }

    /// Asks what the terminal knows about the document.
    fn look_up(&mut self, now: Duration, actions: &mut Actions) {
        let value = |name| {
            let document = self.document.as_deref();
            document.and_then(|document| document.value(name)).unwrap_or_default().to_owned()
        };
        let (country, number) = (value(FieldName::CountryCode), value(FieldName::DocumentNumber));
        self.stage = Stage::Checks { since: now };
        push(actions, Action::LookUp { country, number });
    }

    /// Handles what the terminal knows about the document.
    pub(super) fn take_looked_up(
        &mut self,
        today: Date,
        before: &Result<Option<Box<Template>>, String>,
        now: Duration,
        actions: &mut Actions,
    ) -> Flow {
        let step = self.current();
        let (Stage::Checks { .. }, Some(document), Some(portrait)) =
            (&self.stage, &self.document, &self.portrait)
        else {
            return ControlFlow::Continue(());
        };
        if let Err(fault) = checks::check(document, today) {
            return ControlFlow::Break(Ending::document_refused(step, &fault));
        }
        let before = match before {
            Ok(before) => before,
            Err(trouble) => return ControlFlow::Break(Ending::internal(step, trouble.as_str())),
        };
        if let Some(before) = before {
            match similarity(&portrait.template, before) {
                Ok(similarity) if similarity >= self.policy.match_threshold() => {}
                Ok(similarity) => {
                    return ControlFlow::Break(Ending::document_of_another(
                        step,
                        similarity,
                        self.policy.match_threshold(),
                    ));
                }
                // The embedding model has changed since: no comparison is possible, so log it.
                Err(why) => {
                    tracing::warn!(%why, "the portrait of the earlier presentation can't be compared")
                }
            }
        }
        let doubtful = self.is_doubtful(document);
        self.today = Some(today);
        if document.confirmed {
            return self.after_document(now, actions);
        }
        match self.scheme.plan().confirm {
            Confirm::Always => self.ask_to_confirm(now, actions),
            Confirm::WhenDoubtful if doubtful => self.ask_to_confirm(now, actions),
            Confirm::Never | Confirm::WhenDoubtful => return self.after_document(now, actions),
        }
        ControlFlow::Continue(())
    }

    /// Whether a person should check the reading.
    fn is_doubtful(&self, document: &Document) -> bool {
        let least = self.policy.document.confidence_min;
        !document.disagreements.is_empty() || document.fields.iter().any(|field| field.confidence < least)
    }

    fn ask_to_confirm(&mut self, now: Duration, actions: &mut Actions) {
        if let Some(document) = &self.document {
            push(actions, Action::Confirm(document.clone()));
        }
        self.stage = Stage::Confirmation { since: now };
        self.show(Prompt::ConfirmDocument, now, actions);
    }

    /// The person's answer. Changes are kept next to what was read.
    pub(super) fn take_confirmed(
        &mut self,
        answer: &Confirmation,
        now: Duration,
        actions: &mut Actions,
    ) -> Flow {
        let step = self.current();
        let least = self.policy.document.confidence_min;
        let (Stage::Confirmation { .. }, Some(document), Some(today)) =
            (&self.stage, &mut self.document, self.today)
        else {
            return ControlFlow::Continue(());
        };
        let changes = match answer {
            Confirmation::Wrong => return ControlFlow::Break(Ending::not_confirmed(step)),
            Confirmation::Unattended => {
                let certain = |name| document.field(name).is_some_and(|field| field.confidence >= least);
                // A record is found by the personal number, if the document has one.
                let number = FieldName::IdentificationNumber;
                let number = document.value(number).is_some_and(|value| !value.is_empty()).then_some(number);
                let number = number.filter(|_| self.scheme.needs_record());
                if let Some(name) = checks::REQUIRED.into_iter().chain(number).find(|name| !certain(*name)) {
                    return ControlFlow::Break(Ending::doubtful(step, name));
                }
                return self.after_document(now, actions);
            }
            Confirmation::Right(changes) => changes,
        };
        document.confirmed = true;
        for change in changes {
            let change = Field { source: FieldSource::Person, ..change.clone() };
            match document.fields.iter_mut().find(|field| field.name == change.name) {
                Some(field) if field.value == change.value => {}
                Some(field) => document.corrected.push(std::mem::replace(field, change)),
                None => document.fields.push(change),
            }
        }
        // A new number means another document: look that one up as well.
        let number = [FieldName::DocumentNumber, FieldName::CountryCode];
        if changes.iter().any(|change| number.contains(&change.name)) {
            self.look_up(now, actions);
            return ControlFlow::Continue(());
        }
        // What a person types must not make an expired document valid.
        if let Err(fault) = checks::check(document, today) {
            return ControlFlow::Break(Ending::document_refused(step, &fault));
        }
        self.after_document(now, actions)
    }
}
