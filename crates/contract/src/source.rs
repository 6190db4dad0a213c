//! Where frames come from, as the eye reports it and a signed result states it.

use serde::{Deserialize, Serialize};

/// Kind of source. A recording never counts as a camera, and the signed result says which it was.
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

/// Where frames come from, as the signed result states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceInfo {
    /// Camera, virtual camera or recording.
    pub kind: SourceKind,
    /// Kernel driver (`uvcvideo`), or `recording`.
    pub driver: String,
    /// The card's name as the driver reports it, or the recording's file name.
    pub card: String,
    /// Bus (`usb-0000:00:14.0-1`); empty for a recording.
    pub bus: String,
    /// Pixel format on the wire (`YUYV`), or the decoder's name.
    pub format: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Nominal frames per second; 0 if the source doesn't say.
    pub rate: f32,
}

/// The source's counters since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceCounts {
    /// Frames delivered.
    pub frames: u64,
    /// Buffers discarded: short, flagged as corrupt, or undecodable.
    pub corrupt: u64,
    /// Frames that the driver counted but that never arrived.
    pub missed: u64,
    /// How often the device was lost and reopened.
    pub reopened: u64,
    /// Good frames skipped because a newer one was available: a slow reader gets the latest frame,
    /// not a queue of old ones.
    #[serde(default)]
    pub stale: u64,
}
