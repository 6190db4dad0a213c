//! Zones that leave a field open, in every layout, and readings that must not pass as such.

use jiff::civil::Date;
use vouch_contract::document::fields::FieldName;

use super::MrzReading;
use super::characters::Character;
use super::judge::{Doubt, Reason};
use super::layout::Part;

fn today() -> Date {
    jiff::civil::date(2026, 11, 28)
}

fn digit(text: &str) -> String {
    mrz::check_digit(text).unwrap().to_string()
}

/// A zone in each ICAO 9303 layout with correct check digits: names, birth date, sex, expiry.
fn zones(names: &str, birth: &str, sex: &str, expiry: &str) -> [Vec<String>; 5] {
    let dates = |between: &str| format!("{birth}{}{between}{expiry}{}", digit(birth), digit(expiry));
    let number = "L123456781";
    let card = {
        let first = format!("{:<<30}", format!("I<UTO{number}"));
        let second = format!("{}UTO<<<<<<<<<<<", dates(sex));
        let all = format!("{}{}{}{}", &first[5..], &second[..7], &second[8..15], &second[18..29]);
        vec![first, format!("{second}{}", digit(&all)), format!("{names:<<30.30}")]
    };
    let two = |code: &str, width: usize, optional: &str, composite: bool| {
        let first = format!("{:<<width$.width$}", format!("{code}UTO{names}"));
        let second = format!("{number}UTO{}{optional}", dates(sex));
        let all = format!("{}{}{}", &second[..10], &second[13..20], &second[21..]);
        let composite = if composite { digit(&all) } else { String::new() };
        vec![first, format!("{second}{composite}")]
    };
    [
        card,
        two("I<", 36, &"<".repeat(7), true),
        two("P<", 44, &"<".repeat(15), true),
        two("V<", 44, &"<".repeat(16), false),
        two("V<", 36, &"<".repeat(8), false),
    ]
}

fn read(lines: &[String]) -> MrzReading {
    MrzReading::of_text(&lines.iter().map(String::as_str).collect::<Vec<_>>(), today()).unwrap()
}

#[track_caller]
fn says(zones: &[Vec<String>], name: FieldName, value: &str) {
    for lines in zones {
        let reading = read(lines);
        assert!(reading.accepted, "{lines:?}: {:?}", reading.doubts);
        assert_eq!(reading.value(name), Some(value), "{lines:?}");
    }
}

#[test]
fn a_filler_for_the_sex_states_neither() {
    for sex in ["<", "X"] {
        says(&zones("STOKES<<CASSANDRE", "790123", sex, "320415"), FieldName::Gender, "X");
    }
    says(&zones("STOKES<<CASSANDRE", "790123", "F", "320415"), FieldName::Gender, "F");
    let german = [
        "IDD<<T010003223<<<<<<<<<<<<<<<",
        "6408125<3204153D<<<<<<<<<<<<<6",
        "MUSTERMANN<<ERIKA<<<<<<<<<<<<<",
    ];
    let reading = MrzReading::of_text(&german, today()).unwrap();
    assert!(reading.accepted, "{:?}", reading.doubts);
    assert_eq!(
        (reading.value(FieldName::Gender), reading.value(FieldName::CountryCode)),
        (Some("X"), Some("D"))
    );
}

#[test]
fn one_name_stands_alone_or_after_an_empty_surname() {
    let alone = zones("SUPARMAN", "740812", "M", "320415");
    says(&alone, FieldName::LastName, "SUPARMAN");
    says(&alone, FieldName::FirstName, "");
    let without_surname = zones("<<AHMADI", "740812", "M", "320415");
    says(&without_surname, FieldName::LastName, "");
    says(&without_surname, FieldName::FirstName, "AHMADI");
    let letter = zones("Y<<O", "740812", "M", "320415");
    says(&letter, FieldName::LastName, "Y");
    says(&letter, FieldName::FirstName, "O");
    let full = zones(&"BENNELONGWOOLOOMOOLOOWARRANDYTEWARNAMBOOL"[..39], "740812", "M", "320415");
    says(&full, FieldName::FirstName, "");
}

