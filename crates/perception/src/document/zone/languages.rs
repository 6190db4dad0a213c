//! Which language model reads which value: one network per language, each loaded once.
//!
//! Measured on generated cards: `kaz` also reads Russian words, but takes Щ, Ё and Ъ for Ш, Е and
//! Ь. `rus` lacks the Kazakh letters. `kaz+rus` in one reader takes twice the time and turns Қ into
//! К. So each value is read in one language, and in a second one if the first is uncertain.

use image::GrayImage;

use super::ZoneError;
use super::captions::Kind;
use super::segments;
use super::segments::{Bounds, Segment};
use crate::runtime::tesseract::{
    Level, MIN_SIDE, Picture, Segmentation, Settings, Tesseract, TesseractError,
};

/// Resolution of a rectified page.
const DOTS_PER_INCH: u16 = 300;
/// A value read with less confidence than this is tried in another language too.
const SURE: f32 = 0.85;
/// How much more confident the reading in the other alphabet must be.
const CLEARLY: f32 = 0.1;
/// Margin around a value that is read again, in line heights.
const MARGIN: f32 = 0.25;
/// Kazakh letters that Russian lacks. І is left out, because a Latin I is often read as І.
const KAZAKH: &str = "ӘҒҚҢӨҰҮҺәғқңөұүһ";
/// Letters that `kaz` reads as Ш, Е and Ь.
const RUSSIAN: &str = "ЩЁЪщёъ";
/// The space is needed: without it, words that run together get no confidence at all.
const DIGITS: &str = "0123456789 ";
const NUMBER_LETTERS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ ";
const DATE_LETTERS: &str = "0123456789./- ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// How the sex is printed: in Latin letters, and in Kazakh or Russian (Ер, Әйел; Мужской, Женский).
const LATIN_SEX: &str = "MFX/";
const CYRILLIC_SEX: &str = "МЖЕӘ/";

/// An alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Cyrillic,
    Latin,
}

impl Script {
    pub const fn other(self) -> Self {
        match self {
            Self::Cyrillic => Self::Latin,
            Self::Latin => Self::Cyrillic,
        }
    }
}

/// A line that was read.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub text: String,
    /// Confidence of the least certain word; 0 if nothing was read.
    pub confidence: f32,
}

/// The three networks.
pub(super) struct Languages {
    kazakh: Tesseract,
    russian: Tesseract,
    latin: Tesseract,
}

impl Languages {
    pub fn open(settings: Settings<'_>) -> Result<Self, TesseractError> {
        let language = |name: &str| Tesseract::open(Settings { languages: &[name], ..settings });
        Ok(Self { kazakh: language("kaz")?, russian: language("rus")?, latin: language("eng")? })
    }

    /// All text within the bounds, wherever it stands.
    pub fn survey(
        &mut self,
        page: &GrayImage,
        bounds: Bounds,
        script: Script,
    ) -> Result<Vec<Segment>, ZoneError> {
        let reader = match script {
            Script::Cyrillic => &mut self.kazakh,
            Script::Latin => &mut self.latin,
        };
        reader.allow_only("")?;
        let mut pieces = reader.read(part(page, bounds), Segmentation::Sparse, DOTS_PER_INCH, Level::Word)?;
        for piece in &mut pieces {
            let [left, top, right, bottom] = piece.bounds;
            piece.bounds = [left + bounds[0], top + bounds[1], right + bounds[0], bottom + bounds[1]];
        }
        Ok(segments::cut(pieces))
    }

    /// The words of one row, read alone.
    pub fn row(&mut self, page: &GrayImage, row: Bounds, script: Script) -> Result<Vec<Segment>, ZoneError> {
        let reader = match script {
            Script::Cyrillic => &mut self.kazakh,
            Script::Latin => &mut self.latin,
        };
        let picture = part(page, row);
        if picture.width < MIN_SIDE || picture.height < MIN_SIDE {
            return Ok(Vec::new());
        }
        reader.allow_only("")?;
        let mut pieces = match reader.read(picture, Segmentation::Line, DOTS_PER_INCH, Level::Word) {
            Err(TesseractError::Recognition) => return Ok(Vec::new()),
            pieces => pieces?,
        };
        pieces.iter_mut().for_each(|piece| {
            let [left, top, right, bottom] = piece.bounds;
            piece.bounds = [left + row[0], top + row[1], right + row[0], bottom + row[1]];
        });
        Ok(segments::cut(pieces))
    }

