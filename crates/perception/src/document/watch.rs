//! The live guidance: where the page is in each frame, and what is wrong with it.
//!
//! In: frames of a stream. Out: a [`DocumentLook`] for each, of fixed size and without pixels.
//! Called by the eye while a session is reading a document.

use super::capture::{CaptureRules, Gauge};
use super::outline::plane::distance;
use super::outline::{Finder, Outline};
use crate::camera::Picture;
use vouch_contract::document::fields::Quad;
use vouch_contract::document::look::CaptureFault;
use vouch_contract::document::look::DocumentLook;

/// Limit on outlines examined in one frame. One look takes as long as several frames.
const MOST_LOOKS: usize = 2;
/// Largest misfit ([`Held::misfit`]) of a page that is worth a look although it can't be read as it
/// is held. The frame around a portrait misses the nearest page's aspect ratio by 0.10.
///
/// [`Held::misfit`]: super::outline::plane::Held
const PAGE_SHAPE: f32 = 0.06;
/// Frames to wait after a look that found no document.
const LOOK_AGAIN: u32 = 6;
/// A page that moved less than this from frame to frame, as a part of its width, is the same page.
pub(super) const SAME_PAGE: f32 = 0.25;

/// Watches a stream; reuses its buffers from frame to frame.
#[derive(Debug, Default)]
pub struct DocumentWatch {
    rules: CaptureRules,
    finder: Finder,
    gauge: Gauge,
    /// The page reported in the previous frame, known to be a document.
    last: Option<Quad>,
    /// Frames until pages are examined again.
    pause: u32,
}

impl DocumentWatch {
    /// Processes one frame. `holds` says whether a page is a document: it has a portrait or a
    /// machine readable zone. It is called only now and then, until it says yes.
    pub fn see(&mut self, picture: &Picture<'_>, holds: &mut dyn FnMut(&Outline) -> bool) -> DocumentLook {
        self.pause = self.pause.saturating_sub(1);
        let outlines = self.finder.find(picture);
        let known = outlines.iter().find(|outline| self.moved(outline) <= SAME_PAGE);
        let Some(outline) = known.or_else(|| self.look_into(&outlines, holds)) else {
            self.last = None;
            return DocumentLook::NOTHING;
        };
        let measures = self.gauge.measure(picture, outline);
        let moved = self.moved(outline);
        self.last = Some(self.turned_like_last(outline));
        let fault = self.rules.fault(outline, &measures);
        let fault = fault.or((moved > self.rules.motion_max).then_some(CaptureFault::Moving));
        DocumentLook { quad: self.last, fault, measures, score: measures.sharpness * measures.width }
    }

    /// The first page that is a document. Readable pages are tried before those that are too small
    /// or cut off, because a portrait's frame looks like a small page.
    fn look_into<'a>(
        &mut self,
        outlines: &'a [Outline],
        holds: &mut dyn FnMut(&Outline) -> bool,
    ) -> Option<&'a Outline> {
        if self.pause > 0 || outlines.is_empty() {
            return None;
        }
        let width_min = self.rules.width_min;
        let is_readable = |outline: &&Outline| !outline.held.cut_off && outline.held.width >= width_min;
        let others = |outline: &&Outline| !is_readable(outline) && outline.held.misfit <= PAGE_SHAPE;
        let ordered = outlines.iter().filter(is_readable).chain(outlines.iter().filter(others));
        let found = ordered.take(MOST_LOOKS).find(|outline| holds(outline));
        if found.is_none() {
            self.pause = LOOK_AGAIN;
        }
        found
    }

    /// Forgets the last page, because another one is shown or the source has changed.
    pub fn forget(&mut self) {
        (self.last, self.pause) = (None, 0);
    }

    /// The largest movement of a corner since the previous frame, as a part of the page's width.
    fn moved(&self, outline: &Outline) -> f32 {
        let quad = self.turned_like_last(outline);
        self.last.map_or(f32::INFINITY, |last| {
            let way = quad.0.iter().zip(last.0).map(|(a, b)| distance(*a, b)).fold(0.0, f32::max);
            way / outline.held.width.max(1.0)
        })
    }

    /// Keeps the same corner first for as long as a page is held.
    fn turned_like_last(&self, outline: &Outline) -> Quad {
        self.last.map_or(outline.quad, |last| outline.quad.turned_like(&last))
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;
    use vouch_testkit::specimen::scene::{Conditions, photograph};

    /// A white card that fills the part `reach` of the frame's width.
    fn frame(reach: f32) -> RgbImage {
        let page = RgbImage::from_pixel(1011, 638, Rgb([240, 240, 236]));
        let conditions = Conditions { reach: reach..=reach, ..Conditions::easy() };
        photograph(&page, &conditions, &mut StdRng::seed_from_u64(1)).image
    }

    #[test]
    fn a_page_in_which_nothing_was_seen_is_not_told_however_sure_its_outline() {
        for reach in [0.3, 0.6] {
            let (image, mut watch, mut looks) = (frame(reach), DocumentWatch::default(), 0);
            let picture = Picture::try_from(&image).unwrap();
            let seen = watch.see(&picture, &mut |_| {
                looks += 1;
                false
            });
            assert_eq!((seen.quad, seen.fault), (None, Some(CaptureFault::NoDocument)), "{reach}");
            assert!((1..=MOST_LOOKS).contains(&looks), "{reach}: {looks} looks");
            // It is not examined again at once.
            for _ in 1..LOOK_AGAIN {
                assert_eq!(watch.see(&picture, &mut |_| unreachable!("no time to look")).quad, None);
            }
            assert!(watch.see(&picture, &mut |_| true).quad.is_some(), "{reach}");
        }
    }

    #[test]
    fn a_page_is_looked_into_once_while_it_stays() {
        let (image, mut watch) = (frame(0.3), DocumentWatch::default());
        let picture = Picture::try_from(&image).unwrap();
        assert_eq!(watch.see(&picture, &mut |_| true).fault, Some(CaptureFault::TooSmall));
        assert!(watch.see(&picture, &mut |_| unreachable!("it is known")).quad.is_some());
        watch.forget();
        assert!(watch.see(&picture, &mut |_| false).quad.is_none());
    }
}
