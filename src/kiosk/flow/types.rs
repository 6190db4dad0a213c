//! What goes into the flow and what comes out of it.

use std::time::Duration;

use crate::config::Kiosk;
use crate::kiosk::protocol::{Input, OperatorAction, Outcome, Reason, Report, Start, TypingFault};
use crate::terminal::screen::{Enrolment, Standing};
use vouch_contract::document::fields::Field;
use vouch_contract::scheme::Scheme;
use vouch_session::lighting::Colour;
use vouch_session::machine::Allowance;
use vouch_session::types::{Prompt, Step};

/// What the flow needs to know of the terminal.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// The configuration.
    pub kiosk: Kiosk,
    /// The scheme of sessions begun here.
    pub scheme: Scheme,
    /// How they begin.
    pub start: Start,
    /// Whether there is a service PIN.
    pub operator: bool,
}

/// A session that a partner asks for. The page leads the person to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The partner's session.
    pub id: String,
    /// The partner's name, for the consent.
    pub partner: String,
    /// The scheme.
    pub scheme: Scheme,
    /// The language wanted.
    pub language: Option<String>,
    /// Whether prompts are spoken.
    pub audio: bool,
    /// Whether the guide is shown.
    pub guide: bool,
    /// Whether the result is shown.
    pub result: bool,
}

/// Why nobody was invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotInvited {
    /// Somebody is being served.
    Busy,
    /// The terminal can't vouch now.
    NotReady,
}

/// What happens.
#[derive(Debug, Clone)]
pub enum Event {
    /// The person did something, looking at view `view`.
    Input {
        /// The view's number.
        view: u64,
        /// What the person did.
        input: Input,
    },
    /// Whether a session could begin.
    Standing(Standing),
    /// Somebody has come and stays.
    SomebodyCame,
    /// A partner asks for a session.
    Invited(Invitation),
    /// The partner takes the invitation back.
    Withdrawn(String),
    /// The session ordered was refused.
    Refused(Reason),
    /// A session has begun.
    Began {
        /// Its gestures.
        gestures: usize,
    },
    /// The session's step and its time.
    Step(Step, Allowance),
    /// A prompt.
    Prompt(Prompt),
    /// The screen is to light the face with this colour.
    Light(Colour),
    /// The fields to confirm, and which are doubtful.
    Confirm(Vec<(Field, bool)>),
    /// What was typed is not valid.
    Mistyped(TypingFault),
    /// The person that the operator named can be enrolled.
    EnroleeTaken,
    /// What became of the enrolment.
    Enrolled(Enrolment),
    /// The session is over.
    Ended {
        /// The outcome.
        outcome: Outcome,
        /// Why it did not pass.
        reason: Option<Reason>,
    },
    /// Where to send the person now that the session is over.
    SendTo(String),
    /// The PIN was checked: right, or how long until another try.
    PinChecked(Result<(), Option<Duration>>),
    /// What the operator sees.
    Report(Box<Report>),
    /// Time passes.
    Tick,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Order a session.
    Order {
        /// The invitation, if a partner asked for it.
        invitation: Option<String>,
        /// Whether the person agreed, and in which language.
        consent: Option<String>,
        /// Whether the person is enrolled if the session passes.
        enrol: bool,
    },
    /// The person does not want the partner's session, or went away.
    Declined(String),
    /// Cancel the running session.
    Cancel,
    /// Whether this person can be enrolled: surname, given names, number.
    Enrolee(String, String, String),
    /// Nobody is to be enrolled any more: forget who it was.
    ForgetEnrolee,
    /// The colour is shown.
    Lit,
    /// The fields are right, with these changed.
    Right(Vec<(String, String)>),
    /// The fields are wrong.
    Wrong,
    /// What the person typed: name, number.
    Typed(String, String),
    /// Check the PIN.
    CheckPin(String),
    /// Fill the operator's page.
    Report,
    /// The operator wants this.
    Act(OperatorAction),
}
