//! One side of a document, from pictures to fields.
//!
//! In: pictures of the same side, the best first. Out: a [`SideReading`], or the reason why there
//! is none. The face networks belong to the eye; whoever calls lends them ([`Portraits`]).

use image::RgbImage;

use super::outline::{Finder, Outline};
use super::picture::Picture;
use super::reading::{Portrait, ReadFault, SideReading};
use super::rectify::rectify;
use super::types::PageSize;

/// Finds the holder's portrait on a page.
pub trait Portraits {
    /// The portrait on `page`, upright; none when there is no face. Of several the largest:
    /// ghost images are smaller.
    fn portrait(&mut self, page: &RgbImage) -> Option<Portrait>;
}

/// Reads documents; keeps its networks and buffers from side to side.
#[derive(Debug, Default)]
pub struct Reader {
    finder: Finder,
}

impl Reader {
    /// Reads one side.
    ///
    /// # Errors
    /// [`ReadFault`].
    pub fn read(
        &mut self,
        pictures: &[Picture<'_>],
        portraits: &mut dyn Portraits,
    ) -> Result<SideReading, ReadFault> {
        let best = pictures.first().ok_or(ReadFault::Lost)?;
        let outline = self.finder.find(best).first().copied().ok_or(ReadFault::NotADocument)?;
        let page = lay_flat(best, &outline).ok_or(ReadFault::Lost)?;
        let portrait = portraits.portrait(&page);
        if portrait.is_none() {
            return Err(ReadFault::NotADocument);
        }
        Ok(SideReading { portrait, ..SideReading::default() })
    }
}

/// The page at 300 dots per inch of the size its outline looks like.
fn lay_flat(picture: &Picture<'_>, outline: &Outline) -> Option<RgbImage> {
    let (width, height) = page_size(outline).pixels();
    rectify(picture, &outline.quad, width, height)
}

/// Cards are longer than pages; ID-2 and ID-3 have nearly the same shape, and the larger keeps
/// all detail.
fn page_size(outline: &Outline) -> PageSize {
    let between = |a: f32, b: f32| (a * b).sqrt();
    if outline.held.aspect > between(85.60 / 53.98, 125.0 / 88.0) { PageSize::Id1 } else { PageSize::Id3 }
}
