//! What is kept of an enrolled person.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use vouch_contract::claims::Consent;
use vouch_contract::face::Template;

/// Most templates of a person, and most pictures.
pub const MAX_PARTS: usize = 5;

/// Who is enrolled, and how. Nothing of the face.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct About {
    /// The identification number: capital letters and digits.
    pub number: String,
    /// The surname; may be empty if there is a given name.
    pub last_name: String,
    /// The given names.
    pub first_name: String,
    /// The patronymic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<String>,
    /// When the person was enrolled.
    pub enrolled_at: Timestamp,
    /// When the entry ends. `None`: when it is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Where the face comes from.
    pub origin: Origin,
    /// What the person agreed to, as far as this terminal knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<Consent>,
}

/// Where an enrolled face comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Origin {
    /// A session at this terminal.
    Session {
        /// `jti` of its signed result.
        jti: String,
    },
    /// Pictures that the operator gave.
    Pictures,
    /// Pictures that a partner sent.
    Partner {
        /// The partner's code.
        code: String,
    },
}

/// An enrolled person.
#[derive(Clone, PartialEq)]
pub struct Person {
    /// Who.
    pub about: About,
    /// The template that is searched and compared with.
    pub template: Template,
    /// The templates that it was made from, 1 to [`MAX_PARTS`].
    pub parts: Vec<Template>,
    /// The source pictures, if they are kept.
    pub pictures: Vec<Vec<u8>>,
}

/// Hides everything about the person, because this may be logged.
impl fmt::Debug for About {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("About").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Hides everything about the person.
impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Person").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}
