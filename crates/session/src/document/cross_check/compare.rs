//! Two readings of one field: the same, or not; and which of them is kept.

use super::Readings;
use vouch_contract::document::fields::{Field, FieldName, FieldSource, Format};
use vouch_contract::document::transliteration::{Agreement, agrees};

/// How two readings of a field compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Both say the same.
    Same,
    /// The same but for characters that look alike in print.
    Near,
    /// They say different things.
    Different,
    /// They are not about the same thing: ethnic nationality and citizenship; or one has lost what
    /// could tell.
    Unrelated,
}

/// Characters that look alike, by the digit: letters and digits of document numbers.
const LOOK_ALIKE: [(char, &str); 7] =
    [('0', "OQD"), ('1', "IL"), ('2', "Z"), ('5', "S"), ('6', "G"), ('7', "T"), ('8', "B")];

/// What ICAO 9303 part 3, table A, spells letters with marks as that take two letters: Ä and Æ, Ö
/// and Ø, Ü, Å, ß, Þ. Tesseract's English network leaves such letters out.
const SPELLED_WITH_TWO: [&str; 6] = ["AE", "OE", "UE", "AA", "SS", "TH"];
/// Most letters that one printed name may have lost so.
const MOST_LOST: usize = 2;

/// Compares two readings of one field.
pub fn likeness(a: &Field, b: &Field, readings: &Readings<'_>) -> Likeness {
    match a.name {
        FieldName::FirstName | FieldName::LastName | FieldName::Patronymic => names(a, b, readings),
        FieldName::DocumentNumber | FieldName::IdentificationNumber => {
            let [left, right] = [&a.value, &b.value].map(|value| characters(value));
            if left == right {
                Likeness::Same
            } else if plain(&left) == plain(&right) {
                Likeness::Near
            } else {
                Likeness::Different
            }
        }
        FieldName::Nationality => match (is_code(&a.value), is_code(&b.value)) {
            (true, true) | (false, false) => same(a, b),
            _ => Likeness::Unrelated,
        },
        FieldName::PlaceOfBirth | FieldName::Authority => match same(a, b) {
            // Each source shortens it in its own way.
            Likeness::Different => Likeness::Unrelated,
            likeness => likeness,
        },
        _ => same(a, b),
    }
}

/// The reading that is kept. The MRZ's where check digits protect it; of names the printed one, which
/// has all its letters, unless the two contradict each other; else the surer one.
pub fn preferred<'a>(a: &'a Field, b: &'a Field, readings: &Readings<'_>) -> &'a Field {
    let by = |source| [a, b].into_iter().find(|field| field.source == source);
    let (mrz, zone) = (by(FieldSource::Mrz), by(FieldSource::Zone));
    let surer = if b.confidence > a.confidence { b } else { a };
    match (a.name, mrz, zone) {
        // On the identity card this is the ethnic nationality, which only the zone has.
        (FieldName::Nationality, _, Some(zone)) if likeness(a, b, readings) == Likeness::Unrelated => zone,
        (FieldName::PlaceOfBirth | FieldName::Authority, _, Some(zone)) => zone,
        (FieldName::FirstName | FieldName::LastName | FieldName::Patronymic, Some(_), Some(zone)) => {
            if likeness(a, b, readings) == Likeness::Same {
                zone
            } else {
                surer
            }
        }
        (FieldName::FirstName | FieldName::LastName | FieldName::Patronymic, ..) => surer,
        (_, Some(mrz), _) => mrz,
        _ => surer,
    }
}

fn same(a: &Field, b: &Field) -> Likeness {
    if characters(&a.value) == characters(&b.value) { Likeness::Same } else { Likeness::Different }
}

fn names(a: &Field, b: &Field, readings: &Readings<'_>) -> Likeness {
    if same(a, b) == Likeness::Same {
        return Likeness::Same;
    }
    let (printed, latin) = if a.source == FieldSource::Zone { (a, b) } else { (b, a) };
    let cut = latin.source == FieldSource::Mrz && names_may_be_cut(readings);
    let mut agreement = agrees(&printed.value, &latin.value, cut);
    if !agreement.holds() && a.name == FieldName::FirstName {
        // Some issuers write the patronymic among the given names of the MRZ.
        let patronymic = readings.zone.iter().find(|field| field.name == FieldName::Patronymic);
        if let Some(patronymic) = patronymic {
            let both = format!("{} {}", printed.value, patronymic.value);
            let with = agrees(&both, &latin.value, cut);
            if with.holds() {
                agreement = with;
            }
        }
    }
    match agreement {
        Agreement::Exact | Agreement::Spelling | Agreement::Cut => Likeness::Same,
        Agreement::Close(_) | Agreement::None if printed.source == FieldSource::Zone => {
            let (printed, latin) = (characters(&printed.value), characters(&latin.value));
            if lost_letters(&printed, &latin, MOST_LOST) { Likeness::Unrelated } else { Likeness::Different }
        }
        Agreement::Close(_) | Agreement::None => Likeness::Different,
    }
}

/// Whether `printed` is `latin` without up to `most` of the letters that had marks in print.
fn lost_letters(printed: &str, latin: &str, most: usize) -> bool {
    if printed == latin {
        return true;
    }
    let same = printed.bytes().zip(latin.bytes()).take_while(|(a, b)| a == b).count();
    // The lost letter stands where they part, or before that where its spelling repeats what follows.
    most > 0
        && (0..=same).any(|at| {
            SPELLED_WITH_TWO.iter().any(|spelled| {
                let rest = latin.get(at..).and_then(|rest| rest.strip_prefix(spelled));
                rest.zip(printed.get(at..)).is_some_and(|(rest, left)| lost_letters(left, rest, most - 1))
            })
        })
}

/// Whether the MRZ's name field is full.
fn names_may_be_cut(readings: &Readings<'_>) -> bool {
    let value = |name| {
        let field = readings.mrz.iter().find(|field| field.name == name);
        field.map_or("", |field| field.value.as_str())
    };
    let (last, first) = (value(FieldName::LastName), value(FieldName::FirstName));
    readings.format.is_some_and(|format| fills_name_field(format, last, first))
}

/// Whether these names fill the name field of a machine readable zone: surname, two fillers and
/// given names. Then they may have been shortened.
pub fn fills_name_field(format: Format, last: &str, first: &str) -> bool {
    let room = match format {
        Format::Td1 => 30,
        Format::Td2 | Format::MrvB => 31,
        Format::Td3 | Format::MrvA => 39,
    };
    let (last, first) = (last.chars().count(), first.chars().count());
    // A surname may fill it alone, without the two fillers.
    last >= room || last + 2 + first >= room
}

/// Three capital letters.
fn is_code(value: &str) -> bool {
    value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Capitals and digits alone.
fn characters(value: &str) -> String {
    value.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Look-alikes as one.
fn plain(value: &str) -> String {
    let digit = |letter| LOOK_ALIKE.iter().find(|(_, like)| like.contains(letter)).map(|(digit, _)| *digit);
    value.chars().map(|letter| digit(letter).unwrap_or(letter)).collect()
}
