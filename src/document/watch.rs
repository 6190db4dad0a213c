//! The live guidance: frame after frame, where the page is and what is wrong with it.
//!
//! In: frames of a stream. Out: a [`DocumentLook`] for each, of fixed size and without pixels.
//! Called by the eye while a session is at its document.

use serde::{Deserialize, Serialize};

use super::capture::{CaptureFault, CaptureRules, Gauge, Measures};
use super::outline::plane::distance;
use super::outline::{Finder, Outline};
use super::types::Quad;
use crate::camera::Picture;

/// What one frame shows of a document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentLook {
    /// The page's corners, when there is one.
    pub quad: Option<Quad>,
    /// What is wrong; none when the page can be read.
    pub fault: Option<CaptureFault>,
    /// What was measured of it.
    pub measures: Measures,
    /// How well this frame can be read beside others of the same page: sharpness times width.
    pub score: f32,
}

impl DocumentLook {
    const NOTHING: Self = Self {
        quad: None,
        fault: Some(CaptureFault::NoDocument),
        measures: Measures { width: 0.0, tilt: 0.0, sharpness: 0.0, brightness: 0.0, glare: 0.0 },
        score: 0.0,
    };
}

/// An outline this sure is told as too small, cut off or too dark, where nothing can be seen in
/// it yet: cards before generated backdrops score 0.93 on the median, tiles and keyboards less
/// than 0.9.
const SURE: f32 = 0.92;
/// Frames between two looks into pages that did not hold a document: a look takes several frames'
/// time.
const LOOK_AGAIN: u32 = 6;
/// A page that moved less than this from frame to frame, parts of its width, is the same page.
const SAME_PAGE: f32 = 0.25;

/// Watches a stream; keeps its buffers from frame to frame.
#[derive(Debug, Default)]
pub struct DocumentWatch {
    rules: CaptureRules,
    finder: Finder,
    gauge: Gauge,
    last: Option<Quad>,
    /// Whether the page of `last` was found to hold a document.
    confirmed: bool,
    /// Frames until pages are looked into again.
    pause: u32,
}

impl DocumentWatch {
    /// Looks at one frame. `holds` tells whether a page holds a document, a portrait or a
    /// machine readable zone; it is asked now and then, until it says so.
    pub fn see(&mut self, picture: &Picture<'_>, holds: &mut dyn FnMut(&Outline) -> bool) -> DocumentLook {
        self.pause = self.pause.saturating_sub(1);
        let outlines = self.finder.find(picture);
        let mut chosen = None;
        for outline in &outlines {
            let measures = self.gauge.measure(picture, outline);
            let quad = self.turned_like_last(outline);
            let moved = self.moved(&quad, measures.width);
            let fault = self.rules.fault(outline, &measures);
            let is_known = self.confirmed && moved <= SAME_PAGE;
            let is_told = match fault {
                _ if is_known => true,
                Some(CaptureFault::TooSmall | CaptureFault::CutOff | CaptureFault::TooDark) => {
                    outline.score >= SURE
                }
                _ if self.pause > 0 => false,
                _ => {
                    self.confirmed = holds(outline);
                    self.confirmed
                }
            };
            if is_told {
                chosen = Some((quad, moved, fault, measures));
                break;
            }
        }
        let Some((quad, moved, fault, measures)) = chosen else {
            if !outlines.is_empty() && self.pause == 0 {
                self.pause = LOOK_AGAIN;
            }
            self.last = None;
            self.confirmed = false;
            return DocumentLook::NOTHING;
        };
        self.confirmed &= self.last.is_none() || moved <= SAME_PAGE || fault.is_none();
        self.last = Some(quad);
        let fault = fault.or((moved > self.rules.motion_max).then_some(CaptureFault::Moving));
        DocumentLook { quad: Some(quad), fault, measures, score: measures.sharpness * measures.width }
    }

    /// Forgets the page before: another one is shown, or another source.
    pub fn forget(&mut self) {
        (self.last, self.confirmed, self.pause) = (None, false, 0);
    }

    /// The longest way of a corner since the frame before, parts of the page's width.
    fn moved(&self, quad: &Quad, width: f32) -> f32 {
        self.last.map_or(f32::INFINITY, |last| {
            let way = quad.0.iter().zip(last.0).map(|(a, b)| distance(*a, b)).fold(0.0, f32::max);
            way / width.max(1.0)
        })
    }

    /// An outline does not know which of its long sides is the upper one; while a page is
    /// held, the same corner comes first.
    fn turned_like_last(&self, outline: &Outline) -> Quad {
        let quad = outline.quad;
        let Some(last) = self.last else { return quad };
        let [a, b, c, d] = quad.0;
        let turned = Quad([c, d, a, b]);
        let way = |quad: &Quad| -> f32 { quad.0.iter().zip(last.0).map(|(a, b)| distance(*a, b)).sum() };
        if way(&turned) < way(&quad) { turned } else { quad }
    }
}
