//! An opened, configured, streaming V4L2 device.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use v4l::v4l_sys as sys;

use super::choice::{Mode, Wanted, choose, fourcc_text, nearest_step};
use super::mapping::Mapping;
use super::newest_good_frame::{Buffers, Taken};
use super::node::{Capability, Device, Filled, Picture, Readiness, Sizes};
use super::virtual_camera::kind_of_open;
use super::{PixelFormat, V4l2Options};
use crate::camera::colour::Colour;
use crate::camera::convert::Layout;
use crate::camera::{CameraError, MAX_SIDE};
use vouch_contract::source::SourceInfo;

/// Fewest buffers requested from a driver. With fewer it has nowhere to write while one is read.
const MIN_BUFFERS: u32 = 2;
/// Most buffers requested. More would only use memory, because the newest frame is taken anyway.
const MAX_BUFFERS: u32 = 32;

/// A streaming device. Dropping it stops the stream, releases the buffers and closes the node.
#[derive(Debug)]
pub(super) struct Stream {
    // Dropped in this order: mappings before the device they belong to.
    mappings: Vec<Mapping>,
    device: Device,
    /// As set by the driver, which may change it while streaming.
    picture: Picture,
    layout: Layout,
    pub(super) info: SourceInfo,
}

impl Stream {
    /// Opens the device, negotiates format, size and rate, and starts the stream.
    pub(super) fn open(options: &V4l2Options) -> Result<Self, CameraError> {
        let path = options.path.display().to_string();
        let failed = |error| CameraError::from_io(&path, error);
        let device = Device::open(&options.path).map_err(failed)?;
        let capability = device.capability().map_err(|error| match CameraError::from_io(&path, error) {
            CameraError::Io { .. } => {
                CameraError::unusable(&path, "not a V4L2 device; see `vouch camera list`")
            }
            known => known,
        })?;
        if let Some(reason) = unusable(&capability) {
            return Err(CameraError::unusable(&path, reason));
        }
        let wanted = Wanted {
            width: options.width.clamp(1, MAX_SIDE),
            height: options.height.clamp(1, MAX_SIDE),
            rate: options.rate.clamp(0.1, 1000.0),
            format: options.format,
        };
        // Subscribed before anything is negotiated, so that no change is missed.
        device.watch_source();
        device.follow_source();
        let offered = device.formats();
        let modes = modes(&device, &offered, &wanted);
        let Some(mode) = choose(&modes, &wanted) else {
            return Err(CameraError::unusable(&path, no_format(&offered, &wanted)));
        };
        let picture = device.set_picture(mode.format.fourcc(), mode.width, mode.height).map_err(failed)?;
        // The camera's format is compared with this one while it streams. Taking both from the same
        // call avoids a false change if a driver answers the two calls differently.
        let picture = device.picture().unwrap_or(picture);
        let format = PixelFormat::from_fourcc(picture.fourcc)
            .filter(|format| wanted.format.is_none_or(|asked| asked == *format))
            .ok_or_else(|| CameraError::unusable(&path, no_format(&[picture.fourcc], &wanted)))?;
        if let Some(reason) = fields_apart(picture.field) {
            return Err(CameraError::unusable(&path, reason));
        }
        let layout = Layout {
            format,
            width: picture.width,
            height: picture.height,
            stride: picture.stride as usize,
            luma_rows: luma_rows(format, &picture),
            colour: Colour::from_v4l2(picture.colorspace, picture.ycbcr_enc, picture.quantization),
        };
        layout.needed().map_err(|error| CameraError::unusable(&path, error.to_string()))?;
        let rate = device.set_rate(wanted.rate);
        let info = SourceInfo {
            kind: kind_of_open(&device, &capability),
            driver: capability.driver,
            card: capability.card,
            bus: capability.bus,
            format: format.to_string(),
            width: layout.width,
            height: layout.height,
            rate,
        };
        let mut stream = Self { mappings: Vec::new(), device, picture, layout, info };
        stream.start(options.buffers).map_err(failed)?;
        Ok(stream)
    }

    fn start(&mut self, buffers: u32) -> io::Result<()> {
        let count = self.device.request_buffers(buffers.clamp(MIN_BUFFERS, MAX_BUFFERS))?;
        // The driver may allocate more than requested; those stay unused.
        for index in 0..count.min(MAX_BUFFERS) {
            self.mappings.push(self.device.map(index)?);
        }
        if self.mappings.is_empty() {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        for index in 0..self.mappings.len() as u32 {
            self.device.queue(index)?;
        }
        self.device.stream_on()
    }
}

impl Buffers for Stream {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn count(&self) -> usize {
        self.mappings.len()
    }

