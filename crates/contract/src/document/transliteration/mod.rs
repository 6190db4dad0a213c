//! Compares names in national letters with names in a machine readable zone.
//!
//! In: a name as printed in the visual zone, and one from the MRZ. Out: whether the second can be a
//! spelling of the first. Used by `cross_check`, by `authority`, and wherever a name must be
//! written in MRZ letters. Pure.

mod tables;

use tables::{CYRILLIC, LATIN};

/// Longest name compared, in letters; the longest MRZ name field has 39. Further letters are
/// ignored.
pub const MAX_LETTERS: usize = 128;
/// One letter in this many may differ if a name was misread. Two different names of one family
/// (АХМЕТОВ, АХМЕТОВА) differ by one letter in seven, so a close match never counts as agreement.
/// It only suggests that the reading is wrong and not the person.
pub const LETTERS_FOR_ONE_ERROR: usize = 5;

/// How a name of the visual zone agrees with one of the MRZ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Letter by letter the spelling that ICAO recommends.
    Exact,
    /// Another spelling from the tables.
    Spelling,
    /// The MRZ's name was truncated; the part that is there agrees.
    Cut,
    /// This many letters would have to change: few enough for a misreading.
    Close(usize),
    /// Another name.
    None,
}

impl Agreement {
    /// Whether both can be the same name, read correctly.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Exact | Self::Spelling | Self::Cut)
    }
}

/// The spellings of a letter, in capitals, the recommended one first; `None` for a letter in no
/// table. Space and hyphen give a space, which stands for the filler. Apostrophe, comma, full stop
/// and combining marks are not encoded (ICAO 9303 part 3, 4.6).
pub fn spellings(letter: char) -> Option<&'static [&'static str]> {
    const CAPITALS: [&str; 26] = [
        "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T",
        "U", "V", "W", "X", "Y", "Z",
    ];
    match letter {
        'A'..='Z' => CAPITALS.get(usize::from(letter as u8 - b'A')).map(std::slice::from_ref),
        ' ' | '-' | '<' | '\u{2010}'..='\u{2015}' => Some(&[" ", ""]),
        '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{02BC}' | ',' | '.' | '\u{0300}'..='\u{036F}' => {
            Some(&[""])
        }
        _ => [&LATIN[..], &CYRILLIC[..]]
            .into_iter()
            .find_map(|table| table.iter().find(|row| row.0 == letter))
            .map(|row| row.1),
    }
}

