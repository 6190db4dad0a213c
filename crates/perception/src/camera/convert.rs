//! Converts a buffer filled by the driver to RGB.
//!
//! Rows are converted one by one (4:2:0: two by two) over slices of exactly the right length.
//! Drivers pad rows to odd strides and may leave out the padding of the last row. Whole-picture
//! calls of the conversion library either refuse such a buffer or silently drop its last row.

use yuv::{YuvBiPlanarImage, YuvConversionMode, YuvPackedImage, YuvPlanarImage, YuvRange, YuvStandardMatrix};

pub use super::colour::{Colour, Matrix};
use super::jpeg::camera_frame::FrameDecoder;
pub use super::jpeg::camera_frame::JpegError;
use super::{Frame, MAX_SIDE, PixelFormat};

/// The memory layout of a picture in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Pixel format.
    pub format: PixelFormat,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bytes from one row to the next (of luma for 4:2:0); 0 for MJPEG.
    pub stride: usize,
    /// For 4:2:0: rows from the start of luma to the start of chroma. At least the height; some
    /// drivers pad the luma plane to whole blocks.
    pub luma_rows: usize,
    /// The meaning of the YCbCr values; not used for GREY, RGB24 and MJPEG.
    pub colour: Colour,
}

/// Why a buffer can't be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// Fewer bytes than the picture needs: the transfer was cut off.
    #[error("{have} bytes, the picture needs {need}")]
    Short {
        /// Bytes in the buffer.
        have: usize,
        /// Bytes needed.
        need: usize,
    },
    /// The layout itself is impossible.
    #[error("{width}x{height} pixels with rows of {stride} bytes can't be a {format} picture")]
    Layout {
        /// Pixel format.
        format: PixelFormat,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes from one row to the next.
        stride: usize,
    },
    /// The JPEG picture is broken.
    #[error(transparent)]
    Jpeg(#[from] JpegError),
    /// The conversion library refused a row.
    #[error("conversion: {0}")]
    Conversion(#[from] yuv::YuvError),
}

impl Layout {
    /// Bytes of one row that carry pixels. If the width is odd, the last pixel still takes a whole
    /// chroma pair.
    fn row_bytes(&self) -> usize {
        let width = self.width as usize;
        match self.format {
            PixelFormat::Yuyv => width.div_ceil(2) * 4,
            PixelFormat::Nv12 | PixelFormat::Nv21 | PixelFormat::Yuv420 => width.div_ceil(2) * 2,
            PixelFormat::Grey => width,
            PixelFormat::Rgb24 => width * 3,
            PixelFormat::Mjpeg => 0,
        }
    }

    /// Bytes of a whole picture, without the padding of its last row; at least 1 for MJPEG.
    ///
    /// # Errors
    /// [`ConvertError::Layout`] if no buffer could hold such a picture.
    pub fn needed(&self) -> Result<usize, ConvertError> {
        let impossible = ConvertError::Layout {
            format: self.format,
            width: self.width,
            height: self.height,
            stride: self.stride,
        };
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&self.width) || !sides.contains(&self.height) {
            return Err(impossible);
        }
        if self.format.is_compressed() {
            return Ok(1);
        }
        let row = self.row_bytes();
        let height = self.height as usize;
        if self.stride < row || (self.format.is_420() && self.luma_rows < height) {
            return Err(impossible);
        }
        let plane = |stride: usize, rows: usize, row: usize| {
            stride.checked_mul(rows - 1).and_then(|before_last| before_last.checked_add(row))
        };
        let chroma_rows = height.div_ceil(2);
        let last = match self.format {
            PixelFormat::Nv12 | PixelFormat::Nv21 => plane(self.stride, chroma_rows, row),
            PixelFormat::Yuv420 => plane(self.stride / 2, chroma_rows, row / 2),
            _ => return plane(self.stride, height, row).ok_or(impossible),
        };
        self.last_plane_at().zip(last).and_then(|(at, length)| at.checked_add(length)).ok_or(impossible)
    }

    /// Start of the last plane of a 4:2:0 picture: the only chroma plane, or Cr.
    fn last_plane_at(&self) -> Option<usize> {
        let chroma_at = self.stride.checked_mul(self.luma_rows)?;
        match self.format {
            PixelFormat::Yuv420 => {
                chroma_at.checked_add((self.stride / 2).checked_mul(self.luma_rows.div_ceil(2))?)
            }
            _ => Some(chroma_at),
        }
    }
}

/// Converts buffers to frames. Raw formats allocate nothing once the frame has its size; MJPEG
/// allocates inside its decoder.
#[derive(Debug, Default)]
pub struct Converter {
    jpeg: FrameDecoder,
}

