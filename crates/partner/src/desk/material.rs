//! Pictures and clips of a session, and material that a business collected itself.

use std::fmt;

use vouch_contract::claims::{Comparison, ErrorInfo, Nonce};

use super::request::{Claim, Picture, SessionId};

/// What is kept of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// The best shot of the face: slot `best` of the result.
    BestShot,
    /// The clip of the liveness check, if the terminal keeps one.
    Clip,
    /// A side of the document, from 0 (the front): slot `document-N` of the result.
    Document(u8),
}

/// A picture or clip.
#[derive(Clone, PartialEq, Eq)]
pub struct Medium {
    /// `image/jpeg` or `video/x-msvideo`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Hides the picture.
impl fmt::Debug for Medium {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Medium({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// What a business submits for the scheme `RPMin`.
#[derive(Debug, Clone)]
pub struct Materials {
    /// The number under which the partner asks for the outcome.
    pub id: SessionId,
    /// The partner's code.
    pub partner: String,
    /// For a signed verdict: the partner's nonce, or else a random one.
    pub nonce: Nonce,
    /// Name and number, to find the record by.
    pub claim: Claim,
    /// The portrait to compare with the record's.
    pub portrait: Picture,
    /// Photographs of the card, front first; may be absent.
    pub card_photos: Vec<Picture>,
}

/// What the desk found.
#[derive(Debug, Clone)]
pub struct MaterialsVerdict {
    /// The comparison with the record's portrait, if it came that far.
    pub comparison: Option<Comparison>,
    /// Why it did not pass; `None` if it passed. The message holds no name and no number.
    pub error: Option<ErrorInfo>,
    /// The signed verdict, if the desk makes one.
    pub jws: Option<String>,
}

impl MaterialsVerdict {
    /// Whether portrait and record are of one person.
    pub fn passed(&self) -> bool {
        self.error.is_none() && self.comparison.is_some_and(|comparison| comparison.matched)
    }
}
