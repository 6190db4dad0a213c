//! Lines of a machine readable zone, made from a holder's data (ICAO 9303 parts 3 to 7).

use jiff::civil::Date;

use vouch_contract::document::fields::Format;
use vouch_contract::document::partial_date::PartialDate;

/// What a zone carries; every text in the letters of the zone or transliterated by
/// [`transliterate`], numbers without fillers.
#[derive(Debug, Clone)]
pub struct Particulars<'a> {
    /// One or two letters, such as `P`, `ID`.
    pub code: &'a str,
    /// Issuing state, three letters.
    pub issuer: &'a str,
    /// Primary identifier, as printed; may be empty.
    pub surname: &'a str,
    /// Secondary identifiers, as printed; may be empty.
    pub given: &'a str,
    /// At most nine characters; twelve on the older French card.
    pub number: &'a str,
    /// Three letters.
    pub nationality: &'a str,
    /// Day of birth; fillers for unknown parts.
    pub birth: PartialDate,
    /// `F` or `M`; a filler for anything else.
    pub sex: char,
    /// Last day of validity; fillers for none.
    pub expiry: Option<Date>,
    /// Optional data of the first line of TD1, of the second line of the others.
    pub optional: &'a str,
}

/// The lines of `format`, each of its full length, check digits in place.
/// Text that is too long is cut, as part 3 prescribes for names.
pub fn lines(format: Format, of: &Particulars<'_>) -> Vec<String> {
    let (_, length) = format.shape();
    let head = format!("{}{}", filled(of.code, 2), filled(of.issuer, 3));
    let number = checked(&filled(of.number, 9));
    let birth = checked(&six(of.birth));
    let expiry = checked(&six(of.expiry.map_or(PartialDate::UNKNOWN, PartialDate::from)));
    let nationality = filled(of.nationality, 3);
    let sex = if matches!(of.sex, 'F' | 'M') { of.sex } else { '<' };
    match format {
        Format::Td1 => {
            let first = format!("{head}{number}{}", filled(of.optional, 15));
            let rest = filled("", 11);
            let composite = check_digit(&format!("{}{birth}{expiry}{rest}", &first[5..]));
            let second = format!("{birth}{sex}{expiry}{nationality}{rest}{composite}");
            vec![first, second, names(of.surname, of.given, length)]
        }
        Format::Td2 => {
            let optional = filled(of.optional, 7);
            let composite = check_digit(&format!("{number}{birth}{expiry}{optional}"));
            vec![
                format!("{head}{}", names(of.surname, of.given, length - 5)),
                format!("{number}{nationality}{birth}{sex}{expiry}{optional}{composite}"),
            ]
        }
        Format::Td3 => {
            let optional = filled(of.optional, 14);
            // An empty personal number may have a filler instead of a check digit (part 4).
            let digit = if of.optional.is_empty() { '<' } else { check_digit(&optional) };
            let composite = check_digit(&format!("{number}{birth}{expiry}{optional}{digit}"));
            vec![
                format!("{head}{}", names(of.surname, of.given, length - 5)),
                format!("{number}{nationality}{birth}{sex}{expiry}{optional}{digit}{composite}"),
            ]
        }
        Format::FrenchId => {
            let surname = filled(&transliterate(of.surname).replace(' ', "<"), 25);
            let given = filled(&transliterate(of.given).replace(' ', "<<"), 14);
            let first = format!("{head}{surname}{}", filled("", 6));
            let second = format!("{}{given}{birth}{sex}", checked(&filled(of.number, 12)));
            let all = check_digit(&format!("{first}{second}"));
            vec![first, format!("{second}{all}")]
        }
        Format::MrvA | Format::MrvB => vec![
            format!("{head}{}", names(of.surname, of.given, length - 5)),
            format!("{number}{nationality}{birth}{sex}{expiry}{}", filled(of.optional, length - 28)),
        ],
    }
}

/// The check digit of a field: weights 7, 3, 1 over the values of its characters, modulo 10
/// (part 3, section 4.9). Characters outside the zone's alphabet count as fillers.
pub fn check_digit(field: &str) -> char {
    let sum: u32 = field
        .chars()
        .zip([7, 3, 1].into_iter().cycle())
        .map(|(character, weight)| match character {
            'A'..='Z' => (u32::from(character) - u32::from('A') + 10) * weight,
            _ => character.to_digit(10).unwrap_or(0) * weight,
        })
        .sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

/// `text` in the letters A to Z, spaces and digits: Latin letters with accents and Cyrillic by
/// ICAO 9303 part 3, section 6; Kazakh letters outside that table by their base letter.
/// Hyphens become spaces; apostrophes and unknown characters are dropped.
pub fn transliterate(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars().flat_map(char::to_uppercase) {
        match character {
            'A'..='Z' | '0'..='9' => out.push(character),
            ' ' | '-' => out.push(' '),
            _ => out.push_str(letters(character)),
        }
    }
    out
}

fn letters(character: char) -> &'static str {
    match character {
        'Ä' | 'Æ' => "AE",
        'Å' => "AA",
        'Ö' | 'Ø' | 'Œ' => "OE",
        'Ü' => "UE",
        'ẞ' => "SS",
        'Þ' => "TH",
        'Á' | 'À' | 'Â' | 'Ã' | 'Ă' | 'Ą' | 'А' | 'Ә' => "A",
        'Ç' | 'Ć' | 'Č' => "C",
        'Đ' | 'Ď' | 'Д' => "D",
        'É' | 'È' | 'Ê' | 'Ë' | 'Ě' | 'Ę' | 'Е' | 'Ё' | 'Э' => "E",
        'Í' | 'Î' | 'Ï' | 'И' | 'І' | 'Й' => "I",
        'Ł' | 'Л' => "L",
        'Ñ' | 'Ń' | 'Ň' | 'Н' | 'Ң' => "N",
        'Ó' | 'Ô' | 'Õ' | 'О' | 'Ө' => "O",
        'Ř' | 'Р' => "R",
        'Ś' | 'Š' | 'Ş' | 'С' => "S",
        'Ť' | 'Т' => "T",
        'Ú' | 'Û' | 'Ů' | 'У' | 'Ұ' | 'Ү' => "U",
        'Ý' | 'Ы' => "Y",
        'Ž' | 'Ź' | 'Ż' | 'З' => "Z",
        'Б' => "B",
        'В' => "V",
        'Г' | 'Ғ' => "G",
        'Ж' => "ZH",
        'К' | 'Қ' => "K",
        'М' => "M",
        'П' => "P",
        'Ф' => "F",
        'Х' => "KH",
        'Һ' => "H",
        'Ц' => "TS",
        'Ч' => "CH",
        'Ш' => "SH",
        'Щ' => "SHCH",
        'Ъ' => "IE",
        'Ю' => "IU",
        'Я' => "IA",
        _ => "",
    }
}

