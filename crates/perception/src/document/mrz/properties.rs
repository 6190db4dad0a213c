//! Property tests of the pure half, over any text and any zone.

use jiff::civil::Date;
use proptest::prelude::*;

use super::MrzReading;
use super::characters::{ALPHABET, Character};
use super::judge::{MOST_BLIND, covered};
use super::layout::{Part, spans};
use vouch_contract::document::fields::{FieldName, Format};
use vouch_contract::document::partial_date::PartialDate;
use vouch_contract::document::unstated::NO_EXPIRY;

fn today() -> Date {
    jiff::civil::date(2026, 11, 25)
}

fn digit(text: &str) -> String {
    mrz::check_digit(text).unwrap().to_string()
}

/// The contents of a zone.
#[derive(Debug, Clone)]
struct Holder {
    state: String,
    nationality: String,
    number: String,
    surname: String,
    given: String,
    birth: String,
    sex: char,
    expiry: String,
    optional: String,
}

fn holders() -> impl Strategy<Value = Holder> {
    let known = |years: std::ops::Range<u32>| {
        (years, 1_u32..13, 1_u32..29).prop_map(|(y, m, d)| format!("{y:02}{m:02}{d:02}"))
    };
    // Half of the values have all parts known; the rest covers each kind of unknown part.
    let birth = (known(0..100), prop::sample::select(vec![6, 6, 6, 4, 2, 0]))
        .prop_map(|(date, known): (String, usize)| format!("{:<<6}", &date[..known]));
    let expiry =
        prop_oneof![4 => known(0..100), 1 => Just("<<<<<<".to_owned()), 1 => Just("990101".to_owned())];
    let names = prop_oneof![
        4 => ("[A-Z]{1,10}", "[A-Z]{1,8}"),
        1 => ("[A-Z]{1,10}", Just(String::new())),
        1 => (Just(String::new()), "[A-Z]{1,8}"),
        1 => ("[A-Z]{39}", Just(String::new())),
    ];
    let dates = (birth, expiry, prop::sample::select(vec!['M', 'F', '<']));
    // No state that begins with F: France's code selects another layout.
    ("[A-EG-Z][A-Z]{2}", "[A-Z]{1,3}", "[A-Z0-9]{1,9}", names, dates, "[A-Z0-9]{0,7}").prop_map(
        |(state, nationality, number, (surname, given), (birth, expiry, sex), optional)| Holder {
            state,
            nationality,
            number,
            surname,
            given,
            birth,
            sex,
            expiry,
            optional,
        },
    )
}

/// The lines of a zone with correct check digits, built by ICAO 9303 parts 4 to 7.
fn lines(format: Format, h: &Holder) -> Vec<String> {
    let width = format.shape().1;
    let filled = |text: &str, width: usize| format!("{text:<<width$.width$}");
    let names = format!("{}<<{}", h.surname, h.given);
    let number = format!("{}{}", filled(&h.number, 9), digit(&filled(&h.number, 9)));
    let dates =
        |between: &str| format!("{}{}{between}{}{}", h.birth, digit(&h.birth), h.expiry, digit(&h.expiry));
    let (sex, nationality) = (h.sex.to_string(), filled(&h.nationality, 3));
    if format == Format::FrenchId {
        let first = format!("IDFRA{}{}", filled(&h.surname, 25), filled("", 6));
        let number = format!("{}{:0>8.8}", french_issue(&h.number), h.number);
        let birth = format!("{}{}", h.birth, digit(&h.birth));
        let second = format!("{number}{}{}{birth}{sex}", digit(&number), filled(&h.given, 14));
        return vec![first.clone(), format!("{second}{}", digit(&format!("{first}{second}")))];
    }
    if format == Format::Td1 {
        let first = filled(&format!("ID{}{number}{}", h.state, h.optional), width);
        let second = format!("{}{nationality}{}", dates(&sex), filled("", 11));
        let all = format!("{}{}{}{}", &first[5..], &second[..7], &second[8..15], &second[18..29]);
        return vec![first, format!("{second}{}", digit(&all)), filled(&names, width)];
    }
    let code = match format {
        Format::Td3 => "P<",
        Format::Td2 => "I<",
        _ => "V<",
    };
    let first = filled(&format!("{code}{}{names}", h.state), width);
    let second = format!("{number}{nationality}{}", dates(&sex));
    let second = match format {
        Format::Td3 => {
            let personal = filled(&h.optional, 14);
            format!("{second}{personal}{}", digit(&personal))
        }
        Format::Td2 => format!("{second}{}", filled(&h.optional, 7)),
        _ => return vec![first, filled(&format!("{second}{}", h.optional), width)],
    };
    let all = format!("{}{}{}", &second[..10], &second[13..20], &second[21..]);
    vec![first, format!("{second}{}", digit(&all))]
}

/// A year and month that differ from number to number.
fn french_issue(number: &str) -> String {
    format!("{:02}{:02}", number.len() * 7 % 26, number.len() % 12 + 1)
}

