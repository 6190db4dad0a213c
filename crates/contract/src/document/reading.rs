//! The reading of one side, and of the whole document.

use serde::{Deserialize, Serialize};

use super::original::OriginalEvidence;
use super::unstated::Unstated;
pub use crate::document::agreement::{Belonging, Disagreement};
use crate::document::fields::{DocumentType, Field, FieldName, Format};
use crate::face::Template;

/// Most sides shown of a document: front and back.
pub const MAX_SIDES: usize = 2;
/// Most fields read from one side, all sources together.
pub const MAX_FIELDS: usize = 64;

/// The holder's portrait on a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Portrait {
    /// The face as a template.
    pub template: Box<Template>,
    /// Unified quality of the portrait, 0 to 100.
    pub quality: u8,
    /// Distance between its eyes, pixels of the page.
    pub eye_distance: f32,
}

/// One side of a document as it was read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SideReading {
    /// Layout of the machine readable zone, if this side has one and every check digit was right.
    pub format: Option<Format>,
    /// Kind of document according to the zone or the layout.
    pub document_type: Option<DocumentType>,
    /// Every field that was read, one entry per source.
    pub fields: Vec<Field>,
    /// The portrait, if this side has one.
    pub portrait: Option<Portrait>,
    /// Measurements that tell an original from a copy.
    #[serde(default)]
    pub original: Option<OriginalEvidence>,
}

impl SideReading {
    /// Whether this side says whose document it is, so that another side can be matched with it
    /// (`cross_check`).
    pub fn identifies(&self) -> bool {
        let says_something = |field: &Field| {
            let unstated = Unstated::of(field);
            !field.value.is_empty() && unstated != Some(Unstated::UnknownDate)
        };
        let has = |name| self.fields.iter().any(|field| field.name == name && says_something(field));
        has(FieldName::DocumentNumber)
            || has(FieldName::IdentificationNumber)
            || (has(FieldName::LastName) && has(FieldName::DateOfBirth))
    }
}

/// Why a side could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum ReadFault {
    /// Neither a machine readable zone nor a portrait: not an identity document.
    #[error("this is not an identity document: neither a portrait nor a machine readable zone was found")]
    NotADocument,
    /// There is print, but it is too blurred to read.
    #[error("the document is blurred: hold it still, in focus")]
    Blurred,
    /// A reflection covers something that must be read.
    #[error("a reflection hides part of the document: tilt it")]
    Glare,
    /// There is a zone, but its check digits are wrong.
    #[error("the machine readable zone was read, but its check digits are wrong")]
    CheckDigits,
    /// There is a zone, but some of its characters are doubtful.
    #[error("the machine readable zone could not be read with certainty")]
    Doubtful,
    /// The zone was read, but its name field is empty or malformed.
    #[error(
        "the machine readable zone was read, but its name field holds no name: it is empty, or its fillers \
         (<) stand where none can; a document without a name can't be accepted, use another one"
    )]
    NoName,
    /// No side with the holder's portrait was shown.
    #[error("the side with the holder's portrait is missing: show it too")]
    NoPortrait,
    /// More than one document in the picture.
    #[error("more than one document is in view: show only one")]
    Several,
    /// A black-and-white copy, or a document on a screen.
    #[error("this looks like a copy, not like the document itself")]
    Copy,
    /// The edges found are not the document's own, but those of something behind it or of the sheet
    /// it is printed on.
    #[error("the edges seen are not the document's own: show it alone, on a plain background")]
    OtherEdges,
    /// The eye no longer had the frame, or the page could not be rectified.
    #[error("the picture of the document was lost")]
    Lost,
    /// The models or the text recognition are not installed, or failed.
    #[error("documents can't be read here; `vouch doctor` says what is missing")]
    Unavailable,
}

/// A document, put together from its sides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// CID's `recognizedDocumentType`.
    pub document_type: Option<DocumentType>,
    /// Layout of the machine readable zone.
    pub format: Option<Format>,
    /// Sides read.
    pub sides: u8,
    /// Each field once.
    pub fields: Vec<Field>,
    /// Whether the sides belong to one document; a single side does.
    pub belonging: Belonging,
    /// Each side's measurements that tell an original from a copy.
    #[serde(default)]
    pub originals: Vec<OriginalEvidence>,
    /// Where sources disagree.
    pub disagreements: Vec<Disagreement>,
    /// Fields that the person changed, with the values that were read.
    pub corrected: Vec<Field>,
    /// Whether a person has confirmed the fields.
    pub confirmed: bool,
}

impl Document {
    /// A field's value.
    pub fn value(&self, name: FieldName) -> Option<&str> {
        self.field(name).map(|field| field.value.as_str())
    }

    /// A field.
    pub fn field(&self, name: FieldName) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fields::FieldSource;

    #[test]
    fn a_name_alone_identifies_nobody() {
        let side = |names: &[FieldName]| SideReading {
            fields: names
                .iter()
                .map(|name| Field {
                    name: *name,
                    value: "1".to_owned(),
                    confidence: 0.9,
                    source: FieldSource::Zone,
                })
                .collect(),
            ..SideReading::default()
        };
        assert!(!side(&[FieldName::LastName]).identifies());
        assert!(side(&[FieldName::LastName, FieldName::DateOfBirth]).identifies());
        assert!(side(&[FieldName::IdentificationNumber]).identifies());
        let mut open = side(&[FieldName::LastName, FieldName::DateOfBirth]);
        open.fields[1].value = "XXXX-XX-XX".to_owned();
        assert!(!open.identifies(), "an unknown date identifies nobody");
        open.fields[1].value = "1974-XX-XX".to_owned();
        open.fields[0].value.clear();
        assert!(!open.identifies());
    }
}
