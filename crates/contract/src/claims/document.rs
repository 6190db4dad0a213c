//! The document in a result: CID's fields, and how they were read.

use serde::{Deserialize, Serialize};

use crate::document::agreement::Disagreement;
use crate::document::fields::{DocumentType, Field, FieldName, FieldSource, Format};
use crate::document::original::OriginalEvidence;
use crate::document::reading::Document;
use crate::document::unstated::Unstated;

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
    /// CID; empty if the holder has no given name.
    pub first_name: String,
    /// CID; empty if the issuer leaves the surname empty.
    pub last_name: String,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patronymic: Option<String>,
    /// CID, `F` or `M`; `X` if the document states neither.
    pub gender: String,
    /// CID, `YYYY-MM-DD`; X for each digit that the document leaves unknown.
    pub date_of_birth: String,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_of_birth: Option<String>,
    /// CID.
    pub nationality: String,
    /// CID, in the format of the date of birth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue_date: Option<String>,
    /// CID, in the format of the date of birth; `9999-12-31` if the document has no end.
    pub expire_date: String,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    /// CID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identification_number: Option<String>,
    /// How these fields were read.
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
    /// Fields that the person changed, with the values that were read.
    pub corrected: Vec<Field>,
    /// Fields that the document leaves open, and what it states instead; omitted if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unstated: Vec<UnstatedClaims>,
    /// Where sources disagreed.
    pub disagreements: Vec<Disagreement>,
    /// What was measured on each side to tell it from a copy or a screen.
    pub originals: Vec<OriginalClaims>,
}

/// What was measured on one side to tell it from a copy or a screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginalClaims {
    /// Amount of colour that does not follow brightness, 0 and up.
    pub hues: f64,
    /// How far a raster stands out; null if it could not be measured.
    pub raster: Option<f64>,
    /// Sides along which a second edge runs, out of those in `seen`; null if there was no outline.
    pub edges: Option<u8>,
    /// Sides with enough of the picture beside them to look at.
    pub seen: Option<u8>,
    /// Size of the machine readable zone relative to the page, divided by what it must be; null if
    /// there is no zone.
    pub scale: Option<f64>,
}

/// A field that the document leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnstatedClaims {
    /// The field.
    pub field: FieldName,
    /// What the document states instead of a value.
    pub statement: Unstated,
}

/// One field's source and confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldClaims {
    /// The field.
    pub name: FieldName,
    /// Where it was read.
    pub source: FieldSource,
    /// Confidence that it is right, 0 to 1.
    pub confidence: f64,
}

impl DocumentClaims {
    /// The document for a result; `None` if a field that CID always has is missing. Either name may
    /// be empty, if the document says that there is none, but not both.
    pub fn of(document: &Document) -> Option<Self> {
        let optional = |name| document.value(name).filter(|value| !value.is_empty()).map(str::to_owned);
        let name_part = |name| document.value(name).map(str::to_owned);
        let (first_name, last_name) = (name_part(FieldName::FirstName)?, name_part(FieldName::LastName)?);
        if first_name.is_empty() && last_name.is_empty() {
            return None;
        }
        Some(Self {
            recognized_document_type: document.document_type?,
            country_code: optional(FieldName::CountryCode)?,
            document_number: optional(FieldName::DocumentNumber)?,
            first_name,
            last_name,
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
                unstated: UnstatedClaims::of(document),
                disagreements: document.disagreements.clone(),
                originals: document.originals.iter().map(OriginalClaims::of).collect(),
            },
        })
    }
}

impl UnstatedClaims {
    /// Every field that `document` leaves open, in CID's order.
    pub fn of(document: &Document) -> Vec<Self> {
        let of = |field: &Field| Some(Self { field: field.name, statement: Unstated::of(field)? });
        let mut unstated: Vec<Self> = document.fields.iter().filter_map(of).collect();
        unstated.sort_by_key(|claim| claim.field);
        unstated
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

/// Three digits carry all the information; more would differ between processors. NaN becomes zero.
fn thousandths(value: f32) -> f64 {
    if value.is_finite() { (f64::from(value) * 1000.0).round() / 1000.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(values: [(FieldName, &str); 8]) -> Document {
        let field = |(name, value): (FieldName, &str)| Field {
            name,
            value: value.to_owned(),
            confidence: 1.0,
            source: FieldSource::Mrz,
        };
        Document {
            document_type: Some(DocumentType::IdCard),
            fields: values.map(field).to_vec(),
            ..Document::default()
        }
    }

    fn open(first: &'static str, last: &'static str) -> Document {
        document([
            (FieldName::CountryCode, "UTO"),
            (FieldName::DocumentNumber, "D23145890"),
            (FieldName::FirstName, first),
            (FieldName::LastName, last),
            (FieldName::Gender, "X"),
            (FieldName::DateOfBirth, "1974-XX-XX"),
            (FieldName::Nationality, "UTO"),
            (FieldName::ExpireDate, "9999-12-31"),
        ])
    }

    #[test]
    fn what_a_document_leaves_open_is_said_in_so_many_words() {
        let claims = serde_json::to_value(DocumentClaims::of(&open("", "SUPARMAN"))).unwrap();
        assert_eq!((&claims["firstName"], &claims["lastName"]), (&"".into(), &"SUPARMAN".into()));
        let said = serde_json::json!([
            { "field": "firstName", "statement": "no-name" },
            { "field": "gender", "statement": "unspecified" },
            { "field": "dateOfBirth", "statement": "unknown-month" },
            { "field": "expireDate", "statement": "no-expiry" },
        ]);
        assert_eq!(claims["reading"]["unstated"], said);
        assert_eq!(DocumentClaims::of(&open("", "")), None, "everybody has some name");
    }

    #[test]
    fn results_from_before_fields_could_be_left_open_are_still_read() {
        let claims = DocumentClaims::of(&open("ANNA", "ERIKSSON")).unwrap();
        let mut old = serde_json::to_value(&claims).unwrap();
        old["reading"].as_object_mut().unwrap().remove("unstated");
        let read: DocumentClaims = serde_json::from_value(old).unwrap();
        assert_eq!(read.reading.unstated, []);
    }
}
