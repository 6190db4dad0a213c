//! The visual zone: what is printed for people, read by Tesseract.
//!
//! In: the grey picture of an upright, rectified page ([`PageSize::pixels`]) and, where known, which
//! side it is. Out: fields with their confidences. Called by whoever reads documents, beside
//! `mrz/`; `cross_check` then holds both against each other.
//!
//! One pass over the whole text finds captions; each value is then read again by its kind: dates
//! and numbers with digits alone, names in Kazakh, and in Russian or Latin where that reads better.

pub mod captions;
pub mod layouts;
pub mod segments;
pub mod slots;
pub mod values;

use image::GrayImage;
use jiff::civil::Date;

use captions::Kind;
use layouts::{Layout, Region, Side};
use segments::{Bounds, Segment};
use slots::{Page, Slot};

use super::types::{Field, FieldName, FieldSource, PageSize};
use crate::runtime::tesseract::{
    Level, MIN_SIDE, Picture, Segmentation, Settings, Tesseract, TesseractError,
};

/// Resolution of a rectified page.
const DOTS_PER_INCH: u16 = 300;
/// Captions that have to be found for the first language to be the right one.
const ENOUGH_CAPTIONS: usize = 2;
/// A value read with less confidence is tried in the other alphabet too.
const SURE: f32 = 0.85;
/// What a value is worth whose caption was not read.
const WITHOUT_CAPTION: f32 = 0.8;
/// Margin around a value that is read again, in heights of its line.
const MARGIN: f32 = 0.25;
/// Share of the doubt that stays once a check digit agrees: one wrong digit in eleven passes the
/// IIN's, see `iin.rs`.
const DOUBT_AFTER_CHECK: f32 = 1.0 / 11.0;
/// Letters of Kazakh that Russian does not have.
const KAZAKH: &str = "ӘҒҚҢӨҰҮҺІәғқңөұүһі";
const DIGITS: &str = "0123456789";
const NUMBER_LETTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DATE_LETTERS: &str = "0123456789./-ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Why a zone can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    /// Not a rectified page.
    #[error("a page of {width} x {height} pixels is no ID-1, ID-2 or ID-3 page at 300 dpi; rectify it first")]
    Page {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Tesseract's words.
    #[error(transparent)]
    Tesseract(#[from] TesseractError),
}

/// What a zone holds.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Which side it is: as told, or as found.
    pub side: Option<Side>,
    /// Fields read, each once.
    pub fields: Vec<Field>,
}

/// A reader of visual zones: one network for each language, loaded once.
pub struct ZoneReader {
    kazakh: Tesseract,
    russian: Tesseract,
    latin: Tesseract,
}

impl ZoneReader {
    /// Loads the languages; `settings` names library and folder, its languages are not looked at.
    ///
    /// # Errors
    /// [`TesseractError`] when something is not installed; the message names the package.
    pub fn open(settings: Settings<'_>) -> Result<Self, TesseractError> {
        let language = |name: &str| Tesseract::open(Settings { languages: &[name], ..settings });
        Ok(Self { kazakh: language("kaz")?, russian: language("rus")?, latin: language("eng")? })
    }

    /// Reads a page.
    ///
    /// # Errors
    /// [`ZoneError`] when the page has another size than a rectified one, or Tesseract gave up.
    pub fn read(&mut self, page: &GrayImage, side: Option<Side>, today: Date) -> Result<Reading, ZoneError> {
        let size = size_of(page)?;
        let told = side.and_then(Layout::of);
        let text = told.map_or_else(|| unknown_text(size), |layout| layout.text);
        let cyrillic = side.map_or(size == PageSize::Id1, Side::is_cyrillic);
        let mut found = self.survey(page, text, cyrillic)?;
        if found.captions() < ENOUGH_CAPTIONS {
            let other = self.survey(page, text, !cyrillic)?;
            if other.captions() > found.captions() {
                found = other;
            }
        }
        let Some(layout) = told.or_else(|| found.layout(size)) else { return Ok(Reading::default()) };
        let mut fields: Vec<Field> = Vec::new();
        for slot in found.slots(layout, page.dimensions(), today) {
            for field in self.fields_of(page, &slot, today)? {
                if !fields.iter().any(|there| there.name == field.name) {
                    fields.push(field);
                }
            }
        }
        Ok(Reading { side: Some(layout.side), fields })
    }

    /// One pass over the text.
    fn survey(&mut self, page: &GrayImage, text: Region, cyrillic: bool) -> Result<Page, ZoneError> {
        let bounds = pixels(text, page.dimensions());
        let reader = if cyrillic { &mut self.kazakh } else { &mut self.latin };
        reader.allow_only("")?;
        let mut pieces = reader.read(part(page, bounds), Segmentation::Sparse, DOTS_PER_INCH, Level::Word)?;
        for piece in &mut pieces {
            let [left, top, right, bottom] = piece.bounds;
            piece.bounds = [left + bounds[0], top + bounds[1], right + bounds[0], bottom + bounds[1]];
        }
        Ok(Page::of(segments::cut(pieces)))
    }

