//! Whether a document that was read identifies its holder today.

use jiff::civil::Date;

use vouch_contract::document::agreement::Belonging;
use vouch_contract::document::fields::{DocumentType, FieldName, FieldSource};
use vouch_contract::document::partial_date::{Known, PartialDate};
use vouch_contract::document::reading::Document;
use vouch_contract::document::unstated::{UNSPECIFIED_SEX, Unstated, stands_for_no_end};

/// Greatest plausible age in years. The oldest person whose age is proven reached 122.
const MAX_AGE: i16 = 125;
/// Longest validity in years of a document that has an end. Several EU states print a date far
/// ahead on the identity cards of old people; 70 covers those.
const MAX_VALIDITY: i16 = 70;
/// The fields that CID's `document` always has, without those derived from others. The document may
/// leave some of them open ([`Unstated`]), but each must have been read.
pub const REQUIRED: [FieldName; 7] = [
    FieldName::CountryCode,
    FieldName::DocumentNumber,
    FieldName::FirstName,
    FieldName::LastName,
    FieldName::Gender,
    FieldName::DateOfBirth,
    FieldName::ExpireDate,
];
/// Allowed values of `gender`: CID's letters, and ICAO 9303's for unspecified.
const SEXES: [&str; 3] = ["F", "M", UNSPECIFIED_SEX];

/// Why a document is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckFault {
    /// The date of expiry has passed (CID_6). If only the month is known, the document counts as
    /// expired from the first day of that month.
    #[error("the document has expired on {0}")]
    Expired(PartialDate),
    /// A field that every identity document has was not read.
    #[error("{0:?} could not be read")]
    Missing(FieldName),
    /// Neither a surname nor a given name.
    #[error("the document states no name: neither FirstName nor LastName has a letter; use another document")]
    NoName,
    /// A person typed that the document leaves a field open.
    #[error("{0:?} was typed as unknown or empty: only the document itself can say so, type what it shows")]
    NotForPersons(FieldName),
    /// The zone says 99-01-01 or 99-12-31, and the printed date was not read.
    #[error(
        "the zone's date of expiry ({0}) is a day of 1999 or stands for \"no end\", and the printed date, \
         which decides, was not read: show that side again, closer and in good light"
    )]
    ExpiredOrNoEnd(PartialDate),
    /// A value that is not a date.
    #[error("{0:?} is not a date")]
    NotADate(FieldName),
    /// A date that can't be true.
    #[error("{0:?} is not plausible")]
    NotPlausible(FieldName),
    /// The sides contradict each other.
    #[error("the two sides do not belong to one document")]
    SidesDiffer,
    /// Nothing that was read shows that the sides belong to one document.
    #[error("too little was read to show that both sides are one document: hold it closer, in good light")]
    SidesUnknown,
    /// A visa, or another kind of document that no scheme accepts.
    #[error("this kind of document does not prove an identity")]
    NotAnIdentity,
}

/// Checks `document` on the day `today` (at the terminal's place).
///
/// # Errors
/// The first thing that is wrong. Expiry is reported only if everything else is right.
pub fn check(document: &Document, today: Date) -> Result<(), CheckFault> {
    match document.document_type {
        Some(DocumentType::IdCard | DocumentType::ResidencePermit | DocumentType::Passport) => {}
        _ => return Err(CheckFault::NotAnIdentity),
    }
    for name in REQUIRED {
        let field = document.field(name).ok_or(CheckFault::Missing(name))?;
        match Unstated::of(field) {
            Some(_) if field.source == FieldSource::Person => return Err(CheckFault::NotForPersons(name)),
            None if field.value.is_empty() => return Err(CheckFault::Missing(name)),
            _ => {}
        }
    }
    if !document.value(FieldName::Gender).is_some_and(|sex| SEXES.contains(&sex)) {
        return Err(CheckFault::NotPlausible(FieldName::Gender));
    }
    if [FieldName::FirstName, FieldName::LastName].iter().all(|name| document.value(*name) == Some("")) {
        return Err(CheckFault::NoName);
    }
    match document.belonging {
        Belonging::Together => {}
        Belonging::Apart => return Err(CheckFault::SidesDiffer),
        Belonging::Unknown => return Err(CheckFault::SidesUnknown),
    }
    let birth = date(document, FieldName::DateOfBirth)?.unwrap_or(PartialDate::UNKNOWN);
    let oldest = today.year() - MAX_AGE;
    if birth.earliest() > today || birth.latest().year() < oldest {
        return Err(CheckFault::NotPlausible(FieldName::DateOfBirth));
    }
    if let Some(issued) = date(document, FieldName::IssueDate)?
        && (issued.earliest() > today || issued.latest() < birth.earliest())
    {
        return Err(CheckFault::NotPlausible(FieldName::IssueDate));
    }
    check_expiry(document, birth, today)
}

