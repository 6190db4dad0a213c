//! Which screen is shown, as a pure function of what has happened. No I/O and no clock of its own.
//!
//! | screen | ends by | to |
//! |---|---|---|
//! | Starting | the terminal is ready | Idle |
//! | Idle | begin, somebody came, an invitation | the first of Guide, Consent, Documents that applies, else the order |
//! | Idle | language | Language, and back |
//! | Guide, Consent, Documents | next, agree, a kind | the next that applies, else the order |
//! | Ordered | the session began; was refused | Session; Error |
//! | Session | its end | Result, Redirect or Idle |
//! | Result, Redirect, Error | done, or time | Idle |
//! | Result | again | Documents, else the order |
//! | Pin | the PIN is right | Operator |
//! | Operator | enrol | Enrolee |
//! | Enrolee | a name and a number | Consent, then the order |
//! | any that waits for a person | cancel, or time | Idle |
//!
//! A session may also begin without the page, by a signal. It is then shown at once, except over
//! the PIN pad and the operator's page.

mod before;
mod session;
mod types;
mod view;

use std::time::Duration;

use self::session::SessionScreen;
#[cfg(test)]
pub(super) use self::session::prompt_names;
pub use self::types::{Effect, Event, Invitation, NotInvited, SetUp};
use super::protocol::{
    ChangedField, DocumentKind, Input, OperatorAction, Outcome, PinFault, Reason, Report, Start, Trouble,
    TypingFault,
};
use crate::terminal::screen::{Enrolment, Standing};
use vouch_contract::scheme::{Plan, Scheme};
use vouch_session::machine::Allowance;

/// The consent text's version; it changes with the text.
pub const CONSENT_VERSION: &str = "1";

/// How long each screen waits for a person. Chosen: a slow reader needs about twenty seconds for
/// the consent.
const LANGUAGE: Duration = Duration::from_secs(30);
const PASSED: Duration = Duration::from_secs(8);
const FAILED: Duration = Duration::from_secs(20);
const REDIRECT: Duration = Duration::from_secs(5);
const PIN: Duration = Duration::from_secs(30);
const OPERATOR: Duration = Duration::from_secs(300);
/// Typing a name and a number with one finger takes a minute.
const ENROLEE: Duration = Duration::from_secs(180);

/// The screen that is shown, with its state.
#[derive(Debug)]
enum Place {
    Starting(Option<Trouble>),
    Idle,
    Language,
    Guide,
    Consent,
    Documents,
    Ordered,
    Session(SessionScreen),
    Result { outcome: Outcome, reason: Option<Reason>, again: bool, enrolled: bool },
    Redirect(String),
    Error(Reason),
    Pin { fault: Option<PinFault>, until: Option<Duration>, checking: bool },
    Operator(Box<Report>),
    Enrolee { fault: Option<TypingFault>, checking: bool },
}

/// What this person has chosen. Forgotten when the page returns to Idle.
#[derive(Debug, Default)]
struct Visit {
    invitation: Option<Invitation>,
    consent: Option<String>,
    kind: Option<DocumentKind>,
    /// Whether the person is to be enrolled.
    enrolling: bool,
    /// What became of it.
    enrolment: Option<Enrolment>,
    /// Whether the page ordered the session.
    ours: bool,
}

/// The page's state.
#[derive(Debug)]
pub struct Flow {
    set_up: SetUp,
    standing: Standing,
    place: Place,
    number: u64,
    language: String,
    // When the screen ends, and how long it lasts in all.
    ends: Option<(Duration, Duration)>,
    visit: Visit,
}

impl Flow {
    /// The page of a terminal that has just started.
    pub fn new(set_up: SetUp) -> Self {
        let language = first_language(&set_up);
        Self {
            set_up,
            standing: Standing::Starting,
            place: Place::Starting(None),
            number: 1,
            language,
            ends: None,
            visit: Visit::default(),
        }
    }

