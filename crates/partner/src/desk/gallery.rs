//! People enrolled at the terminal through a partner.

use std::fmt;

use vouch_contract::claims::Consent;
use vouch_contract::eye::protocol::ReferenceFault;

use super::DeskRefusal;
use super::request::Picture;

/// A person to enrol.
#[derive(Clone)]
pub struct EnrolRequest {
    /// The partner's code. Only it can reach the entry later.
    pub partner: String,
    /// The identification number.
    pub number: String,
    /// The surname; may be empty if there is a given name.
    pub last_name: String,
    /// The given names.
    pub first_name: String,
    /// The patronymic.
    pub patronymic: Option<String>,
    /// 1 to 5 pictures of the person.
    pub pictures: Vec<Picture>,
    /// What the person agreed to, as the partner states it.
    pub consent: Option<Consent>,
    /// Whether an entry of this partner under the same number is overwritten.
    pub replace: bool,
    /// Whether somebody who looks the same may be enrolled under another number: twins.
    pub allow_similar: bool,
}

/// Hides everything about the person.
impl fmt::Debug for EnrolRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EnrolRequest").field("partner", &self.partner).finish_non_exhaustive()
    }
}

/// An entry that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Enrolled {
    /// How many templates it is made of.
    pub references: usize,
    /// When it ends, RFC 3339; `None`: when it is removed.
    pub expires_at: Option<String>,
    /// How many people were searched for the same face.
    pub compared: usize,
    /// How often such a search finds a stranger, 0 to 1.
    pub false_positive_rate: f32,
}

/// All that is kept of a person.
#[derive(Clone, PartialEq)]
pub struct EnrolledPerson {
    /// The identification number.
    pub number: String,
    /// The surname.
    pub last_name: String,
    /// The given names.
    pub first_name: String,
    /// The patronymic.
    pub patronymic: Option<String>,
    /// When the person was enrolled, RFC 3339.
    pub enrolled_at: String,
    /// When the entry ends, RFC 3339.
    pub expires_at: Option<String>,
    /// What the person agreed to.
    pub consent: Option<Consent>,
    /// The embedding model: the first eight bytes of its file's SHA-256, hex.
    pub model: String,
    /// The templates.
    pub templates: Vec<Vec<f32>>,
    /// The pictures, if they are kept.
    pub pictures: Vec<Vec<u8>>,
}

/// Hides everything about the person.
impl fmt::Debug for EnrolledPerson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EnrolledPerson(…)")
    }
}

/// Whom a search among the partner's people found.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// Those who look like the face, most similar first.
    pub alike: Vec<LookAlike>,
    /// The least similarity, -1 to 1.
    pub threshold: f32,
    /// How many people the face was compared with.
    pub compared: usize,
    /// How many could not be compared: they were enrolled with another embedding model.
    pub of_other_models: usize,
    /// How often such a search finds a stranger, 0 to 1.
    pub false_positive_rate: f32,
}

/// Somebody who looks like the face.
#[derive(Clone, PartialEq)]
pub struct LookAlike {
    /// The identification number.
    pub number: String,
    /// How similar, -1 to 1.
    pub similarity: f32,
}

/// Hides the number.
impl fmt::Debug for LookAlike {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LookAlike(…)")
    }
}

/// Why nobody was enrolled, or nobody searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolRefusal {
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskRefusal),
    /// One of the pictures, from 0.
    #[error("picture {}: {fault}", which + 1)]
    Picture {
        /// Which.
        which: usize,
        /// What is wrong with it.
        fault: ReferenceFault,
    },
    /// The pictures show different people.
    #[error("the pictures don't show the same person; leave out those of somebody else")]
    NotOnePerson,
    /// There is an entry under this number.
    #[error("somebody is enrolled under this number; remove the entry first, or replace it if it is yours")]
    Exists,
    /// Somebody who looks the same is enrolled under another number.
    #[error(
        "somebody who looks the same is enrolled under another number; find out which number is right, or \
         allow it if they are two people"
    )]
    Similar,
}
