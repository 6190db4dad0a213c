//! Compares two readings of one field, and chooses the one to keep.

use super::Readings;
use vouch_contract::document::fields::{Field, FieldName, FieldSource, Format};
use vouch_contract::document::partial_date::PartialDate;
use vouch_contract::document::transliteration::{Agreement, agrees};
use vouch_contract::document::unstated::{NO_EXPIRY, stands_for_no_end};

/// How two readings of a field compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// Both say the same.
    Same,
    /// The same except for characters that look alike in print.
    Near,
    /// They say different things.
    Different,
    /// They can't be compared: ethnic nationality and citizenship, or one has lost the part that
    /// differs.
    Unrelated,
}

/// Characters of document numbers that look alike, listed by the digit they resemble.
const LOOK_ALIKE: [(char, &str); 7] =
    [('0', "OQD"), ('1', "IL"), ('2', "Z"), ('5', "S"), ('6', "G"), ('7', "T"), ('8', "B")];

/// Letters that ICAO 9303 part 3, table A, spells with two letters: Ä and Æ, Ö and Ø, Ü, Å, ß, Þ.
/// Tesseract's English network omits such letters.
const SPELLED_WITH_TWO: [&str; 6] = ["AE", "OE", "UE", "AA", "SS", "TH"];
/// Most letters that one printed name may have lost this way.
const MAX_LOST: usize = 2;

/// Compares two readings of one field.
pub fn likeness(a: &Field, b: &Field, readings: &Readings<'_>) -> Likeness {
    match a.name {
        FieldName::FirstName | FieldName::LastName if a.value.is_empty() != b.value.is_empty() => {
            name_against_empty(a, b, readings)
        }
        FieldName::FirstName | FieldName::LastName | FieldName::Patronymic => names(a, b, readings),
        FieldName::ExpireDate if is_no_end_cut_short(a, b) => Likeness::Near,
        FieldName::IssueDate => match dates(a, b) {
            Some([a, b]) if a.may_be(b) => Likeness::Same,
            _ => same(a, b),
        },
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
            // Each source abbreviates it differently.
            Likeness::Different => Likeness::Unrelated,
            likeness => likeness,
        },
        _ => same(a, b),
    }
}

/// Chooses the reading to keep. Where check digits protect a field, the MRZ's. For names the
/// printed one, which has all its letters, unless the two contradict each other. Otherwise the one
/// with more confidence.
pub fn preferred<'a>(a: &'a Field, b: &'a Field, readings: &Readings<'_>) -> &'a Field {
    let by = |source| [a, b].into_iter().find(|field| field.source == source);
    let (mrz, zone) = (by(FieldSource::Mrz), by(FieldSource::Zone));
    let surer = if b.confidence > a.confidence { b } else { a };
    match (a.name, mrz, zone) {
        (FieldName::FirstName | FieldName::LastName, ..) if a.value.is_empty() != b.value.is_empty() => {
            let (none, named) = if a.value.is_empty() { (a, b) } else { (b, a) };
            if is_crowded_out(named, readings) { named } else { none }
        }
        (FieldName::ExpireDate, ..) => expiry(a, b, surer),
        // A month and a day in that month: keep the day.
        (FieldName::IssueDate, ..) if likeness(a, b, readings) == Likeness::Same => {
            let is_whole =
                |field: &Field| dates(field, field).is_some_and(|[date, _]| date.whole().is_some());
            [Some(a), Some(b)].into_iter().flatten().find(|field| is_whole(field)).unwrap_or(a)
        }
        // On the identity card this is the ethnic nationality, which only the zone states.
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
    let cut = latin.source == FieldSource::Mrz && may_be_cut(a.name, readings);
    let mut agreement = agrees(&printed.value, &latin.value, cut);
    if !agreement.holds() && a.name == FieldName::FirstName {
        // Some issuers put the patronymic among the given names of the MRZ.
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
            if lost_letters(&printed, &latin, MAX_LOST) { Likeness::Unrelated } else { Likeness::Different }
        }
        Agreement::Close(_) | Agreement::None => Likeness::Different,
    }
}

/// Whether `printed` is `latin` with up to `most` of the letters missing that have marks in print.
fn lost_letters(printed: &str, latin: &str, most: usize) -> bool {
    if printed == latin {
        return true;
    }
    let same = printed.bytes().zip(latin.bytes()).take_while(|(a, b)| a == b).count();
    // The lost letter is where the two diverge, or earlier if its spelling repeats what follows.
    most > 0
        && (0..=same).any(|at| {
            SPELLED_WITH_TWO.iter().any(|spelled| {
                let rest = latin.get(at..).and_then(|rest| rest.strip_prefix(spelled));
                rest.zip(printed.get(at..)).is_some_and(|(rest, left)| lost_letters(left, rest, most - 1))
            })
        })
}

