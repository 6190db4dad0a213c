//! MJPEG: one JPEG picture a frame, from a camera that may be broken or hostile.
//!
//! The picture's headers are read here first, so that its size is known and
//! bounded before any decoder allocates, a picture cut off in transfer is refused
//! (a decoder would paint the missing part grey, which looks like a face behind a
//! board), and the Huffman tables many cameras leave out are put back in.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::jpeg_tables::STANDARD_TABLES;
use super::{Frame, MAX_SIDE};

/// Largest JPEG frame taken, in bytes. An 8-megapixel picture at high quality has
/// about 6 MB.
const MAX_JPEG: usize = 16 << 20;

/// Why a JPEG frame is no picture.
#[derive(Debug, thiserror::Error)]
pub enum JpegError {
    /// No JPEG headers, or headers that contradict themselves.
    #[error("broken JPEG headers")]
    Headers,
    /// No end-of-image marker: cut off in transfer. The USB Video Class makes the
    /// marker mandatory in MJPEG payloads.
    #[error("JPEG picture cut off")]
    CutOff,
    /// Not the size the camera was set to.
    #[error("JPEG picture of {0}x{1} pixels from a camera set to {2}x{3}")]
    Size(u32, u32, u32, u32),
    /// More bytes than any frame should have.
    #[error("JPEG picture of {0} bytes")]
    TooLarge(usize),
    /// The decoder's complaint.
    #[error("JPEG: {0}")]
    Decode(String),
}

/// What the headers say.
#[derive(Debug, PartialEq, Eq)]
struct Headers {
    width: u32,
    height: u32,
    has_huffman: bool,
    /// Where the start-of-scan marker stands.
    scan_at: usize,
}

/// Decodes `bytes`, a picture that must have `size`, into `frame`; `completed` is
/// room for the picture with its tables put back.
pub(super) fn decode(
    bytes: &[u8],
    size: (u32, u32),
    completed: &mut Vec<u8>,
    frame: &mut Frame,
) -> Result<(), JpegError> {
    if bytes.len() > MAX_JPEG {
        return Err(JpegError::TooLarge(bytes.len()));
    }
    let headers = headers(bytes)?;
    if (headers.width, headers.height) != size {
        let (width, height) = size;
        return Err(JpegError::Size(headers.width, headers.height, width, height));
    }
    if headers.width.max(headers.height) > MAX_SIDE {
        return Err(JpegError::Headers);
    }
    if !has_end(&bytes[headers.scan_at..]) {
        return Err(JpegError::CutOff);
    }
    let picture = if headers.has_huffman {
        bytes
    } else {
        completed.clear();
        completed.extend_from_slice(&bytes[..headers.scan_at]);
        completed.extend_from_slice(&STANDARD_TABLES);
        completed.extend_from_slice(&bytes[headers.scan_at..]);
        completed
    };
    let options = DecoderOptions::default()
        .set_max_width(headers.width as usize)
        .set_max_height(headers.height as usize)
        .set_strict_mode(true)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(picture), options);
    let failed = |error: zune_jpeg::errors::DecodeErrors| JpegError::Decode(error.to_string());
    decoder.decode_headers().map_err(failed)?;
    frame.resize(headers.width, headers.height);
    // One component makes 1 byte a pixel unless the decoder widens it.
    if decoder.output_buffer_size() != Some(frame.rgb.len()) {
        return Err(JpegError::Headers);
    }
    decoder.decode_into(&mut frame.rgb).map_err(failed)
}

/// Walks the marker segments up to the first scan (ITU-T T.81, Annex B).
fn headers(bytes: &[u8]) -> Result<Headers, JpegError> {
    const SOI: u8 = 0xD8;
    const SOS: u8 = 0xDA;
    const DHT: u8 = 0xC4;
    if bytes.get(..2) != Some(&[0xFF, SOI]) {
        return Err(JpegError::Headers);
    }
    let mut size = None;
    let mut has_huffman = false;
    let mut at = 2;
    loop {
        let &[0xFF, marker, high, low] = bytes
            .get(at..at + 4)
            .and_then(|head| <&[u8; 4]>::try_from(head).ok())
            .ok_or(JpegError::Headers)?
        else {
            return Err(JpegError::Headers);
        };
        // A marker may be preceded by any number of fill bytes.
        if marker == 0xFF {
            at += 1;
            continue;
        }
        let length = usize::from(u16::from_be_bytes([high, low]));
        match marker {
            SOS => {
                let (width, height) = size.ok_or(JpegError::Headers)?;
                return Ok(Headers { width, height, has_huffman, scan_at: at });
            }
            DHT => has_huffman = true,
            // Start of frame, every coding; C4, C8 and CC are other things.
            0xC0..=0xCF if marker != 0xC8 && marker != 0xCC => {
                let &[h1, h0, w1, w0] = bytes
                    .get(at + 5..at + 9)
                    .and_then(|sides| <&[u8; 4]>::try_from(sides).ok())
                    .ok_or(JpegError::Headers)?;
                let side = |high, low| u32::from(u16::from_be_bytes([high, low]));
                size = Some((side(w1, w0), side(h1, h0)));
            }
            _ => {}
        }
        if length < 2 {
            return Err(JpegError::Headers);
        }
        at += 2 + length;
    }
}

