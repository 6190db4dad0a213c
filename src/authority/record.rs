//! What is registered about a person, and whether a claim is about that person.

use std::fmt;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::Number;
use super::claim::Claim;
use super::full_name::FullName;
use vouch_contract::document::reading::Document;
use vouch_contract::face::Template;
use vouch_contract::record::RecordFault;

/// What is registered about a person.
#[derive(Clone, PartialEq)]
pub struct Record {
    /// The number it is registered under.
    pub number: Number,
    /// The name.
    pub name: FullName,
    /// The face.
    pub face: RecordedFace,
    /// The day the portrait was taken or last renewed.
    pub portrait_day: Date,
}

/// The face in a record.
#[derive(Clone, PartialEq)]
pub enum RecordedFace {
    /// The portrait as received, a JPEG. Only the eye checks whether it shows a face.
    Portrait(Vec<u8>),
    /// The template of a person enrolled here.
    Template(Box<Template>),
}

impl RecordedFace {
    /// SHA-256 of the portrait's bytes; of the template's model and values (IEEE 754, little
    /// endian) if there is no portrait.
    pub fn sha256(&self) -> [u8; 32] {
        match self {
            Self::Portrait(jpeg) => Sha256::digest(jpeg).into(),
            Self::Template(template) => {
                let mut digest = Sha256::new_with_prefix(template.model);
                template.values.iter().for_each(|value| digest.update(value.to_le_bytes()));
                digest.finalize().into()
            }
        }
    }
}

/// Hides the face.
impl fmt::Debug for RecordedFace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Portrait(_) => "Portrait(…)",
            Self::Template(_) => "Template(…)",
        })
    }
}

impl Record {
    /// Whether this is the record of the person that the claim names.
    ///
    /// # Errors
    /// [`RecordFault::NumberDiffers`], [`RecordFault::NameDiffers`].
    pub fn agrees_with(&self, claim: &Claim) -> Result<(), RecordFault> {
        if self.number != claim.number {
            return Err(RecordFault::NumberDiffers);
        }
        if self.name.is(&claim.name) { Ok(()) } else { Err(RecordFault::NameDiffers) }
    }

    /// Whether the document that was read belongs to the same person.
    ///
    /// # Errors
    /// As [`Record::agrees_with`], and [`RecordFault::Claim`] for a document without a number.
    pub fn agrees_with_document(&self, document: &Document) -> Result<(), RecordFault> {
        self.agrees_with(&Claim::of_document(document)?)
    }
}

