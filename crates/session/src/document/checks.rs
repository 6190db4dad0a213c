//! Whether a document that was read may stand for a person today.

use jiff::civil::Date;

use vouch_contract::document::agreement::Belonging;
use vouch_contract::document::fields::{DocumentType, FieldName};
use vouch_contract::document::reading::Document;

/// Nobody is older, years: the oldest person whose age is proven reached 122.
const OLDEST: i16 = 125;
/// No document is valid for longer, years. Identity cards of the old in several states of
/// the EU have no end and then print a date far ahead; 70 covers those that do.
const LONGEST: i16 = 70;
/// The fields that CID's `document` always has, less those that follow from others.
pub const REQUIRED: [FieldName; 7] = [
    FieldName::CountryCode,
    FieldName::DocumentNumber,
    FieldName::FirstName,
    FieldName::LastName,
    FieldName::Gender,
    FieldName::DateOfBirth,
    FieldName::ExpireDate,
];
/// Why a document does not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckFault {
    /// Its date of expiry is over (CID_6).
    #[error("the document has expired on {0}")]
    Expired(Date),
    /// A field that every identity document has was not read.
    #[error("{0:?} could not be read")]
    Missing(FieldName),
    /// A date that is none.
    #[error("{0:?} is not a date")]
    NotADate(FieldName),
    /// A date that can't be true.
    #[error("{0:?} is not plausible")]
    NotPlausible(FieldName),
    /// The sides say different things.
    #[error("the two sides are not of one document")]
    SidesDiffer,
    /// Nothing that was read shows that the sides are of one document.
    #[error("too little was read to show that both sides are of one document: hold it closer, in good light")]
    SidesUnknown,
    /// A visa, or no kind of document that a scheme takes.
    #[error("this kind of document does not prove an identity")]
    NotAnIdentity,
}

/// Checks `document` on the day `today` (at the terminal's place).
///
/// # Errors
/// The first thing that is wrong; an expired document is told only when all else is right.
pub fn check(document: &Document, today: Date) -> Result<(), CheckFault> {
    match document.document_type {
        Some(DocumentType::IdCard | DocumentType::ResidencePermit | DocumentType::Passport) => {}
        _ => return Err(CheckFault::NotAnIdentity),
    }
    for name in REQUIRED {
        if document.value(name).is_none_or(str::is_empty) {
            return Err(CheckFault::Missing(name));
        }
    }
    match document.belonging {
        Belonging::Together => {}
        Belonging::Apart => return Err(CheckFault::SidesDiffer),
        Belonging::Unknown => return Err(CheckFault::SidesUnknown),
    }
    let birth = date(document, FieldName::DateOfBirth)?;
    let expiry = date(document, FieldName::ExpireDate)?;
    if let Some(birth) = birth
        && (birth > today || birth.year() < today.year() - OLDEST)
    {
        return Err(CheckFault::NotPlausible(FieldName::DateOfBirth));
    }
    if let Some(issued) = date(document, FieldName::IssueDate)?
        && (issued > today || birth.is_some_and(|birth| issued < birth))
    {
        return Err(CheckFault::NotPlausible(FieldName::IssueDate));
    }
    let Some(expiry) = expiry else { return Err(CheckFault::NotADate(FieldName::ExpireDate)) };
    if expiry.year() > today.year() + LONGEST || birth.is_some_and(|birth| expiry < birth) {
        return Err(CheckFault::NotPlausible(FieldName::ExpireDate));
    }
    // Valid up to and with the day printed.
    if expiry < today { Err(CheckFault::Expired(expiry)) } else { Ok(()) }
}

/// A field as a date; none when it is not there, or its day or month is unknown (ICAO 9303
/// part 3, 4.8: fillers).
fn date(document: &Document, name: FieldName) -> Result<Option<Date>, CheckFault> {
    match document.value(name) {
        None => Ok(None),
        Some(value) if value.contains('<') || value.contains("-00") => Ok(None),
        Some(value) => value.parse().map(Some).map_err(|_| CheckFault::NotADate(name)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use vouch_contract::document::fields::{Field, FieldSource};

    const TODAY: Date = date(2026, 11, 25);

    fn document(changes: &[(FieldName, &str)]) -> Document {
        let mut values = vec![
            (FieldName::CountryCode, "UTO"),
            (FieldName::DocumentNumber, "D23145890"),
            (FieldName::FirstName, "ANNA MARIA"),
            (FieldName::LastName, "ERIKSSON"),
            (FieldName::Gender, "F"),
            (FieldName::DateOfBirth, "1974-08-12"),
            (FieldName::ExpireDate, "2030-04-15"),
        ];
        for change in changes {
            values.retain(|(name, _)| *name != change.0);
            values.push(*change);
        }
        let field = |(name, value): (FieldName, &str)| Field {
            name,
            value: value.to_owned(),
            confidence: 1.0,
            source: FieldSource::Mrz,
        };
        Document {
            document_type: Some(DocumentType::IdCard),
            sides: 2,
            belonging: Belonging::Together,
            fields: values.into_iter().map(field).collect(),
            ..Document::default()
        }
    }

    #[test]
    fn a_valid_document_passes_up_to_its_last_day() {
        assert_eq!(check(&document(&[]), TODAY), Ok(()));
        let last_day = document(&[(FieldName::ExpireDate, "2026-11-25")]);
        assert_eq!(check(&last_day, TODAY), Ok(()));
        let over = document(&[(FieldName::ExpireDate, "2026-11-24")]);
        assert_eq!(check(&over, TODAY), Err(CheckFault::Expired(date(2026, 11, 24))));
    }

    #[test]
    fn what_can_not_be_true_is_told() {
        let cases = [
            (FieldName::DateOfBirth, "2027-01-01", CheckFault::NotPlausible(FieldName::DateOfBirth)),
            (FieldName::DateOfBirth, "1890-01-01", CheckFault::NotPlausible(FieldName::DateOfBirth)),
            (FieldName::DateOfBirth, "1974-02-30", CheckFault::NotADate(FieldName::DateOfBirth)),
            (FieldName::IssueDate, "1970-01-01", CheckFault::NotPlausible(FieldName::IssueDate)),
            (FieldName::IssueDate, "2026-11-26", CheckFault::NotPlausible(FieldName::IssueDate)),
            (FieldName::ExpireDate, "2126-11-26", CheckFault::NotPlausible(FieldName::ExpireDate)),
            (FieldName::ExpireDate, "", CheckFault::Missing(FieldName::ExpireDate)),
            (FieldName::LastName, "", CheckFault::Missing(FieldName::LastName)),
        ];
        for (name, value, fault) in cases {
            assert_eq!(check(&document(&[(name, value)]), TODAY), Err(fault), "{name:?} {value}");
        }
    }

    #[test]
    fn an_unknown_day_of_birth_is_no_fault() {
        assert_eq!(check(&document(&[(FieldName::DateOfBirth, "1974-00-00")]), TODAY), Ok(()));
    }

    #[test]
    fn sides_of_two_documents_are_told() {
        let mut two = document(&[]);
        two.belonging = Belonging::Apart;
        assert_eq!(check(&two, TODAY), Err(CheckFault::SidesDiffer));
        two.belonging = Belonging::Unknown;
        assert_eq!(check(&two, TODAY), Err(CheckFault::SidesUnknown));
    }

    #[test]
    fn a_visa_identifies_nobody() {
        let visa = Document { document_type: Some(DocumentType::Visa), ..document(&[]) };
        assert_eq!(check(&visa, TODAY), Err(CheckFault::NotAnIdentity));
    }
}
