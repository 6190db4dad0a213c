//! Finds a document's outline in a picture.
//!
//! In: a [`Picture`] of any size. Out: an [`Outline`], with corners to a fraction of a pixel and
//! the pose of the page. Called by [`super::watch`] for each frame and by the reader for each
//! still.
//!
//! Steps: find the edges of the shrunk picture ([`edges`]), then straight lines among them
//! ([`lines`]), then quadrangles of four lines that a flat card or page can project to ([`quads`],
//! [`plane`]). Where only three sides show, the fourth is searched for ([`complete`]). Last, the
//! sides of the best candidates are measured in the full picture ([`refine`], [`shadow`]). The
//! page's content is not examined: a blank sheet has an outline too.

mod complete;
mod edges;
mod fit;
mod lines;
pub mod plane;
mod quads;
mod refine;
mod shadow;
#[cfg(test)]
mod tests;

use edges::Edges;
use lines::Lines;
use plane::Held;

use crate::camera::Picture;
use vouch_contract::document::fields::Quad;

/// Limit on outlines returned for one picture.
pub const MAX_OUTLINES: usize = 4;

/// A document's outline in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// The corners, clockwise. The first side is a long one. The outline alone can't say which of
    /// the two long sides is the upper one.
    pub quad: Quad,
    /// The pose of the page.
    pub held: Held,
    /// Confidence, 0 to 1: the visible part of the sides, less a penalty for edges that go on
    /// beyond the corners.
    pub score: f32,
}

/// Finds outlines; reuses its buffers from picture to picture.
#[derive(Debug, Default)]
pub struct Finder {
    edges: Edges,
    lines: Lines,
}

impl Finder {
    /// The outlines in `picture`, likeliest first. An outline that nearly coincides with a likelier
    /// one is left out.
    pub fn find(&mut self, picture: &Picture<'_>) -> heapless::Vec<Outline, MAX_OUTLINES> {
        self.edges.find(picture);
        self.lines.find(&self.edges);
        let size = (self.edges.width() as f32, self.edges.height() as f32);
        let mut found = heapless::Vec::new();
        for candidate in quads::search(&self.lines, size) {
            let rough = candidate.quad.map(|corner| self.edges.to_picture(corner));
            let Some((quad, held)) = self.measure(picture, rough) else { continue };
            let _ = found.push(Outline { quad: Quad(quad), held, score: candidate.score });
        }
        found
    }

    /// Measures the quadrangle and its pose in the full picture.
    fn measure(&self, picture: &Picture<'_>, rough: [[f32; 2]; 4]) -> Option<([[f32; 2]; 4], Held)> {
        let (factor, full) = (self.edges.factor(), (picture.width() as f32, picture.height() as f32));
        let measure = |rough| {
            let quad = refine::refine(picture, rough, factor)?;
            Some((quad, plane::held(&quad, full)?))
        };
        let outer = measure(rough)?;
        // An inner outline that is not page-shaped means the outer edge was no shadow.
        let inner = shadow::within(picture, &outer.0, factor).and_then(measure);
        Some(inner.filter(|inner| inner.1.misfit <= outer.1.misfit).unwrap_or(outer))
    }
}
