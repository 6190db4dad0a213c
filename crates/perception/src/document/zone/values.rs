//! Values as they are printed to values as they are kept: what a field's text may hold, its date as
//! `YYYY-MM-DD`. Pure; any text may come in.

use jiff::civil::Date;

use super::captions::Kind;
use vouch_contract::document::iin::Iin;
use vouch_contract::document::unstated::{NO_EXPIRY, UNSPECIFIED_SEX};

/// Longest value kept, in characters.
pub const MAX_VALUE: usize = 120;
/// Shortest and longest document number (ICAO 9303 parts 4 and 5: nine characters in the MRZ, the
/// rest of a longer one in the optional data).
const NUMBER_LENGTHS: std::ops::RangeInclusive<usize> = 5..=22;
/// No document in use was printed, and no holder born, before.
const FIRST_YEAR: i16 = 1900;
/// No document with an end is valid longer from today, years.
const LONGEST_VALIDITY: i16 = 50;
/// The year that documents without an end print: 01-01-9999 on Spain's.
const NO_END_YEAR: i16 = 9999;

/// First letters of the months: English, French, Kazakh and Russian, as documents shorten them.
const MONTHS: [&[&str]; 12] = [
    &["JAN", "ҚАҢ", "ЯНВ"],
    &["FEB", "FEV", "FÉV", "АҚП", "ФЕВ"],
    &["MAR", "НАУ", "МАР"],
    &["APR", "AVR", "СӘУ", "АПР"],
    &["MAY", "MAI", "МАМ", "МАЙ"],
    &["JUN", "JUIN", "МАУ", "ИЮН"],
    &["JUL", "JUIL", "ШІЛ", "ИЮЛ"],
    &["AUG", "AOU", "AOÛ", "ТАМ", "АВГ"],
    &["SEP", "ҚЫР", "СЕН"],
    &["OCT", "ҚАЗ", "ОКТ"],
    &["NOV", "ҚАР", "НОЯ"],
    &["DEC", "DÉC", "ЖЕЛ", "ДЕК"],
];

/// Cleans a text by its kind; none when it can't be such a value. `past` says that a day with two
/// digits for its year lies before `today`.
pub fn clean(kind: Kind, text: &str, past: bool, today: Date) -> Option<String> {
    let text: String = text.chars().take(MAX_VALUE * 2).collect();
    match kind {
        Kind::Name => name(&text),
        Kind::Text => printed(&text),
        Kind::Date | Kind::Period => dates(&text, past, today).first().map(|date| written(*date)),
        Kind::Iin => iin(&text),
        Kind::Number => number(&text),
        Kind::Sex => sex(&text).map(Into::into),
        Kind::Country => country(&text),
    }
}

/// A date as it is kept: `YYYY-MM-DD`, [`NO_EXPIRY`] for any day of the year that stands for "no end".
pub fn written(date: Date) -> String {
    if date.year() == NO_END_YEAR { NO_EXPIRY.to_owned() } else { date.to_string() }
}

/// Letters with single spaces, hyphens and apostrophes between; strokes and dots at the ends are the
/// pattern behind the text.
fn name(text: &str) -> Option<String> {
    let kept: String = text
        .chars()
        .map(|letter| match letter {
            '\u{2010}'..='\u{2015}' => '-',
            '\u{2019}' | '`' => '\'',
            _ => letter,
        })
        .filter(|letter| letter.is_alphabetic() || matches!(letter, ' ' | '-' | '\''))
        .collect();
    let words: Vec<&str> = kept.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).collect();
    let name = words.join(" ").trim_matches(|edge: char| !edge.is_alphabetic()).to_uppercase();
    (name.chars().count() >= 2).then(|| name.chars().take(MAX_VALUE).collect())
}

/// Whether a word of a name holds something that is no part of one: Ø read as ©, O as 0.
pub fn has_strange_sign(text: &str) -> bool {
    let strange = |sign: char| !sign.is_alphabetic() && !"-'`’–.,".contains(sign);
    text.split_whitespace().any(|word| word.contains(char::is_alphabetic) && word.contains(strange))
}

/// Who issues the documents of Kazakhstan: the ministries of the interior and, before 2014, of justice, as
/// printed and as shortened.
const AUTHORITIES: [&str; 6] = [
    "ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ",
    "ҚР ӘДІЛЕТ МИНИСТРЛІГІ",
    "МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ РК",
    "МИНИСТЕРСТВО ЮСТИЦИИ РК",
    "МВД РЕСПУБЛИКИ КАЗАХСТАН",
    "MINISTRY OF INTERNAL AFFAIRS",
];
/// Letters of an authority for one wrong one to be mended.
const LETTERS_FOR_ONE_MENDED: usize = 6;

