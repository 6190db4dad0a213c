//! How a camera's YCbCr values map to colours.

/// YCbCr matrix and range of a stream. ITU-R BT.601 limited range unless the driver says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// The standard whose weights apply.
    pub matrix: Matrix,
    /// Whether luma covers 0–255 (full) or 16–235 (limited).
    pub full_range: bool,
}

/// The YCbCr weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matrix {
    /// ITU-R BT.601: nearly every webcam.
    Bt601,
    /// ITU-R BT.709.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
    /// SMPTE 240M.
    Smpte240,
}

impl Default for Colour {
    fn default() -> Self {
        Self { matrix: Matrix::Bt601, full_range: false }
    }
}

impl Colour {
    /// From the `colorspace`, `ycbcr_enc` and `quantization` of a V4L2 format,
    /// with the defaults of the kernel's `V4L2_MAP_YCBCR_ENC_DEFAULT` and
    /// `V4L2_MAP_QUANTIZATION_DEFAULT` (include/uapi/linux/videodev2.h).
    pub(super) fn from_v4l2(colorspace: u32, ycbcr_enc: u32, quantization: u32) -> Self {
        use v4l::v4l_sys as sys;
        let matrix =
            match ycbcr_enc {
                sys::v4l2_ycbcr_encoding_V4L2_YCBCR_ENC_709
                | sys::v4l2_ycbcr_encoding_V4L2_YCBCR_ENC_XV709 => Matrix::Bt709,
                sys::v4l2_ycbcr_encoding_V4L2_YCBCR_ENC_BT2020
                | sys::v4l2_ycbcr_encoding_V4L2_YCBCR_ENC_BT2020_CONST_LUM => Matrix::Bt2020,
                sys::v4l2_ycbcr_encoding_V4L2_YCBCR_ENC_SMPTE240M => Matrix::Smpte240,
                sys::v4l2_ycbcr_encoding_V4L2_YCBCR_ENC_DEFAULT => match colorspace {
                    sys::v4l2_colorspace_V4L2_COLORSPACE_REC709
                    | sys::v4l2_colorspace_V4L2_COLORSPACE_DCI_P3 => Matrix::Bt709,
                    sys::v4l2_colorspace_V4L2_COLORSPACE_BT2020 => Matrix::Bt2020,
                    sys::v4l2_colorspace_V4L2_COLORSPACE_SMPTE240M => Matrix::Smpte240,
                    _ => Matrix::Bt601,
                },
                _ => Matrix::Bt601,
            };
        let full_range = match quantization {
            sys::v4l2_quantization_V4L2_QUANTIZATION_FULL_RANGE => true,
            sys::v4l2_quantization_V4L2_QUANTIZATION_LIM_RANGE => false,
            _ => colorspace == sys::v4l2_colorspace_V4L2_COLORSPACE_JPEG,
        };
        Self { matrix, full_range }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_defaults_hold() {
        // sRGB, as reported by most webcams, with everything else left at its default.
        assert_eq!(Colour::from_v4l2(8, 0, 0), Colour::default());
        // Nothing specified.
        assert_eq!(Colour::from_v4l2(0, 0, 0), Colour::default());
        // JPEG colours use the full range.
        assert!(Colour::from_v4l2(7, 0, 0).full_range);
        // HD: Rec. 709.
        assert_eq!(Colour::from_v4l2(3, 0, 0).matrix, Matrix::Bt709);
        // An explicit value from the driver wins.
        let said = Colour::from_v4l2(8, 2, 1);
        assert_eq!((said.matrix, said.full_range), (Matrix::Bt709, true));
    }
}