/// Hides everything about the person.
impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Record").field("portrait_day", &self.portrait_day).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::document::fields::{Field, FieldName, FieldSource, Format};

    fn record(last: &str, first: &str, patronymic: Option<&str>) -> Record {
        Record {
            number: Number::new("900101300007").unwrap(),
            name: FullName::new(last, first, patronymic).unwrap(),
            face: RecordedFace::Portrait(Vec::new()),
            portrait_day: jiff::civil::date(2025, 1, 1),
        }
    }

    fn claimed(record: &Record, name: &str) -> Result<(), RecordFault> {
        record.agrees_with(&Claim::new(name, "900101 300007").unwrap())
    }

    fn document(last: &str, first: &str, number: &str) -> Document {
        let field = |(name, value): (FieldName, &str)| Field {
            name,
            value: value.to_owned(),
            confidence: 1.0,
            source: FieldSource::Mrz,
        };
        let values = [
            (FieldName::DocumentNumber, "012345678"),
            (FieldName::LastName, last),
            (FieldName::FirstName, first),
            (FieldName::IdentificationNumber, number),
        ];
        Document { format: Some(Format::Td1), fields: values.map(field).to_vec(), ..Document::default() }
    }

    #[test]
    fn one_person_in_two_scripts_and_any_order() {
        let cyrillic = record("Щербакова", "Анна", Some("Сергеевна"));
        for name in ["SHCHERBAKOVA ANNA", "Anna Shcherbakova", "Щербакова Анна", "анна сергеевна щербакова"]
        {
            assert_eq!(claimed(&cyrillic, name), Ok(()), "{name}");
        }
        let latin = record("SHCHERBAKOVA", "ANNA", None);
        assert_eq!(claimed(&latin, "Щербакова Анна"), Ok(()));
        assert_eq!(claimed(&record("MÜLLER", "JOSÉ", None), "MUELLER JOSE"), Ok(()));
        assert_eq!(claimed(&record("O'Brien", "Anna-Maria", None), "obrien anna maria"), Ok(()));
    }

    #[test]
    fn what_is_only_close_is_somebody_else() {
        let cyrillic = record("Ахметов", "Серик", None);
        for name in
            ["AKHMETOVA SERIK", "AKHMETOV SERIKA", "AKHMETOV", "SERIK", "AKHMETOV S", "Ахметова Серик"]
        {
            assert_eq!(claimed(&cyrillic, name), Err(RecordFault::NameDiffers), "{name}");
        }
        // A letter in no table must not be skipped.
        let unknown = record("王", "ANNA", None);
        assert_eq!(claimed(&unknown, "ANNA"), Err(RecordFault::NameDiffers));
        assert_eq!(claimed(&unknown, "anna 王"), Ok(()));
        let right = Claim::new("AKHMETOV SERIK", "900101300008").unwrap();
        assert_eq!(cyrillic.agrees_with(&right), Err(RecordFault::NumberDiffers));
    }

    #[test]
    fn a_document_is_held_to_its_own_number_first() {
        let ours = record("Ахметов", "Серик", Some("Ержанович"));
        let agrees = |last, first, number| ours.agrees_with_document(&document(last, first, number));
        assert_eq!(agrees("AKHMETOV", "SERIK", "900101300007"), Ok(()));
        assert_eq!(agrees("AKHMETOV", "SERIK YERZHANOVICH", "900101300007"), Ok(()), "issuers differ");
        assert_eq!(agrees("AKHMETOV", "SERIK", "850615400006"), Err(RecordFault::NumberDiffers));
        assert_eq!(agrees("AKHMETOV", "SERIK", ""), Err(RecordFault::NumberDiffers), "the card's own number");
        assert_eq!(agrees("AKHMETOVA", "SERIK", "900101300007"), Err(RecordFault::NameDiffers));
        assert_eq!(agrees("AKHMETOV", "", "900101300007"), Err(RecordFault::NameDiffers), "one name of two");
        assert!(matches!(agrees("", "", "900101300007"), Err(RecordFault::Claim(_))));
        let mut unread = document("AKHMETOV", "SERIK", "900101300007");
        unread.fields.retain(|field| field.name != FieldName::FirstName);
        assert!(matches!(ours.agrees_with_document(&unread), Err(RecordFault::Claim(_))));
    }

    #[test]
    fn one_name_alone_is_the_same_in_either_place() {
        for (last, first) in [("Супарман", ""), ("", "Супарман")] {
            let ours = record(last, first, None);
            let agrees = |last, first| ours.agrees_with_document(&document(last, first, "900101300007"));
            assert_eq!(agrees("SUPARMAN", ""), Ok(()));
            assert_eq!(agrees("", "SUPARMAN"), Ok(()));
            assert_eq!(agrees("SUPARMAN", "ADI"), Err(RecordFault::NameDiffers));
            assert_eq!(agrees("SUPARMANTO", ""), Err(RecordFault::NameDiffers));
            assert_eq!(claimed(&ours, "suparman"), Ok(()));
            assert_eq!(claimed(&ours, "suparman adi"), Err(RecordFault::NameDiffers));
        }
        let two = record("Супарман", "Ади", None);
        let one = document("", "SUPARMAN", "900101300007");
        assert_eq!(two.agrees_with_document(&one), Err(RecordFault::NameDiffers));
    }

    #[test]
    fn a_surname_that_fills_the_zone_leaves_no_room_for_given_names() {
        let long = record("Bennelong Wooloomooloo Warrandyte", "Dingo", None);
        // Thirty letters fill a card's thirty places.
        let full = document("BENNELONG WOOLOOMOOLOO WARRAND", "", "900101300007");
        assert_eq!(long.agrees_with_document(&full), Ok(()));
        let other = document("BENNELONG WOOLOOMOOLOO WARRAGU", "", "900101300007");
        assert_eq!(long.agrees_with_document(&other), Err(RecordFault::NameDiffers));
    }

    #[test]
    fn a_name_shortened_by_a_full_zone_agrees_and_a_short_one_does_not() {
        let long = record("Константинопольская", "Александра Виктория", None);
        // 19 letters, two fillers, 9: thirty.
        let full = document("KONSTANTINOPOLSKAIA", "ALEKSANDR", "900101300007");
        assert_eq!(long.agrees_with_document(&full), Ok(()));
        let short = document("KONSTANTINOPOLSKAIA", "ALEK", "900101300007");
        assert_eq!(long.agrees_with_document(&short), Err(RecordFault::NameDiffers));
    }

    #[test]
    fn a_name_must_be_whole() {
        for (last, first) in [("", " "), ("ERIKSSON", "AN\u{7}NA")] {
            assert!(matches!(FullName::new(last, first, None), Err(RecordFault::Unreadable(_))));
        }
        assert!(FullName::new(&"x".repeat(60), &"y".repeat(60), None).is_err());
    }
}