/// A name as ICAO recommends writing it in an MRZ, with spaces for fillers. Letters in no table are
/// left out.
pub fn recommended(name: &str) -> String {
    let written: String = letters(name).filter_map(|letter| spellings(letter)?.first().copied()).collect();
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compares a name of the visual zone with one of the MRZ (fillers as `<` or spaces). `cut` means
/// that the MRZ's name field is full, so that names may have been truncated.
pub fn agrees(zone: &str, mrz: &str, cut: bool) -> Agreement {
    let [zone_text, mrz_text] = [tidy(zone), tidy(mrz)];
    if zone_text.is_empty() || mrz_text.is_empty() {
        return Agreement::None;
    }
    if recommended(&zone_text) == mrz_text {
        return Agreement::Exact;
    }
    let distance = distance(&zone_text, &mrz_text);
    if distance == 0 {
        return Agreement::Spelling;
    }
    if cut && is_truncation_of(&zone_text, &mrz_text) {
        return Agreement::Cut;
    }
    let most = mrz_text.chars().count() / LETTERS_FOR_ONE_ERROR;
    if distance <= most { Agreement::Close(distance) } else { Agreement::None }
}

/// Whether two names, in any letters, can be the same: they have the same letters, or one is an MRZ
/// spelling of the other. `cut` means that the MRZ's name field may have truncated `b`. Names that
/// are only close are different. A name with a letter in no table equals only itself, because the
/// comparison with an MRZ skips such letters.
pub fn same_name(a: &str, b: &str, cut: bool) -> bool {
    let known = |name: &str| letters(name).all(|letter| spellings(letter).is_some());
    let same = tidy(a) == tidy(b) && !tidy(a).is_empty();
    same || (known(a) && agrees(a, b, cut).holds()) || (known(b) && agrees(b, a, false).holds())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    // Lower-case letters whose capital is several letters, or a different one, are in the tables.
    name.chars()
        .flat_map(|letter| {
            let kept = matches!(letter, 'ß' | 'ı' | 'ĸ').then_some(letter);
            let capital = kept.is_none().then(|| letter.to_uppercase()).into_iter().flatten();
            kept.into_iter().chain(capital)
        })
        .take(MAX_LETTERS)
}

/// Upper case, with single spaces between words.
fn tidy(name: &str) -> String {
    let capitals: String = letters(name).map(|letter| if letter == '<' { ' ' } else { letter }).collect();
    capitals.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fewest letters to change, delete or insert in the MRZ's name to make it a spelling of the
/// zone's: Levenshtein's distance, where any spelling of a letter of the zone may match.
fn distance(zone: &str, mrz: &str) -> usize {
    last_row(zone, mrz).last().copied().unwrap_or(usize::MAX)
}

/// The distances from the zone's whole name to each prefix of the MRZ's.
fn last_row(zone: &str, mrz: &str) -> Vec<usize> {
    let mrz: Vec<char> = mrz.chars().take(MAX_LETTERS).collect();
    let mut row: Vec<usize> = (0..=mrz.len()).collect();
    for letter in zone.chars().take(MAX_LETTERS) {
        let unknown = [letter.to_string()];
        let next = match spellings(letter) {
            Some(known) => step(&row, &mrz, known),
            None => step(&row, &mrz, &unknown),
        };
        row = next;
    }
    row
}

/// The row after one more letter of the zone.
fn step<S: AsRef<str>>(row: &[usize], mrz: &[char], spellings: &[S]) -> Vec<usize> {
    let mut best = vec![usize::MAX; row.len()];
    for spelling in spellings {
        let mut through = row.to_vec();
        for expected in spelling.as_ref().chars() {
            let mut next = vec![through[0].saturating_add(1)];
            for (at, found) in mrz.iter().enumerate() {
                let changed = through[at].saturating_add(usize::from(*found != expected));
                let cheapest = changed.min(through[at + 1].saturating_add(1)).min(next[at].saturating_add(1));
                next.push(cheapest);
            }
            through = next;
        }
        for (kept, found) in best.iter_mut().zip(through) {
            *kept = (*kept).min(found);
        }
    }
    best
}

/// Whether the MRZ's words are prefixes of the zone's words, in order, with no extra word in the
/// MRZ. ICAO 9303 parts 4 to 6 let an issuer shorten a name that does not fit: words may be reduced
/// to their first letters or left out, but never the first word.
fn is_truncation_of(zone: &str, mrz: &str) -> bool {
    let mut words = zone.split(' ').filter(|word| !word.is_empty());
    let mut first = true;
    mrz.split(' ').all(|part| {
        let whole_first = std::mem::take(&mut first);
        if whole_first {
            words.next().is_some_and(|word| begins(word, part))
        } else {
            words.any(|word| begins(word, part))
        }
    })
}

/// Whether some spelling of the word begins with `beginning`.
fn begins(word: &str, beginning: &str) -> bool {
    let mut written = String::with_capacity(word.len());
    for letter in word.chars() {
        if distance(&written, beginning) == 0 {
            return true;
        }
        written.push(letter);
        // The cut may fall inside the spelling of a letter (Ш is SH, cut after S).
        let cut_within = spellings(letter).is_some_and(|known| {
            let before = &written[..written.len() - letter.len_utf8()];
            known.iter().any(|spelling| {
                (1..spelling.len())
                    .filter_map(|end| spelling.get(..end))
                    .any(|part| beginning.strip_suffix(part).is_some_and(|rest| distance(before, rest) == 0))
            })
        });
        if cut_within {
            return true;
        }
    }
    distance(&written, beginning) == 0
}

#[cfg(test)]
mod tests;
