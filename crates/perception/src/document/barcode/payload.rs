//! Payloads in public formats: cards of North America, an MRZ in a barcode, an IIN.
//!
//! Source of the first: AAMVA DL/ID Card Design Standard (2020), annex D, "Mandatory PDF417 bar
//! code". Pure functions; any text is valid input.

use jiff::civil::Date;

use vouch_contract::document::fields::{Field, FieldName, FieldSource, Format};
use vouch_contract::document::iin::Iin;

/// Longest payload parsed, bytes.
pub const MAX_BYTES: usize = super::MAX_BYTES;
/// Most subfiles of a card. Annex D allows two digits; cards in use have one or two subfiles.
const MAX_SUBFILES: usize = 16;
/// Most elements of a subfile; the standard defines about sixty.
const MAX_ELEMENTS: usize = 128;
/// Longest value kept, in characters; the standard's longest, a name, has 40.
const MAX_VALUE: usize = 80;
/// Confidence of a barcode's field: its error correction leaves no doubt about the characters.
const CONFIDENCE: f32 = 0.99;
/// Compliance indicator, data element, record and segment separators, and file type.
const HEADER: &str = "@\n\u{1e}\rANSI ";

/// The contents of a payload.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// A driver's licence or identity card of the USA or Canada.
    Aamva(Vec<Field>),
    /// Lines of a machine readable zone, to be parsed and checked as such.
    Mrz(Format, Vec<String>),
    /// An individual identification number (IIN), as on the identity card of Kazakhstan.
    Iin(Field),
}

/// Why a payload can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Longer than any document's barcode.
    #[error("a barcode of more than {MAX_BYTES} bytes is not a document's")]
    TooLong,
    /// Not a known format.
    #[error("the barcode's payload has no known format")]
    Unknown,
    /// Begins like a card of North America, but does not follow its format.
    #[error("the barcode begins like a card of AAMVA's standard, but its {0} is wrong; show it again")]
    Aamva(&'static str),
}

/// Parses a barcode's text.
///
/// # Errors
/// [`PayloadError`] if it has no known format, or is broken.
pub fn parse(text: &str) -> Result<Payload, PayloadError> {
    if text.len() > MAX_BYTES {
        return Err(PayloadError::TooLong);
    }
    if text.starts_with(HEADER) {
        return aamva(text).map(Payload::Aamva);
    }
    if let Some(payload) = mrz(text) {
        return Ok(payload);
    }
    let iin: Iin = text.trim().parse().map_err(|_| PayloadError::Unknown)?;
    Ok(Payload::Iin(field(FieldName::IdentificationNumber, iin.text().to_owned())))
}

fn field(name: FieldName, value: String) -> Field {
    Field { name, value, confidence: CONFIDENCE, source: FieldSource::Barcode }
}

/// Lines of equal length in MRZ characters, with or without line breaks.
fn mrz(text: &str) -> Option<Payload> {
    let text = text.trim();
    let letters: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'<';
    if !letters.bytes().all(allowed) {
        return None;
    }
    let visa = letters.starts_with('V');
    let format = [Format::Td1, Format::Td2, Format::Td3, Format::MrvA, Format::MrvB]
        .into_iter()
        .filter(|format| matches!(format, Format::MrvA | Format::MrvB) == visa)
        .find(|format| {
            let (lines, length) = format.shape();
            letters.len() == lines * length
        })?;
    // Ninety digits are no MRZ: every MRZ begins with its document code.
    if !letters.starts_with(['A', 'C', 'I', 'P', 'V']) {
        return None;
    }
    let (_, length) = format.shape();
    let lines = letters.as_bytes().chunks(length).map(|line| String::from_utf8_lossy(line).into_owned());
    Some(Payload::Mrz(format, lines.collect()))
}

