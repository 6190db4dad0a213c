//! The French identity card issued from 1988 to 2021: two lines of 36 characters in a layout of its
//! own.
//!
//! It is older than ICAO 9303 part 6, has no date of expiry, and its last check digit covers both
//! lines completely. Such cards are in use until 2035. Source: France's decree 55-1397 of 22
//! October 1955 does not describe the MRZ. The layout here is the one on which "National identity
//! card (France)" (Wikipedia) and readers of many makers agree, and the published specimen
//! (BERTHIER) follows it:
//!
//! | line | columns | |
//! |---|---|---|
//! | 1 | 1 to 5 | `IDFRA` |
//! | | 6 to 30 | surname, single fillers between its words |
//! | | 31 to 36 | department and office of issue, or fillers |
//! | 2 | 1 to 12 | number: year, month, department (`751`, `2A1`, `974`) and serial number of the issue |
//! | | 13 | its check digit |
//! | | 14 to 27 | given names, two fillers between them, one within a compound name; cut to fit |
//! | | 28 to 34 | birth date and its check digit |
//! | | 35 | sex |
//! | | 36 | check digit over everything before it |

use jiff::civil::Date;

use super::characters::FILLER;
use super::date::{DateKind, date};
use super::layout::{Part, span_of};
use super::parse::{Check, Parsed, sex, state, words};
use vouch_contract::document::fields::Format;
use vouch_contract::document::partial_date::PartialDate;

/// Position of year and month of issue in the number.
const ISSUED: std::ops::Range<usize> = 0..4;

/// Parses two lines of 36 characters, ASCII only.
pub(super) fn parse(lines: &[String], today: Date) -> Option<Parsed> {
    let raw = |part| span_of(Format::FrenchId, part).map_or("", |s| &lines[s.line][s.start..s.end]);
    let number = raw(Part::DocumentNumber);
    if number.contains(char::from(FILLER)) {
        return None;
    }
    let check = |part, text: &str| {
        let digit = raw(part).chars().next()?;
        Some(Check { part, holds: digit.is_ascii_digit() && mrz::verify(text, digit) })
    };
    let all = format!("{}{}", lines.first()?, lines.get(1)?);
    let birth = raw(Part::DateOfBirth);
    let checks = [
        check(Part::DocumentNumberCheck, number),
        check(Part::DateOfBirthCheck, birth),
        check(Part::CompositeCheck, &all[..all.len() - 1]),
    ];
    let issuer = state(raw(Part::Issuer).trim_end_matches(char::from(FILLER)));
    Some(Parsed {
        document_code: raw(Part::DocumentCode).trim_end_matches(char::from(FILLER)).to_owned(),
        number: number.to_owned(),
        long_number: false,
        surname: words(raw(Part::Names)),
        given_names: words(raw(Part::GivenNames)),
        // The card is issued to citizens only.
        nationality: issuer.clone(),
        issuer,
        date_of_birth: date(birth, DateKind::Past, today),
        sex: sex(raw(Part::Sex)),
        date_of_issue: issued(number, today),
        date_of_expiry: None,
        optional: String::new(),
        second_optional: String::new(),
        checks: checks.into_iter().flatten().collect(),
    })
}

/// Month of issue, with which the number begins.
fn issued(number: &str, today: Date) -> Option<PartialDate> {
    date(&format!("{}<<", number.get(ISSUED)?), DateKind::Past, today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::mrz::judge::{Doubt, Reason};
    use crate::document::mrz::reading::MrzReading;
    use vouch_contract::document::fields::{DocumentType, FieldName};

    fn read(lines: [&str; 2]) -> MrzReading {
        MrzReading::of_text(&lines, jiff::civil::date(2026, 11, 25)).unwrap()
    }

    /// Two lines with correct check digits.
    fn card(surname: &str, number: &str, given: &str, birth: &str, sex: char) -> [String; 2] {
        let digit = |text: &str| mrz::check_digit(text).unwrap();
        let first = format!("IDFRA{surname:<<31}");
        let second = format!("{number}{}{given:<<14}{birth}{}{sex}", digit(number), digit(birth));
        let all = digit(&format!("{first}{second}"));
        [first, format!("{second}{all}")]
    }

    fn read_card(lines: &[String; 2]) -> MrzReading {
        read([&lines[0], &lines[1]])
    }

    #[test]
    fn the_published_specimen_is_read_by_its_own_layout() {
        let reading = read(["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"]);
        assert!(reading.accepted, "{:?}", reading.doubts);
        assert_eq!((reading.format, reading.checks.len()), (Format::FrenchId, 3));
        assert_eq!(reading.document_type, DocumentType::IdCard);
        for (name, value) in [
            (FieldName::CountryCode, "FRA"),
            (FieldName::DocumentNumber, "880692310285"),
            (FieldName::LastName, "BERTHIER"),
            (FieldName::FirstName, "CORINNE"),
            (FieldName::Gender, "F"),
            (FieldName::DateOfBirth, "1965-12-06"),
            (FieldName::Nationality, "FRA"),
            (FieldName::IssueDate, "1988-06-XX"),
        ] {
            assert_eq!(reading.value(name), Some(value), "{name:?}");
        }
        assert_eq!(reading.value(FieldName::ExpireDate), None, "the zone has none");
    }

    #[test]
    fn given_names_and_departments_are_read_in_all_their_forms() {
        let names = |given: &str| {
            let lines = card("DE<LA<TOUR", "150197412345", given, "900714", 'M');
            let reading = read_card(&lines);
            assert!(reading.accepted, "{lines:?}: {:?}", reading.doubts);
            reading.value(FieldName::FirstName).unwrap().to_owned()
        };
        assert_eq!(names("JEAN<<PIERRE"), "JEAN PIERRE");
        assert_eq!(names("ANNE<MARIE<<EV"), "ANNE MARIE EV", "cut to fit");
        assert_eq!(names(""), "", "one name alone");
        for number in ["15012A112345", "150197412345", "150198812345"] {
            let reading = read_card(&card("DURAND", number, "LEA", "900714", 'F'));
            assert!(reading.accepted, "{number}: {:?}", reading.doubts);
            assert_eq!(reading.value(FieldName::DocumentNumber), Some(number));
        }
    }

    #[test]
    fn each_check_digit_is_held_to() {
        let good = card("DURAND", "150197412345", "LEA", "900714", 'F');
        for (line, column) in [(0, 8), (0, 33), (1, 3), (1, 12), (1, 15), (1, 28), (1, 33), (1, 34), (1, 35)]
        {
            let mut wrong = good.clone();
            let was = wrong[line].as_bytes()[column];
            let other = match was {
                b'F' => 'M',
                b'0'..=b'9' => char::from(b'0' + (was - b'0' + 1) % 10),
                _ => 'B',
            };
            wrong[line].replace_range(column..=column, &other.to_string());
            let reading = read_card(&wrong);
            assert!(!reading.all_checks_hold() && !reading.accepted, "{wrong:?}");
        }
    }

    #[test]
    fn names_that_are_none_are_doubted() {
        let doubted = |surname: &str, given: &str| {
            let reading = read_card(&card(surname, "150197412345", given, "900714", 'F'));
            reading.doubts.iter().any(|Doubt { reason, .. }| *reason == Reason::NameForm)
        };
        assert!(doubted("", "LEA") && doubted("<DURAND", "LEA") && doubted("DURAND<<LEA", ""));
        assert!(doubted("DURAND", "<LEA") && doubted("DURAND", "LEA<<<ANNE"));
        assert!(!doubted("DURAND", "LEA<<ANNE"));
    }
}
