//! Typefaces of the specimens, read at run time from the system's packages.

use std::path::Path;

use ab_glyph::{Font, FontVec, GlyphId, PxScale, ScaleFont};

use super::SpecimenError;

const OCR_B: (&str, &str) = ("/usr/share/fonts/opentype/ocr-b/OCRB.otf", "fonts-ocr-b");
const REGULAR: (&str, &str) = ("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf", "fonts-noto-core");
const BOLD: (&str, &str) = ("/usr/share/fonts/truetype/noto/NotoSans-Bold.ttf", "fonts-noto-core");
const SERIF: (&str, &str) = ("/usr/share/fonts/truetype/noto/NotoSerif-Bold.ttf", "fonts-noto-core");

/// The typefaces that are used.
#[derive(Debug)]
pub struct Fonts {
    pub(super) ocr_b: Face,
    pub(super) regular: Face,
    pub(super) bold: Face,
    pub(super) serif: Face,
}

impl Fonts {
    /// Reads them where Debian puts them.
    ///
    /// # Errors
    /// [`SpecimenError::Font`], which names the missing package.
    pub fn open() -> Result<Self, SpecimenError> {
        Ok(Self { ocr_b: face(OCR_B)?, regular: face(REGULAR)?, bold: face(BOLD)?, serif: face(SERIF)? })
    }
}

fn face((path, package): (&'static str, &'static str)) -> Result<Face, SpecimenError> {
    let missing = |reason: String| SpecimenError::Font { path, package, reason };
    let bytes = std::fs::read(Path::new(path)).map_err(|error| missing(error.to_string()))?;
    FontVec::try_from_vec(bytes).map(Face).map_err(|error| missing(error.to_string()))
}

/// One typeface.
pub(super) struct Face(FontVec);

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Face").field(&self.0.glyph_count()).finish()
    }
}

impl Face {
    /// The scale at which capital letters are `height` pixels high.
    fn scale(&self, height: f32) -> PxScale {
        let probe = PxScale::from(1000.0);
        let glyph = self.0.glyph_id('H').with_scale(probe);
        let cap = self.0.outline_glyph(glyph).map_or(700.0, |outline| outline.px_bounds().height());
        PxScale::from(1000.0 * height / cap.max(1.0))
    }

    /// Width of `text` set with capitals of `height` pixels.
    pub(super) fn width(&self, text: &str, height: f32) -> f32 {
        let scaled = self.0.as_scaled(self.scale(height));
        let mut last = None;
        let mut width = 0.0;
        for character in text.chars() {
            let id = scaled.glyph_id(character);
            width += kern(&scaled, last, id) + scaled.h_advance(id);
            last = Some(id);
        }
        width
    }

    /// Gives each pixel that `text` touches and how much of it is covered. The left end of the
    /// baseline is at (x, y); characters are `pitch` pixels apart, or as the typeface spaces
    /// them.
    pub(super) fn set(
        &self,
        text: &str,
        height: f32,
        (x, y): (f32, f32),
        pitch: Option<f32>,
        mut ink: impl FnMut(i32, i32, f32),
    ) {
        let scale = self.scale(height);
        let scaled = self.0.as_scaled(scale);
        let mut last = None;
        let mut at = x;
        for character in text.chars() {
            let id = scaled.glyph_id(character);
            at += kern(&scaled, last, id);
            let left = pitch.map_or(at, |pitch| at + (pitch - scaled.h_advance(id)) / 2.0);
            let glyph = id.with_scale_and_position(scale, ab_glyph::point(left, y));
            if let Some(outline) = self.0.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                let (min_x, min_y) = (bounds.min.x as i32, bounds.min.y as i32);
                outline.draw(|dx, dy, cover| {
                    ink(
                        min_x.saturating_add_unsigned(dx),
                        min_y.saturating_add_unsigned(dy),
                        cover.clamp(0.0, 1.0),
                    );
                });
            }
            if let Some(pitch) = pitch {
                at += pitch;
            } else {
                at += scaled.h_advance(id);
                last = Some(id);
            }
        }
    }
}

fn kern<F: Font>(scaled: &impl ScaleFont<F>, last: Option<GlyphId>, id: GlyphId) -> f32 {
    last.map_or(0.0, |last| scaled.kern(last, id))
}
