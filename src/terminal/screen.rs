//! What a session shows to the person. Answers come back as orders, so that nothing here has to
//! wait.

use vouch_contract::claims::ResultClaims;
use vouch_contract::document::reading::Document;
use vouch_contract::eye::sighting::Sighting;
use vouch_contract::scheme::Scheme;
use vouch_session::lighting::Colour;
use vouch_session::machine::Allowance;
use vouch_session::types::{Prompt, Step};

/// Whether a session could begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It could.
    Ready,
    /// The terminal has just started.
    Starting,
    /// The camera gives no frames.
    NoCamera,
    /// Results can't be vouched for now: the clock, the disk, the outbox.
    NotReady,
}

/// What became of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// The person is in the gallery.
    Done,
    /// The person seems to be in it already, or somebody is under this number.
    Already,
    /// It failed, or the session did not pass.
    Failed,
}

/// Shows sessions to the person: a console, a page, lines of events.
pub trait Screen {
    /// Shows a prompt.
    fn prompt(&mut self, prompt: Prompt);

    /// Shows the fields that were read, for confirmation. The answer is
    /// [`Steer::Confirmed`](super::order::Steer::Confirmed). False if nobody can be asked.
    fn confirm(&mut self, document: &Document) -> bool;

    /// Asks for name and number. The answer is [`Steer::Typed`](super::order::Steer::Typed). False
    /// if nobody can be asked.
    fn ask_claim(&mut self) -> bool;

    /// Lights the face with a colour. [`Steer::Lit`](super::order::Steer::Lit) follows as soon as it is
    /// shown. False if there is no screen that can.
    fn light(&mut self, _colour: Colour) -> bool {
        false
    }

    /// A session has begun, with this many gestures.
    fn began(&mut self, _scheme: Scheme, _gestures: usize) {}

    /// The session's step, and the time it allows. Called often.
    fn step(&mut self, _step: Step, _allowance: Allowance) {}

    /// What the eye saw in a frame of the session.
    fn saw(&mut self, _sighting: &Sighting) {}

    /// The person was to be enrolled. Called before [`Screen::ended`].
    fn enrolled(&mut self, _outcome: Enrolment) {}

    /// The session is over; its result is on disk.
    fn ended(&mut self, _claims: &ResultClaims) {}

    /// Whether a session could begin. Called often, between sessions.
    fn standing(&mut self, _standing: Standing) {}

    /// Somebody has come and stays. True if this screen leads the person on and orders the session
    /// itself.
    fn somebody_came(&mut self) -> bool {
        false
    }
}

/// Two screens that show the same.
pub struct Both<'a>(pub &'a mut dyn Screen, pub &'a mut dyn Screen);

impl Screen for Both<'_> {
    fn prompt(&mut self, prompt: Prompt) {
        self.0.prompt(prompt);
        self.1.prompt(prompt);
    }

    fn confirm(&mut self, document: &Document) -> bool {
        // Not `||`: both are to show it.
        self.0.confirm(document) | self.1.confirm(document)
    }

    fn ask_claim(&mut self) -> bool {
        self.0.ask_claim() | self.1.ask_claim()
    }

    fn light(&mut self, colour: Colour) -> bool {
        self.0.light(colour) | self.1.light(colour)
    }

    fn began(&mut self, scheme: Scheme, gestures: usize) {
        self.0.began(scheme, gestures);
        self.1.began(scheme, gestures);
    }

    fn step(&mut self, step: Step, allowance: Allowance) {
        self.0.step(step, allowance);
        self.1.step(step, allowance);
    }

    fn saw(&mut self, sighting: &Sighting) {
        self.0.saw(sighting);
        self.1.saw(sighting);
    }

    fn enrolled(&mut self, outcome: Enrolment) {
        self.0.enrolled(outcome);
        self.1.enrolled(outcome);
    }

    fn ended(&mut self, claims: &ResultClaims) {
        self.0.ended(claims);
        self.1.ended(claims);
    }

    fn standing(&mut self, standing: Standing) {
        self.0.standing(standing);
        self.1.standing(standing);
    }

    fn somebody_came(&mut self) -> bool {
        self.0.somebody_came() | self.1.somebody_came()
    }
}
