//! Views: what the terminal has the page show.

use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct View {
    /// Always `view`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Rises with each new screen.
    pub number: u64,
    /// BCP 47 tag.
    pub language: String,
    /// Whether prompts are spoken.
    pub audio: bool,
    /// Whether the face is shown mirrored.
    pub mirror: bool,
    /// Time until the screen ends by itself, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_ms: Option<u64>,
    /// That time when the screen began, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_ms: Option<u64>,
    /// The screen.
    #[serde(flatten)]
    pub screen: Shown,
}

/// A screen and what is on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "screen", rename_all = "kebab-case")]
pub enum Shown {
    /// The terminal is not ready.
    Starting {
        /// Why, if it should be by now.
        #[serde(skip_serializing_if = "Option::is_none")]
        trouble: Option<Trouble>,
        /// Whether there is a service PIN.
        operator: bool,
    },
    /// Nobody is being served.
    Idle {
        /// How a session begins.
        start: Start,
        /// Whether there is a service PIN.
        operator: bool,
    },
    /// The choice of language.
    Language {
        /// The tags offered.
        languages: Vec<String>,
    },
    /// What will happen.
    Guide {
        /// The steps.
        steps: Vec<GuideStep>,
    },
    /// Whether the person agrees.
    Consent {
        /// The text's version.
        version: &'static str,
        /// Who asks for the session.
        #[serde(skip_serializing_if = "Option::is_none")]
        partner: Option<String>,
        /// Whether it is about being enrolled.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        enrol: bool,
    },
    /// The choice of document.
    Documents {
        /// The kinds.
        kinds: Vec<DocumentKind>,
    },
    /// Name and number are typed.
    Typing {
        /// What was wrong with the last ones.
        #[serde(skip_serializing_if = "Option::is_none")]
        fault: Option<TypingFault>,
    },
    /// The operator types who is to be enrolled.
    Enrolee {
        /// What was wrong with what was typed last.
        #[serde(skip_serializing_if = "Option::is_none")]
        fault: Option<TypingFault>,
    },
    /// A document is scanned.
    Document {
        /// The prompt's name.
        prompt: &'static str,
        /// The kind chosen.
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<DocumentKind>,
        /// The side, from 0.
        side: u8,
    },
    /// The fields that were read.
    Confirm {
        /// The fields.
        fields: Vec<ShownField>,
    },
    /// The screen lights the face.
    Light {
        /// The colour, `#rrggbb`.
        colour: String,
    },
    /// The person waits.
    Wait {
        /// The prompt's name.
        prompt: &'static str,
    },
    /// The face is watched.
    Face {
        /// The prompt's name.
        prompt: &'static str,
        /// The gesture, from 0.
        gesture: u8,
        /// How many there are.
        gestures: u8,
    },
    /// The outcome.
    Result {
        /// The outcome.
        outcome: Outcome,
        /// Why it did not pass.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// Whether the person may try again.
        again: bool,
        /// Whether the person was enrolled.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        enrolled: bool,
    },
    /// The person is sent back to where the session was asked for.
    Redirect {
        /// The address.
        url: String,
    },
    /// Something failed before a session could begin.
    Error {
        /// What.
        reason: Reason,
    },
    /// The service PIN is asked for.
    Pin {
        /// What was wrong with the last one.
        #[serde(skip_serializing_if = "Option::is_none")]
        fault: Option<PinFault>,
        /// Time until another try, milliseconds.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait_ms: Option<u64>,
    },
    /// The operator's page.
    Operator(Box<Report>),
}

/// Why no session can begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The camera gives no frames.
    NoCamera,
    /// Results can't be vouched for now.
    NotReady,
}

/// How a session begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// By a touch.
    Touch,
    /// By a face that stays.
    Presence,
    /// By a partner only.
    Partner,
}

/// A step of the guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuideStep {
    /// The document is shown.
    Document,
    /// Name and number are typed.
    Typing,
    /// The face is watched.
    Face,
}

/// A kind of document that a person chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// Identity card: two sides.
    IdCard,
    /// Residence permit: two sides.
    ResidencePermit,
    /// Passport: the page with the photo.
    Passport,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::IdCard, Self::ResidencePermit, Self::Passport];
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TypingFault {
    /// The name.
    Name,
    /// The number.
    Number,
}

/// A field as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownField {
    /// Its name in the protocol.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Whether it needs a look.
    pub doubtful: bool,
}

/// The outcome, for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Passed.
    Passed,
    /// Not passed.
    Failed,
    /// Somebody looks at it.
    Review,
}

/// Why a session did not pass, as something a person can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each is a message `reason-NAME` with its text")]
pub enum Reason {
    Attack,
    NoFace,
    SeveralFaces,
    TimeOut,
    PersonChanged,
    Cancelled,
    NoBestFrame,
    DocumentUnreadable,
    DocumentExpired,
    DocumentSeenBefore,
    NoMatch,
    NoRecord,
    AlreadyEnrolled,
    Camera,
    Internal,
    Busy,
}

/// What is wrong with a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PinFault {
    /// It is not the PIN.
    Wrong,
    /// There were too many tries.
    Locked,
}

/// What the operator sees. No personal data.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The doctor's lines.
    pub doctor: Vec<DoctorLine>,
    /// The last results, newest first.
    pub results: Vec<ResultLine>,
    /// The link.
    pub network: Network,
    /// The program's version.
    pub version: String,
    /// The terminal's name.
    pub device: String,
}

/// One of the doctor's lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoctorLine {
    /// What was checked.
    pub name: String,
    /// `ok`, `warning` or `failed`.
    pub state: &'static str,
    /// What was found.
    pub text: String,
}

/// One result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResultLine {
    /// When the session ended, RFC 3339.
    pub at: String,
    /// The scheme.
    pub scheme: String,
    /// `SUCCESS` or `FAILED`.
    pub outcome: String,
    /// The liveness code.
    pub code: u32,
}

/// The link to the centre.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Network {
    /// `off`, `connected` or `disconnected`.
    pub state: &'static str,
    /// Results that wait.
    pub waiting: u64,
    /// Results that the centre refused.
    pub refused: u64,
}