    /// The language now shown.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Whether a partner's session could be asked for now.
    ///
    /// # Errors
    /// [`NotInvited`].
    pub fn is_free(&self) -> Result<(), NotInvited> {
        match &self.place {
            Place::Idle => Ok(()),
            Place::Starting(_) => Err(NotInvited::NotReady),
            _ => Err(NotInvited::Busy),
        }
    }

    /// Takes in what happened at `now`, a time that never goes back, and returns what to do.
    pub fn step(&mut self, event: Event, now: Duration) -> Vec<Effect> {
        match event {
            Event::Input { view, input } if view == self.number => self.take_input(input, now),
            Event::Input { .. } => Vec::new(),
            Event::Standing(standing) => self.stand(standing),
            Event::SomebodyCame if matches!(self.place, Place::Idle) => self.lead_on(now),
            Event::SomebodyCame => Vec::new(),
            Event::Invited(invitation) => self.invite(invitation, now),
            Event::Withdrawn(id) => self.withdraw(&id),
            Event::Refused(reason) => {
                if matches!(self.place, Place::Ordered) {
                    self.show(Place::Error(reason), Some(FAILED), now);
                }
                Vec::new()
            }
            Event::Began { gestures } => {
                if !matches!(self.place, Place::Operator(_) | Place::Pin { .. }) {
                    self.visit.ours = matches!(self.place, Place::Ordered);
                    self.show(Place::Session(SessionScreen::new(gestures)), None, now);
                }
                Vec::new()
            }
            Event::Step(step, allowance) => {
                let turned = match &mut self.place {
                    Place::Session(session) => session.turn(step),
                    _ => return Vec::new(),
                };
                self.number += u64::from(turned);
                self.allow(allowance, now);
                Vec::new()
            }
            Event::Prompt(prompt) => {
                if let Place::Session(session) = &mut self.place {
                    session.prompt(prompt);
                }
                Vec::new()
            }
            Event::Light(colour) => {
                if let Place::Session(session) = &mut self.place {
                    session.light(colour);
                    // An answer about the colour before is no answer about this one.
                    self.number += 1;
                }
                Vec::new()
            }
            Event::Confirm(fields) => {
                if let Place::Session(session) = &mut self.place {
                    session.confirm(fields);
                }
                Vec::new()
            }
            Event::Mistyped(fault) => {
                match &mut self.place {
                    Place::Session(session) => session.mistyped(fault),
                    Place::Enrolee { fault: shown, checking } => (*shown, *checking) = (Some(fault), false),
                    _ => return Vec::new(),
                }
                self.number += 1;
                Vec::new()
            }
            Event::EnroleeTaken => {
                if matches!(self.place, Place::Enrolee { checking: true, .. }) {
                    self.visit.enrolling = true;
                    return self.lead_on(now);
                }
                vec![Effect::ForgetEnrolee]
            }
            Event::Enrolled(enrolment) => {
                self.visit.enrolment = Some(enrolment).filter(|_| self.visit.enrolling);
                Vec::new()
            }
            Event::Ended { outcome, reason } => self.end(outcome, reason, now),
            Event::SendTo(url) => {
                if matches!(self.place, Place::Session(_) | Place::Result { .. } | Place::Idle) {
                    self.show(Place::Redirect(url), Some(REDIRECT), now);
                }
                Vec::new()
            }
            Event::PinChecked(answer) => self.pin_checked(answer, now),
            Event::Report(report) => {
                if let Place::Operator(shown) = &mut self.place {
                    *shown = report;
                }
                Vec::new()
            }
            Event::Tick => self.tick(now),
        }
    }

    fn plan(&self) -> Plan {
        if self.visit.enrolling {
            return Scheme::LivenessOnly.plan();
        }
        self.visit.invitation.as_ref().map_or(self.set_up.scheme, |invited| invited.scheme).plan()
    }

    fn show(&mut self, place: Place, limit: Option<Duration>, now: Duration) {
        self.place = place;
        self.number += 1;
        self.ends = limit.map(|limit| (now.saturating_add(limit), limit));
    }