    /// A slot's value, read again by its kind; two of a period.
    fn fields_of(&mut self, page: &GrayImage, slot: &Slot, today: Date) -> Result<Vec<Field>, ZoneError> {
        let mut texts = Vec::new();
        let mut confidence = if slot.captioned { 1.0f32 } else { WITHOUT_CAPTION };
        for line in &slot.lines {
            let (text, sure) = self.line(page, slot.kind, line)?;
            confidence = confidence.min(if slot.captioned { sure } else { sure * WITHOUT_CAPTION });
            texts.push(text);
        }
        let text = texts.join(" ");
        let field = |name, value, confidence| Field { name, value, confidence, source: FieldSource::Zone };
        if slot.kind == Kind::Period {
            let names = [FieldName::IssueDate, FieldName::ExpireDate];
            let days = values::dates(&text, false, today);
            let fields =
                names.into_iter().zip(days).map(|(name, day)| field(name, day.to_string(), confidence));
            return Ok(fields.collect());
        }
        let past = matches!(slot.field, FieldName::DateOfBirth | FieldName::IssueDate);
        let Some(value) = values::clean(slot.kind, &text, past, today) else { return Ok(Vec::new()) };
        if slot.kind == Kind::Iin {
            confidence = 1.0 - (1.0 - confidence) * DOUBT_AFTER_CHECK;
        }
        Ok(vec![field(slot.field, value, confidence)])
    }

    /// A line read again: its text and the least confident word's confidence.
    fn line(&mut self, page: &GrayImage, kind: Kind, line: &Segment) -> Result<(String, f32), ZoneError> {
        let picture = part(page, widened(line, page.dimensions()));
        let read = |reader: &mut Tesseract, allowed: &str| -> Result<(String, f32), ZoneError> {
            reader.allow_only(allowed)?;
            let pieces = reader.read(picture, Segmentation::Line, DOTS_PER_INCH, Level::Word)?;
            let text = pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
            let sure = pieces.iter().map(|piece| piece.confidence).fold(1.0, f32::min);
            Ok(if pieces.is_empty() { (text, 0.0) } else { (text, sure) })
        };
        let allowed = match kind {
            Kind::Iin => DIGITS,
            Kind::Number => NUMBER_LETTERS,
            Kind::Date | Kind::Period => DATE_LETTERS,
            Kind::Name | Kind::Text | Kind::Sex | Kind::Country => "",
        };
        if !allowed.is_empty() || kind == Kind::Country {
            return read(&mut self.latin, allowed);
        }
        let kazakh = read(&mut self.kazakh, "")?;
        if kazakh.0.chars().any(|letter| KAZAKH.contains(letter)) && kazakh.1 >= SURE {
            return Ok(kazakh);
        }
        let mut best = kazakh;
        let mut others = vec![read(&mut self.latin, "")?];
        if !best.0.chars().any(|letter| KAZAKH.contains(letter)) {
            others.push(read(&mut self.russian, "")?);
        }
        for other in others {
            if other.1 > best.1 {
                best = other;
            }
        }
        Ok(best)
    }
}

fn size_of(page: &GrayImage) -> Result<PageSize, ZoneError> {
    let (width, height) = page.dimensions();
    [PageSize::Id1, PageSize::Id2, PageSize::Id3]
        .into_iter()
        .find(|size| size.pixels() == (width, height))
        .ok_or(ZoneError::Page { width, height })
}

/// What is read of a page whose side is not known: all but the MRZ of a passport, which would only
/// cost time; a card's may have none.
const fn unknown_text(size: PageSize) -> Region {
    match size {
        PageSize::Id1 => [0.0, 0.0, 1.0, 1.0],
        PageSize::Id2 | PageSize::Id3 => [0.25, 0.0, 1.0, 0.75],
    }
}

fn pixels(region: Region, (width, height): (u32, u32)) -> Bounds {
    let [left, top, right, bottom] = region;
    let share = |of: u32, share: f32| ((of as f32 * share).round() as u32).min(of);
    [share(width, left), share(height, top), share(width, right), share(height, bottom)]
}

fn widened(line: &Segment, (width, height): (u32, u32)) -> Bounds {
    let [left, top, right, bottom] = line.bounds;
    let margin = (line.height() * MARGIN).ceil() as u32 + MIN_SIDE / 2;
    [
        left.saturating_sub(margin),
        top.saturating_sub(margin),
        (right + margin).min(width),
        (bottom + margin).min(height),
    ]
}

/// A part of a page, without a copy. Empty where the bounds are, which Tesseract's wrapper refuses.
fn part(page: &GrayImage, bounds: Bounds) -> Picture<'_> {
    let stride = page.width() as usize;
    let [left, top, right, bottom] = bounds;
    let start = top as usize * stride + left as usize;
    let pixels = page.as_raw().get(start..).unwrap_or_default();
    Picture { pixels, width: right.saturating_sub(left), height: bottom.saturating_sub(top), stride }
}

#[cfg(test)]
mod tests;
