//! Which parts of a reading are unreliable, and why.
//!
//! Check digits cover only numbers and dates, and each misses a tenth of all errors. So a reading
//! is accepted if every check digit holds *and* the recogniser is certain of what they do not
//! prove: names, issuer, nationality, sex, characters that have the same check value, and fillers
//! in a date.

use serde::Serialize;

use super::characters::{Character, FILLER};
use super::layout::{Part, Span, spans};
use super::parse::Parsed;
use vouch_contract::document::fields::Format;

/// Least confidence in a character without a check digit. See `docs/evaluation/mrz.md`.
pub const LEAST_UNCHECKED: f32 = 0.95;
/// Least joint confidence in all characters of such a part.
pub const LEAST_UNCHECKED_PART: f32 = 0.80;
/// Least confidence in a character covered by a check digit.
pub const LEAST_CHECKED: f32 = 0.50;
/// Least joint confidence in all characters of such a part.
pub const LEAST_CHECKED_PART: f32 = 0.30;
/// Largest probability that a character is another one which its check digit can't distinguish.
pub const MOST_BLIND: f32 = 0.01;

/// Why a part is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Its check digit does not match.
    CheckDigit,
    /// It has characters that are not allowed there.
    Characters,
    /// The recogniser is not certain enough.
    Unclear,
    /// It is not a calendar date.
    NoDate,
    /// It has fillers in the wrong places.
    Form,
    /// A name field that is empty or has fillers in the wrong places.
    NameForm,
    /// The lines match none of the formats, whatever their characters.
    Layout,
}

/// A part that is unreliable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Doubt {
    /// Which part.
    pub part: Part,
    /// Why.
    pub reason: Reason,
}

/// All doubts about lines of the format's shape, in the order of the parts.
pub fn doubts(format: Format, lines: &[Vec<Character>], parsed: Option<&Parsed>) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for span in spans(format) {
        let Some(characters) = lines.get(span.line).and_then(|line| line.get(span.start..span.end)) else {
            continue;
        };
        let mut doubt = |reason| doubts.push(Doubt { part: span.part, reason });
        if !characters.iter().all(|c| span.charset.has(c.value)) {
            doubt(Reason::Characters);
        }
        if !clear(format, span, characters) {
            doubt(Reason::Unclear);
        }
        match span.part {
            Part::Names | Part::GivenNames if !is_name_form(format, span.part, characters) => {
                doubt(Reason::NameForm);
            }
            part if !well_formed(part, characters) => doubt(Reason::Form),
            _ => {}
        }
    }
    match parsed {
        None => doubts.push(Doubt { part: Part::DocumentNumber, reason: Reason::Layout }),
        Some(parsed) => {
            let failed = parsed.checks.iter().filter(|check| !check.holds);
            doubts.extend(failed.map(|check| Doubt { part: check.part, reason: Reason::CheckDigit }));
            if parsed.date_of_birth.is_none() {
                doubts.push(Doubt { part: Part::DateOfBirth, reason: Reason::NoDate });
            }
            if parsed.date_of_expiry.is_none() && format != Format::FrenchId {
                doubts.push(Doubt { part: Part::DateOfExpiry, reason: Reason::NoDate });
            }
            // The older French card has year and month of issue in its number.
            if parsed.date_of_issue.is_none() && format == Format::FrenchId {
                doubts.push(Doubt { part: Part::DocumentNumber, reason: Reason::NoDate });
            }
        }
    }
    doubts.sort_unstable();
    doubts.dedup();
    doubts
}

/// Whether a check digit of the format covers a part.
pub fn covered(format: Format, part: Part) -> bool {
    let visa = matches!(format, Format::MrvA | Format::MrvB);
    match part {
        // On the older French card the last check digit covers these too. One digit over 71
        // characters proves too little about each to relax the limits.
        Part::DocumentCode
        | Part::Issuer
        | Part::Names
        | Part::GivenNames
        | Part::Nationality
        | Part::Sex => false,
        Part::Optional | Part::SecondOptional => !visa,
        _ => true,
    }
}

/// Whether the recogniser is certain enough of a part.
fn clear(format: Format, span: &Span, characters: &[Character]) -> bool {
    let least = characters.iter().map(Character::confidence).fold(1.0, f32::min);
    let all: f32 = characters.iter().map(Character::confidence).product();
    // A check digit counts a filler as 0, so it can't distinguish one from a character that was not
    // seen. Fillers in a date (unknown, no expiry) therefore need a certain recogniser.
    let is_date = matches!(span.part, Part::DateOfBirth | Part::DateOfExpiry);
    let says_nothing = is_date && characters.iter().any(|c| c.value == FILLER);
    if covered(format, span.part) && !says_nothing {
        let blind = characters.iter().map(Character::blind_share).fold(0.0, f32::max);
        least >= LEAST_CHECKED && all >= LEAST_CHECKED_PART && blind <= MOST_BLIND
    } else {
        least >= LEAST_UNCHECKED && all >= LEAST_UNCHECKED_PART
    }
}

/// Whether fillers stand only where the part allows them.
fn well_formed(part: Part, characters: &[Character]) -> bool {
    let filled = |at: usize| characters.get(at).is_some_and(|c| c.value == FILLER);
    match part {
        // Letters first, then fillers: `D<<`, never `<D<`.
        Part::Issuer | Part::Nationality => !filled(0) && (!filled(1) || filled(2)),
        Part::DocumentCode | Part::DocumentNumber => !filled(0),
        _ => true,
    }
}

/// Whether a name field has the form that issuers use: words separated by single fillers, and at
/// most one pair of fillers, which separates surname and given names. The pair may come first if
/// the surname is empty. The older French card has separate fields for surname and given names,
/// with a pair between two given names, and the given names may be missing.
fn is_name_form(format: Format, part: Part, characters: &[Character]) -> bool {
    let text: Vec<u8> = characters.iter().map(|c| c.value).collect();
    let end = text.iter().rposition(|&c| c != FILLER).map_or(0, |at| at + 1);
    let named = &text[..end];
    let pairs = named.windows(2).filter(|pair| *pair == [FILLER, FILLER]).count();
    let triple = named.windows(3).any(|three| three == [FILLER; 3]);
    let word_first = named.first().is_some_and(|&c| c != FILLER);
    match (format, part) {
        (Format::FrenchId, Part::Names) => word_first && pairs == 0,
        (_, Part::GivenNames) => end == 0 || (word_first && !triple),
        _ => word_first && pairs <= 1 || (named.starts_with(&[FILLER, FILLER]) && pairs == 1),
    }
}