    /// Back to the beginning; nothing of this person stays.
    fn rest(&mut self) -> Vec<Effect> {
        let declined = self.visit.invitation.take().filter(|_| !self.visit.ours);
        let enrolling = self.visit.enrolling || matches!(self.place, Place::Enrolee { .. });
        self.visit = Visit::default();
        self.language = first_language(&self.set_up);
        self.ends = None;
        self.number += 1;
        self.place = Place::Idle;
        self.settle_standing();
        let declined = declined.map(|invited| Effect::Declined(invited.id));
        declined.into_iter().chain(enrolling.then_some(Effect::ForgetEnrolee)).collect()
    }

    fn stand(&mut self, standing: Standing) -> Vec<Effect> {
        if self.standing != standing {
            self.standing = standing;
            self.settle_standing();
        }
        Vec::new()
    }

    /// Idle and Starting change with the terminal's standing; other screens stay until they end.
    fn settle_standing(&mut self) {
        let place = match (&self.place, self.standing) {
            (Place::Idle | Place::Starting(_), Standing::Ready) => Place::Idle,
            (Place::Idle | Place::Starting(_), Standing::Starting) => Place::Starting(None),
            (Place::Idle | Place::Starting(_), Standing::NoCamera) => {
                Place::Starting(Some(Trouble::NoCamera))
            }
            (Place::Idle | Place::Starting(_), Standing::NotReady) => {
                Place::Starting(Some(Trouble::NotReady))
            }
            _ => return,
        };
        if !matches!((&self.place, &place), (Place::Idle, Place::Idle)) {
            self.number += 1;
        }
        (self.place, self.ends) = (place, None);
    }

    fn take_input(&mut self, input: Input, now: Duration) -> Vec<Effect> {
        match (&mut self.place, input) {
            (Place::Idle, Input::Begin) if self.set_up.start != Start::Partner => self.lead_on(now),
            (Place::Idle, Input::Language { .. }) => {
                self.show(Place::Language, Some(LANGUAGE), now);
                Vec::new()
            }
            (Place::Idle | Place::Starting(_), Input::Operator) if self.set_up.operator => {
                self.show(Place::Pin { fault: None, until: None, checking: false }, Some(PIN), now);
                Vec::new()
            }
            (Place::Language, Input::Language { language: Some(tag) })
                if self.set_up.kiosk.languages.contains(&tag) =>
            {
                self.language = tag;
                self.show(Place::Idle, Some(LANGUAGE), now);
                Vec::new()
            }
            (Place::Guide, Input::Next) => self.lead_on(now),
            (Place::Consent, Input::Agree) => {
                self.visit.consent = Some(self.language.clone());
                self.lead_on(now)
            }
            (Place::Documents, Input::Document { document }) => {
                self.visit.kind = Some(document);
                self.lead_on(now)
            }
            (Place::Session(session), input) => session.take(input, &mut self.number),
            (Place::Result { again: true, .. }, Input::Again) => {
                self.visit.kind = None;
                // The guide is known by now.
                self.place = Place::Guide;
                self.lead_on(now)
            }
            (Place::Result { .. } | Place::Error(_), Input::Done | Input::Cancel) => self.rest(),
            (Place::Pin { checking, until, .. }, Input::Pin { pin })
                if !*checking && until.is_none_or(|until| now >= until) =>
            {
                *checking = true;
                vec![Effect::CheckPin(pin)]
            }
            (Place::Operator(_), Input::Action { action: OperatorAction::Enrol }) => {
                self.show(Place::Enrolee { fault: None, checking: false }, Some(ENROLEE), now);
                vec![Effect::Act(OperatorAction::CameraOff)]
            }
            (Place::Enrolee { checking, .. }, Input::Enrol { last_name, first_name, number })
                if !*checking =>
            {
                *checking = true;
                vec![Effect::Enrolee(last_name, first_name, number)]
            }
            (Place::Operator(_), Input::Action { action }) => {
                self.ends = Some((now.saturating_add(OPERATOR), OPERATOR));
                vec![Effect::Act(action)]
            }
            (Place::Operator(_), Input::Done) => {
                let mut effects = self.rest();
                effects.push(Effect::Act(OperatorAction::CameraOff));
                effects
            }
            (
                Place::Language
                | Place::Guide
                | Place::Consent
                | Place::Documents
                | Place::Pin { .. }
                | Place::Enrolee { .. },
                Input::Cancel,
            ) => self.rest(),
            _ => Vec::new(),
        }
    }

