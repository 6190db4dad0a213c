//! An MRZ as read: lines, fields, check digits and doubts.

use jiff::civil::Date;
use serde::Serialize;

use super::characters::{Character, text};
use super::judge::{Doubt, Reason, covered, doubts};
use super::layout::{Part, format_of, span_of};
use super::parse::{Check, Parsed, parse};
use super::repair::{Repair, repair};
use vouch_contract::document::fields::{DocumentType, Field, FieldName, FieldSource, Format, Quad};
use vouch_contract::document::partial_date::PartialDate;
use vouch_contract::document::unstated::{NO_EXPIRY, stands_for_no_end};

/// Fraction of errors that a check digit misses (ICAO 9303 part 3, section 4.9: ten possible
/// digits).
const ERRORS_THAT_PASS: f32 = 0.1;
/// Confidence of a part whose check digit fails: one of its characters, or the digit, is wrong.
const FAILED: f32 = 0.05;
/// Digits of an individual identification number (IIN).
const IIN_DIGITS: usize = 12;
/// The issuer that puts this number into the optional data.
const KAZAKHSTAN: &str = "KAZ";
/// The issuer of permanent cards with 99-01-01 in the MRZ.
const SPAIN: &str = "ESP";

/// The reading of one MRZ.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MrzReading {
    /// Its layout.
    pub format: Format,
    /// The lines after repairs, each of the format's length.
    pub lines: Vec<String>,
    /// Every character with the recogniser's probabilities.
    #[serde(skip)]
    pub characters: Vec<Vec<Character>>,
    /// The document type given by the document code.
    pub document_type: DocumentType,
    /// The fields, in CID's order, each with the confidence that it is right.
    pub fields: Vec<Field>,
    /// Each check digit of the format.
    pub checks: Vec<Check>,
    /// Characters that a check digit proved to be misread.
    pub repairs: Vec<Repair>,
    /// Why the reading is unreliable; empty if it is not.
    pub doubts: Vec<Doubt>,
    /// Whether every check digit holds and nothing is doubtful.
    pub accepted: bool,
    /// Each line's position in the picture; empty for lines that were typed or voted on.
    pub quads: Vec<Quad>,
    /// Whether the lines run from right to left in the picture.
    pub upside_down: bool,
}

impl MrzReading {
    /// Reads lines of characters; `None` if they don't match a format's shape.
    pub fn of(lines: &[Vec<Character>], today: Date) -> Option<Self> {
        let first = lines.first()?;
        let format = format_of(lines.len(), first.len(), text(first).as_bytes())?;
        if lines.iter().any(|line| line.len() != format.shape().1) {
            return None;
        }
        let parsed = |lines: &[Vec<Character>]| {
            let texts: Vec<String> = lines.iter().map(|line| text(line)).collect();
            parse(format, &texts, today)
        };
        let (characters, repairs) = repair(format, lines, parsed);
        let parsed = parsed(&characters);
        let doubts = doubts(format, &characters, parsed.as_ref());
        let checks = parsed.as_ref().map_or_else(Vec::new, |parsed| parsed.checks.clone());
        let accepted = doubts.is_empty() && parsed.as_ref().is_some_and(Parsed::all_hold);
        Some(Self {
            format,
            lines: characters.iter().map(|line| text(line)).collect(),
            document_type: parsed.as_ref().map_or(DocumentType::Other, Parsed::document_type),
            fields: parsed.as_ref().map_or_else(Vec::new, |p| fields(format, p, &characters)),
            checks,
            repairs,
            doubts,
            accepted,
            quads: Vec::new(),
            upside_down: false,
            characters,
        })
    }

    /// Reads lines of text, taken as certain; `None` if they don't match a format's shape or
    /// contain other characters.
    pub fn of_text(lines: &[&str], today: Date) -> Option<Self> {
        let (most_lines, widest) = (Format::Td1.shape().0, Format::Td3.shape().1);
        if lines.len() > most_lines || lines.iter().any(|line| line.len() > widest) {
            return None;
        }
        let lines: Option<Vec<Vec<Character>>> =
            lines.iter().map(|line| line.bytes().map(Character::certain).collect()).collect();
        Self::of(&lines?, today)
    }