impl Converter {
    /// Writes the picture in `bytes` into `frame` (size and pixels; sequence and time are left
    /// unchanged).
    ///
    /// # Errors
    /// If `bytes` is too short for the layout, the layout is impossible, or a JPEG is broken or of
    /// another size. The frame's pixels are then undefined, but match the frame's size.
    pub fn convert(&mut self, layout: &Layout, bytes: &[u8], frame: &mut Frame) -> Result<(), ConvertError> {
        let need = layout.needed()?;
        let Some(picture) = bytes.get(..need) else {
            return Err(ConvertError::Short { have: bytes.len(), need });
        };
        if layout.format == PixelFormat::Mjpeg {
            let size = (layout.width, layout.height);
            return Ok(self.jpeg.decode(bytes, size, frame)?);
        }
        frame.resize(layout.width, layout.height);
        let width = layout.width as usize;
        let rows = picture.chunks(layout.stride);
        let targets = frame.rgb.chunks_exact_mut(width * 3);
        match layout.format {
            PixelFormat::Yuyv => {
                for (row, rgb) in rows.zip(targets) {
                    yuyv_row(layout, &row[..layout.row_bytes()], rgb)?;
                }
            }
            PixelFormat::Nv12 | PixelFormat::Nv21 => semi_planar(layout, picture, &mut frame.rgb)?,
            PixelFormat::Yuv420 => planar(layout, picture, &mut frame.rgb)?,
            PixelFormat::Grey => {
                for (row, rgb) in rows.zip(targets) {
                    for (luma, pixel) in row.iter().zip(rgb.chunks_exact_mut(3)) {
                        pixel.fill(*luma);
                    }
                }
            }
            PixelFormat::Rgb24 => {
                for (row, rgb) in rows.zip(targets) {
                    rgb.copy_from_slice(&row[..width * 3]);
                }
            }
            // Handled above.
            PixelFormat::Mjpeg => {}
        }
        Ok(())
    }
}

fn yuyv_row(layout: &Layout, row: &[u8], rgb: &mut [u8]) -> Result<(), yuv::YuvError> {
    let image = YuvPackedImage { yuy: row, yuy_stride: row.len() as u32, width: layout.width, height: 1 };
    yuv::yuyv422_to_rgb(&image, rgb, layout.width * 3, range(layout.colour), matrix(layout.colour))
}

/// Luma, and one plane of interleaved Cb and Cr. `picture` has exactly the length that the layout
/// needs.
fn semi_planar(layout: &Layout, picture: &[u8], rgb: &mut [u8]) -> Result<(), yuv::YuvError> {
    let Layout { stride, width, .. } = *layout;
    let convert = match layout.format {
        PixelFormat::Nv21 => yuv::yuv_nv21_to_rgb,
        _ => yuv::yuv_nv12_to_rgb,
    };
    let (luma, chroma) = picture.split_at(stride * layout.luma_rows);
    let luma = &luma[..stride * layout.height as usize];
    let pairs = luma.chunks(stride * 2).zip(chroma.chunks(stride)).zip(rgb.chunks_mut(width as usize * 6));
    for ((luma, chroma), rgb) in pairs {
        let image = YuvBiPlanarImage {
            y_plane: luma,
            y_stride: stride as u32,
            uv_plane: &chroma[..layout.row_bytes()],
            uv_stride: layout.row_bytes() as u32,
            width,
            // With an odd height the last pair is a single row.
            height: (rgb.len() / (width as usize * 3)) as u32,
        };
        convert(
            &image,
            rgb,
            width * 3,
            range(layout.colour),
            matrix(layout.colour),
            YuvConversionMode::Balanced,
        )?;
    }
    Ok(())
}

/// Luma, Cb and Cr in separate planes; chroma rows are half as long as luma rows.
fn planar(layout: &Layout, picture: &[u8], rgb: &mut [u8]) -> Result<(), yuv::YuvError> {
    let Layout { stride, width, .. } = *layout;
    let (luma, chroma) = picture.split_at(stride * layout.luma_rows);
    let luma = &luma[..stride * layout.height as usize];
    let (row, stride_chroma) = (layout.row_bytes() / 2, stride / 2);
    let (cb, cr) = chroma.split_at(stride_chroma * layout.luma_rows.div_ceil(2));
    let chroma = cb.chunks(stride_chroma).zip(cr.chunks(stride_chroma));
    for ((luma, (cb, cr)), rgb) in luma.chunks(stride * 2).zip(chroma).zip(rgb.chunks_mut(width as usize * 6))
    {
        let image = YuvPlanarImage {
            y_plane: luma,
            y_stride: stride as u32,
            u_plane: &cb[..row],
            u_stride: row as u32,
            v_plane: &cr[..row],
            v_stride: row as u32,
            width,
            height: (rgb.len() / (width as usize * 3)) as u32,
        };
        yuv::yuv420_to_rgb(&image, rgb, width * 3, range(layout.colour), matrix(layout.colour))?;
    }
    Ok(())
}