/// Whether an end-of-image marker follows; drivers pad the buffer behind it.
fn has_end(scan: &[u8]) -> bool {
    scan.windows(2).rev().any(|pair| pair == [0xFF, 0xD9])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A picture as a camera sends it: left half red, right half blue.
    fn camera_picture(width: u32, height: u32) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 { image::Rgb([254, 0, 0]) } else { image::Rgb([0, 0, 254]) }
        });
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95)
            .encode_image(&picture)
            .expect("encodes");
        bytes
    }

    /// The same without its Huffman tables, as many webcams send it.
    fn without_tables(bytes: &[u8]) -> Vec<u8> {
        let mut kept = bytes[..2].to_vec();
        let mut at = 2;
        while bytes[at + 1] != 0xDA {
            let end = at + 2 + usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
            if bytes[at + 1] != 0xC4 {
                kept.extend_from_slice(&bytes[at..end]);
            }
            at = end;
        }
        kept.extend_from_slice(&bytes[at..]);
        kept
    }

    fn decoded(bytes: &[u8], size: (u32, u32)) -> Result<Frame, JpegError> {
        let mut frame = Frame::default();
        decode(bytes, size, &mut Vec::new(), &mut frame).map(|()| frame)
    }

    fn assert_halves(frame: &Frame) {
        let pixel = |x: u32, y: u32| {
            let at = ((y * frame.width + x) * 3) as usize;
            [frame.rgb[at], frame.rgb[at + 1], frame.rgb[at + 2]]
        };
        let [r, g, b] = pixel(4, frame.height - 1);
        assert!(r > 240 && g < 15 && b < 15, "{r} {g} {b}");
        let [r, g, b] = pixel(frame.width - 4, 0);
        assert!(r < 15 && g < 15 && b > 240, "{r} {g} {b}");
    }

    #[test]
    fn a_cameras_picture_decodes() {
        let frame = decoded(&camera_picture(64, 48), (64, 48)).expect("decodes");
        assert_eq!((frame.width, frame.height), (64, 48));
        assert_halves(&frame);
    }

    #[test]
    fn tables_left_out_are_put_back() {
        let bare = without_tables(&camera_picture(64, 48));
        assert!(!headers(&bare).expect("headers").has_huffman);
        assert_halves(&decoded(&bare, (64, 48)).expect("decodes"));
    }

    #[test]
    fn padding_behind_the_picture_is_no_matter() {
        let mut padded = camera_picture(64, 48);
        padded.extend([0; 1000]);
        assert_halves(&decoded(&padded, (64, 48)).expect("decodes"));
    }

    #[test]
    fn a_grey_picture_becomes_rgb() {
        let picture = image::GrayImage::from_pixel(32, 16, image::Luma([77]));
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95)
            .encode_image(&picture)
            .expect("encodes");
        let frame = decoded(&bytes, (32, 16)).expect("decodes");
        assert!(frame.rgb.iter().all(|value| value.abs_diff(77) <= 2));
    }

    #[test]
    fn another_size_is_refused_before_decoding() {
        assert!(matches!(
            decoded(&camera_picture(64, 48), (640, 480)),
            Err(JpegError::Size(64, 48, 640, 480))
        ));
    }

    #[test]
    fn a_picture_cut_off_anywhere_is_refused() {
        let whole = camera_picture(64, 48);
        for end in 0..whole.len() - 1 {
            assert!(decoded(&whole[..end], (64, 48)).is_err(), "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn no_damage_panics(
            at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
            bare: bool,
        ) {
            let mut bytes = camera_picture(48, 32);
            if bare {
                bytes = without_tables(&bytes);
            }
            for (index, value) in at {
                let index = index.index(bytes.len());
                bytes[index] = value;
            }
            if let Ok(frame) = decoded(&bytes, (48, 32)) {
                prop_assert_eq!(frame.rgb.len(), 48 * 32 * 3);
            }
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
            let mut jpeg = vec![0xFF, 0xD8];
            jpeg.extend(bytes);
            let _ = decoded(&jpeg, (16, 16));
        }
    }
}
