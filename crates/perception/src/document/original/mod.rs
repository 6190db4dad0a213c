//! Whether what is shown is the document itself, not a copy of it or a screen that shows it.
//!
//! In: a picture, the page's outline in it where there is one, the page laid flat. Out:
//! [`OriginalEvidence`], and by [`OriginalRules`] what is shown instead of the document. Called by the
//! reader for each side.
//!
//! Four things are looked at, since each misses what another sees: a black-and-white copy has
//! no colour of its own (`colour.rs`); a copy on paper and a picture on a phone end in a second
//! rectangle around the page (`surround.rs`), or the page's own print is smaller than it must be
//! (`scale.rs`); a screen's or a print's raster beats with the sensor's (`raster.rs`).

mod colour;
mod raster;
mod scale;
mod surround;

use image::RgbImage;

use self::raster::Raster;
pub use self::scale::Print;
use super::outline::Outline;
use crate::camera::Picture;
use vouch_contract::document::fields::PageSize;
use vouch_contract::document::original::OriginalEvidence;
pub use vouch_contract::document::original::Surround;

/// What is shown instead of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Imitation {
    /// A copy without colours.
    Grey,
    /// A picture within something larger: paper, a phone, a tablet.
    Framed,
    /// A screen or a coarse print, by its raster.
    Raster,
}

/// From where on a page is not taken for the document itself.
///
/// The figures behind the defaults are in docs/DOCUMENTS.md.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OriginalRules {
    /// Least hues.
    pub hues_min: f32,
    /// Greatest raster.
    pub raster_max: f32,
    /// Sides on which a second edge runs along the page's own, from which on it is framed.
    pub framed_from: u8,
    /// Two signs that are weak alone: so many sides, and a raster from this on.
    pub framed_with_raster: (u8, f32),
    /// Greatest difference of the scale from 1.
    pub scale_off: f32,
}

impl Default for OriginalRules {
    fn default() -> Self {
        Self {
            hues_min: 0.008,
            raster_max: 3.2,
            framed_from: 3,
            framed_with_raster: (2, 1.7),
            scale_off: 0.09,
        }
    }
}

impl OriginalRules {
    /// What is shown instead of the document; none when nothing speaks against it.
    pub fn imitation(&self, evidence: &OriginalEvidence) -> Option<Imitation> {
        let edges = evidence.surround.map_or(0, |surround| surround.edges);
        let raster = evidence.raster.unwrap_or(0.0);
        let (few_edges, some_raster) = self.framed_with_raster;
        if evidence.hues < self.hues_min {
            Some(Imitation::Grey)
        } else if edges >= self.framed_from || (edges >= few_edges && raster >= some_raster) {
            Some(Imitation::Framed)
        } else if raster > self.raster_max {
            Some(Imitation::Raster)
        } else {
            None
        }
    }

    /// Whether the edges seen are the page's own. Where they are not, the outline is of something
    /// else, or the page is printed on something larger.
    pub fn has_own_edges(&self, evidence: &OriginalEvidence) -> bool {
        evidence.scale.is_none_or(|scale| (scale - 1.0).abs() <= self.scale_off)
    }
}

/// Measures pages; keeps its buffers.
#[derive(Debug, Default)]
pub struct Inspector {
    raster: Raster,
}

impl Inspector {
    /// Measures a page of `size`: `flat` is it laid flat, from `outline` in `picture`.
    pub fn inspect(
        &mut self,
        picture: &Picture<'_>,
        outline: Option<&Outline>,
        size: PageSize,
        flat: &RgbImage,
        print: Option<Print<'_>>,
    ) -> OriginalEvidence {
        OriginalEvidence {
            hues: colour::hues(flat),
            raster: outline.and_then(|outline| self.raster.measure(picture, &outline.quad)),
            surround: outline.and_then(|outline| surround::look(picture, &outline.quad, size)),
            scale: outline.and(print).and_then(|print| scale::scale(&print, flat.dimensions())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sign_is_enough_and_none_is_needed() {
        let rules = OriginalRules::default();
        let genuine = OriginalEvidence {
            hues: 0.04,
            raster: Some(1.1),
            surround: Some(Surround { seen: 4, edges: 1 }),
            scale: Some(1.01),
        };
        assert_eq!(rules.imitation(&genuine), None);
        assert_eq!(
            rules.imitation(&OriginalEvidence { raster: None, surround: None, scale: None, ..genuine }),
            None
        );
        assert_eq!(rules.imitation(&OriginalEvidence { hues: 0.002, ..genuine }), Some(Imitation::Grey));
        let framed = OriginalEvidence { surround: Some(Surround { seen: 3, edges: 3 }), ..genuine };
        assert_eq!(rules.imitation(&framed), Some(Imitation::Framed));
        assert_eq!(
            rules.imitation(&OriginalEvidence { raster: Some(4.0), ..genuine }),
            Some(Imitation::Raster)
        );
    }
}
