//! MJPEG: one JPEG picture per frame, from a camera that may be broken or hostile.
//!
//! A frame with incomplete data is corrupt, even if an end-of-image marker follows: after a cut
//! there may be zeros or the rest of an older frame, and a lost packet leaves a hole. A decoder
//! paints grey or foreign blocks there, which look like a face behind a board. The Huffman tables
//! that many cameras leave out are added.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::super::Frame;
use super::{Care, Inspector, JpegFault, complete, first_size};

/// Largest JPEG frame accepted, in bytes. An 8-megapixel picture at high quality has about 6 MB.
pub(in crate::camera) const MAX_JPEG: usize = 16 << 20;

/// Why a JPEG frame can't be decoded.
#[derive(Debug, thiserror::Error)]
pub enum JpegError {
    /// Its headers or data are faulty.
    #[error(transparent)]
    Fault(#[from] JpegFault),
    /// It doesn't have the size that the camera was set to.
    #[error("JPEG picture of {0}x{1} pixels from a camera set to {2}x{3}")]
    Size(u32, u32, u32, u32),
    /// More bytes than any frame should have.
    #[error("a JPEG picture of {0} bytes is too large")]
    TooLarge(usize),
    /// The decoder's error message.
    #[error("JPEG: {0}")]
    Decode(String),
}

/// Decodes frames; keeps its tables between them.
#[derive(Debug, Default)]
pub(in crate::camera) struct FrameDecoder {
    inspector: Inspector,
    /// The picture after adding the tables that its camera left out.
    completed: Vec<u8>,
}

impl FrameDecoder {
    /// Decodes `bytes`, a picture that must have the size `size`, into `frame`.
    pub(in crate::camera) fn decode(
        &mut self,
        bytes: &[u8],
        size: (u32, u32),
        frame: &mut Frame,
    ) -> Result<(), JpegError> {
        if bytes.len() > MAX_JPEG {
            return Err(JpegError::TooLarge(bytes.len()));
        }
        let (width, height) = first_size(bytes).ok_or(JpegFault::Headers)?;
        if (width, height) != size {
            return Err(JpegError::Size(width, height, size.0, size.1));
        }
        let whole = self.inspector.inspect(bytes, Care::Frame)?;
        // Drivers pad the buffer after the picture.
        let mut picture = &bytes[..whole.end];
        if !whole.has_tables {
            complete(picture, whole.scan_at, &mut self.completed);
            picture = &self.completed;
        }
        let options = DecoderOptions::default()
            .set_max_width(width as usize)
            .set_max_height(height as usize)
            .set_strict_mode(true)
            .jpeg_set_out_colorspace(ColorSpace::RGB);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(picture), options);
        let failed = |error: zune_jpeg::errors::DecodeErrors| JpegError::Decode(error.to_string());
        decoder.decode_headers().map_err(failed)?;
        frame.resize(width, height);
        // One component gives 1 byte per pixel unless the decoder expands it.
        if decoder.output_buffer_size() != Some(frame.rgb.len()) {
            return Err(JpegFault::Headers.into());
        }
        decoder.decode_into(&mut frame.rgb).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::camera::jpeg::testing::{RED, Sketch};

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
        FrameDecoder::default().decode(bytes, size, &mut frame).map(|()| frame)
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
        assert!(!bare.windows(2).any(|pair| pair == [0xFF, 0xC4]));
        assert_halves(&decoded(&bare, (64, 48)).expect("decodes"));
    }

    #[test]
    fn padding_behind_the_picture_is_no_matter() {
        let mut padded = camera_picture(64, 48);
        padded.extend([0; 1000]);
        assert_halves(&decoded(&padded, (64, 48)).expect("decodes"));
    }

    #[test]
    fn every_sampling_that_is_read_gives_the_colours_in_their_places() {
        // A red disc on grey: any mix-up of rows, columns or planes would move or recolour it.
        fn disc(x: usize, y: usize) -> [u8; 3] {
            let (dx, dy) = (x as i32 - 40, y as i32 - 64);
            if dx * dx + dy * dy < 28 * 28 { RED } else { [128, 128, 128] }
        }
        for (luma, chroma) in [
            ((1, 1), (1, 1)),
            ((2, 1), (1, 1)),
            ((1, 2), (1, 1)),
            ((2, 2), (1, 1)),
            ((1, 2), (1, 2)),
            ((2, 1), (2, 1)),
            ((2, 2), (2, 2)),
            ((2, 2), (1, 2)),
            ((2, 2), (2, 1)),
        ] {
            let sketch = Sketch {
                width: 80,
                height: 128,
                sampling: [luma, chroma, chroma],
                colour: disc,
                ..Sketch::default()
            };
            let frame = decoded(&sketch.encode(), (80, 128)).expect("decodes");
            let mut wrong = 0;
            for (place, pixel) in frame.rgb.chunks_exact(3).enumerate() {
                let (x, y) = (place % 80, place / 80);
                let (dx, dy) = (x as i32 - 40, y as i32 - 64);
                let squared = dx * dx + dy * dy;
                // Blocks of 8, chroma blocks of 16, and chroma smoothing blur the edge.
                if (8 * 8..52 * 52).contains(&squared) {
                    continue;
                }
                let is = [pixel[0], pixel[1], pixel[2]];
                let red = is[0] > 245 && is[1] < 12 && is[2] < 12;
                let grey = is.iter().all(|value| value.abs_diff(128) < 6);
                wrong += usize::from(if squared < 8 * 8 { !red } else { !grey });
            }
            assert_eq!(wrong, 0, "{luma:?}, {chroma:?}");
        }
    }

    #[test]
    fn samplings_and_scans_that_come_out_wrong_are_refused() {
        for (sampling, apart) in [
            ([(2, 2), (1, 1), (1, 1)], true),
            ([(1, 1), (1, 1), (1, 1)], true),
            ([(3, 1), (1, 1), (1, 1)], false),
        ] {
            let sketch = Sketch { sampling, apart, ..Sketch::default() };
            let told = decoded(&sketch.encode(), (64, 48));
            assert!(matches!(told, Err(JpegError::Fault(JpegFault::Coding(_)))), "{told:?}");
        }
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
