//! JPEG: a picture's headers, whether its data is complete, and the frames of MJPEG cameras.
//!
//! In: the bytes of one picture. Out: its [`inspect::Inspection`], or why it is refused. Used for
//! pictures supplied by people (`picture_file/`), for MJPEG recordings and for MJPEG cameras
//! ([`camera_frame`]). The pixels are decoded by `zune-jpeg`, which paints missing data grey
//! without reporting it. That is why the data is inspected here first.

mod bits;
pub(super) mod camera_frame;
mod headers;
mod huffman;
mod inspect;
mod progressive;
mod sequential;
mod standard_tables;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

pub use headers::JpegFault;
pub(super) use headers::first_size;
pub(super) use inspect::{Care, Inspector};

/// Markers of ITU-T T.81, table B.1: the second byte.
pub(super) mod marker {
    pub(in crate::camera) const SOI: u8 = 0xD8;
    pub(in crate::camera) const EOI: u8 = 0xD9;
    pub(in crate::camera) const SOS: u8 = 0xDA;
    pub(in crate::camera) const DQT: u8 = 0xDB;
    pub(in crate::camera) const DNL: u8 = 0xDC;
    pub(in crate::camera) const DRI: u8 = 0xDD;
    pub(in crate::camera) const DHT: u8 = 0xC4;
    pub(in crate::camera) const DAC: u8 = 0xCC;
    /// Restart markers are `RST0` to `RST0 + 7`.
    pub(in crate::camera) const RST0: u8 = 0xD0;
    pub(in crate::camera) const APP2: u8 = 0xE2;
}

/// Copies `bytes` into `completed`, with the standard Huffman tables inserted before the first scan
/// at `scan_at`.
pub(super) fn complete(bytes: &[u8], scan_at: usize, completed: &mut Vec<u8>) {
    completed.clear();
    completed.reserve(bytes.len() + standard_tables::STANDARD_TABLES.len());
    completed.extend_from_slice(&bytes[..scan_at]);
    completed.extend_from_slice(&standard_tables::STANDARD_TABLES);
    completed.extend_from_slice(&bytes[scan_at..]);
}
