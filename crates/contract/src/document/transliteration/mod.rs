//! Names in national letters against the same names in a machine readable zone.
//!
//! In: a name as it is printed in the visual zone, and one from the MRZ. Out: whether the second
//! can be a spelling of the first. Called by `cross_check` and by whoever has to write a name in
//! MRZ letters, and by `authority`. Pure.

mod tables;

use tables::{CYRILLIC, LATIN};

/// Longest name compared, in letters; the longest MRZ name field has 39. What is beyond is not
/// looked at.
pub const MAX_LETTERS: usize = 128;
/// Letters that may differ for two names to count as the same one badly read: one in this many.
/// Two different names of one family (АХМЕТОВ, АХМЕТОВА) are one letter apart at seven, so what is
/// only close never counts as agreement; it says that the reading, and not the person, is at fault.
pub const LETTERS_FOR_ONE_ERROR: usize = 5;

/// How a name of the visual zone and one of the MRZ agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Letter by letter the spelling which ICAO recommends.
    Exact,
    /// Another spelling that the tables know.
    Spelling,
    /// The MRZ's name was cut to fit; as far as it goes it agrees.
    Cut,
    /// This many letters would have to change; few enough for an error of reading.
    Close(usize),
    /// Another name.
    None,
}

impl Agreement {
    /// Whether both can be the same name, read right.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Exact | Self::Spelling | Self::Cut)
    }
}

/// The spellings of a letter, in capitals, the recommended one first; none for a letter that no
/// table has. Space and hyphen are a space, which stands for the filler; apostrophe, comma, full
/// stop and combining marks are not encoded (ICAO 9303 part 3, 4.6).
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

/// A name as ICAO recommends to write it in an MRZ, with spaces for fillers. Letters that no table
/// has are left out.
pub fn recommended(name: &str) -> String {
    let written: String = letters(name).filter_map(|letter| spellings(letter)?.first().copied()).collect();
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Compares a name of the visual zone with one of the MRZ (fillers as `<` or spaces). `cut` says
/// that the MRZ's name field is full to its last place, so that names may have been shortened.
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
    if cut && is_cut_from(&zone_text, &mrz_text) {
        return Agreement::Cut;
    }
    let most = mrz_text.chars().count() / LETTERS_FOR_ONE_ERROR;
    if distance <= most { Agreement::Close(distance) } else { Agreement::None }
}

/// Whether two names in whatever letters can be one: the same letters, or one of them a spelling of
/// the other in the letters of an MRZ, whose name field may have cut `b` short where `cut` says so.
/// What is only close is another name; and a name with a letter that no table has is the same as
/// none but itself, for the comparison with an MRZ passes over such letters.
pub fn same_name(a: &str, b: &str, cut: bool) -> bool {
    let known = |name: &str| letters(name).all(|letter| spellings(letter).is_some());
    let same = tidy(a) == tidy(b) && !tidy(a).is_empty();
    same || (known(a) && agrees(a, b, cut).holds()) || (known(b) && agrees(b, a, false).holds())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    // The small letters whose capital is more than one letter, or another one, are in the tables.
    name.chars()
        .flat_map(|letter| {
            let kept = matches!(letter, 'ß' | 'ı' | 'ĸ').then_some(letter);
            let capital = kept.is_none().then(|| letter.to_uppercase()).into_iter().flatten();
            kept.into_iter().chain(capital)
        })
        .take(MAX_LETTERS)
}

/// Capitals, words parted by one space.
fn tidy(name: &str) -> String {
    let capitals: String = letters(name).map(|letter| if letter == '<' { ' ' } else { letter }).collect();
    capitals.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The fewest letters of the MRZ's name that would have to change, go or come for it to be one of
/// the spellings of the zone's: Levenshtein's distance, where a letter of the zone may be matched
/// by any of its spellings.
fn distance(zone: &str, mrz: &str) -> usize {
    last_row(zone, mrz).last().copied().unwrap_or(usize::MAX)
}

/// The distances of the zone's whole name from each beginning of the MRZ's.
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

/// Whether the MRZ's words are beginnings of the zone's words, in their order, with none left over
/// on the MRZ's side. ICAO 9303 parts 4 to 6 let an issuer shorten a name that does not fit: words
/// to their first letters, or whole words left out, but never the first one.
fn is_cut_from(zone: &str, mrz: &str) -> bool {
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

/// Whether some spelling of the word begins with this.
fn begins(word: &str, beginning: &str) -> bool {
    let mut written = String::with_capacity(word.len());
    for letter in word.chars() {
        if distance(&written, beginning) == 0 {
            return true;
        }
        written.push(letter);
        // The cut may fall within the spelling of a letter (Ш as SH, cut after S).
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
