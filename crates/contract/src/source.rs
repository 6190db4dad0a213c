//! Where frames come from, as the eye tells it and a signed result names it.

use serde::{Deserialize, Serialize};

/// What kind of thing the frames come from. A recording is never a camera, and
/// the signed result says which it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A V4L2 capture device whose driver is a real camera's.
    Camera,
    /// A V4L2 device fed by software (v4l2loopback, vivid and the like).
    VirtualCamera,
    /// Image files, a folder of frames or a video file.
    Recording,
}

/// Where frames come from, as the signed result names it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceInfo {
    /// Camera, virtual camera or recording.
    pub kind: SourceKind,
    /// Kernel driver (`uvcvideo`), or `recording`.
    pub driver: String,
    /// The card's name as the driver tells it, or the recording's file name.
    pub card: String,
    /// Bus (`usb-0000:00:14.0-1`); empty for a recording.
    pub bus: String,
    /// Pixel format on the wire (`YUYV`), or the decoder's name.
    pub format: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Nominal frames in a second; 0 when the source doesn't say.
    pub rate: f32,
}

/// What a source has counted since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCounts {
    /// Frames handed out.
    pub frames: u64,
    /// Buffers thrown away: short, flagged as corrupt, or undecodable.
    pub corrupt: u64,
    /// Frames the driver numbered that never arrived here.
    pub missed: u64,
    /// Times the device was lost and opened again.
    pub reopened: u64,
    /// Good frames passed over because a newer one was already there: a slow
    /// reader gets the present, not a queue of the past.
    #[serde(default)]
    pub stale: u64,
}