    /// The value of a field.
    pub fn value(&self, name: FieldName) -> Option<&str> {
        self.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
    }

    /// Whether every check digit of the format holds.
    pub fn all_checks_hold(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.holds)
    }

    /// Whether the only fault is a name field without a name.
    pub fn lacks_a_name(&self) -> bool {
        !self.doubts.is_empty() && self.doubts.iter().all(|doubt| doubt.reason == Reason::NameForm)
    }

    /// Mean confidence of the characters.
    pub fn mean_confidence(&self) -> f32 {
        let all: Vec<f32> = self.characters.iter().flatten().map(Character::confidence).collect();
        all.iter().sum::<f32>() / all.len().max(1) as f32
    }
}

fn fields(format: Format, parsed: &Parsed, characters: &[Vec<Character>]) -> Vec<Field> {
    let number = optional_number(parsed);
    let given_names = if format == Format::FrenchId { Part::GivenNames } else { Part::Names };
    let nationality = if format == Format::FrenchId { Part::Issuer } else { Part::Nationality };
    let has_name = !parsed.surname.is_empty() || !parsed.given_names.is_empty();
    let may_be_empty = |name| has_name && matches!(name, FieldName::FirstName | FieldName::LastName);
    let date = |date: Option<PartialDate>| date.map(|date| date.to_string());
    let mut parts = vec![
        (FieldName::CountryCode, Some(parsed.issuer.clone()), Part::Issuer),
        (FieldName::DocumentNumber, Some(parsed.number.clone()), Part::DocumentNumber),
        (FieldName::FirstName, Some(parsed.given_names.clone()), given_names),
        (FieldName::LastName, Some(parsed.surname.clone()), Part::Names),
        (FieldName::Gender, parsed.sex.map(String::from), Part::Sex),
        (FieldName::DateOfBirth, date(parsed.date_of_birth), Part::DateOfBirth),
        (FieldName::Nationality, Some(parsed.nationality.clone()), nationality),
        (FieldName::IssueDate, date(parsed.date_of_issue), Part::DocumentNumber),
        (FieldName::ExpireDate, expiry(parsed), Part::DateOfExpiry),
    ];
    parts.extend(number.map(|number| (FieldName::IdentificationNumber, Some(number), Part::Optional)));
    let read = parts.into_iter().filter_map(|(name, value, part)| {
        let value = value.filter(|value| !value.is_empty() || may_be_empty(name))?;
        let confidence = confidence(format, part, parsed, characters);
        Some(Field { name, value, confidence, source: FieldSource::Mrz })
    });
    read.collect()
}

/// The date of expiry, or [`NO_EXPIRY`] if the document does not expire.
///
/// Fillers in the date mean no expiry. Spain's permanent cards print 01-01-9999 and have 99-01-01
/// in the MRZ. Since 2006 Spain's cards have numbers of three letters and six digits, and none of
/// those can have expired in 1999. For other issuers the MRZ alone can't tell such a date from one
/// in 1999; the visual zone decides (session's `cross_check`).
fn expiry(parsed: &Parsed) -> Option<String> {
    let date = parsed.date_of_expiry?;
    let is_permanent =
        parsed.issuer == SPAIN && is_spanish_number(&parsed.number) && stands_for_no_end(&date.to_string());
    let no_end = is_permanent || date == PartialDate::UNKNOWN;
    Some(if no_end { NO_EXPIRY.to_owned() } else { date.to_string() })
}

/// Three letters and six digits, as on Spain's cards since 2006.
fn is_spanish_number(number: &str) -> bool {
    let (letters, digits) = number.as_bytes().split_at(number.len().min(3));
    number.len() == 9 && letters.iter().all(u8::is_ascii_uppercase) && digits.iter().all(u8::is_ascii_digit)
}

/// Kazakhstan's cards and passports hold the IIN in their optional data.
fn optional_number(parsed: &Parsed) -> Option<String> {
    let is_iin = |text: &&String| text.len() == IIN_DIGITS && text.bytes().all(|c| c.is_ascii_digit());
    let optional = Some(&parsed.optional).filter(|_| parsed.issuer == KAZAKHSTAN);
    optional.filter(is_iin).cloned()
}

