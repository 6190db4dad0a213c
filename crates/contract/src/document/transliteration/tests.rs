use proptest::prelude::*;

use super::*;

#[test]
fn recommended_spellings_are_those_of_the_tables() {
    for (name, written) in [
        ("Щукина Юлия", "SHCHUKINA IULIIA"),
        ("ПОДЪЯЧЕВ", "PODIEIACHEV"),
        ("ВАСИЛЬЕВ", "VASILEV"),
        ("Ғани Һамит", "GANI CAMIT"),
        ("Müller-Groß", "MUELLER GROSS"),
        ("D'Artagnan", "DARTAGNAN"),
        ("Åse Ødegård", "AASE OEDEGAARD"),
        ("Ұлжан Әсем Қуат Ңиі Өмір Үкі", "ULZHAN ASEM KUAT NII OMIR UKI"),
    ] {
        assert_eq!(recommended(name), written);
    }
}

#[test]
fn a_name_agrees_with_the_spellings_issuers_print() {
    for (zone, mrz, expected) in [
        ("СИНАКОВА", "SINAKOVA", Agreement::Exact),
        ("СЫНАҚОВА", "SYNAQOVA", Agreement::Spelling),
        ("ӘЙГЕРІМ", "AIGERIM", Agreement::Exact),
        ("Әйгерім", "AYGERIM", Agreement::Spelling),
        ("МҰХАМЕДЖАН", "MUKHAMEDZHAN", Agreement::Exact),
        ("МҰХАМЕДЖАН", "MUHAMEDJAN", Agreement::Spelling),
        ("ЮЛИЯ", "YULIYA", Agreement::Spelling),
        ("ЮЛИЯ", "YULIA", Agreement::Spelling),
        ("ТЕСТ-ОВ", "TEST<OV", Agreement::Exact),
        ("ТЕСТ-ОВ", "TESTOV", Agreement::Spelling),
        ("ТЕСТОВ", "TEST0V", Agreement::Close(1)),
        ("ТЕСТОВ", "SPECIMEN", Agreement::None),
        ("", "SPECIMEN", Agreement::None),
        ("ТЕСТОВ", "", Agreement::None),
    ] {
        assert_eq!(agrees(zone, mrz, false), expected, "{zone} {mrz}");
    }
}

#[test]
fn a_name_cut_by_the_zone_agrees_only_where_names_are_cut() {
    for (zone, mrz) in [
        ("НИЛАВАДХАНАНАНДА ЧАЯПА ДЕЖТАМ", "NILAVADKHANANANDA CHAY"),
        ("НИЛАВАДХАНАНАНДА ЧАЯПА ДЕЖТАМ", "NILAVADKHANANANDA C D"),
        ("НИЛАВАДХАНАНАНДА ЧАЯПА ДЕЖТАМ", "NILAVADKHANANANDA D"),
        ("АБВГДШ", "ABVGDS"),
    ] {
        assert_eq!(
            agrees(zone, mrz, true),
            if zone.len() > 12 { Agreement::Cut } else { Agreement::Spelling }
        );
        assert!(zone.len() == 12 || !agrees(zone, mrz, false).holds(), "{mrz}");
    }
    assert!(!agrees("НИЛАВАДХАНАНАНДА ЧАЯПА", "CHAYAPA NILAVA", true).holds());
}

#[test]
fn the_tables_are_in_order_and_hold_mrz_letters_alone() {
    for table in [&LATIN[..], &CYRILLIC[..]] {
        for pair in table.windows(2) {
            assert!(pair[0].0 < pair[1].0 || "ҚҢҮҰҺӘӨ".contains(pair[1].0), "{pair:?}");
        }
        for (letter, spellings) in table {
            assert!(!spellings.is_empty(), "{letter}");
            for spelling in *spellings {
                assert!(spelling.bytes().all(|byte| byte.is_ascii_uppercase()), "{letter}");
            }
        }
    }
}

fn names() -> impl Strategy<Value = String> {
    let letters: Vec<char> = LATIN.iter().chain(&CYRILLIC).map(|row| row.0).chain('A'..='Z').collect();
    proptest::collection::vec(proptest::sample::select(letters), 1..20)
        .prop_map(|letters| letters.into_iter().collect::<String>())
        .prop_filter("nothing to write", |name| !recommended(name).is_empty())
}

proptest! {
    #[test]
    fn any_choice_of_spellings_agrees(name in names(), choices in proptest::collection::vec(0usize..4, 20)) {
        let written: String = name
            .chars()
            .zip(choices)
            .filter_map(|(letter, choice)| spellings(letter).map(|known| known[choice % known.len()]))
            .collect();
        prop_assume!(!written.is_empty());
        prop_assert!(agrees(&name, &written, false).holds(), "{} {}", name, written);
        // What holds without truncation also holds with it.
        prop_assert!(agrees(&name, &written, true).holds());
    }

    #[test]
    fn a_beginning_agrees_when_cut(name in names(), keep in 1usize..20) {
        let written = recommended(&name);
        let beginning: String = written.chars().take(keep).collect();
        prop_assert!(agrees(&name, &beginning, true).holds(), "{} {}", name, beginning);
    }

    #[test]
    fn a_strange_letter_never_agrees(name in names(), at in 0usize..20) {
        let mut written: Vec<char> = recommended(&name).chars().collect();
        written.insert(at % (written.len() + 1), '7');
        let written: String = written.into_iter().collect();
        prop_assert!(!agrees(&name, &written, false).holds());
        prop_assert_eq!(distance(&tidy(&name), &written), 1);
    }

    #[test]
    fn no_text_is_too_strange(zone in ".{0,200}", mrz in ".{0,200}", cut: bool) {
        let _ = agrees(&zone, &mrz, cut);
    }
}
