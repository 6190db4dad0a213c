//! Lists the cameras on this machine, for a person to choose from.

use std::path::{Path, PathBuf};

use serde::Serialize;
use v4l::v4l_sys as sys;

use super::PixelFormat;
use super::choice::fourcc_text;
use super::node::{Device, Sizes};
use super::virtual_camera::kind_of_open;
use crate::camera::{CameraError, recording::natural};
use vouch_contract::source::SourceKind;

/// A V4L2 node.
#[derive(Debug, Clone, Serialize)]
pub struct CameraListing {
    /// Device node.
    pub path: PathBuf,
    /// Kernel driver; empty if the node could not be opened.
    pub driver: String,
    /// The card's name.
    pub card: String,
    /// Bus.
    pub bus: String,
    /// Camera or virtual camera.
    pub kind: Option<SourceKind>,
    /// The formats it offers; empty for nodes that can't capture.
    pub formats: Vec<FormatListing>,
    /// Why the node is unusable, if it is.
    pub problem: Option<String>,
}

/// A format a camera offers.
#[derive(Debug, Clone, Serialize)]
pub struct FormatListing {
    /// V4L2's four characters.
    pub fourcc: String,
    /// Whether Vouch supports it.
    pub readable: bool,
    /// Its sizes; empty if the driver doesn't list them.
    pub sizes: Vec<SizeListing>,
}

/// A size (or, for drivers with steps, the smallest and the largest).
#[derive(Debug, Clone, Serialize)]
pub struct SizeListing {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Fastest frame rate; 0 if the driver doesn't say.
    pub rate: f32,
}

/// Every `/dev/video*` in numerical order, usable or not.
pub fn list_cameras() -> Vec<CameraListing> {
    let Ok(entries) = std::fs::read_dir("/dev") else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("video"))
        .collect();
    names.sort_by(|a, b| natural::compare(a, b));
    names.into_iter().map(|name| look_at(&Path::new("/dev").join(name))).collect()
}

fn look_at(path: &Path) -> CameraListing {
    let mut listing = CameraListing {
        path: path.to_owned(),
        driver: String::new(),
        card: String::new(),
        bus: String::new(),
        kind: None,
        formats: Vec::new(),
        problem: None,
    };
    let opened = Device::open(path).and_then(|device| {
        let capability = device.capability()?;
        Ok((device, capability))
    });
    let (device, capability) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let error = CameraError::from_io(&path.display().to_string(), error);
            listing.problem = Some(error.to_string());
            return listing;
        }
    };
    listing.kind = Some(kind_of_open(&device, &capability));
    if capability.flags & sys::V4L2_CAP_VIDEO_CAPTURE == 0 {
        listing.problem = Some("no single-planar capture on this node".to_owned());
    }
    listing.driver = capability.driver;
    listing.card = capability.card;
    listing.bus = capability.bus;
    listing.formats = device
        .formats()
        .into_iter()
        .map(|fourcc| FormatListing {
            fourcc: fourcc_text(fourcc),
            readable: PixelFormat::from_fourcc(fourcc).is_some(),
            sizes: sizes(&device, fourcc),
        })
        .collect();
    listing
}

fn sizes(device: &Device, fourcc: [u8; 4]) -> Vec<SizeListing> {
    let size = |width, height| SizeListing {
        width,
        height,
        rate: device.rates(fourcc, width, height).iter().map(|(_, fastest)| *fastest).fold(0.0, f32::max),
    };
    device
        .sizes(fourcc)
        .into_iter()
        .flat_map(|sizes| match sizes {
            Sizes::One(width, height) => vec![size(width, height)],
            Sizes::Grid((w0, w1, _), (h0, h1, _)) => vec![size(w0, h0), size(w1, h1)],
        })
        .collect()
}
