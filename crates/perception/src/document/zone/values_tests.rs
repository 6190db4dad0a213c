use proptest::prelude::*;

use super::*;

const TODAY: Date = jiff::civil::date(2026, 1, 1);

fn cleaned(kind: Kind, text: &str) -> Option<String> {
    clean(kind, text, true, TODAY)
}

#[test]
fn dates_come_in_the_forms_that_documents_print() {
    for (text, day) in [
        ("14.07.1990", "1990-07-14"),
        ("14 07 1990", "1990-07-14"),
        ("14071990", "1990-07-14"),
        ("· 14.07.90.", "1990-07-14"),
        ("01.01.25", "2025-01-01"),
        ("01.01.27", "1927-01-01"),
        ("12 AUG 1974", "1974-08-12"),
        ("12-AUG1974", "1974-08-12"),
        ("12 AUG/AOÛT 74", "1974-08-12"),
        ("12 ТАМ/AUG 1974", "1974-08-12"),
        ("29 ақп 2004", "2004-02-29"),
    ] {
        assert_eq!(cleaned(Kind::Date, text).as_deref(), Some(day), "{text}");
    }
    assert_eq!(clean(Kind::Date, "01.01.35", false, TODAY).as_deref(), Some("2035-01-01"));
    for text in ["", "31.02.1990", "14.13.1990", "14.07.1890", "14.07.2099", "12 XXX 1974", "140790", "1.1"] {
        assert_eq!(cleaned(Kind::Date, text), None, "{text}");
    }
    for text in ["01-01-9999", "01 01 9999", "01 JAN 9999", "31.12.9999"] {
        assert_eq!(clean(Kind::Date, text, false, TODAY).as_deref(), Some(NO_EXPIRY), "{text}");
        assert_eq!(cleaned(Kind::Date, text), None, "not a possible birth date: {text}");
    }
    let period = dates("03.02.2021 - 02.02.2031", false, TODAY);
    assert_eq!(period.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2021-02-03", "2031-02-02"]);
}

#[test]
fn each_kind_keeps_what_it_may_hold() {
    assert_eq!(cleaned(Kind::Name, "  | ҮЛГІБАЕВ. ").as_deref(), Some("ҮЛГІБАЕВ"));
    assert_eq!(cleaned(Kind::Name, "Anna–Maria  O’Test 7").as_deref(), Some("ANNA-MARIA O'TEST"));
    assert_eq!(cleaned(Kind::Name, "7 / ."), None);
    assert_eq!(cleaned(Kind::Text, "— ҚР ІІМ (123) .").as_deref(), Some("ҚР ІІМ (123)"));
    assert_eq!(cleaned(Kind::Iin, "9001 0130 0007").as_deref(), Some("900101300007"));
    assert_eq!(cleaned(Kind::Iin, "900101300008"), None);
    assert_eq!(cleaned(Kind::Number, "№ 045678901").as_deref(), Some("045678901"));
    assert_eq!(cleaned(Kind::Number, "ABCDEFGH1"), None);
    assert_eq!(cleaned(Kind::Sex, "Ә/F").as_deref(), Some("F"));
    assert_eq!(cleaned(Kind::Sex, "М").as_deref(), Some("M"));
    assert_eq!(cleaned(Kind::Sex, "X").as_deref(), Some("X"));
    assert_eq!(cleaned(Kind::Country, "P UTO TEST").as_deref(), Some("UTO"));
}

#[test]
fn authorities_are_mended_and_strange_signs_told() {
    assert_eq!(authority("ҚРІШКІ ІСТЕР МИНИСТРЛІГІ"), Some("ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ"));
    assert_eq!(authority("ҚР ДЕНСАУЛЫҚ МИНИСТРЛІГІ"), None);
    assert!(has_strange_sign("©RSTED-PROBE") && has_strange_sign("TEST0V"));
    assert!(!has_strange_sign("ANNA-MARIA O'TEST, 7 |"));
}

proptest! {
    #[test]
    fn any_day_of_a_living_person_comes_back(year in 1927i16..=2026, ordinal in 1i16..=365, form in 0usize..4) {
        let day = Date::new(year, 1, 1).and_then(|first| first.with().day_of_year(ordinal).build());
        let Ok(day) = day else { return Ok(()) };
        prop_assume!(day <= TODAY);
        let text = match form {
            0 => day.strftime("%d.%m.%Y").to_string(),
            1 => day.strftime("%d.%m.%y").to_string(),
            2 => day.strftime("%d %b %Y").to_string(),
            _ => day.strftime("%d%m%Y").to_string(),
        };
        prop_assert_eq!(cleaned(Kind::Date, &text), Some(day.to_string()));
    }

    #[test]
    fn whatever_comes_in_is_bounded_and_stays_as_it_is_when_cleaned_again(text in ".{0,400}") {
        for kind in [
            Kind::Name, Kind::Text, Kind::Date, Kind::Period, Kind::Iin, Kind::Number, Kind::Sex, Kind::Country,
        ] {
            if let Some(value) = cleaned(kind, &text) {
                prop_assert!(value.chars().count() <= MAX_VALUE + 1, "{:?}", kind);
                if matches!(kind, Kind::Iin | Kind::Number | Kind::Sex | Kind::Country) {
                    let again = cleaned(kind, &value);
                    prop_assert_eq!(again.as_deref(), Some(value.as_str()));
                }
            }
        }
    }
}
