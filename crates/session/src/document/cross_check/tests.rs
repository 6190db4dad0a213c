use proptest::prelude::*;

use super::*;
use vouch_contract::document::agreement::Belonging;
use vouch_contract::document::fields::FieldSource;

fn field(name: FieldName, value: &str, confidence: f32, source: FieldSource) -> Field {
    Field { name, value: value.into(), confidence, source }
}

fn mrz() -> Vec<Field> {
    [
        (FieldName::CountryCode, "KAZ"),
        (FieldName::DocumentNumber, "045678901"),
        (FieldName::LastName, "SYNAQOVA"),
        (FieldName::FirstName, "AIGERIM"),
        (FieldName::Gender, "F"),
        (FieldName::DateOfBirth, "1985-06-15"),
        (FieldName::Nationality, "KAZ"),
        (FieldName::ExpireDate, "2031-06-15"),
        (FieldName::IdentificationNumber, "850615400006"),
    ]
    .map(|(name, value)| field(name, value, 0.9, FieldSource::Mrz))
    .to_vec()
}

fn zone() -> Vec<Field> {
    [
        (FieldName::DocumentNumber, "045678901"),
        (FieldName::LastName, "СЫНАҚОВА"),
        (FieldName::FirstName, "ӘЙГЕРІМ"),
        (FieldName::Patronymic, "ТЕСТҚЫЗЫ"),
        (FieldName::DateOfBirth, "1985-06-15"),
        (FieldName::PlaceOfBirth, "АЛМАТЫ"),
        (FieldName::Nationality, "ҚАЗАҚ"),
        (FieldName::IssueDate, "2021-06-16"),
        (FieldName::ExpireDate, "2031-06-15"),
        (FieldName::Authority, "ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ"),
        (FieldName::IdentificationNumber, "850615400006"),
    ]
    .map(|(name, value)| field(name, value, 0.8, FieldSource::Zone))
    .to_vec()
}

fn with(mut fields: Vec<Field>, name: FieldName, value: &str) -> Vec<Field> {
    fields.iter_mut().find(|field| field.name == name).unwrap().value = value.into();
    fields
}

fn check(mrz: &[Field], zone: &[Field]) -> Checked {
    cross_check(Readings { mrz, zone, format: Some(Format::Td1), ..Readings::default() })
}

#[test]
fn readings_that_agree_make_fields_surer() {
    let checked = check(&mrz(), &zone());
    assert_eq!(checked.disagreements, []);
    assert_eq!(checked.fields.len(), 13);
    let get = |name| checked.get(name).unwrap();
    for name in [FieldName::DocumentNumber, FieldName::LastName, FieldName::DateOfBirth] {
        assert!((get(name).confidence - 0.98).abs() < 1e-4, "{name:?}");
    }
    // Names as printed, the number from the MRZ, the ethnic nationality from the identity card.
    assert_eq!(get(FieldName::LastName).value, "СЫНАҚОВА");
    assert_eq!(get(FieldName::DocumentNumber).source, FieldSource::Mrz);
    assert_eq!(get(FieldName::Nationality).value, "ҚАЗАҚ");
}

#[test]
fn each_field_that_differs_is_reported_alone_and_is_less_sure() {
    for (name, other) in [
        (FieldName::DocumentNumber, "045678902"),
        (FieldName::LastName, "ТЕСТОВА"),
        (FieldName::FirstName, "АЙНҰР"),
        (FieldName::ExpireDate, "2031-06-16"),
    ] {
        let checked = check(&mrz(), &with(zone(), name, other));
        assert_eq!(checked.disagreements.len(), 1, "{name:?}");
        let disagreement = &checked.disagreements[0];
        assert_eq!((disagreement.field, disagreement.rule), (name, Rule::SameValue));
        assert_eq!(disagreement.said.len(), 2);
        assert!(checked.get(name).unwrap().confidence < 0.5, "{name:?}");
    }
}

