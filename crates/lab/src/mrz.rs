//! Reading machine readable zones: pictures with known lines, one still each.
//!
//! The table has the columns `file`, `type`, `mrz_lines(|)` (the lines, separated by `|`; empty
//! when the picture shows no zone) and `note`. A picture whose note has [`UNREADABLE`] counts only
//! if its reading is wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::time::Instant;

use image::{DynamicImage, GrayImage, ImageReader, Limits};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::interval::clopper_pearson;
use super::table;
use super::table::TableError;
use vouch_contract::json_name::json_name;
use vouch_perception::document::mrz::judge::Doubt;
use vouch_perception::document::mrz::{MrzError, MrzReader, MrzReading};

/// The note of a picture from which nothing needs to be read.
pub const UNREADABLE: &str = "must_not_return_wrong_text";
/// Confidence of the interval.
const CONFIDENCE: f64 = 0.95;
/// Longest side and bytes of a picture that is decoded.
const MOST_PIXELS: u32 = 12_000;
const MOST_BYTES: u64 = 512 << 20;

/// A picture and the text of its zone.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Below the root.
    pub file: String,
    /// The zone's lines; none when the picture shows no zone.
    pub lines: Vec<String>,
    /// Whether it should be read.
    pub readable: bool,
}

/// A row of the table.
#[derive(Debug, Deserialize)]
struct Row {
    file: String,
    #[serde(rename = "mrz_lines(|)")]
    lines: String,
    note: String,
}

/// Reads the table.
///
/// # Errors
/// [`TableError`].
pub fn read_table(path: &Path) -> Result<Vec<Labelled>, TableError> {
    let rows: Vec<Row> = table::read(path)?;
    let labelled = |row: Row| {
        let lines: Vec<String> =
            row.lines.split('|').filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let readable = !lines.is_empty() && !row.note.contains(UNREADABLE);
        Labelled { file: row.file, lines, readable }
    };
    Ok(rows.into_iter().map(labelled).collect())
}

/// What came out of one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Accepted, and every field as it should be.
    Right,
    /// Every check digit holds and every field is as it should be, but something is doubtful.
    RightButDoubted,
    /// Accepted, and a field is wrong.
    WrongButPassing,
    /// Every check digit holds and a field is wrong, but the reading doubts it.
    WrongButDoubted,
    /// Read, but a check digit fails.
    ChecksFail,
    /// No zone was found or none could be read.
    Nothing,
}

/// One picture's line of the report.
#[derive(Debug, Clone, Serialize)]
pub struct PerDocument {
    /// Below the root.
    pub file: String,
    /// Whether it counts as readable.
    pub readable: bool,
    /// What came out.
    pub outcome: Outcome,
    /// The lines that were read.
    pub lines: Vec<String>,
    /// What was doubted.
    pub doubts: Vec<Doubt>,
    /// Whether the zone was upside down.
    pub upside_down: bool,
    /// From the decoded picture to the reading.
    pub milliseconds: f64,
}

/// What `vouch-lab eval mrz` gives.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Pictures that should be read.
    pub readable: u64,
    /// Of them, those whose check digits all hold and whose fields are all right.
    pub all_fields_right: u64,
    /// Their share; none without a readable picture.
    pub share: Option<f64>,
    /// Its exact interval at 95 % (Clopper and Pearson).
    pub ci95: Option<(f64, f64)>,
    /// Of those that are right, accepted without a doubt.
    pub accepted: u64,
    /// Of all pictures, accepted with a wrong field.
    pub wrong_but_passing: u64,
    /// Of all pictures, those with valid check digits and a wrong field that was doubted.
    pub wrong_but_doubted: u64,
    /// Median and largest time from the decoded picture to the reading.
    pub milliseconds: (f64, f64),
    /// Each picture, in the table's order.
    pub per_document: Vec<PerDocument>,
    /// Pictures that could not be decoded, and why; they are not counted.
    pub unread: BTreeMap<String, String>,
}

/// Decodes a picture of bounded size to grey.
///
/// # Errors
/// Words naming the file.
pub fn open_grey(path: &Path) -> Result<GrayImage, String> {
    let fail = |reason: &dyn fmt::Display| format!("{}: {reason}", path.display());
    let mut reader =
        ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(|e| fail(&e))?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MOST_PIXELS), Some(MOST_PIXELS));
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    reader.decode().map(DynamicImage::into_luma8).map_err(|e| fail(&e))
}

