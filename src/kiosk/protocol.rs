//! What page and terminal say to each other. docs/KIOSK.md describes it.

use serde::{Deserialize, Serialize};

use vouch_contract::document::fields::FieldName;
use vouch_contract::eye::protocol::Preview;

/// The WebSocket's subprotocol.
pub const SUBPROTOCOL: &str = "vouch-kiosk-v1";
/// Longest message from the page, bytes.
pub const MAX_MESSAGE: usize = 16 << 10;
/// Longest name that is typed, and longest value of a corrected field, characters.
pub const MAX_TEXT: usize = 200;
/// Longest number that is typed, characters.
pub const MAX_NUMBER: usize = 40;
/// Most fields that are corrected at once.
pub const MAX_FIELDS: usize = 16;
/// Bytes before the JPEG in a binary message.
pub const FRAME_HEADER: usize = 16;

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

/// A message from the page.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromPage {
    /// Something that the person did.
    Input {
        /// The number of the view that the person saw.
        view: u64,
        /// What.
        #[serde(flatten)]
        input: Input,
    },
}

/// What a person does on the page.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "docs/KIOSK.md describes each")]
pub enum Input {
    Begin,
    Next,
    Agree,
    Cancel,
    Wrong,
    Again,
    Done,
    Operator,
    Shown,
    Language {
        #[serde(default)]
        language: Option<String>,
    },
    Document {
        document: DocumentKind,
    },
    Claim {
        name: String,
        number: String,
    },
    Confirm {
        #[serde(default)]
        fields: Vec<ChangedField>,
    },
    Pin {
        pin: String,
    },
    Action {
        action: OperatorAction,
    },
}

/// Hides what was typed, because this may be logged.
impl std::fmt::Debug for Input {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Input(…)")
    }
}

/// A field that the person changed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct ChangedField {
    /// Its name in the protocol.
    pub name: String,
    /// The new value.
    pub value: String,
}

/// What an operator can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperatorAction {
    /// Restart the eye.
    RestartEye,
    /// Restart the machine.
    Reboot,
    /// Show the camera's picture.
    CameraOn,
    /// Hide it.
    CameraOff,
}

/// Reads a message from the page.
///
/// # Errors
/// A message that says what is wrong with it, without its content.
pub fn read(text: &str) -> Result<FromPage, &'static str> {
    if text.len() > MAX_MESSAGE {
        return Err("the message is longer than 16 KiB");
    }
    // Serde's own message may quote what a person typed.
    serde_json::from_str(text).map_err(|_| "not a message of this protocol; see docs/KIOSK.md")
}

/// The binary message for a picture: number, time, JPEG.
pub fn frame(preview: &Preview) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FRAME_HEADER + preview.jpeg.len());
    bytes.extend_from_slice(&preview.sequence.to_le_bytes());
    bytes.extend_from_slice(&preview.captured_us.to_le_bytes());
    bytes.extend_from_slice(&preview.jpeg);
    bytes
}

/// The protocol's name of a field.
pub fn field_name(name: FieldName) -> &'static str {
    match name {
        FieldName::CountryCode => "country",
        FieldName::DocumentNumber => "document-number",
        FieldName::FirstName => "first-name",
        FieldName::LastName => "last-name",
        FieldName::Patronymic => "patronymic",
        FieldName::Gender => "gender",
        FieldName::DateOfBirth => "date-of-birth",
        FieldName::PlaceOfBirth => "place-of-birth",
        FieldName::Nationality => "nationality",
        FieldName::IssueDate => "issue-date",
        FieldName::ExpireDate => "expire-date",
        FieldName::Authority => "authority",
        FieldName::IdentificationNumber => "identification-number",
    }
}

/// The field of this name in the protocol.
pub fn field_of(name: &str) -> Option<FieldName> {
    use FieldName as F;
    [
        F::CountryCode,
        F::DocumentNumber,
        F::FirstName,
        F::LastName,
        F::Patronymic,
        F::Gender,
        F::DateOfBirth,
        F::PlaceOfBirth,
        F::Nationality,
        F::IssueDate,
        F::ExpireDate,
        F::Authority,
        F::IdentificationNumber,
    ]
    .into_iter()
    .find(|field| field_name(*field) == name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_input_is_read() {
        let inputs = [
            (r#"{"type":"input","view":3,"do":"begin"}"#, Input::Begin),
            (
                r#"{"type":"input","view":3,"do":"language","language":"kk"}"#,
                Input::Language { language: Some("kk".into()) },
            ),
            (
                r#"{"type":"input","view":3,"do":"document","document":"id-card","more":1}"#,
                Input::Document { document: DocumentKind::IdCard },
            ),
            (r#"{"type":"input","view":3,"do":"confirm"}"#, Input::Confirm { fields: Vec::new() }),
            (
                r#"{"type":"input","view":3,"do":"action","action":"reboot"}"#,
                Input::Action { action: OperatorAction::Reboot },
            ),
        ];
        for (text, input) in inputs {
            assert_eq!(read(text), Ok(FromPage::Input { view: 3, input }), "{text}");
        }
    }

    #[test]
    fn what_is_no_input_is_refused_without_its_content() {
        let long = format!(
            r#"{{"type":"input","view":1,"do":"claim","name":"{}","number":"1"}}"#,
            "A".repeat(MAX_MESSAGE)
        );
        for text in [
            "",
            "{}",
            "[]",
            r#"{"type":"input","view":-1,"do":"begin"}"#,
            r#"{"type":"input","view":1,"do":"SECRET"}"#,
            &long,
        ] {
            let fault = read(text).unwrap_err();
            assert!(!fault.contains("SECRET") && !fault.contains("AAA"), "{fault}");
        }
        assert!(!format!("{:?}", Input::Pin { pin: "4711".into() }).contains("4711"));
    }

    #[test]
    fn a_picture_has_its_number_and_time_before_it() {
        let bytes = frame(&Preview { sequence: 258, captured_us: 1, jpeg: vec![0xFF, 0xD8] });
        assert_eq!(bytes, [2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xD8]);
    }

    #[test]
    fn fields_keep_their_names_both_ways() {
        for name in ["country", "document-number", "last-name", "identification-number"] {
            assert_eq!(field_of(name).map(field_name), Some(name));
        }
        assert_eq!(field_of("lastName"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_an_input_or_a_fault(text in ".{0,300}") {
            let _ = read(&text);
        }

        #[test]
        fn any_json_is_an_input_or_a_fault(act in "[a-z]{0,12}", view in any::<i64>(), value in ".{0,40}") {
            let text = serde_json::json!({ "type": "input", "view": view, "do": act, "name": value, "number": value,
                "language": value, "document": value, "pin": value, "action": value, "fields": [{ "name": value, "value": value }] });
            let _ = read(&text.to_string());
        }
    }
}
