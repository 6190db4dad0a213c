//! What was measured to tell a document from a copy or a screen that shows it.

use serde::{Deserialize, Serialize};

/// What was measured of a page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OriginalEvidence {
    /// Chroma that does not follow luma, root mean square over mean luma, 0 and up.
    pub hues: f32,
    /// How far a raster of colours stands out of the spectrum: a difference of natural
    /// logarithms of power, 0 and up. None where the page is not in the picture at its own
    /// resolution.
    pub raster: Option<f32>,
    /// What lies around the page. None where there is no outline: a scan ends where its page
    /// does.
    pub surround: Option<Surround>,
    /// Size of the machine readable zone beside its page, over what it must be. None where
    /// there is no zone, or no outline.
    pub scale: Option<f32>,
}

/// What was seen around a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Surround {
    /// Sides beside which enough of the picture is left to look at, 0 to 4.
    pub seen: u8,
    /// Sides along which a second straight edge runs in the page's own plane, 0 to 4. Things
    /// that lie behind a page are parallel to it on one side or two by chance, not on three.
    pub edges: u8,
}
