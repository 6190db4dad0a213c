//! Converts printed values to stored ones: which characters a field may hold, and dates as
//! `YYYY-MM-DD`. Pure functions; any text is valid input.

use jiff::civil::Date;

use super::captions::Kind;
use vouch_contract::document::iin::Iin;
use vouch_contract::document::unstated::{NO_EXPIRY, UNSPECIFIED_SEX};

/// Longest value stored, in characters.
pub const MAX_VALUE: usize = 120;
/// Shortest and longest document number (ICAO 9303 parts 4 and 5: nine characters in the MRZ, the
/// rest of a longer one in the optional data).
const NUMBER_LENGTHS: std::ops::RangeInclusive<usize> = 5..=22;
/// Earliest year of a date: no valid document was issued, and no holder born, before it.
const FIRST_YEAR: i16 = 1900;
/// Longest time until expiry, counted from today, years.
const LONGEST_VALIDITY: i16 = 50;
/// The year printed on documents without an expiry date: 01-01-9999 on Spain's.
const NO_END_YEAR: i16 = 9999;

/// First letters of the months as abbreviated on documents: English, French, Kazakh, Russian.
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

/// Cleans a text according to its kind; none if it can't be such a value. With `past`, a date with
/// a two-digit year lies before `today`.
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

/// The stored form of a date: `YYYY-MM-DD`, or [`NO_EXPIRY`] for any date in the year that means
/// "no expiry".
pub fn written(date: Date) -> String {
    if date.year() == NO_END_YEAR { NO_EXPIRY.to_owned() } else { date.to_string() }
}

/// Letters with single spaces, hyphens and apostrophes between them. Strokes and dots at the ends
/// come from the background pattern.
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

/// Whether a word of a name holds a character no name has: Ø read as ©, O as 0.
pub fn has_strange_sign(text: &str) -> bool {
    let strange = |sign: char| !sign.is_alphabetic() && !"-'`’–.,".contains(sign);
    text.split_whitespace().any(|word| word.contains(char::is_alphabetic) && word.contains(strange))
}

/// Issuing authorities of Kazakhstan: the ministries of the interior and, before 2014, of justice,
/// as printed and as abbreviated.
const AUTHORITIES: [&str; 6] = [
    "ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ",
    "ҚР ӘДІЛЕТ МИНИСТРЛІГІ",
    "МИНИСТЕРСТВО ВНУТРЕННИХ ДЕЛ РК",
    "МИНИСТЕРСТВО ЮСТИЦИИ РК",
    "МВД РЕСПУБЛИКИ КАЗАХСТАН",
    "MINISTRY OF INTERNAL AFFAIRS",
];
/// Length in letters from which one wrong letter of an authority is corrected.
const LETTERS_FOR_ONE_MENDED: usize = 6;

/// The known authority that a text nearly matches. The spaces in ҚР ІШКІ ІСТЕР are usually lost.
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

/// The dates in a text, in order: at most two, the most that a field holds.
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

/// Splits into runs of digits and runs of letters: the space between them is easily lost
/// (12AUG1974).
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

/// A date at the beginning of the tokens, and how many tokens it takes.
fn day_at(tokens: &[&str], past: bool, today: Date) -> Option<(Date, usize)> {
    let first = tokens.first()?;
    // Dots are easily lost: 01012035.
    if first.len() == 8 && first.bytes().all(|byte| byte.is_ascii_digit()) {
        let date = day(first.get(..2)?, first.get(2..4)?, first.get(4..)?, past, today)?;
        return Some((date, 1));
    }
    let months: Vec<usize> = (1..tokens.len().min(4)).filter(|&at| month(tokens[at]).is_some()).collect();
    let last = match months[..] {
        // The month in two languages: 12 AUG/AOÛT 74.
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

/// Twelve digits with a correct check digit. Others are dropped: the person would have to be asked
/// anyway.
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

/// `F` or `M`: M, Е (ер), М (мужской); F, W, Ә (әйел), Ж (женский). `X`, in either alphabet, means
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
