//! The live guidance: frame after frame, where the page is and what is wrong with it.
//!
//! In: frames of a stream. Out: a [`DocumentLook`] for each, of fixed size and without pixels.
//! Called by the eye while a session is at its document.

use serde::{Deserialize, Serialize};

use super::capture::{CaptureFault, CaptureRules, Gauge, Measures};
use super::outline::plane::distance;
use super::outline::{Finder, Outline};
use super::picture::Picture;
use super::types::Quad;

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

/// Watches a stream; keeps its buffers from frame to frame.
#[derive(Debug, Default)]
pub struct DocumentWatch {
    rules: CaptureRules,
    finder: Finder,
    gauge: Gauge,
    last: Option<Quad>,
}

impl DocumentWatch {
    /// Looks at one frame.
    pub fn see(&mut self, picture: &Picture<'_>) -> DocumentLook {
        let Some(outline) = self.finder.find(picture).first().copied() else {
            self.last = None;
            return DocumentLook::NOTHING;
        };
        let quad = self.turned_like_last(&outline);
        let measures = self.gauge.measure(picture, &outline);
        let moved = self.last.map_or(f32::INFINITY, |last| {
            let way = quad.0.iter().zip(last.0).map(|(a, b)| distance(*a, b)).fold(0.0, f32::max);
            way / measures.width.max(1.0)
        });
        self.last = Some(quad);
        let fault = self
            .rules
            .fault(&outline, &measures)
            .or((moved > self.rules.motion_max).then_some(CaptureFault::Moving));
        DocumentLook { quad: Some(quad), fault, measures, score: measures.sharpness * measures.width }
    }

    /// Forgets the page before: another one is shown, or another source.
    pub fn forget(&mut self) {
        self.last = None;
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
