//! The document in a result: CID's fields, and how they were read.

use serde::{Deserialize, Serialize};

use crate::document::reading::{Disagreement, Document};
use crate::document::types::{DocumentType, Field, FieldName, FieldSource, Format};

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
            },
        })
    }
}

impl FieldClaims {
    fn of(field: &Field) -> Self {
        let confidence = if field.confidence.is_finite() { f64::from(field.confidence) } else { 0.0 };
        // Three digits say all there is; more would differ between processors.
        let confidence = (confidence.clamp(0.0, 1.0) * 1000.0).round() / 1000.0;
        Self { name: field.name, source: field.source, confidence }
    }
}