fn names(surname: &str, given: &str, length: usize) -> String {
    let with_fillers = |name: &str| transliterate(name).replace(' ', "<");
    filled(&format!("{}<<{}", with_fillers(surname), with_fillers(given)), length)
}

fn filled(text: &str, length: usize) -> String {
    let text: String = text.chars().take(length).collect();
    format!("{text:<<length$}")
}

fn checked(field: &str) -> String {
    format!("{field}{}", check_digit(field))
}

/// `YYMMDD`, fillers for what is unknown (part 3, 4.8).
fn six(date: PartialDate) -> String {
    let year = date.year().map_or("<<".to_owned(), |year| format!("{:02}", year.rem_euclid(100)));
    let two = |part: Option<i8>| part.map_or("<<".to_owned(), |part| format!("{part:02}"));
    format!("{year}{}{}", two(date.month()), two(date.day()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The holder of ICAO 9303's own examples (part 4, appendix A; parts 5 and 6, appendix A).
    fn anna(code: &'static str, number: &'static str, optional: &'static str) -> Particulars<'static> {
        Particulars {
            code,
            issuer: "UTO",
            surname: "Eriksson",
            given: "Anna Maria",
            number,
            nationality: "UTO",
            birth: date(1974, 8, 12).into(),
            sex: 'F',
            expiry: Some(date(2012, 4, 15)),
            optional,
        }
    }

    #[test]
    fn icaos_own_examples_come_out() {
        assert_eq!(
            lines(Format::Td3, &anna("P", "L898902C3", "ZE184226B")),
            ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
        );
        assert_eq!(
            lines(Format::Td1, &anna("I", "D23145890", "")),
            [
                "I<UTOD231458907<<<<<<<<<<<<<<<",
                "7408122F1204159UTO<<<<<<<<<<<6",
                "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"
            ]
        );
        assert_eq!(
            lines(Format::Td2, &anna("I", "D23145890", "")),
            ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]
        );
    }

    #[test]
    fn every_format_has_its_shape_and_cuts_long_names() {
        for format in Format::ALL {
            let long = "ÜLGIMÜSTERMANN-SPECIMENOWSKAJA-VON-TESTINGEN";
            let made = lines(format, &Particulars { surname: long, ..anna("V", "1", "2") });
            let (count, length) = format.shape();
            assert_eq!(made.len(), count);
            assert!(made.iter().all(|line| line.len() == length), "{made:?}");
        }
    }

    #[test]
    fn what_is_left_open_is_filled() {
        let of = |surname, given| Particulars { surname, given, ..anna("P", "L898902C3", "") };
        assert!(lines(Format::Td3, &of("Suparman", ""))[0].starts_with("P<UTOSUPARMAN<<<<"));
        assert!(lines(Format::Td3, &of("", "Ahmadi"))[0].starts_with("P<UTO<<AHMADI<<<<"));
        let open = Particulars {
            birth: PartialDate::new(1974, Some(1), None).unwrap(),
            sex: 'X',
            expiry: None,
            ..anna("P", "L898902C3", "")
        };
        let made = lines(Format::Td3, &open);
        assert_eq!(&made[1][13..28], "7401<<8<<<<<<<0", "{made:?}");
    }

    #[test]
    fn the_published_french_card_comes_out() {
        let card = Particulars {
            issuer: "FRA",
            surname: "Berthier",
            given: "Corinne",
            birth: date(1965, 12, 6).into(),
            ..anna("ID", "880692310285", "")
        };
        assert_eq!(
            lines(Format::FrenchId, &card),
            ["IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<", "8806923102858CORINNE<<<<<<<6512068F6"]
        );
    }

    #[test]
    fn letters_go_over_by_icaos_tables() {
        assert_eq!(transliterate("Ülgi-Ørsted O'Test"), "UELGI OERSTED OTEST");
        assert_eq!(transliterate("Щёлковская Юлия"), "SHCHELKOVSKAIA IULIIA");
        assert_eq!(transliterate("Үлгібаев Тестұлы"), "ULGIBAEV TESTULY");
    }
}