fn aamva(text: &str) -> Result<Vec<Field>, PayloadError> {
    let head = text.get(HEADER.len()..).unwrap_or_default();
    let digits = |range: std::ops::Range<usize>, what| {
        head.get(range)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<usize>().ok())
            .ok_or(PayloadError::Aamva(what))
    };
    digits(0..6, "issuer")?;
    let version = digits(6..8, "version")?;
    // The first version has no separate jurisdiction version number.
    let entries_at = if version <= 1 { 8 } else { 10 };
    let subfiles = digits(entries_at..entries_at + 2, "number of subfiles")?.min(MAX_SUBFILES);
    let elements = (0..subfiles)
        .map(|number| {
            let at = entries_at + 2 + number * 10;
            let kind = head.get(at..at + 2).ok_or(PayloadError::Aamva("table of subfiles"))?;
            let offset = digits(at + 2..at + 6, "subfile's place")?;
            let length = digits(at + 6..at + 10, "subfile's length")?;
            Ok((kind, offset, length))
        })
        .find(|entry| !matches!(entry, Ok((kind, ..)) if !matches!(*kind, "DL" | "ID")))
        .ok_or(PayloadError::Aamva("table of subfiles"))?
        .and_then(|(kind, offset, length)| subfile(text, kind, offset, length))?;
    Ok(fields(&elements))
}

/// The elements of a subfile: each a three-letter code and a value.
fn subfile<'a>(
    text: &'a str,
    kind: &str,
    offset: usize,
    length: usize,
) -> Result<Vec<(&'a str, &'a str)>, PayloadError> {
    // Issuers' offsets differ by a byte or two, so the subfile's name marks its start.
    let near = offset.saturating_sub(2)..=offset.saturating_add(2);
    let start = near
        .into_iter()
        .find(|&start| text.get(start..).is_some_and(|rest| rest.starts_with(kind)))
        .ok_or(PayloadError::Aamva("subfile's place"))?;
    // Some issuers' lengths are unusable, so the segment separator marks the end.
    let rest = text.get(start + kind.len()..).unwrap_or_default();
    let body = rest.split('\r').next().unwrap_or_default();
    let body = if length > kind.len() { body } else { "" };
    Ok(body
        .split('\n')
        .take(MAX_ELEMENTS)
        .filter_map(|element| Some((element.get(..3)?, element.get(3..)?.trim())))
        .filter(|(_, value)| !value.is_empty() && !matches!(*value, "NONE" | "UNAVL" | "unavl"))
        .collect())
}

fn fields(elements: &[(&str, &str)]) -> Vec<Field> {
    let get = |id: &str| elements.iter().find(|(known, _)| *known == id).map(|(_, value)| *value);
    let country = get("DCG");
    let day = |id: &str| get(id).and_then(|digits| day(digits, country));
    let sex = get("DBC").and_then(|code| match code {
        "1" | "M" => Some("M"),
        "2" | "F" => Some("F"),
        _ => None,
    });
    // Given names: first and middle, or in older versions all in one element, separated by commas.
    let given = get("DAC").or_else(|| get("DCT")).map(|first| match get("DAD") {
        Some(middle) if get("DAC").is_some() => format!("{first} {middle}"),
        _ => first.replace(',', " "),
    });
    let values = [
        (FieldName::CountryCode, country.map(str::to_owned)),
        (FieldName::DocumentNumber, get("DAQ").map(str::to_owned)),
        (FieldName::FirstName, given),
        (FieldName::LastName, get("DCS").or_else(|| get("DAB")).map(str::to_owned)),
        (FieldName::Gender, sex.map(str::to_owned)),
        (FieldName::DateOfBirth, day("DBB")),
        (FieldName::IssueDate, day("DBD")),
        (FieldName::ExpireDate, day("DBA")),
    ];
    values
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| field(name, value.chars().take(MAX_VALUE).collect())))
        .collect()
}

/// Month, day, year in the USA; year, month, day in Canada.
fn day(digits: &str, country: Option<&str>) -> Option<String> {
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i16>().ok();
    let [year, month, day] = if country == Some("CAN") {
        [number(0..4)?, number(4..6)?, number(6..8)?]
    } else {
        [number(4..8)?, number(0..2)?, number(2..4)?]
    };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}
