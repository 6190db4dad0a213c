//! Where in a picture a document lies.
//!
//! In: a [`Picture`] of any size. Out: an [`Outline`], the four corners to a
//! fraction of a pixel and how the page is held. Called by [`super::watch`] for each
//! frame and by the reader for each still.
//!
//! The way: edges of the shrunk picture ([`edges`]), straight lines among them
//! ([`lines`]), quadrangles of four lines that a flat card or page can look like
//! ([`quads`], [`plane`]), and the sides of the best one measured in the full picture
//! ([`refine`]). What it shows is not looked at here: a blank sheet has an outline too.

mod edges;
mod lines;
pub mod plane;
mod quads;
mod refine;

use edges::Edges;
use lines::Lines;
use plane::Held;

use super::types::Quad;
use crate::camera::Picture;

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
        for candidate in quads::search(self.lines.all(), size) {
            let rough = candidate.quad.map(|corner| self.edges.to_picture(corner));
            let Some(quad) = refine::refine(picture, rough, self.edges.factor()) else { continue };
            let full = (picture.width() as f32, picture.height() as f32);
            let Some(held) = plane::held(&quad, full) else { continue };
            let _ = found.push(Outline { quad: Quad(quad), held, score: candidate.score });
        }
        found
    }
}