/// Probability that every character of a part is right: the product of the characters'
/// probabilities, raised by Bayes' rule if check digits hold, since each misses only a tenth of the
/// errors.
fn confidence(format: Format, part: Part, parsed: &Parsed, characters: &[Vec<Character>]) -> f32 {
    let Some(span) = span_of(format, part) else { return 0.0 };
    let all: f32 = characters[span.line][span.start..span.end].iter().map(Character::confidence).product();
    if !covered(format, part) {
        return all;
    }
    let own = match part {
        Part::DocumentNumber => Part::DocumentNumberCheck,
        Part::DateOfBirth => Part::DateOfBirthCheck,
        Part::DateOfExpiry => Part::DateOfExpiryCheck,
        Part::Optional if format == Format::Td3 => Part::OptionalCheck,
        _ => Part::CompositeCheck,
    };
    let Some(check) = parsed.checks.iter().find(|check| check.part == own) else { return all };
    if !check.holds {
        return all.min(FAILED);
    }
    all / (all + (1.0 - all) * ERRORS_THAT_PASS).max(f32::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {

    use super::*;

    fn today() -> Date {
        jiff::civil::date(2026, 11, 25)
    }

    const CARD: [&str; 3] = [
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ];

    #[test]
    fn a_specimen_is_accepted_with_its_fields() {
        let reading = MrzReading::of_text(&CARD, today()).unwrap();
        assert!(reading.accepted, "{:?}", reading.doubts);
        assert_eq!(reading.value(FieldName::DocumentNumber), Some("D23145890"));
        assert_eq!(reading.value(FieldName::LastName), Some("ERIKSSON"));
        assert_eq!(reading.value(FieldName::DateOfBirth), Some("1974-08-12"));
        assert_eq!(reading.document_type, DocumentType::IdCard);
        assert!(reading.fields.iter().all(|field| field.confidence > 0.99));
    }

    #[test]
    fn digits_in_a_nationality_are_doubted_though_all_check_digits_hold() {
        let lines = ["IDROUSPECIMEN<<TEST<<<<<<<<<<<<<<<<<", "HD198025<51328505095M130509012049941"];
        let reading = MrzReading::of_text(&lines, today()).unwrap();
        assert!(!reading.accepted);
        assert!(reading.doubts.contains(&Doubt { part: Part::Nationality, reason: Reason::Characters }));
    }

    #[test]
    fn an_unsure_name_is_doubted_and_an_unsure_number_under_its_digit_is_not() {
        let mut lines: Vec<Vec<Character>> =
            CARD.iter().map(|line| line.bytes().map(|c| Character::certain(c).unwrap()).collect()).collect();
        let mut lessen = |line: usize, column: usize, to: f32| {
            let character: &mut Character = &mut lines[line][column];
            character.shares.iter_mut().for_each(|share| *share *= to);
        };
        lessen(0, 7, 0.8);
        lessen(2, 3, 0.8);
        let reading = MrzReading::of(&lines, today()).unwrap();
        assert_eq!(reading.doubts, [Doubt { part: Part::Names, reason: Reason::Unclear }]);
    }

    #[test]
    fn a_letter_in_a_date_is_repaired_and_a_wrong_name_is_not() {
        let wrong = [CARD[0], "74O8122F1204159UTO<<<<<<<<<<<6", CARD[2]];
        let reading = MrzReading::of_text(&wrong, today()).unwrap();
        assert_eq!(reading.lines[1], CARD[1]);
        assert_eq!(reading.repairs.len(), 1);
        assert!(!reading.accepted, "the recogniser was sure of another character");
        let wrong = [CARD[0], CARD[1], "ERIK5SON<<ANNA<MARIA<<<<<<<<<<"];
        let reading = MrzReading::of_text(&wrong, today()).unwrap();
        assert_eq!(reading.lines[2], wrong[2]);
        assert!(!reading.accepted);
    }

    #[test]
    fn what_no_check_digit_proves_stays_as_read() {
        let wrong = ["I<UTOD23145O907<<<<<<<<<<<<<<<", CARD[1], CARD[2]];
        let reading = MrzReading::of_text(&wrong, today()).unwrap();
        assert_eq!(reading.lines[0], wrong[0]);
        assert!(reading.repairs.is_empty() && !reading.accepted);
    }
}
