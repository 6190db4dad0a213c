//! Inputs: what a person does on the page.

use serde::Deserialize;

use super::DocumentKind;

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
    Enrol {
        last_name: String,
        first_name: String,
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
    /// Enrol a person.
    Enrol,
}