fn range(colour: Colour) -> YuvRange {
    if colour.full_range { YuvRange::Full } else { YuvRange::Limited }
}

fn matrix(colour: Colour) -> YuvStandardMatrix {
    match colour.matrix {
        Matrix::Bt601 => YuvStandardMatrix::Bt601,
        Matrix::Bt709 => YuvStandardMatrix::Bt709,
        Matrix::Bt2020 => YuvStandardMatrix::Bt2020,
        Matrix::Smpte240 => YuvStandardMatrix::Smpte240,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pure red in BT.601 limited range (ITU-R BT.601-7, 8 bits): Y 81, Cb 90, Cr 240.
    const RED: (u8, u8, u8) = (81, 90, 240);

    fn layout(format: PixelFormat, width: u32, height: u32, stride: usize) -> Layout {
        Layout { format, width, height, stride, luma_rows: height as usize, colour: Colour::default() }
    }

    fn converted(layout: &Layout, bytes: &[u8]) -> Frame {
        let mut frame = Frame::default();
        Converter::default().convert(layout, bytes, &mut frame).expect("a picture");
        frame
    }

    fn assert_red(frame: &Frame) {
        for pixel in frame.rgb.chunks_exact(3) {
            let [r, g, b] = pixel else { unreachable!() };
            assert!(*r >= 251 && *g <= 4 && *b <= 4, "{pixel:?}");
        }
    }

    /// Rows of red YUYV, each padded to `stride`; the last row is unpadded.
    fn yuyv_red(width: usize, height: usize, stride: usize) -> Vec<u8> {
        let (y, cb, cr) = RED;
        let mut bytes = vec![0xEE; stride * (height - 1) + width.div_ceil(2) * 4];
        for row in bytes.chunks_mut(stride) {
            for pair in row[..width.div_ceil(2) * 4].chunks_exact_mut(4) {
                pair.copy_from_slice(&[y, cb, y, cr]);
            }
        }
        bytes
    }

    #[test]
    fn yuyv_red_is_red_whatever_the_padding() {
        for (width, stride) in [(64, 128), (64, 131), (64, 192), (33, 68), (33, 71), (1, 4)] {
            let bytes = yuyv_red(width, 5, stride);
            let frame = converted(&layout(PixelFormat::Yuyv, width as u32, 5, stride), &bytes);
            assert_eq!(frame.rgb.len(), width * 5 * 3);
            assert_red(&frame);
        }
    }

    #[test]
    fn nv12_red_is_red_whatever_the_padding() {
        let (y, cb, cr) = RED;
        for (width, height, stride) in [(64, 6, 64), (64, 6, 77), (64, 5, 96), (33, 5, 34)] {
            let mut bytes = vec![y; stride * height];
            let chroma_rows = height.div_ceil(2);
            let chroma_len = stride * (chroma_rows - 1) + width_even(width);
            // Each chroma row starts with Cb, even if the stride is odd.
            bytes.extend((0..chroma_len).map(|i| if (i % stride) % 2 == 0 { cb } else { cr }));
            let layout = layout(PixelFormat::Nv12, width as u32, height as u32, stride);
            assert_eq!(layout.needed().expect("fits"), bytes.len());
            assert_red(&converted(&layout, &bytes));
        }
    }

    /// A red picture in a 4:2:0 format whose chroma starts after `luma_rows` rows. The bytes in
    /// between, and at the ends of rows, are neither red nor grey.
    fn red_420(layout: &Layout) -> Vec<u8> {
        let (y, cb, cr) = RED;
        let (width, height, stride) = (layout.width as usize, layout.height as usize, layout.stride);
        let mut bytes = vec![0xEE; layout.needed().expect("fits")];
        for row in bytes.chunks_mut(stride).take(height) {
            row[..width].fill(y);
        }
        let chroma_at = stride * layout.luma_rows;
        let pairs = width.div_ceil(2);
        for row in 0..height.div_ceil(2) {
            for pair in 0..pairs {
                let (at, values) = match layout.format {
                    PixelFormat::Nv12 => (chroma_at + row * stride + pair * 2, [cb, cr]),
                    PixelFormat::Nv21 => (chroma_at + row * stride + pair * 2, [cr, cb]),
                    _ => {
                        let cb_at = chroma_at + row * (stride / 2) + pair;
                        bytes[cb_at] = cb;
                        bytes[cb_at + stride / 2 * layout.luma_rows.div_ceil(2)] = cr;
                        continue;
                    }
                };
                bytes[at..at + 2].copy_from_slice(&values);
            }
        }
        bytes
    }

    #[test]
    fn every_420_format_is_red_with_rows_between_luma_and_chroma() {
        for format in [PixelFormat::Nv12, PixelFormat::Nv21, PixelFormat::Yuv420] {
            for (width, height, stride, luma_rows) in
                [(64, 36, 64, 36), (64, 36, 64, 48), (64, 36, 80, 128), (33, 5, 36, 8), (33, 5, 36, 5)]
            {
                let layout = Layout { luma_rows, ..layout(format, width, height, stride) };
                let frame = converted(&layout, &red_420(&layout));
                assert_eq!(frame.rgb.len(), (width * height * 3) as usize);
                assert_red(&frame);
            }
        }
    }

    fn width_even(width: usize) -> usize {
        width.div_ceil(2) * 2
    }

    #[test]
    fn full_range_white_and_black_stay_white_and_black() {
        let mut layout = layout(PixelFormat::Yuyv, 2, 1, 4);
        assert_eq!(converted(&layout, &[235, 128, 16, 128]).rgb, [255, 255, 255, 0, 0, 0]);
        layout.colour.full_range = true;
        assert_eq!(converted(&layout, &[255, 128, 0, 128]).rgb, [255, 255, 255, 0, 0, 0]);
    }

    #[test]
    fn grey_and_rgb_keep_their_values() {
        let grey = converted(&layout(PixelFormat::Grey, 2, 2, 3), &[1, 2, 99, 3, 4]);
        assert_eq!(grey.rgb, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
        let rgb = converted(&layout(PixelFormat::Rgb24, 1, 2, 4), &[1, 2, 3, 99, 4, 5, 6]);
        assert_eq!(rgb.rgb, [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_short_buffer_and_an_impossible_stride_are_refused() {
        let mut frame = Frame::default();
        let mut convert =
            |layout: &Layout, bytes: &[u8]| Converter::default().convert(layout, bytes, &mut frame);
        assert!(matches!(
            convert(&layout(PixelFormat::Yuyv, 4, 2, 8), &[0; 15]),
            Err(ConvertError::Short { have: 15, need: 16 })
        ));
        assert!(matches!(
            convert(&layout(PixelFormat::Yuyv, 4, 2, 7), &[0; 99]),
            Err(ConvertError::Layout { .. })
        ));
        let chroma_amid_luma = Layout { luma_rows: 1, ..layout(PixelFormat::Nv12, 4, 2, 4) };
        assert!(matches!(convert(&chroma_amid_luma, &[0; 99]), Err(ConvertError::Layout { .. })));
        assert!(convert(&layout(PixelFormat::Grey, 0, 2, 8), &[0; 99]).is_err());
        assert!(convert(&layout(PixelFormat::Grey, MAX_SIDE + 1, 1, usize::MAX), &[0; 99]).is_err());
        assert!(convert(&layout(PixelFormat::Grey, 1, 3, usize::MAX / 2), &[0; 99]).is_err());
    }

    #[test]
    fn the_frames_buffer_is_reused() {
        let layout = layout(PixelFormat::Yuyv, 64, 48, 128);
        let bytes = yuyv_red(64, 48, 128);
        let mut frame = Frame::default();
        let mut converter = Converter::default();
        converter.convert(&layout, &bytes, &mut frame).expect("first");
        let place = frame.rgb.as_ptr();
        converter.convert(&layout, &bytes, &mut frame).expect("second");
        assert_eq!(frame.rgb.as_ptr(), place);
    }

    proptest! {
        #[test]
        fn no_bytes_stride_or_size_panic(
            format in prop::sample::select(&PixelFormat::ALL[..]),
            width in 0u32..70,
            height in 0u32..12,
            stride in 0usize..300,
            more_rows in 0usize..20,
            bytes in prop::collection::vec(any::<u8>(), 0..4096),
            full_range: bool,
        ) {
            let mut layout = layout(format, width, height, stride);
            layout.colour.full_range = full_range;
            layout.luma_rows += more_rows;
            let mut frame = Frame::default();
            if Converter::default().convert(&layout, &bytes, &mut frame).is_ok() {
                prop_assert_eq!(frame.rgb.len(), (width * height * 3) as usize);
            }
        }

        #[test]
        fn absurd_layouts_are_refused(
            format in prop::sample::select(&PixelFormat::ALL[..]),
            width: u32,
            height: u32,
            stride: usize,
        ) {
            let layout = layout(format, width, height, stride);
            let mut frame = Frame::default();
            let _ = Converter::default().convert(&layout, &[0; 64], &mut frame);
        }
    }
}