    /// The session's own clock decides; the page only shows it. Small differences are not news.
    fn allow(&mut self, allowance: Allowance, now: Duration) {
        let ends = now.saturating_add(allowance.left);
        let known = self.ends.is_some_and(|(at, total)| {
            total == allowance.total && at.abs_diff(ends) < Duration::from_millis(500)
        });
        if !known {
            self.ends = Some((ends, allowance.total));
        }
    }

    fn end(&mut self, outcome: Outcome, reason: Option<Reason>, now: Duration) -> Vec<Effect> {
        if !matches!(self.place, Place::Session(_) | Place::Ordered) {
            return Vec::new();
        }
        let invited = self.visit.invitation.as_ref();
        let (outcome, reason) = match (outcome, self.visit.enrolment) {
            (Outcome::Passed, Some(Enrolment::Already)) => (Outcome::Failed, Some(Reason::AlreadyEnrolled)),
            (Outcome::Passed, Some(Enrolment::Failed)) => (Outcome::Failed, Some(Reason::Internal)),
            _ => (outcome, reason),
        };
        let shows =
            self.visit.enrolling || invited.map_or(self.set_up.kiosk.result, |invited| invited.result);
        // Who cancelled wants to leave.
        if !shows || reason == Some(Reason::Cancelled) {
            return self.rest();
        }
        // A partner's retry needs a new token. An attack is no matter for another try by oneself.
        let hopeless = matches!(
            reason,
            Some(Reason::Attack | Reason::DocumentSeenBefore | Reason::AlreadyEnrolled | Reason::Internal)
        );
        // The one to enrol is named anew by the operator.
        let begins = invited.is_none() && !self.visit.enrolling;
        let again = outcome == Outcome::Failed && self.visit.ours && begins && !hopeless;
        let enrolled = self.visit.enrolment == Some(Enrolment::Done);
        let limit = if outcome == Outcome::Passed { PASSED } else { FAILED };
        self.show(Place::Result { outcome, reason, again, enrolled }, Some(limit), now);
        Vec::new()
    }

    fn pin_checked(&mut self, answer: Result<(), Option<Duration>>, now: Duration) -> Vec<Effect> {
        if !matches!(self.place, Place::Pin { checking: true, .. }) {
            return Vec::new();
        }
        match answer {
            Ok(()) => {
                self.show(Place::Operator(Box::default()), Some(OPERATOR), now);
                return vec![Effect::Report];
            }
            Err(None) => {
                let place = Place::Pin { fault: Some(PinFault::Wrong), until: None, checking: false };
                self.show(place, Some(PIN), now);
            }
            Err(Some(wait)) => {
                let until = Some(now.saturating_add(wait));
                let place = Place::Pin { fault: Some(PinFault::Locked), until, checking: false };
                self.show(place, Some(PIN), now);
            }
        }
        Vec::new()
    }

    fn tick(&mut self, now: Duration) -> Vec<Effect> {
        let over = self.ends.is_some_and(|(at, _)| now >= at);
        match &self.place {
            // The session ends by its own limits.
            Place::Session(_) => Vec::new(),
            Place::Ordered if over => {
                self.show(Place::Error(Reason::Busy), Some(FAILED), now);
                Vec::new()
            }
            Place::Operator(_) if over => {
                let mut effects = self.rest();
                effects.push(Effect::Act(OperatorAction::CameraOff));
                effects
            }
            _ if over => self.rest(),
            _ => Vec::new(),
        }
    }
}

fn first_language(set_up: &SetUp) -> String {
    set_up.kiosk.languages.first().cloned().unwrap_or_else(|| "en".to_owned())
}

/// The changed fields as they are passed on.
fn pairs(fields: Vec<ChangedField>) -> Vec<(String, String)> {
    fields.into_iter().map(|field| (field.name, field.value)).collect()
}

#[cfg(test)]
mod tests;
