//! A document put together from its sides.

use super::cross_check::{Belonging, Readings, belong_together, cross_check};
use super::reading::{Document, SideReading};
use super::types::{DocumentType, Field, FieldSource};

/// The sides as one document: each field once, with what the sources disagree on.
pub fn together(sides: &[SideReading]) -> Document {
    let format = sides.iter().find_map(|side| side.format);
    let of = |source: FieldSource| -> Vec<Field> {
        sides.iter().flat_map(|side| &side.fields).filter(|field| field.source == source).cloned().collect()
    };
    let (mrz, zone, barcode) = (of(FieldSource::Mrz), of(FieldSource::Zone), of(FieldSource::Barcode));
    let checked = cross_check(Readings { mrz: &mrz, zone: &zone, barcode: &barcode, format });
    let mut fields = checked.fields;
    let kinds = sides.iter().filter_map(|side| side.document_type);
    let document_type = kinds.max_by_key(|kind| *kind != DocumentType::Other);
    fields.sort_by_key(|field| field.name);
    Document {
        document_type,
        format,
        sides: u8::try_from(sides.len()).unwrap_or(u8::MAX),
        fields,
        disagreements: checked.disagreements,
        apart: are_apart(sides),
        ..Document::default()
    }
}

/// Whether front and back name two persons or two documents.
fn are_apart(sides: &[SideReading]) -> bool {
    let back = sides.iter().find(|side| side.format.is_some());
    let front = sides.iter().find(|side| side.format.is_none());
    let (Some(front), Some(back)) = (front, back) else { return false };
    let of = |source: FieldSource| -> Vec<Field> {
        back.fields.iter().filter(|field| field.source == source).cloned().collect()
    };
    let (mrz, zone, barcode) = (of(FieldSource::Mrz), of(FieldSource::Zone), of(FieldSource::Barcode));
    let readings = Readings { mrz: &mrz, zone: &zone, barcode: &barcode, format: back.format };
    belong_together(&front.fields, readings) == Belonging::Apart
}