/// Whether the document is still valid. A document without an end is. If the day of expiry is
/// unknown, it is valid only until that month begins.
fn check_expiry(document: &Document, birth: PartialDate, today: Date) -> Result<(), CheckFault> {
    let name = FieldName::ExpireDate;
    let field = document.field(name).ok_or(CheckFault::Missing(name))?;
    if Unstated::of(field) == Some(Unstated::NoExpiry) {
        return Ok(());
    }
    let expiry = date(document, name)?.filter(|date| date.known() >= Known::Month);
    let expiry = expiry.ok_or(CheckFault::NotADate(name))?;
    if expiry.latest().year() > today.year() + MAX_VALIDITY || expiry.latest() < birth.earliest() {
        return Err(CheckFault::NotPlausible(name));
    }
    // A document is valid through the printed day.
    let is_over = expiry.whole().map_or(expiry.earliest() <= today, |last| last < today);
    match is_over {
        true if field.source == FieldSource::Mrz && stands_for_no_end(&field.value) => {
            Err(CheckFault::ExpiredOrNoEnd(expiry))
        }
        true => Err(CheckFault::Expired(expiry)),
        false => Ok(()),
    }
}

/// A field as a date, as far as it is known; `None` if the field is missing.
fn date(document: &Document, name: FieldName) -> Result<Option<PartialDate>, CheckFault> {
    document.value(name).map(str::parse).transpose().map_err(|_| CheckFault::NotADate(name))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use vouch_contract::document::fields::Field;

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
        assert_eq!(check(&over, TODAY), Err(CheckFault::Expired(date(2026, 11, 24).into())));
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
            (FieldName::ExpireDate, "XXXX-XX-XX", CheckFault::NotADate(FieldName::ExpireDate)),
            (FieldName::ExpireDate, "2030-XX-XX", CheckFault::NotADate(FieldName::ExpireDate)),
            (FieldName::DateOfBirth, "1974-00-00", CheckFault::NotADate(FieldName::DateOfBirth)),
            (FieldName::DateOfBirth, "2027-XX-XX", CheckFault::NotPlausible(FieldName::DateOfBirth)),
            (FieldName::DateOfBirth, "1890-XX-XX", CheckFault::NotPlausible(FieldName::DateOfBirth)),
            (FieldName::Gender, "", CheckFault::Missing(FieldName::Gender)),
            (FieldName::Gender, "Q", CheckFault::NotPlausible(FieldName::Gender)),
        ];
        for (name, value, fault) in cases {
            assert_eq!(check(&document(&[(name, value)]), TODAY), Err(fault), "{name:?} {value}");
        }
    }

    #[test]
    fn what_a_document_leaves_open_is_no_fault() {
        for (name, value) in [
            (FieldName::Gender, "X"),
            (FieldName::FirstName, ""),
            (FieldName::LastName, ""),
            (FieldName::DateOfBirth, "1974-08-XX"),
            (FieldName::DateOfBirth, "1974-XX-XX"),
            (FieldName::DateOfBirth, "XXXX-XX-XX"),
            // The year has begun.
            (FieldName::DateOfBirth, "2026-XX-XX"),
            (FieldName::ExpireDate, "9999-12-31"),
        ] {
            assert_eq!(check(&document(&[(name, value)]), TODAY), Ok(()), "{name:?} {value}");
        }
    }

    #[test]
    fn what_was_not_read_is_not_left_open() {
        for name in REQUIRED {
            let mut unread = document(&[]);
            unread.fields.retain(|field| field.name != name);
            assert_eq!(check(&unread, TODAY), Err(CheckFault::Missing(name)));
        }
        let nameless = document(&[(FieldName::FirstName, ""), (FieldName::LastName, "")]);
        assert_eq!(check(&nameless, TODAY), Err(CheckFault::NoName));
    }

    #[test]
    fn a_person_can_leave_nothing_open() {
        for (name, value) in [
            (FieldName::Gender, "X"),
            (FieldName::FirstName, ""),
            (FieldName::DateOfBirth, "1974-XX-XX"),
            (FieldName::ExpireDate, "9999-12-31"),
        ] {
            let mut typed = document(&[(name, value)]);
            typed.fields.iter_mut().filter(|f| f.name == name).for_each(|f| f.source = FieldSource::Person);
            assert_eq!(check(&typed, TODAY), Err(CheckFault::NotForPersons(name)), "{value}");
        }
    }

    #[test]
    fn an_end_whose_day_is_unknown_is_over_from_the_first_of_its_month() {
        let ends = |value: &str, today| check(&document(&[(FieldName::ExpireDate, value)]), today);
        assert_eq!(ends("2026-12-XX", date(2026, 11, 30)), Ok(()));
        let over = Err(CheckFault::Expired("2026-12-XX".parse().unwrap()));
        assert_eq!(ends("2026-12-XX", date(2026, 12, 1)), over);
    }

    #[test]
    fn only_print_tells_a_day_of_1999_from_no_end() {
        let mut short = document(&[(FieldName::ExpireDate, "1999-01-01")]);
        let day: PartialDate = date(1999, 1, 1).into();
        assert_eq!(check(&short, TODAY), Err(CheckFault::ExpiredOrNoEnd(day)));
        short.fields.iter_mut().for_each(|field| field.source = FieldSource::Zone);
        assert_eq!(check(&short, TODAY), Err(CheckFault::Expired(day)));
        let other = document(&[(FieldName::ExpireDate, "1999-01-02")]);
        assert_eq!(check(&other, TODAY), Err(CheckFault::Expired(date(1999, 1, 2).into())));
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