fn formats() -> impl Strategy<Value = Format> {
    prop::sample::select(Format::ALL.to_vec())
}

/// A zone for this holder, unless it would be a French card without a surname: there is none.
fn zones() -> impl Strategy<Value = (Format, Holder, Vec<String>)> {
    (formats(), holders())
        .prop_filter("no surname", |(format, holder)| {
            *format != Format::FrenchId || !holder.surname.is_empty()
        })
        .prop_map(|(format, holder)| {
            let lines = lines(format, &holder);
            (format, holder, lines)
        })
}

fn read(lines: &[String]) -> Option<MrzReading> {
    MrzReading::of_text(&lines.iter().map(String::as_str).collect::<Vec<_>>(), today())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(lines in prop::collection::vec("\\PC{0,50}", 0..5)) {
        let _ = read(&lines);
    }

    #[test]
    fn any_characters_of_a_zone_are_read_or_refused(
        format in formats(),
        seed in prop::collection::vec(0..ALPHABET.len(), 90),
    ) {
        let (count, width) = format.shape();
        let text: Vec<u8> = seed.iter().map(|&at| ALPHABET[at]).collect();
        let lines: Vec<String> = text
            .chunks_exact(width)
            .take(count)
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect();
        if let Some(reading) = read(&lines) {
            prop_assert!(reading.fields.iter().all(|field| (0.0..=1.0).contains(&field.confidence)));
            prop_assert!(!reading.accepted || reading.all_checks_hold());
        }
    }

    #[test]
    fn a_zone_that_was_written_is_read_back((format, holder, lines) in zones()) {
        let reading = read(&lines).unwrap();
        prop_assert!(reading.accepted, "{lines:?}: {:?}", reading.doubts);
        prop_assert_eq!(&reading.lines, &lines);
        prop_assert_eq!(reading.format, format);
        let is = |name, text: &str| reading.value(name) == Some(text);
        let cut = |text: &str, room: usize| text.chars().take(room).collect::<String>();
        let room = match format {
            Format::Td1 => 30,
            Format::Td3 | Format::MrvA => 39,
            Format::FrenchId => 25,
            _ => 31,
        };
        prop_assert!(is(FieldName::LastName, &cut(&holder.surname, room)), "{reading:?}");
        prop_assert!(is(FieldName::FirstName, &holder.given), "{reading:?}");
        if format != Format::FrenchId {
            prop_assert!(is(FieldName::DocumentNumber, &holder.number));
            prop_assert!(is(FieldName::Nationality, &holder.nationality));
        }
        let sex = if holder.sex == '<' { "X".to_owned() } else { holder.sex.to_string() };
        prop_assert!(is(FieldName::Gender, &sex));
        let birth = reading.value(FieldName::DateOfBirth).unwrap();
        let parts = [&birth[2..4], &birth[5..7], &birth[8..]].concat().replace('X', "<");
        prop_assert_eq!(&parts, &holder.birth);
        let born: PartialDate = birth.parse().unwrap();
        prop_assert!(born.earliest() <= today());
        let expiry = reading.value(FieldName::ExpireDate);
        prop_assert_eq!(expiry == Some(NO_EXPIRY), holder.expiry == "<<<<<<" && format != Format::FrenchId);
    }

    /// The recogniser reads one character wrong but is as uncertain as it usually is then, so the
    /// true character is among the possible ones. No wrong reading may be accepted silently.
    #[test]
    fn one_character_misread_is_never_accepted_in_silence(
        (format, _, lines) in zones(),
        at in any::<prop::sample::Index>(),
        other in 0..ALPHABET.len(),
    ) {
        let mut seen: Vec<Vec<Character>> = lines
            .iter()
            .map(|line| line.bytes().map(|c| Character::certain(c).unwrap()).collect())
            .collect();
        let places: Vec<_> = spans(format).flat_map(|s| (s.start..s.end).map(move |c| (s, c))).collect();
        let (span, column) = *at.get(&places);
        let truth = seen[span.line][column];
        prop_assume!(truth.value != ALPHABET[other]);
        let mut shares = [0.0; ALPHABET.len()];
        shares[other] = 0.85;
        shares[ALPHABET.iter().position(|&c| c == truth.value).unwrap()] = 0.15;
        seen[span.line][column] = Character::likeliest(shares);
        let reading = MrzReading::of(&seen, today());
        if let Some(reading) = reading.filter(|reading| reading.accepted) {
            // Only a repair that restores the truth may be accepted.
            prop_assert_eq!(&reading.lines, &lines, "{:?} column {}", span.part, column);
        }
    }
}

#[test]
fn what_check_digits_do_not_prove_needs_a_sure_recogniser() {
    assert!(!covered(Format::Td1, Part::Names) && !covered(Format::FrenchId, Part::GivenNames));
    assert!(covered(Format::Td2, Part::Optional));
    assert!(!covered(Format::MrvA, Part::Optional));
    const { assert!(MOST_BLIND < 0.15) };
}