    fn take(&self) -> Taken {
        match self.device.dequeue() {
            Ok(filled) if (filled.index as usize) < self.mappings.len() => Taken::Buffer(filled),
            Ok(_) => Taken::Gone(io::ErrorKind::InvalidData.into()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Taken::Nothing,
            Err(error) => Taken::Gone(error),
        }
    }

    fn changed(&self) -> bool {
        // A disconnected device answers neither; the next call detects that.
        self.device.source_changed() || self.device.picture().is_ok_and(|now| now != self.picture)
    }

    fn wait_and_take(&self, deadline: Instant) -> Taken {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let readiness = match self.device.wait(left) {
                Ok(readiness) => readiness,
                Err(error) => return Taken::Gone(error),
            };
            if readiness == Readiness::Event && self.changed() {
                return Taken::Changed;
            }
            match (readiness, self.take()) {
                // poll reports trouble, the driver says "come back later". It would say so forever,
                // at the speed of this loop.
                (Readiness::Trouble, Taken::Nothing) => {
                    return Taken::Gone(io::ErrorKind::BrokenPipe.into());
                }
                // Also after a wait interrupted by a signal.
                (_, Taken::Nothing) if Instant::now() < deadline => {
                    if readiness != Readiness::Nothing {
                        // "Ready" without a buffer: sleep briefly instead of spinning.
                        std::thread::sleep(Duration::from_millis(1));
                    }
                }
                (_, taken) => return taken,
            }
        }
    }

    fn give_back(&self, filled: &Filled) -> io::Result<()> {
        self.device.queue(filled.index)
    }

    fn copy(&self, filled: &Filled, target: &mut Vec<u8>) {
        if let Some(mapping) = self.mappings.get(filled.index as usize) {
            mapping.copy_to(filled.bytes_used as usize, target);
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // A disconnected device refuses both, and closing it does the same work.
        let _ = self.device.stream_off();
        self.mappings.clear();
        let _ = self.device.request_buffers(0);
    }
}

/// Rows from the start of luma to the start of chroma in a 4:2:0 picture.
///
/// V4L2 puts the chroma right after the picture's last row. Drivers of codecs and image processors
/// that work in blocks (usually 16 rows, up to 128) put it after their last block. The picture's
/// size reveals it: exactly the bytes that the rounded height needs. A size rounded in another way
/// (to whole pages, or to a USB camera's largest transfer) reveals nothing.
fn luma_rows(format: PixelFormat, picture: &Picture) -> usize {
    /// Powers of two, from 2 rows to 128.
    const BLOCKS: std::ops::RangeInclusive<u32> = 1..=7;
    let (height, stride) = (picture.height as usize, picture.stride as usize);
    if !format.is_420() {
        return height;
    }
    let told = picture.image_bytes as usize * 2;
    BLOCKS
        .map(|power| height.next_multiple_of(1 << power))
        .find(|rows| *rows > height && Some(told) == stride.checked_mul(rows * 3))
        .unwrap_or(height)
}

/// Why this node can't stream, and what to do.
fn unusable(capability: &Capability) -> Option<&'static str> {
    let has = |flag| capability.flags & flag != 0;
    if has(sys::V4L2_CAP_VIDEO_M2M) || has(sys::V4L2_CAP_VIDEO_M2M_MPLANE) {
        Some("a codec or scaler, not a camera; `vouch camera list` names the cameras")
    } else if has(sys::V4L2_CAP_VIDEO_CAPTURE) && has(sys::V4L2_CAP_STREAMING) {
        None
    } else if has(sys::V4L2_CAP_VIDEO_CAPTURE) {
        Some("the camera can't stream (only read calls), which Vouch needs; use another camera")
    } else if has(sys::V4L2_CAP_VIDEO_CAPTURE_MPLANE) {
        Some(
            "the camera offers multi-planar capture only, which Vouch doesn't read; use the \
             ISP's single-planar node, or a bridge such as libcamera's v4l2 compatibility layer",
        )
    } else {
        Some(
            "not a capture device (USB cameras have a second node for metadata; a loopback \
             without a program that feeds it is not one either); `vouch camera list` names the \
             cameras",
        )
    }
}

/// Why pictures in this field order can't be used.
fn fields_apart(field: u32) -> Option<&'static str> {
    match field {
        sys::v4l2_field_V4L2_FIELD_TOP
        | sys::v4l2_field_V4L2_FIELD_BOTTOM
        | sys::v4l2_field_V4L2_FIELD_ALTERNATE
        | sys::v4l2_field_V4L2_FIELD_SEQ_TB
        | sys::v4l2_field_V4L2_FIELD_SEQ_BT => Some(
            "the camera sends the two fields of an interlaced picture separately; use a progressive \
             camera or another size",
        ),
        _ => None,
    }
}

fn no_format(offered: &[[u8; 4]], wanted: &Wanted) -> String {
    let offered = offered.iter().map(|fourcc| fourcc_text(*fourcc)).collect::<Vec<_>>().join(", ");
    let offered = if offered.is_empty() { "nothing".to_owned() } else { offered };
    match wanted.format {
        Some(format) => format!(
            "the camera does not offer {format} (only {offered}); ask for another format or \
             leave it open"
        ),
        None => format!(
            "the camera offers {offered}; Vouch reads YUYV, MJPEG, NV12, NV21, YUV420, GREY and RGB24: \
             use another camera"
        ),
    }
}

