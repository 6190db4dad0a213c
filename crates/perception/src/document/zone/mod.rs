//! The visual zone (VIZ): the text printed for people, read by Tesseract.
//!
//! In: the grey picture of an upright, rectified page ([`PageSize::pixels`]) and, if known, which
//! side it is. Out: fields with their confidences. Called by the document reader, beside `mrz/`;
//! `cross_check` then compares the two.
//!
//! One pass over the whole text finds captions. A caption that was missed is searched for in the
//! row above its value. Each value is then read again according to its kind: dates and numbers with
//! digits only, names in Kazakh, and in Russian or Latin where that reads better.

pub mod captions;
mod ink;
mod languages;
pub mod layouts;
mod rows;
pub mod segments;
pub mod slots;
pub mod values;

use image::GrayImage;
use jiff::civil::Date;

use captions::Kind;
use languages::{Languages, Script};
use layouts::{Layout, Region, Side};
use segments::Bounds;
use slots::{Page, Slot};

use crate::runtime::tesseract::{Settings, TesseractError};
use vouch_contract::document::fields::{Field, FieldName, FieldSource, PageSize};

/// Captions needed to accept the first alphabet tried. Noise alone can look like two.
const ENOUGH_CAPTIONS: usize = 3;
/// Values read with less confidence are dropped. Tesseract's readings of background patterns, and
/// of words in an alphabet it was not asked for, stay below this.
const LEAST: f32 = 0.25;
/// Factor on the confidence of a name with a character that is no letter: most likely a letter was
/// unknown.
const WITH_A_STRANGE_SIGN: f32 = 0.5;
/// Factor on the confidence of a number with a letter O: most likely it is a zero.
const WITH_A_LETTER_O: f32 = 0.8;
/// Least confidence of an authority from the list of known ones, however badly it was read.
const KNOWN_AUTHORITY: f32 = 0.9;
/// Factor on the confidence of a value whose caption was not read.
const WITHOUT_CAPTION: f32 = 0.8;
/// Part of the doubt that remains after a check digit agrees: one wrong digit in eleven passes the
/// IIN's check, see `iin.rs`.
const DOUBT_AFTER_CHECK: f32 = 1.0 / 11.0;

/// Why a zone can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ZoneError {
    /// Not a rectified page.
    #[error("a page of {width} x {height} pixels is not ID-1, ID-2 or ID-3 at 300 dpi; rectify it first")]
    Page {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Tesseract failed.
    #[error(transparent)]
    Tesseract(#[from] TesseractError),
}

/// What was read in a zone.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Which side it is: as given, or as found.
    pub side: Option<Side>,
    /// Fields read, each at most once.
    pub fields: Vec<Field>,
}

/// A reader of visual zones.
pub struct ZoneReader {
    languages: Languages,
}

impl ZoneReader {
    /// Loads the languages. `settings` names the library and the folder; its languages are ignored.
    ///
    /// # Errors
    /// [`TesseractError`] if something is not installed; the message names the package.
    pub fn open(settings: Settings<'_>) -> Result<Self, TesseractError> {
        Ok(Self { languages: Languages::open(settings)? })
    }

    /// Reads a page. `side` is the side that the scheme asks for, or none to detect it. `today`
    /// decides the century of two-digit years.
    ///
    /// # Errors
    /// [`ZoneError`] if the page is not of a rectified size, or if Tesseract fails.
    pub fn read(&mut self, page: &GrayImage, side: Option<Side>, today: Date) -> Result<Reading, ZoneError> {
        let size = size_of(page)?;
        let page = &ink::without_paper(page);
        let told = side.and_then(Layout::of);
        let text = told.map_or_else(|| unknown_text(size), |layout| layout.text);
        let text = pixels(text, page.dimensions());
        let mut script = match side {
            Some(side) if side.is_cyrillic() => Script::Cyrillic,
            None if size == PageSize::Id1 => Script::Cyrillic,
            _ => Script::Latin,
        };
        let mut found = Page::of(self.languages.survey(page, text, script)?);
        if found.captions() < ENOUGH_CAPTIONS {
            let other = Page::of(self.languages.survey(page, text, script.other())?);
            if (other.captions(), other.certainty()) > (found.captions(), found.certainty()) {
                (found, script) = (other, script.other());
            }
        }
        let languages = &mut self.languages;
        found.add_captions(page, |row| languages.row(page, row, script))?;
        let Some(layout) = told.or_else(|| found.layout(size)) else { return Ok(Reading::default()) };
        let mut fields: Vec<Field> = Vec::new();
        for slot in found.slots(layout, page.dimensions(), today) {
            for field in self.fields_of(page, &slot, script, today)? {
                if field.confidence >= LEAST && !fields.iter().any(|there| there.name == field.name) {
                    fields.push(field);
                }
            }
        }
        Ok(Reading { side: Some(layout.side), fields })
    }

    /// Reads a slot's value again according to its kind. A period gives two fields.
    fn fields_of(
        &mut self,
        page: &GrayImage,
        slot: &Slot,
        script: Script,
        today: Date,
    ) -> Result<Vec<Field>, ZoneError> {
        let mut texts = Vec::new();
        let mut confidence = 1.0f32;
        for line in &slot.lines {
            let line = self.languages.line(page, slot.kind, line, script)?;
            confidence = confidence.min(line.confidence);
            texts.push(line.text);
        }
        let text = texts.join(" ");
        if slot.kind == Kind::Iin {
            confidence = 1.0 - (1.0 - confidence) * DOUBT_AFTER_CHECK;
        }
        if !slot.captioned {
            confidence *= WITHOUT_CAPTION;
        }
        let field = |name, value, confidence| Field { name, value, confidence, source: FieldSource::Zone };
        if slot.kind == Kind::Period {
            let names = [FieldName::IssueDate, FieldName::ExpireDate];
            let days = values::dates(&text, false, today);
            let fields =
                names.into_iter().zip(days).map(|(name, day)| field(name, values::written(day), confidence));
            return Ok(fields.collect());
        }
        let past = matches!(slot.field, FieldName::DateOfBirth | FieldName::IssueDate);
        let mut value = values::clean(slot.kind, &text, past, today);
        if slot.kind == Kind::Name && values::has_strange_sign(&text) {
            confidence *= WITH_A_STRANGE_SIGN;
        }
        if slot.kind == Kind::Number && value.as_ref().is_some_and(|number| number.contains('O')) {
            confidence *= WITH_A_LETTER_O;
        }
        if let Some(known) =
            value.as_deref().filter(|_| slot.field == FieldName::Authority).and_then(values::authority)
        {
            value = Some(known.to_owned());
            confidence = confidence.max(KNOWN_AUTHORITY);
        }
        Ok(value.map(|value| field(slot.field, value, confidence)).into_iter().collect())
    }
}

fn size_of(page: &GrayImage) -> Result<PageSize, ZoneError> {
    let (width, height) = page.dimensions();
    [PageSize::Id1, PageSize::Id2, PageSize::Id3]
        .into_iter()
        .find(|size| size.pixels() == (width, height))
        .ok_or(ZoneError::Page { width, height })
}

/// The region read on a page whose side is unknown: everything except a passport's MRZ, which would
/// only cost time. A card may have no MRZ.
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

#[cfg(test)]
mod tests;