/// Reads one picture and compares.
///
/// # Errors
/// [`MrzError`].
pub fn measure(
    reader: &mut MrzReader,
    labelled: &Labelled,
    picture: &GrayImage,
    today: Date,
) -> Result<PerDocument, MrzError> {
    let start = Instant::now();
    let reading = reader.read(picture)?;
    let milliseconds = start.elapsed().as_secs_f64() * 1e3;
    let truth: Vec<&str> = labelled.lines.iter().map(String::as_str).collect();
    let truth = MrzReading::of_text(&truth, today);
    Ok(PerDocument {
        file: labelled.file.clone(),
        readable: labelled.readable,
        outcome: outcome(reading.as_ref(), truth.as_ref()),
        upside_down: reading.as_ref().is_some_and(|reading| reading.upside_down),
        doubts: reading.as_ref().map_or_else(Vec::new, |reading| reading.doubts.clone()),
        lines: reading.map_or_else(Vec::new, |reading| reading.lines),
        milliseconds,
    })
}

fn outcome(reading: Option<&MrzReading>, truth: Option<&MrzReading>) -> Outcome {
    let Some(reading) = reading else { return Outcome::Nothing };
    let right = truth.is_some_and(|truth| {
        let same = |a: &MrzReading, b: &MrzReading| {
            b.fields.iter().all(|field| a.value(field.name) == Some(field.value.as_str()))
        };
        truth.format == reading.format
            && truth.document_type == reading.document_type
            && same(reading, truth)
            && same(truth, reading)
    });
    match (reading.all_checks_hold(), right, reading.accepted) {
        (_, false, true) => Outcome::WrongButPassing,
        (true, true, true) => Outcome::Right,
        (true, true, false) => Outcome::RightButDoubted,
        (true, false, false) => Outcome::WrongButDoubted,
        (false, ..) => Outcome::ChecksFail,
    }
}

impl Report {
    /// Counts what came out.
    pub fn of(per_document: Vec<PerDocument>, unread: BTreeMap<String, String>) -> Self {
        let count = |is: &dyn Fn(&PerDocument) -> bool| per_document.iter().filter(|d| is(d)).count() as u64;
        let readable = count(&|d| d.readable);
        let accepted = count(&|d| d.readable && d.outcome == Outcome::Right);
        let all_fields_right = accepted + count(&|d| d.readable && d.outcome == Outcome::RightButDoubted);
        let mut times: Vec<f64> = per_document.iter().map(|d| d.milliseconds).collect();
        times.sort_by(f64::total_cmp);
        Self {
            readable,
            all_fields_right,
            share: (readable > 0).then(|| all_fields_right as f64 / readable as f64),
            ci95: (readable > 0).then(|| clopper_pearson(all_fields_right, readable, CONFIDENCE)),
            accepted,
            wrong_but_passing: count(&|d| d.outcome == Outcome::WrongButPassing),
            wrong_but_doubted: count(&|d| d.outcome == Outcome::WrongButDoubted),
            milliseconds: (
                times.get(times.len() / 2).copied().unwrap_or(0.0),
                times.last().copied().unwrap_or(0.0),
            ),
            per_document,
            unread,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| picture | outcome | ms |\n|---|---|---|")?;
        for d in &self.per_document {
            writeln!(f, "| {} | {} | {:.0} |", d.file, json_name(&d.outcome), d.milliseconds)?;
        }
        for (file, why) in &self.unread {
            writeln!(f, "| {file} | not decoded: {why} | - |")?;
        }
        let (low, high) = self.ci95.unwrap_or((0.0, 1.0));
        writeln!(
            f,
            "\nall fields right: {} of {} readable ({:.1} to {:.1} %), {} accepted without a doubt\n\
             wrong but passing: {}, wrong but doubted: {}\nmilliseconds: median {:.0}, most {:.0}",
            self.all_fields_right,
            self.readable,
            100.0 * low,
            100.0 * high,
            self.accepted,
            self.wrong_but_passing,
            self.wrong_but_doubted,
            self.milliseconds.0,
            self.milliseconds.1
        )
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    fn read(lines: [&str; 2]) -> MrzReading {
        MrzReading::of_text(&lines, jiff::civil::date(2026, 11, 25)).unwrap()
    }

    const VISA: [&str; 2] = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L8988901C4XXX4009078F9612109<<<<<<<<"];

    #[test]
    fn a_wrong_name_under_right_check_digits_is_wrong_but_passing() {
        let (truth, other) = (read(VISA), read(["V<UTOERIKSON<<ANNA<MARIA<<<<<<<<<<<<", VISA[1]]));
        assert_eq!(outcome(Some(&truth), Some(&truth)), Outcome::Right);
        assert_eq!(outcome(Some(&other), Some(&truth)), Outcome::WrongButPassing);
        assert_eq!(outcome(Some(&truth), None), Outcome::WrongButPassing, "no zone is there");
        assert_eq!(outcome(None, Some(&truth)), Outcome::Nothing);
        let doubted = read([VISA[0], "L8988901C4XX14009078F9612109<<<<<<<<"]);
        assert_eq!(outcome(Some(&doubted), Some(&truth)), Outcome::WrongButDoubted);
    }
}