/// The authority on the list of those known that a text nearly is: the spaces in ҚР ІШКІ ІСТЕР are lost
/// more often than not.
pub fn authority(text: &str) -> Option<&'static str> {
    AUTHORITIES
        .into_iter()
        .find(|known| strsim::levenshtein(known, text) <= known.chars().count() / LETTERS_FOR_ONE_MENDED)
}

fn printed(text: &str) -> Option<String> {
    let edge = |letter: char| !letter.is_alphanumeric() && letter != ')' && letter != '"';
    let words: Vec<&str> =
        text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let text = words.join(" ");
    let text = text.trim_matches(edge);
    (text.chars().filter(|letter| letter.is_alphabetic()).count() >= 2)
        .then(|| text.chars().take(MAX_VALUE).collect())
}

/// All days in a text, in its order: at most two, the longest that a field holds.
pub fn dates(text: &str, past: bool, today: Date) -> Vec<Date> {
    let upper = text.to_uppercase();
    let tokens = tokens(&upper);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() && found.len() < 2 {
        match day_at(&tokens[at..], past, today) {
            Some((date, used)) => {
                found.push(date);
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

/// Runs of digits and runs of letters: the space between them is lost easily (12AUG1974).
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    for run in text.split(|letter: char| !letter.is_alphanumeric()) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let digits = first.is_ascii_digit();
            let end = rest.find(|letter: char| letter.is_ascii_digit() != digits).unwrap_or(rest.len());
            let (token, after) = rest.split_at(end);
            tokens.push(token);
            rest = after;
        }
    }
    tokens
}

/// A day at the beginning of the tokens, and how many it takes.
fn day_at(tokens: &[&str], past: bool, today: Date) -> Option<(Date, usize)> {
    let first = tokens.first()?;
    // Dots are lost easily: 01012035.
    if first.len() == 8 && first.bytes().all(|byte| byte.is_ascii_digit()) {
        let date = day(first.get(..2)?, first.get(2..4)?, first.get(4..)?, past, today)?;
        return Some((date, 1));
    }
    let months: Vec<usize> = (1..tokens.len().min(4)).filter(|&at| month(tokens[at]).is_some()).collect();
    let last = match months[..] {
        // The month twice, in two languages: 12 AUG/AOÛT 74.
        [1, 2] if month(tokens[1]) == month(tokens[2]) && !is_number(tokens[1]) => 2,
        [1, ..] => 1,
        _ => return None,
    };
    let date = day(first, tokens[1], tokens.get(last + 1)?, past, today)?;
    Some((date, last + 2))
}

fn is_number(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit())
}

fn month(token: &str) -> Option<i8> {
    if is_number(token) {
        return token.parse().ok().filter(|month| token.len() == 2 && (1..=12).contains(month));
    }
    let named = MONTHS.iter().position(|names| names.iter().any(|name| token.starts_with(name)))?;
    i8::try_from(named + 1).ok()
}

fn day(day: &str, month_token: &str, year: &str, past: bool, today: Date) -> Option<Date> {
    if !is_number(day) || day.len() > 2 || !is_number(year) {
        return None;
    }
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => {
            let this = 2000 + year.parse::<i16>().ok()?;
            if past && this > today.year() { this - 100 } else { this }
        }
        _ => return None,
    };
    let no_end = !past && year == NO_END_YEAR;
    if !no_end && !(FIRST_YEAR..=today.year().saturating_add(LONGEST_VALIDITY)).contains(&year) {
        return None;
    }
    Date::new(year, month(month_token)?, day.parse().ok()?).ok()
}

/// Twelve digits whose check digit is right. Wrong ones are not kept: nothing could be done with
/// them but to ask the person.
fn iin(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse::<Iin>().ok().map(|iin| iin.text().to_owned())
}

fn number(text: &str) -> Option<String> {
    let number: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    (NUMBER_LENGTHS.contains(&number.len()) && digits * 2 >= number.len()).then_some(number)
}

/// `F` or `M`: M, Е (ер), М (мужской); F, W, Ә (әйел), Ж (женский). `X`, in either alphabet, is
/// neither.
fn sex(text: &str) -> Option<&'static str> {
    let letter = text.chars().find(|letter| letter.is_alphabetic())?;
    match letter.to_uppercase().next()? {
        'M' | 'М' | 'Е' => Some("M"),
        'F' | 'W' | 'Ж' | 'Ә' => Some("F"),
        'X' | 'Х' => Some(UNSPECIFIED_SEX),
        _ => None,
    }
}

fn country(text: &str) -> Option<String> {
    text.split(|letter: char| !letter.is_ascii_alphabetic())
        .find(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase()))
        .map(Into::into)
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod tests;