#[test]
fn a_look_alike_is_no_disagreement_and_no_proof() {
    let number = "O4567B901";
    let checked = check(
        &with(mrz(), FieldName::DocumentNumber, "04567B901"),
        &with(zone(), FieldName::DocumentNumber, number),
    );
    assert_eq!(checked.disagreements, []);
    let kept = checked.get(FieldName::DocumentNumber).unwrap();
    assert_eq!((kept.value.as_str(), kept.confidence), ("04567B901", 0.9));
}

#[test]
fn the_iin_is_held_against_birth_date_sex_and_its_own_check_digit() {
    for (name, value, rule) in [
        (FieldName::DateOfBirth, "1985-06-16", Rule::IinBirthDate),
        // The same digits in another century.
        (FieldName::DateOfBirth, "1885-06-15", Rule::IinBirthDate),
        (FieldName::Gender, "M", Rule::IinSex),
        (FieldName::IdentificationNumber, "850615400007", Rule::IinCheckDigit),
    ] {
        let mrz = with(mrz(), name, value);
        let zone: Vec<Field> = zone().into_iter().filter(|field| field.name != name).collect();
        let checked = check(&mrz, &zone);
        assert_eq!(checked.disagreements.iter().map(|one| one.rule).collect::<Vec<_>>(), [rule]);
        assert!(checked.get(name).unwrap().confidence < 0.5);
    }
    // The personal number of another state is not compared with anything.
    let checked = check(&with(mrz(), FieldName::IdentificationNumber, "ZE184226B"), &[]);
    assert_eq!(checked.disagreements, []);
}

#[test]
fn days_are_in_order() {
    let checked = check(&mrz(), &with(zone(), FieldName::IssueDate, "2031-06-16"));
    assert_eq!(checked.disagreements.len(), 1);
    assert_eq!(checked.disagreements[0].rule, Rule::DateOrder);
}

#[test]
fn a_patronymic_may_stand_among_the_given_names() {
    let checked = check(&with(mrz(), FieldName::FirstName, "AIGERIM TESTKYZY"), &zone());
    assert_eq!(checked.disagreements, []);
}

#[test]
fn a_cut_name_agrees_only_when_the_field_was_full() {
    let mrz =
        with(with(mrz(), FieldName::LastName, "SYNAQOVASYNAQOVA"), FieldName::FirstName, "AIGERIMTESTA");
    let zone =
        with(with(zone(), FieldName::LastName, "СЫНАҚОВАСЫНАҚОВА"), FieldName::FirstName, "ӘЙГЕРІМТЕСТАЖАН");
    assert_eq!(check(&mrz, &zone).disagreements, []);
    let passport = Readings { mrz: &mrz, zone: &zone, format: Some(Format::Td3), ..Readings::default() };
    assert_eq!(cross_check(passport).disagreements.len(), 1);
}

#[test]
fn two_sides_belong_together_or_not() {
    let (mrz, zone) = (mrz(), zone());
    let back = Readings { mrz: &mrz, ..Readings::default() };
    assert_eq!(belong_together(&zone, back), Belonging::Together);
    let other = with(zone.clone(), FieldName::IdentificationNumber, "900101300007");
    assert_eq!(belong_together(&other, back), Belonging::Apart);
    let few = |names: &[FieldName]| -> Vec<Field> {
        zone.iter().filter(|field| names.contains(&field.name)).cloned().collect()
    };
    assert_eq!(belong_together(&few(&[FieldName::LastName]), back), Belonging::Unknown);
    let person = few(&[FieldName::LastName, FieldName::DateOfBirth]);
    assert_eq!(belong_together(&person, back), Belonging::Together);
    let stranger = with(with(person, FieldName::LastName, "БАСҚА"), FieldName::DateOfBirth, "1990-01-01");
    assert_eq!(belong_together(&stranger, back), Belonging::Apart);
    assert_eq!(belong_together(&[], back), Belonging::Unknown);
}

const NAMES: [FieldName; 13] = [
    FieldName::CountryCode,
    FieldName::DocumentNumber,
    FieldName::FirstName,
    FieldName::LastName,
    FieldName::Patronymic,
    FieldName::Gender,
    FieldName::DateOfBirth,
    FieldName::PlaceOfBirth,
    FieldName::Nationality,
    FieldName::IssueDate,
    FieldName::ExpireDate,
    FieldName::Authority,
    FieldName::IdentificationNumber,
];

