//! A document put together from its sides.

use super::reading::{Document, SideReading};
use super::types::{DocumentType, Field, FieldSource, Format};

/// The sides as one document: each field once.
pub fn together(sides: &[SideReading]) -> Document {
    let format = sides.iter().find_map(|side| side.format);
    let named = sides.iter().filter_map(|side| side.document_type);
    let document_type = named.max_by_key(|kind| *kind != DocumentType::Other);
    let mut fields: Vec<Field> = Vec::new();
    let rank = |source: FieldSource| match source {
        FieldSource::Mrz => 0,
        FieldSource::Barcode => 1,
        FieldSource::Zone => 2,
        FieldSource::Person => 3,
    };
    let mut all: Vec<&Field> = sides.iter().flat_map(|side| &side.fields).collect();
    all.sort_by_key(|field| (field.name, rank(field.source)));
    for field in all {
        if fields.last().is_none_or(|last| last.name != field.name) {
            fields.push(field.clone());
        }
    }
    Document { document_type, format, sides: sides.len() as u8, fields, ..Document::default() }
}

/// Whether documents of this layout prove an identity.
pub fn is_identity(format: Format) -> bool {
    !matches!(format, Format::MrvA | Format::MrvB)
}
