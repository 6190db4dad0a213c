//! What one frame shows of a document: where the page is and what keeps it from being read.

use serde::{Deserialize, Serialize};

use super::fields::Quad;

/// What is wrong with a page as it is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaptureFault {
    /// Nothing with the outline of a page.
    NoDocument,
    /// A corner is outside the picture.
    CutOff,
    /// Too few pixels for the print.
    TooSmall,
    /// Held too far from parallel to the camera.
    Tilted,
    /// Too dark to read.
    TooDark,
    /// A reflection hides print.
    Glare,
    /// Out of focus, or moved.
    Blurred,
    /// Not held still yet.
    Moving,
}

/// What was measured of a page in one frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CaptureMeasures {
    /// Length of the longer side, pixels of the frame.
    pub width: f32,
    /// Angle between the page's normal and the line of sight, degrees.
    pub tilt: f32,
    /// Part of the print's contrast that a blur would take away, 0 (blurred) to 1 (Crete et al.,
    /// "The blur effect", 2007, turned round).
    pub sharpness: f32,
    /// Median luma, 0 to 255.
    pub brightness: f32,
    /// Part of the page that is burnt out, 0 to 1.
    pub glare: f32,
}

/// What one frame shows of a document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentLook {
    /// The page's corners, when there is one.
    pub quad: Option<Quad>,
    /// What is wrong; none when the page can be read.
    pub fault: Option<CaptureFault>,
    /// What was measured of it.
    pub measures: CaptureMeasures,
    /// How well this frame can be read beside others of the same page: sharpness times width.
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