/// A name against an empty one. They contradict each other, unless the zone had no room left for
/// the name, or print took the other name by mistake: its caption stands above the empty place.
fn name_against_empty(a: &Field, b: &Field, readings: &Readings<'_>) -> Likeness {
    let (none, named) = if a.value.is_empty() { (a, b) } else { (b, a) };
    let other = match none.name {
        FieldName::FirstName => FieldName::LastName,
        _ => FieldName::FirstName,
    };
    let is_the_other =
        none.source == FieldSource::Mrz && agrees(&named.value, mrz_value(other, readings), false).holds();
    if is_the_other || is_crowded_out(named, readings) { Likeness::Unrelated } else { Likeness::Different }
}

/// Whether the zone had no room for this given name because the surname fills it.
fn is_crowded_out(named: &Field, readings: &Readings<'_>) -> bool {
    named.name == FieldName::FirstName
        && named.source != FieldSource::Mrz
        && readings.format != Some(Format::FrenchId)
        && may_be_cut(FieldName::FirstName, readings)
}

/// Whether the zone may have truncated this name.
fn may_be_cut(name: FieldName, readings: &Readings<'_>) -> bool {
    let (last, first) = (mrz_value(FieldName::LastName, readings), mrz_value(FieldName::FirstName, readings));
    let cut = readings.format.map(|format| CutNames::of(format, last, first)).unwrap_or_default();
    if name == FieldName::LastName { cut.last } else { cut.first }
}

fn mrz_value<'a>(name: FieldName, readings: &Readings<'a>) -> &'a str {
    let field = readings.mrz.iter().find(|field| field.name == name);
    field.map_or("", |field| field.value.as_str())
}

/// Names that a machine readable zone may have truncated, because they fill their field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CutNames {
    /// The surname.
    pub last: bool,
    /// The given names.
    pub first: bool,
}

impl CutNames {
    /// For names as a zone of this format has them.
    pub fn of(format: Format, last: &str, first: &str) -> Self {
        let (last, first) = (last.chars().count(), first.chars().count());
        let room = match format {
            Format::Td1 => 30,
            Format::Td2 | Format::MrvB => 31,
            Format::Td3 | Format::MrvA => 39,
            // Each name has a field of its own.
            Format::FrenchId => return Self { last: last >= 25, first: first >= 14 },
        };
        // Surname, two fillers and given names. A surname may fill the field alone, without
        // fillers.
        let full = last >= room || last + 2 + first >= room;
        Self { last: full, first: full }
    }
}

/// Both values as dates.
fn dates(a: &Field, b: &Field) -> Option<[PartialDate; 2]> {
    Some([a.value.parse().ok()?, b.value.parse().ok()?])
}

/// Whether print says "no end" while the zone has only the last two digits of that year.
fn is_no_end_cut_short(a: &Field, b: &Field) -> bool {
    let says_no_end = |field: &Field| field.source != FieldSource::Mrz && field.value == NO_EXPIRY;
    let is_short = |field: &Field| {
        field.source == FieldSource::Mrz && field.value != NO_EXPIRY && stands_for_no_end(&field.value)
    };
    (says_no_end(a) && is_short(b)) || (says_no_end(b) && is_short(a))
}

/// Chooses the expiry to keep. If one source has a date and the other says that there is no end,
/// the date: an expired document must not pass as one without an end. But if the zone says
/// 99-01-01, print decides whether that is a day in 1999.
fn expiry<'a>(a: &'a Field, b: &'a Field, surer: &'a Field) -> &'a Field {
    let no_end = |field: &Field| field.value == NO_EXPIRY;
    let (mrz, other) = if b.source == FieldSource::Mrz { (b, a) } else { (a, b) };
    if mrz.source != FieldSource::Mrz {
        return surer;
    }
    if is_no_end_cut_short(a, b) || (stands_for_no_end(&mrz.value) && same(a, b) == Likeness::Same) {
        return other;
    }
    if no_end(mrz) && !no_end(other) { other } else { mrz }
}

/// Three capital letters.
fn is_code(value: &str) -> bool {
    value.len() == 3 && value.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Only capitals and digits.
fn characters(value: &str) -> String {
    value.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Replaces look-alikes by one character.
fn plain(value: &str) -> String {
    let digit = |letter| LOOK_ALIKE.iter().find(|(_, like)| like.contains(letter)).map(|(digit, _)| *digit);
    value.chars().map(|letter| digit(letter).unwrap_or(letter)).collect()
}
