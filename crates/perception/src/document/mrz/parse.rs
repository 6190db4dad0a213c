//! Parses the lines of an MRZ into fields and check digits.
//!
//! Check digits and long document numbers come from the crate `mrz`. Its names, dates and repairs
//! are not used, because they guess where this terminal must not (decision 7).

use jiff::civil::Date;
use serde::Serialize;

use super::characters::FILLER;
use super::date::{DateKind, date};
use super::french_id;
use super::layout::{Part, span_of};
use vouch_contract::document::fields::{DocumentType, Format};
use vouch_contract::document::partial_date::PartialDate;
use vouch_contract::document::unstated::UNSPECIFIED_SEX;

/// One check digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The part that holds the check digit.
    pub part: Part,
    /// Whether it matches the data it covers.
    pub holds: bool,
}

/// The contents of an MRZ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// One or two letters.
    pub document_code: String,
    /// One to three letters; empty if there are fillers between them.
    pub issuer: String,
    /// The document number, including its continuation in the optional data, without the fillers
    /// that stand for spaces and hyphens in it (ICAO 9303 part 4, 4.2.2).
    pub number: String,
    /// Whether the number continues in the optional data.
    pub long_number: bool,
    /// Words of the surname, separated by spaces; empty if the issuer leaves it empty.
    pub surname: String,
    /// Given names; empty if there are none.
    pub given_names: String,
    /// One to three letters; empty if there are fillers between them.
    pub nationality: String,
    /// As far as it is known; none if it is not a date.
    pub date_of_birth: Option<PartialDate>,
    /// `M`, `F`, or `X` if neither is stated; none for any other character.
    pub sex: Option<&'static str>,
    /// Month of issue, if the number contains it: the older French card.
    pub date_of_issue: Option<PartialDate>,
    /// None if it is not a date or the layout has none. If fillers say that the document has no
    /// expiry, all parts of the date are unknown.
    pub date_of_expiry: Option<PartialDate>,
    /// Optional data without the number's continuation; a passport's personal number.
    pub optional: String,
    /// A card's second optional data.
    pub second_optional: String,
    /// The check digits of the format.
    pub checks: Vec<Check>,
}

impl Parsed {
    /// Whether every check digit of the format holds.
    pub fn all_hold(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.holds)
    }

    /// The kind of document that the code names.
    pub fn document_type(&self) -> DocumentType {
        match self.document_code.as_bytes() {
            [b'P', ..] => DocumentType::Passport,
            [b'V', ..] => DocumentType::Visa,
            [b'A' | b'C' | b'I', b'R'] => DocumentType::ResidencePermit,
            [b'I' | b'C', ..] => DocumentType::IdCard,
            _ => DocumentType::Other,
        }
    }
}

/// Parses lines of exactly the format's shape.
///
/// `None` if they have another shape, contain characters that an MRZ can't have, or have a document
/// number beginning with a filler, which no format allows.
pub fn parse(format: Format, lines: &[String], today: Date) -> Option<Parsed> {
    let (count, width) = format.shape();
    let all_ascii = lines.iter().all(|line| line.len() == width && line.is_ascii());
    if lines.len() != count || !all_ascii {
        return None;
    }
    let read = match (format, lines) {
        (Format::Td1, [a, b, c]) => mrz::parse_td1(a, b, c),
        (Format::Td2, [a, b]) => mrz::parse_td2(a, b),
        (Format::Td3, [a, b]) => mrz::parse_td3(a, b),
        (Format::MrvA, [a, b]) => mrz::parse_mrv_a(a, b),
        (Format::MrvB, [a, b]) => mrz::parse_mrv_b(a, b),
        (Format::FrenchId, _) => return french_id::parse(lines, today),
        _ => return None,
    }
    .ok()?;
    let raw = |part| span_of(format, part).map_or("", |s| &lines[s.line][s.start..s.end]);
    let (surname, given_names) = names(raw(Part::Names));
    let long_number = read.document_number_full.is_some();
    Some(Parsed {
        document_code: read.document_type.clone(),
        issuer: state(&read.issuing_country),
        number: read.full_document_number().replace(char::from(FILLER), ""),
        long_number,
        surname,
        given_names,
        nationality: state(&read.nationality),
        date_of_birth: date(raw(Part::DateOfBirth), DateKind::Past, today),
        sex: sex(raw(Part::Sex)),
        date_of_issue: None,
        date_of_expiry: date(raw(Part::DateOfExpiry), DateKind::Expiry, today),
        optional: read.optional_data_1.clone().unwrap_or_default(),
        second_optional: read.optional_data_2.clone().unwrap_or_default(),
        checks: checks(format, &read, raw(Part::OptionalCheck)),
    })
}