/// The modes of a camera that Vouch can read, at the sizes nearest to the wanted one.
fn modes(device: &Device, offered: &[[u8; 4]], wanted: &Wanted) -> Vec<Mode> {
    let mut modes = Vec::new();
    for &fourcc in offered {
        let Some(format) = PixelFormat::from_fourcc(fourcc) else {
            continue;
        };
        let sizes = device.sizes(fourcc);
        for (width, height) in candidates(&sizes, wanted) {
            modes.push(Mode { format, width, height, rates: device.rates(fourcc, width, height) });
        }
    }
    modes
}

/// The sizes worth comparing: all discrete ones, and the nearest point of a grid. If a driver lists
/// none, the wanted size is requested and the driver chooses.
fn candidates(sizes: &[Sizes], wanted: &Wanted) -> Vec<(u32, u32)> {
    if sizes.is_empty() {
        return vec![(wanted.width, wanted.height)];
    }
    sizes
        .iter()
        .map(|sizes| match *sizes {
            Sizes::One(width, height) => (width, height),
            Sizes::Grid((w0, w1, dw), (h0, h1, dh)) => {
                (nearest_step(wanted.width, w0, w1, dw), nearest_step(wanted.height, h0, h1, dh))
            }
        })
        .filter(|(width, height)| (1..=MAX_SIDE).contains(width) && (1..=MAX_SIDE).contains(height))
        .collect()
}

/// Whether the node at `path` can be opened and captures: the first thing that a reconnected camera
/// does.
pub(in crate::camera) fn answers(path: &Path) -> bool {
    Device::open(path)
        .and_then(|device| device.capability())
        .is_ok_and(|capability| unusable(&capability).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(flags: u32) -> Capability {
        Capability { driver: "x".into(), card: "x".into(), bus: "x".into(), flags }
    }

    #[test]
    fn only_a_streaming_capture_node_is_taken() {
        let streaming = sys::V4L2_CAP_STREAMING;
        assert!(unusable(&with(streaming | sys::V4L2_CAP_VIDEO_CAPTURE)).is_none());
        for (flags, says) in [
            (streaming | sys::V4L2_CAP_VIDEO_CAPTURE_MPLANE, "multi-planar"),
            (streaming | sys::V4L2_CAP_META_CAPTURE, "not a capture device"),
            (streaming | sys::V4L2_CAP_VIDEO_M2M, "codec"),
            (sys::V4L2_CAP_VIDEO_CAPTURE, "can't stream"),
        ] {
            let reason = unusable(&with(flags)).expect("refused");
            assert!(reason.contains(says), "{reason}");
        }
    }

    #[test]
    fn a_driver_without_lists_is_asked_for_what_is_wanted() {
        let wanted = Wanted { width: 640, height: 480, rate: 30.0, format: None };
        assert_eq!(candidates(&[], &wanted), [(640, 480)]);
        let listed = [Sizes::One(320, 240), Sizes::Grid((2, 4096, 2), (2, 4096, 2)), Sizes::One(0, 0)];
        assert_eq!(candidates(&listed, &wanted), [(320, 240), (640, 480)]);
    }

    fn picture(width: u32, height: u32, image_bytes: u32) -> Picture {
        Picture {
            fourcc: *b"NV12",
            width,
            height,
            stride: width,
            image_bytes,
            field: 1,
            colorspace: 0,
            ycbcr_enc: 0,
            quantization: 0,
        }
    }

    #[test]
    fn chroma_begins_behind_the_drivers_last_block_of_rows() {
        let rows = |width, height, bytes| luma_rows(PixelFormat::Nv12, &picture(width, height, bytes));
        // As V4L2 defines it.
        assert_eq!(rows(1920, 1080, 1920 * 1080 * 3 / 2), 1080);
        // Blocks of 16 and of 128 rows.
        assert_eq!(rows(1920, 1080, 1920 * 1088 * 3 / 2), 1088);
        assert_eq!(rows(640, 360, 640 * 384 * 3 / 2), 384);
        // Rounded to whole pages, and a USB camera's largest transfer.
        assert_eq!(rows(640, 360, (640 * 360 * 3 / 2u32).next_multiple_of(4096)), 360);
        assert_eq!(rows(640, 480, 1_000_000), 480);
        // Half a row more, for the chroma of an odd height.
        assert_eq!(rows(64, 5, 64 * 8), 5);
        assert_eq!(luma_rows(PixelFormat::Yuyv, &picture(1920, 1080, 1920 * 1088 * 3 / 2)), 1080);
    }

    #[test]
    fn the_message_names_what_is_offered_and_what_is_read() {
        let wanted = Wanted { width: 640, height: 480, rate: 30.0, format: None };
        let message = no_format(&[*b"H264", *b"BA81"], &wanted);
        assert!(message.contains("H264, BA81") && message.contains("YUYV"));
    }
}
