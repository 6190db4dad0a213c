//! Puts a document together from its sides.

use super::cross_check::{Readings, belong_together, cross_check};
use super::french_id;
use vouch_contract::document::agreement::Belonging;
use vouch_contract::document::fields::{DocumentType, Field, FieldSource, Format};
use vouch_contract::document::reading::{Document, SideReading};

/// Merges the sides into one document: each field once, with the disagreements of the sources.
pub fn together(sides: &[SideReading]) -> Document {
    let format = sides.iter().find_map(|side| side.format);
    let [mrz, zone, barcode] = by_source(sides);
    let checked = cross_check(Readings { mrz: &mrz, zone: &zone, barcode: &barcode, format });
    let (mut fields, mut disagreements) = (checked.fields, checked.disagreements);
    if format == Some(Format::FrenchId) {
        disagreements.extend(french_id::settle_expiry(&mut fields));
    }
    let kinds = sides.iter().filter_map(|side| side.document_type);
    let document_type = kinds.max_by_key(|kind| *kind != DocumentType::Other);
    fields.sort_by_key(|field| field.name);
    Document {
        document_type,
        format,
        sides: u8::try_from(sides.len()).unwrap_or(u8::MAX),
        fields,
        disagreements,
        belonging: belonging(sides),
        originals: sides.iter().filter_map(|side| side.original).collect(),
        ..Document::default()
    }
}

/// The fields from the machine readable zone, from the visual zone and from barcodes.
fn by_source(sides: &[SideReading]) -> [Vec<Field>; 3] {
    [FieldSource::Mrz, FieldSource::Zone, FieldSource::Barcode].map(|source| {
        sides.iter().flat_map(|side| &side.fields).filter(|field| field.source == source).cloned().collect()
    })
}

/// Whether the sides belong to one document. Two machine readable zones always mean two documents:
/// no card has one on each side.
fn belonging(sides: &[SideReading]) -> Belonging {
    let [first, second] = sides else {
        return if sides.len() == 1 { Belonging::Together } else { Belonging::Unknown };
    };
    let (front, back) = match (first.format, second.format) {
        (Some(_), Some(_)) => return Belonging::Apart,
        (None, Some(_)) => (first, second),
        (Some(_), None) => (second, first),
        (None, None) => return Belonging::Unknown,
    };
    let [mrz, zone, barcode] = by_source(std::slice::from_ref(back));
    let readings = Readings { mrz: &mrz, zone: &zone, barcode: &barcode, format: back.format };
    belong_together(&front.fields, readings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::document::fields::FieldName;

    fn side(format: Option<Format>, values: &[(FieldName, &str)]) -> SideReading {
        let source = if format.is_some() { FieldSource::Mrz } else { FieldSource::Zone };
        let field = |(name, value): &(FieldName, &str)| Field {
            name: *name,
            value: (*value).to_owned(),
            confidence: 0.98,
            source,
        };
        SideReading { format, fields: values.iter().map(field).collect(), ..SideReading::default() }
    }

    #[test]
    fn two_zones_are_two_documents() {
        let number = [(FieldName::DocumentNumber, "D23145890")];
        let sides = [side(Some(Format::Td1), &number), side(Some(Format::Td3), &number)];
        assert_eq!(together(&sides).belonging, Belonging::Apart);
        assert_eq!(together(&sides[..1]).belonging, Belonging::Together);
    }

    #[test]
    fn a_front_that_says_nothing_proves_nothing() {
        let back = side(Some(Format::Td1), &[(FieldName::IdentificationNumber, "900101300007")]);
        let same = side(None, &[(FieldName::IdentificationNumber, "900101300007")]);
        let other = side(None, &[(FieldName::IdentificationNumber, "850615400006")]);
        let belonging = |front: &SideReading| together(&[front.clone(), back.clone()]).belonging;
        assert_eq!(belonging(&same), Belonging::Together);
        assert_eq!(belonging(&other), Belonging::Apart);
        assert_eq!(belonging(&side(None, &[])), Belonging::Unknown);
    }
}
