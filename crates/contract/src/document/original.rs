//! Measurements that tell a document from a copy or from a screen that shows it.

use serde::{Deserialize, Serialize};

/// Measurements of a page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginalEvidence {
    /// Chroma that does not follow luma: root mean square divided by mean luma, 0 and up.
    pub hues: f32,
    /// How far a raster of colours stands out in the spectrum: a difference of natural logarithms
    /// of power, 0 and up. `None` if the picture does not hold the page at its own resolution.
    pub raster: Option<f32>,
    /// What surrounds the page. `None` if there is no outline: a scan ends at the page's edges.
    pub surround: Option<Surround>,
    /// Size of the machine readable zone relative to its page, divided by what it must be. `None`
    /// if there is no zone or no outline.
    pub scale: Option<f32>,
}

/// What was seen around a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Surround {
    /// Sides with enough of the picture beside them to look at, 0 to 4.
    pub seen: u8,
    /// Sides along which a second straight edge runs in the page's own plane, 0 to 4. Objects
    /// behind a page may be parallel to one or two sides by chance, but not to three.
    pub edges: u8,
}
