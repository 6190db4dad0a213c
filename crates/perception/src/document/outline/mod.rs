//! Where in a picture a document lies.
//!
//! In: a [`Picture`] of any size. Out: an [`Outline`], the four corners to a
//! fraction of a pixel and how the page is held. Called by [`super::watch`] for each
//! frame and by the reader for each still.
//!
//! The way: edges of the shrunk picture ([`edges`]), straight lines among them
//! ([`lines`]), quadrangles of four lines that a flat card or page can look like
//! ([`quads`], [`plane`]; a fourth side is looked for where three show, [`complete`]), and the
//! sides of the best measured in the full picture ([`refine`], [`shadow`]). What it shows is not looked at here: a blank sheet has an outline too.

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

/// Most candidates told for one picture, the likeliest first.
pub const MAX_OUTLINES: usize = 4;

/// A document's outline in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outline {
    /// The corners, clockwise. The first side is a long one; which of the two long sides is
    /// the upper one is not known by the outline.
    pub quad: Quad,
    /// How the page is held.
    pub held: Held,
    /// Belief: part of the sides that shows as an edge, less what shows beyond the
    /// corners, 0 to 1.
    pub score: f32,
}

/// Finds outlines; keeps its buffers from picture to picture.
#[derive(Debug, Default)]
pub struct Finder {
    edges: Edges,
    lines: Lines,
}

impl Finder {
    /// The outlines in `picture`, the likeliest first; none that covers nearly the same place
    /// as a likelier one.
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

    /// The quadrangle measured in the picture, and how it is held.
    fn measure(&self, picture: &Picture<'_>, rough: [[f32; 2]; 4]) -> Option<([[f32; 2]; 4], Held)> {
        let (factor, full) = (self.edges.factor(), (picture.width() as f32, picture.height() as f32));
        let measure = |rough| {
            let quad = refine::refine(picture, rough, factor)?;
            Some((quad, plane::held(&quad, full)?))
        };
        let outer = measure(rough)?;
        // What is no shadow's end does not leave a page's shape behind.
        let inner = shadow::within(picture, &outer.0, factor).and_then(measure);
        Some(inner.filter(|inner| inner.1.misfit <= outer.1.misfit).unwrap_or(outer))
    }
}