    /// Reads a line of the survey again, alone and according to its kind.
    pub fn line(
        &mut self,
        page: &GrayImage,
        kind: Kind,
        line: &Segment,
        script: Script,
    ) -> Result<Line, ZoneError> {
        let picture = part(page, widened(line, page.dimensions()));
        match (kind, script) {
            (Kind::Iin, _) => read(&mut self.latin, picture, DIGITS),
            (Kind::Number, _) => read(&mut self.latin, picture, NUMBER_LETTERS),
            (Kind::Date | Kind::Period, _) => read(&mut self.latin, picture, DATE_LETTERS),
            (Kind::Country, _) => read(&mut self.latin, picture, ""),
            (Kind::Sex, Script::Latin) => read(&mut self.latin, picture, LATIN_SEX),
            (Kind::Sex, Script::Cyrillic) => read(&mut self.kazakh, picture, CYRILLIC_SEX),
            (Kind::Name | Kind::Text, Script::Latin) => {
                let latin = read(&mut self.latin, picture, "")?;
                if latin.confidence >= SURE {
                    return Ok(latin);
                }
                Ok(clearly_surer(latin, read(&mut self.kazakh, picture, "")?))
            }
            // Names are in the alphabet of the captions. Read as Latin, ӘЛІТЕСТ became ONITECT with
            // confidence 0.86.
            (Kind::Name, Script::Cyrillic) => self.cyrillic(picture),
            // A citizenship may be a three-letter Latin code.
            (Kind::Text, Script::Cyrillic) => {
                let cyrillic = self.cyrillic(picture)?;
                if cyrillic.confidence >= SURE {
                    return Ok(cyrillic);
                }
                let latin = read(&mut self.latin, picture, "")?;
                // Cyrillic read as Latin gives lower-case letters: KAPAFAHAbI.
                let code = latin.text.bytes().all(|byte| byte.is_ascii_uppercase());
                Ok(if code { clearly_surer(cyrillic, latin) } else { cyrillic })
            }
        }
    }

    fn cyrillic(&mut self, picture: Picture<'_>) -> Result<Line, ZoneError> {
        let kazakh = read(&mut self.kazakh, picture, "")?;
        if kazakh.text.chars().any(|letter| KAZAKH.contains(letter)) {
            return Ok(kazakh);
        }
        let russian = read(&mut self.russian, picture, "")?;
        let has_russian = russian.text.chars().any(|letter| RUSSIAN.contains(letter));
        Ok(if has_russian && russian.confidence >= SURE { russian } else { surer(kazakh, russian) })
    }
}

/// The second reading only if it is clearly more confident: letters of the two alphabets look
/// alike.
fn clearly_surer(first: Line, second: Line) -> Line {
    if second.confidence > first.confidence + CLEARLY { second } else { first }
}

fn surer(first: Line, second: Line) -> Line {
    if second.confidence > first.confidence { second } else { first }
}

fn read(reader: &mut Tesseract, picture: Picture<'_>, allowed: &str) -> Result<Line, ZoneError> {
    // A speck at the page's edge that was taken for a value. The other values are still read.
    if picture.width.min(picture.height) < MIN_SIDE {
        return Ok(Line::default());
    }
    reader.allow_only(allowed)?;
    let pieces = match reader.read(picture, Segmentation::Line, DOTS_PER_INCH, Level::Word) {
        // One unreadable value on a busy machine must not lose the others.
        Err(TesseractError::Recognition) => return Ok(Line::default()),
        pieces => pieces?,
    };
    let Some(confidence) = pieces.iter().map(|piece| piece.confidence).reduce(f32::min) else {
        return Ok(Line::default());
    };
    let text = pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ");
    Ok(Line { text, confidence })
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

/// A part of a page, without a copy. Empty if the bounds are; Tesseract's wrapper refuses an empty
/// picture.
fn part(page: &GrayImage, bounds: Bounds) -> Picture<'_> {
    let stride = page.width() as usize;
    let [left, top, right, bottom] = bounds;
    let start = top as usize * stride + left as usize;
    let pixels = page.as_raw().get(start..).unwrap_or_default();
    Picture { pixels, width: right.saturating_sub(left), height: bottom.saturating_sub(top), stride }
}