#[test]
fn a_name_field_without_a_name_is_told_as_such() {
    for names in ["", "<AHMADI", "<<<AHMADI", "<<AHMADI<<REZA", "A<<B<<C", "A<<<B"] {
        for lines in zones(names, "740812", "M", "320415") {
            let reading = read(&lines);
            assert_eq!(reading.doubts, [Doubt { part: Part::Names, reason: Reason::NameForm }], "{lines:?}");
            assert!(!reading.accepted && reading.lacks_a_name());
        }
    }
}

#[test]
fn a_birth_date_is_read_as_far_as_it_is_known() {
    for (text, value) in [
        ("7401<<", "1974-01-XX"),
        ("74<<<<", "1974-XX-XX"),
        ("<<<<<<", "XXXX-XX-XX"),
        ("26<<<<", "2026-XX-XX"),
        ("27<<<<", "1927-XX-XX"),
        ("2612<<", "1926-12-XX"),
    ] {
        says(&zones("NOORI<<AMIR", text, "M", "320415"), FieldName::DateOfBirth, value);
    }
    for text in ["74<<12", "<<0112", "7<0112", "740<12", "740100", "740012", "7413<<"] {
        for lines in zones("NOORI<<AMIR", text, "M", "320415") {
            let reading = read(&lines);
            assert!(!reading.accepted, "{lines:?}");
            assert_eq!(reading.value(FieldName::DateOfBirth), None, "{lines:?}");
        }
    }
}

#[test]
fn a_document_without_an_end_says_so() {
    says(&zones("RUSU<<MARIA", "450730", "F", "<<<<<<"), FieldName::ExpireDate, "9999-12-31");
    // For other issuers the MRZ alone can't tell.
    says(&zones("RUSU<<MARIA", "450730", "F", "990101"), FieldName::ExpireDate, "1999-01-01");
    says(&zones("RUSU<<MARIA", "450730", "F", "981231"), FieldName::ExpireDate, "1998-12-31");
}

#[test]
fn spain_s_permanent_cards_have_no_end_and_its_expired_ones_have() {
    let card = |number: &str, expiry: &str| {
        let first = format!("IDESP{number}{}99999999R<<<<<<", digit(number));
        let second = format!("4507301F{expiry}{}ESP<<<<<<<<<<<", digit(expiry));
        let all = format!("{}{}{}{}", &first[5..], &second[..7], &second[8..15], &second[18..]);
        let lines = [first, format!("{second}{}", digit(&all)), format!("{:<<30}", "ESPANOLA<<CARMEN")];
        let reading = read(&lines);
        assert!(reading.accepted, "{lines:?}: {:?}", reading.doubts);
        reading.value(FieldName::ExpireDate).unwrap().to_owned()
    };
    assert_eq!(card("BAA000589", "990101"), "9999-12-31");
    assert_eq!(card("BAA000589", "980101"), "1998-01-01");
    assert_eq!(card("BAA000589", "320101"), "2032-01-01");
    // A number in Spain's format before 2006: such a card may have expired in 1999.
    assert_eq!(card("12345678Z", "990101"), "1999-01-01");
}

/// A check digit counts a filler as 0, so fillers are trusted only if the recogniser is certain.
#[test]
fn fillers_that_are_not_seen_surely_say_nothing() {
    for (line, columns, zone) in [
        (1, 8..14, zones("RUSU<<MARIA", "450730", "F", "<<<<<<")),
        (1, 4..6, zones("NOORI<<AMIR", "7401<<", "M", "320415")),
        (1, 7..8, zones("STOKES<<CASSANDRE", "790123", "<", "320415")),
        (2, 0..2, zones("<<AHMADI", "740812", "M", "320415")),
    ] {
        let mut seen: Vec<Vec<Character>> = zone[0]
            .iter()
            .map(|line| line.bytes().map(|c| Character::certain(c).unwrap()).collect())
            .collect();
        assert!(MrzReading::of(&seen, today()).unwrap().accepted);
        for character in &mut seen[line][columns] {
            character.shares.iter_mut().for_each(|share| *share *= 0.9);
        }
        let reading = MrzReading::of(&seen, today()).unwrap();
        assert!(reading.all_checks_hold() && !reading.accepted, "{:?}", zone[0]);
        assert!(reading.doubts.iter().all(|doubt| doubt.reason == Reason::Unclear));
    }
}
