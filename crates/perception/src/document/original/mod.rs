//! Whether the document itself is shown, rather than a copy of it or a screen showing it.
//!
//! In: a picture, the page's outline in it if there is one, and the rectified page. Out:
//! [`OriginalEvidence`] and, by [`OriginalRules`], what is shown instead of the document. Called by
//! the reader for each side.
//!
//! Four things are examined, because each misses what another catches. A black-and-white copy has
//! no colour of its own (`colour.rs`). A copy on paper or a picture on a phone ends in a second
//! rectangle around the page (`surround.rs`), or the page's own print is smaller than it must be
//! (`scale.rs`). The raster of a screen or a print forms moiré with the sensor's pixels
//! (`raster.rs`).

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
    /// A black-and-white copy.
    Grey,
    /// A picture within something larger: paper, a phone, a tablet.
    Framed,
    /// A screen or a coarse print, recognised by its raster.
    Raster,
}

/// Limits beyond which a page is not accepted as the document itself.
///
/// The measurements behind the defaults are in docs/DOCUMENTS.md.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OriginalRules {
    /// Least chroma that does not follow luma, relative to mean luma.
    pub hues_min: f32,
    /// Largest strength of a raster.
    pub raster_max: f32,
    /// Number of sides with a second, parallel edge from which the page counts as framed.
    pub framed_from: u8,
    /// The same for two signs that are weak on their own: this many sides, and a raster at least
    /// this strong.
    pub framed_with_raster: (u8, f32),
    /// Largest deviation of the scale from 1.
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
    /// What is shown instead of the document; none if there is no sign of it.
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

    /// Whether the visible edges are the page's own. If not, the outline belongs to something else,
    /// or the page is printed on something larger.
    pub fn has_own_edges(&self, evidence: &OriginalEvidence) -> bool {
        evidence.scale.is_none_or(|scale| (scale - 1.0).abs() <= self.scale_off)
    }
}

/// Measures pages; reuses its buffers.
#[derive(Debug, Default)]
pub struct Inspector {
    raster: Raster,
}

impl Inspector {
    /// Measures a page of `size`. `flat` is the page rectified from `outline` in `picture`.
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