fn fields(source: FieldSource) -> impl Strategy<Value = Vec<Field>> {
    let value = prop_oneof![
        "[A-Z0-9]{1,12}",
        "[А-Я]{1,12}",
        "(19|20)[0-9]{2}-(0[1-9]|1[0-2])-[0-2][0-9]",
        "[0-9]{12}",
        "[MF]",
        ".{0,8}",
    ];
    let one = (proptest::sample::select(&NAMES[..]), value, 0.0f32..=1.0)
        .prop_map(move |(name, value, confidence)| Field { name, value, confidence, source });
    proptest::collection::vec(one, 0..14)
}

proptest! {
    #[test]
    fn every_field_comes_out_once_with_a_value_that_somebody_said(
        mrz in fields(FieldSource::Mrz), zone in fields(FieldSource::Zone), barcode in fields(FieldSource::Barcode),
    ) {
        let readings = Readings { mrz: &mrz, zone: &zone, barcode: &barcode, format: Some(Format::Td3) };
        let checked = cross_check(readings);
        let all: Vec<&Field> = mrz.iter().chain(&zone).chain(&barcode).collect();
        let names: BTreeSet<FieldName> = all.iter().map(|field| field.name).collect();
        prop_assert_eq!(checked.fields.iter().map(|field| field.name).collect::<Vec<_>>(), names.into_iter().collect::<Vec<_>>());
        for field in &checked.fields {
            prop_assert!((0.0..=1.0).contains(&field.confidence));
            let said = all.iter().find(|one| one.name == field.name && one.value == field.value && one.source == field.source);
            prop_assert!(said.is_some());
            let doubted = checked.disagreements.iter().any(|one| {
                one.field == field.name || one.rule != Rule::SameValue
            });
            if doubted {
                let most = all.iter().filter(|one| one.name == field.name).map(|one| one.confidence).fold(0.0, f32::max);
                let own = checked.disagreements.iter().any(|one| one.field == field.name && one.rule == Rule::SameValue);
                prop_assert!(!own || field.confidence <= most * AFTER_DISAGREEMENT + 1e-6);
            } else {
                prop_assert!(field.confidence + 1e-6 >= said.unwrap().confidence);
            }
        }
        for disagreement in &checked.disagreements {
            prop_assert!(!disagreement.said.is_empty());
        }
    }

    #[test]
    fn a_source_agrees_with_itself(mrz in fields(FieldSource::Mrz)) {
        let mut one_each = mrz.clone();
        one_each.sort_by_key(|field| field.name);
        one_each.dedup_by_key(|field| field.name);
        one_each.retain(|field| field.value.chars().all(|letter| letter.is_ascii_alphanumeric()));
        let copy: Vec<Field> =
            one_each.iter().cloned().map(|field| Field { source: FieldSource::Barcode, ..field }).collect();
        let checked = cross_check(Readings { mrz: &one_each, barcode: &copy, ..Readings::default() });
        prop_assert!(checked.disagreements.iter().all(|one| one.rule != Rule::SameValue), "{:?}", checked.disagreements);
    }
}

#[test]
fn letters_that_print_lost_contradict_nothing() {
    let name = |mrz_value: &str, zone_value: &str| {
        check(&with(mrz(), FieldName::LastName, mrz_value), &with(zone(), FieldName::LastName, zone_value))
    };
    for (latin, printed) in [("OERSTED PROBE", "RSTED-PROBE"), ("STOERMER", "STRMER"), ("MUELLER", "MLLER")] {
        let checked = name(latin, printed);
        assert!(checked.disagreements.is_empty(), "{latin} {printed}: {:?}", checked.disagreements);
        let kept = checked.fields.iter().find(|field| field.name == FieldName::LastName).unwrap();
        assert_eq!((kept.value.as_str(), kept.source), (latin, FieldSource::Mrz));
    }
    for (latin, printed) in [("OERSTED", "ERSTED"), ("MUELLER", "MULER"), ("AEAEAEB", "B"), ("OERSTED", "")] {
        assert_eq!(name(latin, printed).disagreements.len(), 1, "{latin} {printed}");
    }
}