/// The crate's result for each check digit, without two of its leniencies: its own old notation for
/// long numbers, and long numbers in passports, which part 4 does not define.
fn checks(format: Format, read: &mrz::MrzData, optional_check: &str) -> Vec<Check> {
    let long = read.document_number_full.is_some();
    let lenient = read.document_number_legacy_encoding || (format == Format::Td3 && long);
    // An unused personal number has 0 or a filler as its check digit.
    let personal = read.checks.personal_number.map(|holds| holds && optional_check.len() == 1);
    [
        (Part::DocumentNumberCheck, read.checks.document_number.map(|holds| holds && !lenient)),
        (Part::DateOfBirthCheck, read.checks.date_of_birth),
        (Part::DateOfExpiryCheck, read.checks.date_of_expiry),
        (Part::OptionalCheck, personal),
        (Part::CompositeCheck, read.checks.composite),
    ]
    .into_iter()
    .filter_map(|(part, holds)| holds.map(|holds| Check { part, holds }))
    .collect()
}

/// A state's code. Fillers may only follow it (ICAO 9303 part 3, section 5).
pub(super) fn state(code: &str) -> String {
    if code.contains(char::from(FILLER)) { String::new() } else { code.to_owned() }
}

/// The meaning of the sex position. A filler, or the X used in print, states neither.
pub(super) fn sex(text: &str) -> Option<&'static str> {
    match text {
        "M" => Some("M"),
        "F" => Some("F"),
        "<" | "X" => Some(UNSPECIFIED_SEX),
        _ => None,
    }
}

/// Surname and given names, separated by two fillers (ICAO 9303 part 3, section 4.6). A single name
/// is the surname. If the field begins with two fillers, as in Indian passports of people with one
/// name, the surname is empty.
fn names(text: &str) -> (String, String) {
    let text = text.trim_end_matches(char::from(FILLER));
    let (surname, given) = text.split_once("<<").unwrap_or((text, ""));
    (words(surname), words(given))
}

/// Words separated by fillers, joined with spaces.
pub(super) fn words(part: &str) -> String {
    part.split(char::from(FILLER)).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {

    use super::*;

    fn parsed(format: Format, lines: &[&str]) -> Option<Parsed> {
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        parse(format, &lines, jiff::civil::date(2026, 11, 25))
    }

    // Specimens from ICAO 9303 parts 4 to 7.
    #[test]
    fn the_standards_own_specimens_are_parsed() {
        let td3 = parsed(
            Format::Td3,
            &["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"],
        )
        .unwrap();
        assert!(td3.all_hold());
        assert_eq!((td3.surname.as_str(), td3.given_names.as_str()), ("ERIKSSON", "ANNA MARIA"));
        assert_eq!((td3.number.as_str(), td3.optional.as_str()), ("L898902C3", "ZE184226B"));
        let day = |date: Option<PartialDate>| date.map(|date| date.to_string());
        assert_eq!(day(td3.date_of_birth).as_deref(), Some("1974-08-12"));
        assert_eq!(day(td3.date_of_expiry).as_deref(), Some("2012-04-15"));
        let visa = parsed(
            Format::MrvB,
            &["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"],
        )
        .unwrap();
        assert!(visa.all_hold() && visa.checks.len() == 3);
        assert_eq!(visa.document_type(), DocumentType::Visa);
    }

    #[test]
    fn a_long_number_goes_on_in_the_optional_data() {
        let card = parsed(
            Format::Td1,
            &[
                "I<UTOD23145890<7349<<<<<<<<<<<",
                "3407127M9507122UTO<<<<<<<<<<<2",
                "STEVENSON<<PETER<JOHN<<<<<<<<<",
            ],
        )
        .unwrap();
        assert!(card.all_hold(), "{card:?}");
        assert!(card.long_number);
        assert_eq!(card.number, "D23145890734");
        assert_eq!(card.optional, "");
    }

    #[test]
    fn fillers_stand_in_no_state_and_in_no_number() {
        let card = parsed(
            Format::Td1,
            &[
                "I<U<OAB<34<890<7349<<<<<<<<<<<",
                "340711975N<<ANNA<MARIA<<<<<<<2",
                "STEVENSON<<PETER<JOHN<<<<<<<<<",
            ],
        )
        .unwrap();
        assert_eq!((card.issuer.as_str(), card.nationality.as_str()), ("", ""));
        assert!(!card.number.contains('<'), "{}", card.number);
    }

    #[test]
    fn a_name_without_given_names_is_all_surname() {
        assert_eq!(names("VAN<DER<BERG<<<<<<"), ("VAN DER BERG".into(), String::new()));
        assert_eq!(names("<<<"), (String::new(), String::new()));
        assert_eq!(names("A<<B<<C"), ("A".into(), "B C".into()));
        assert_eq!(names("<<AHMADI<<<"), (String::new(), "AHMADI".into()));
        assert_eq!(names("Y<<O<<<<<<"), ("Y".into(), "O".into()));
    }

    #[test]
    fn other_shapes_and_characters_are_no_zone() {
        assert_eq!(parsed(Format::Td3, &["P<", "L"]), None);
        let odd = "é".repeat(22);
        assert_eq!(parsed(Format::Td3, &[&odd, &odd]), None);
        assert_eq!(parsed(Format::Td1, &[]), None);
    }
}
