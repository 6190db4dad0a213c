//! The document in a result: CID's fields, and how they were read.

use serde::{Deserialize, Serialize};

use crate::document::agreement::Disagreement;
use crate::document::fields::{DocumentType, Field, FieldName, FieldSource, Format};
use crate::document::original::OriginalEvidence;
use crate::document::reading::Document;

/// CID's `document`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentClaims {
    /// CID.
    pub recognized_document_type: DocumentType,
    /// CID; ISO 3166-1 alpha-3 or the code printed.
    pub country_code: String,
    /// CID.
    pub document_number: String,
    /// CID.
    pub first_name: String,
    /// CID.
    pub last_name: String,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<String>,
    /// CID, `F` or `M`; `X` where the document says neither.
    pub gender: String,
    /// CID, `YYYY-MM-DD`.
    pub date_of_birth: String,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_of_birth: Option<String>,
    /// CID.
    pub nationality: String,
    /// CID, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_date: Option<String>,
    /// CID, `YYYY-MM-DD`.
    pub expire_date: String,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identification_number: Option<String>,
    /// How all this was read.
    pub reading: ReadingClaims,
}

/// How a document was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadingClaims {
    /// Layout of the machine readable zone.
    pub format: Option<Format>,
    /// Sides read.
    pub sides: u8,
    /// Whether a person confirmed the fields.
    pub confirmed: bool,
    /// Each field's source and confidence.
    pub fields: Vec<FieldClaims>,
    /// Fields that the person changed, as they were read.
    pub corrected: Vec<Field>,
    /// Where sources disagreed.
    pub disagreements: Vec<Disagreement>,
    /// What was measured of each side to tell it from a copy or a screen.
    pub originals: Vec<OriginalClaims>,
}

/// What was measured of a side to tell it from a copy or a screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginalClaims {
    /// Colour of its own, 0 and up.
    pub hues: f64,
    /// How far a raster stands out; null where it could not be measured.
    pub raster: Option<f64>,
    /// Sides along which a second edge runs, of how many that could be looked at; null where
    /// there was no outline.
    pub edges: Option<u8>,
    /// Sides beside which something could be seen.
    pub seen: Option<u8>,
    /// Size of the zone beside the page over what it must be; null where there is none.
    pub scale: Option<f64>,
}

/// One field's source and confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldClaims {
    /// Which.
    pub name: FieldName,
    /// Where it was read.
    pub source: FieldSource,
    /// Belief that it is right, 0 to 1.
    pub confidence: f64,
}

impl DocumentClaims {
    /// The document as it goes into a result; none when a field that CID always has is missing.
    pub fn of(document: &Document) -> Option<Self> {
        let optional = |name| document.value(name).filter(|value| !value.is_empty()).map(str::to_owned);
        Some(Self {
            recognized_document_type: document.document_type?,
            country_code: optional(FieldName::CountryCode)?,
            document_number: optional(FieldName::DocumentNumber)?,
            first_name: optional(FieldName::FirstName)?,
            last_name: optional(FieldName::LastName)?,
            patronymic: optional(FieldName::Patronymic),
            gender: optional(FieldName::Gender)?,
            date_of_birth: optional(FieldName::DateOfBirth)?,
            place_of_birth: optional(FieldName::PlaceOfBirth),
            nationality: optional(FieldName::Nationality)?,
            issue_date: optional(FieldName::IssueDate),
            expire_date: optional(FieldName::ExpireDate)?,
            authority: optional(FieldName::Authority),
            identification_number: optional(FieldName::IdentificationNumber),
            reading: ReadingClaims {
                format: document.format,
                sides: document.sides,
                confirmed: document.confirmed,
                fields: document.fields.iter().map(FieldClaims::of).collect(),
                corrected: document.corrected.clone(),
                disagreements: document.disagreements.clone(),
                originals: document.originals.iter().map(OriginalClaims::of).collect(),
            },
        })
    }
}

impl FieldClaims {
    fn of(field: &Field) -> Self {
        let confidence = thousandths(field.confidence).clamp(0.0, 1.0);
        Self { name: field.name, source: field.source, confidence }
    }
}

impl OriginalClaims {
    fn of(evidence: &OriginalEvidence) -> Self {
        Self {
            hues: thousandths(evidence.hues),
            raster: evidence.raster.map(thousandths),
            edges: evidence.surround.map(|surround| surround.edges),
            seen: evidence.surround.map(|surround| surround.seen),
            scale: evidence.scale.map(thousandths),
        }
    }
}

/// Three digits say all there is; more would differ between processors. Zero for what is no number.
fn thousandths(value: f32) -> f64 {
    if value.is_finite() { (f64::from(value) * 1000.0).round() / 1000.0 } else { 0.0 }
}
