//! What one source leaves open, compared with what another says.

use super::*;
use vouch_contract::document::agreement::Belonging;
use vouch_contract::document::fields::FieldSource;
use vouch_contract::document::unstated::NO_EXPIRY;

fn one(name: FieldName, value: &str, source: FieldSource) -> Field {
    Field { name, value: value.to_owned(), confidence: 0.95, source }
}

/// One field of the zone compared with the same field in print.
fn held(name: FieldName, zone: &str, print: &str) -> Checked {
    let (mrz, zone) = ([one(name, zone, FieldSource::Mrz)], [one(name, print, FieldSource::Zone)]);
    cross_check(Readings { mrz: &mrz, zone: &zone, format: Some(Format::Td1), ..Readings::default() })
}

#[track_caller]
fn comes_out(checked: &Checked, value: &str, disagrees: bool) {
    assert_eq!(checked.fields[0].value, value);
    assert_eq!(!checked.disagreements.is_empty(), disagrees, "{:?}", checked.disagreements);
    assert_eq!(checked.fields[0].confidence < 0.9, disagrees);
}

#[test]
fn a_sex_in_print_that_the_zone_does_not_state_is_reported() {
    comes_out(&held(FieldName::Gender, "X", "X"), "X", false);
    comes_out(&held(FieldName::Gender, "X", "F"), "X", true);
    comes_out(&held(FieldName::Gender, "F", "X"), "F", true);
}

#[test]
fn a_date_never_gives_way_to_no_end() {
    comes_out(&held(FieldName::ExpireDate, NO_EXPIRY, NO_EXPIRY), NO_EXPIRY, false);
    comes_out(&held(FieldName::ExpireDate, NO_EXPIRY, "2020-01-01"), "2020-01-01", true);
    comes_out(&held(FieldName::ExpireDate, "2020-01-01", NO_EXPIRY), "2020-01-01", true);
}

#[test]
fn print_tells_whether_a_zone_s_99_is_1999() {
    for zone in ["1999-01-01", "1999-12-31"] {
        let checked = held(FieldName::ExpireDate, zone, NO_EXPIRY);
        comes_out(&checked, NO_EXPIRY, false);
        assert_eq!(checked.fields[0].confidence, 0.95, "only print says it");
        let checked = held(FieldName::ExpireDate, zone, zone);
        comes_out(&checked, zone, false);
        assert_eq!(checked.fields[0].source, FieldSource::Zone);
    }
    comes_out(&held(FieldName::ExpireDate, "1999-01-02", NO_EXPIRY), "1999-01-02", true);
}

#[test]
fn an_unknown_day_is_not_the_same_as_a_printed_one() {
    comes_out(&held(FieldName::DateOfBirth, "1974-01-XX", "1974-01-XX"), "1974-01-XX", false);
    comes_out(&held(FieldName::DateOfBirth, "1974-01-XX", "1974-01-15"), "1974-01-XX", true);
    // But if one has the month of issue and the other a day in it, the day is kept.
    comes_out(&held(FieldName::IssueDate, "2015-01-XX", "2015-01-15"), "2015-01-15", false);
    comes_out(&held(FieldName::IssueDate, "2015-01-XX", "2015-02-15"), "2015-01-XX", true);
}

/// Names of the zone compared with names in print.
fn names(format: Format, zone: (&str, &str), print: (&str, &str)) -> Checked {
    let both = |(last, first): (&str, &str), source| {
        [(FieldName::LastName, last), (FieldName::FirstName, first)]
            .map(|(name, value)| one(name, value, source))
            .into_iter()
            .filter(|field| source == FieldSource::Mrz || !field.value.is_empty())
            .collect::<Vec<_>>()
    };
    let (mrz, zone) = (both(zone, FieldSource::Mrz), both(print, FieldSource::Zone));
    cross_check(Readings { mrz: &mrz, zone: &zone, format: Some(format), ..Readings::default() })
}

fn value(checked: &Checked, name: FieldName) -> &str {
    &checked.get(name).unwrap().value
}

#[test]
fn a_printed_name_where_the_zone_has_none_is_reported() {
    let checked = names(Format::Td3, ("SUPARMAN", ""), ("SUPARMAN", "ADI"));
    assert_eq!(checked.disagreements.len(), 1);
    assert_eq!(value(&checked, FieldName::FirstName), "");
    // The single name, printed in the other place or taken from the line below an empty one.
    for print in [("SUPARMAN", ""), ("", "SUPARMAN"), ("SUPARMAN", "SUPARMAN")] {
        let checked = names(Format::Td3, ("SUPARMAN", ""), print);
        assert_eq!(checked.disagreements, [], "{print:?}");
        assert_eq!(value(&checked, FieldName::FirstName), "");
    }
    let checked = names(Format::Td3, ("", "AHMADI"), ("AHMADI", "AHMADI"));
    assert_eq!(checked.disagreements, []);
    assert_eq!((value(&checked, FieldName::LastName), value(&checked, FieldName::FirstName)), ("", "AHMADI"));
}

#[test]
fn given_names_for_which_the_zone_had_no_room_are_taken_from_print() {
    let surname = "BENNELONGWOOLOOMOOLOOWARRANDYTEWARNAMBO";
    let checked = names(Format::Td3, (surname, ""), (surname, "DINGO"));
    assert_eq!(checked.disagreements, []);
    assert_eq!(value(&checked, FieldName::FirstName), "DINGO");
}

#[test]
fn names_of_the_older_french_card_are_cut_each_in_its_own_place() {
    let full = CutNames { last: true, first: true };
    assert_eq!(CutNames::of(Format::Td1, "KONSTANTINOPOLSKAIA", "ALEKSANDR"), full);
    let french = |last: &str, first: &str| CutNames::of(Format::FrenchId, last, first);
    assert_eq!(french("DURAND", "MARIE CHRISTIN"), CutNames { last: false, first: true });
    assert_eq!(french("ABCDEFGHIJKLMNOPQRSTUVWXY", "LEA"), CutNames { last: true, first: false });
    assert_eq!(french("DURAND", "LEA"), CutNames::default());
}

#[test]
fn sides_are_not_shown_to_be_one_document_by_what_is_left_open() {
    let side = |values: &[(FieldName, &str)], source| -> Vec<Field> {
        values.iter().map(|(name, value)| one(*name, value, source)).collect()
    };
    let belong = |values: &[(FieldName, &str)]| {
        let (front, back) = (side(values, FieldSource::Zone), side(values, FieldSource::Mrz));
        belong_together(&front, Readings { mrz: &back, ..Readings::default() })
    };
    let born = |date| (FieldName::DateOfBirth, date);
    assert_eq!(belong(&[(FieldName::LastName, "NOORI"), born("1974-08-12")]), Belonging::Together);
    assert_eq!(belong(&[(FieldName::LastName, "NOORI"), born("1974-XX-XX")]), Belonging::Unknown);
    assert_eq!(belong(&[(FieldName::LastName, ""), born("1974-08-12")]), Belonging::Unknown);
    let one_name = [(FieldName::LastName, ""), (FieldName::FirstName, "AHMADI"), born("1974-08-12")];
    assert_eq!(belong(&one_name), Belonging::Together);
}
