//! Repairs misread characters when a check digit proves the error: letters where only digits are
//! allowed, and look-alike characters in a number.
//!
//! A change is made only if the check digit of its part fails without it and holds with it, the
//! composite check digit (if the format has one) holds after all changes, and no other change does
//! the same.

use serde::Serialize;

use super::characters::{Character, FILLER, text};
use super::layout::{Charset, Part, Span, span_of};
use super::parse::Parsed;
use vouch_contract::document::fields::Format;

/// Letters and the digits they are mistaken for in OCR-B.
const ALIKE: [(u8, u8); 8] = [
    (b'O', b'0'),
    (b'I', b'1'),
    (b'Z', b'2'),
    (b'S', b'5'),
    (b'G', b'6'),
    (b'B', b'8'),
    (b'D', b'0'),
    (b'Q', b'0'),
];
/// Least probability of the alternative character in a number. One check digit alone misses a tenth
/// of all wrong changes.
const LEAST_SHARE: f32 = 0.02;
/// Confidence from which a number's character is not doubted.
const SURE: f32 = 0.98;
/// Most doubtful characters in a number. With more, too many changes satisfy the check digit.
const MOST_DOUBTFUL: usize = 3;

/// One repaired character.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repair {
    /// The part.
    pub part: Part,
    /// Line, from 0.
    pub line: usize,
    /// Column, from 0.
    pub column: usize,
    /// The character as read.
    pub read: char,
    /// The character it must be.
    pub repaired: char,
}

/// Parts with their own check digit.
const CHECKED: [(Part, Part); 4] = [
    (Part::DocumentNumber, Part::DocumentNumberCheck),
    (Part::DateOfBirth, Part::DateOfBirthCheck),
    (Part::DateOfExpiry, Part::DateOfExpiryCheck),
    (Part::Optional, Part::OptionalCheck),
];

/// Repairs what check digits prove to be misread. `parse` checks the digits of changed lines.
///
/// Returns the repaired lines and the repairs. If nothing is proved, returns the lines unchanged
/// and no repairs.
pub fn repair(
    format: Format,
    lines: &[Vec<Character>],
    parse: impl Fn(&[Vec<Character>]) -> Option<Parsed>,
) -> (Vec<Vec<Character>>, Vec<Repair>) {
    let mut changed = lines.to_vec();
    let mut repairs = Vec::new();
    for (part, check) in CHECKED {
        let (Some(part), Some(check)) = (span_of(format, part), span_of(format, check)) else { continue };
        if holds(&changed, part, check) && fits(&changed, part) && fits(&changed, check) {
            continue;
        }
        let candidates = candidates(&changed, part, check);
        if let [only] = candidates.as_slice() {
            for repair in only {
                put(&mut changed, repair);
            }
            repairs.extend(only.iter().cloned());
        }
    }
    if let Some(composite) = span_of(format, Part::CompositeCheck)
        && let Some(repair) = to_digit(&changed, composite, composite.start)
    {
        put(&mut changed, &repair);
        repairs.push(repair);
    }
    let proved = !repairs.is_empty() && parse(&changed).is_some_and(|parsed| parsed.all_hold());
    if proved { (changed, repairs) } else { (lines.to_vec(), Vec::new()) }
}

/// All smallest sets of changes with which the check digit holds.
fn candidates(lines: &[Vec<Character>], part: &Span, check: &Span) -> Vec<Vec<Repair>> {
    // A letter can't stand where only digits are allowed, so these changes are not optional.
    let forced: Vec<Repair> = [part, check]
        .into_iter()
        .flat_map(|span| (span.start..span.end).filter_map(|column| to_digit(lines, span, column)))
        .collect();
    let mut base = lines.to_vec();
    for repair in &forced {
        put(&mut base, repair);
    }
    if !fits(&base, part) || !fits(&base, check) {
        return Vec::new();
    }
    if holds(&base, part, check) {
        return vec![forced];
    }
    if part.charset != Charset::Any {
        return Vec::new();
    }
    let doubtful: Vec<Repair> =
        (part.start..part.end).filter_map(|column| other_shape(&base, part, column)).collect();
    let unsure = (part.start..part.end).filter(|&column| base[part.line][column].confidence() < SURE);
    if doubtful.is_empty() || unsure.count() > MOST_DOUBTFUL {
        return Vec::new();
    }
    let singles = doubtful.iter().filter(|repair| {
        let mut tried = base.clone();
        put(&mut tried, repair);
        holds(&tried, part, check)
    });
    singles.map(|repair| forced.iter().chain([repair]).cloned().collect()).collect()
}

/// The digit for a letter in a position that allows only digits.
fn to_digit(lines: &[Vec<Character>], span: &Span, column: usize) -> Option<Repair> {
    let digits = matches!(span.charset, Charset::Digits | Charset::DigitsOrFillers);
    let read = lines.get(span.line)?.get(column)?.value;
    let (_, digit) = ALIKE.into_iter().find(|(letter, _)| *letter == read)?;
    digits.then_some(change(span, column, read, digit))
}

/// The look-alike of a doubtful character, if the recogniser considers it possible.
fn other_shape(lines: &[Vec<Character>], span: &Span, column: usize) -> Option<Repair> {
    let character = lines.get(span.line)?.get(column)?;
    if character.confidence() >= SURE {
        return None;
    }
    let others = ALIKE.into_iter().filter_map(|(letter, digit)| match character.value {
        value if value == letter => Some(digit),
        value if value == digit => Some(letter),
        _ => None,
    });
    let other = others.max_by(|a, b| character.share(*a).total_cmp(&character.share(*b)))?;
    (character.share(other) >= LEAST_SHARE).then(|| change(span, column, character.value, other))
}

fn change(span: &Span, column: usize, read: u8, repaired: u8) -> Repair {
    Repair { part: span.part, line: span.line, column, read: read.into(), repaired: repaired.into() }
}

fn put(lines: &mut [Vec<Character>], repair: &Repair) {
    if let Some(character) = lines.get_mut(repair.line).and_then(|line| line.get_mut(repair.column)) {
        character.value = repair.repaired as u8;
    }
}

fn fits(lines: &[Vec<Character>], span: &Span) -> bool {
    lines[span.line][span.start..span.end].iter().all(|c| span.charset.has(c.value))
}

fn holds(lines: &[Vec<Character>], part: &Span, check: &Span) -> bool {
    let digit = lines[check.line][check.start].value;
    let part = text(&lines[part.line][part.start..part.end]);
    // A filler here means an unused number, or one that continues elsewhere: nothing to repair.
    if digit == FILLER { true } else { mrz::verify(&part, char::from(digit)) }
}
