//! What one frame shows of a document: where the page is, and what prevents reading it.

use serde::{Deserialize, Serialize};

use super::fields::Quad;

/// What is wrong with how a page is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureFault {
    /// Nothing has the outline of a page.
    NoDocument,
    /// A corner is outside the picture.
    CutOff,
    /// Too few pixels to read the print.
    TooSmall,
    /// Tilted too far from parallel to the camera.
    Tilted,
    /// Too dark to read.
    TooDark,
    /// A reflection hides print.
    Glare,
    /// Out of focus, or moved.
    Blurred,
    /// Not yet held still.
    Moving,
}

/// Measurements of a page in one frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureMeasures {
    /// Length of the longer side, pixels of the frame.
    pub width: f32,
    /// Angle between the page's normal and the line of sight, degrees.
    pub tilt: f32,
    /// Share of the print's contrast that a blur would remove, 0 (blurred) to 1 (Crete et al., "The
    /// blur effect", 2007, inverted).
    pub sharpness: f32,
    /// Median luma, 0 to 255.
    pub brightness: f32,
    /// Share of the page that is overexposed, 0 to 1.
    pub glare: f32,
}

/// What one frame shows of a document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentLook {
    /// The page's corners, if a page was found.
    pub quad: Option<Quad>,
    /// What is wrong; `None` if the page can be read.
    pub fault: Option<CaptureFault>,
    /// Its measurements.
    pub measures: CaptureMeasures,
    /// How well this frame can be read, compared with others of the same page: sharpness times
    /// width.
    pub score: f32,
}

impl DocumentLook {
    /// No page was found.
    pub const NOTHING: Self = Self {
        quad: None,
        fault: Some(CaptureFault::NoDocument),
        measures: CaptureMeasures { width: 0.0, tilt: 0.0, sharpness: 0.0, brightness: 0.0, glare: 0.0 },
        score: 0.0,
    };
}
