//! The format of a picture file, from its first bytes and never from its name.

use super::PictureFault;

/// Bytes at the start of a file that identify its format. The brands of an ISO media file seldom
/// take more than 48.
pub(in crate::camera) const HEAD: usize = 256;

/// A supported format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JPEG: one picture, or several one after the other.
    Jpeg,
    /// PNG or APNG.
    Png,
    /// GIF, still or animated.
    Gif,
    /// Windows bitmap.
    Bmp,
    /// WebP, still or animated.
    WebP,
    /// Portable bitmaps, P1 to P7.
    Pnm,
}

impl Kind {
    /// The name used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::WebP => "webp",
            Self::Pnm => "pnm",
        }
    }

    pub(super) fn format(self) -> image::ImageFormat {
        match self {
            Self::Jpeg => image::ImageFormat::Jpeg,
            Self::Png => image::ImageFormat::Png,
            Self::Gif => image::ImageFormat::Gif,
            Self::Bmp => image::ImageFormat::Bmp,
            Self::WebP => image::ImageFormat::WebP,
            Self::Pnm => image::ImageFormat::Pnm,
        }
    }
}

/// First bytes of common formats that are not supported.
const NOT_READ: &[(&[u8], &str)] = &[
    (b"II\x2A\0", "TIFF"),
    (b"MM\0\x2A", "TIFF"),
    (b"II\x2B\0", "TIFF"),
    (b"MM\0\x2B", "TIFF"),
    (b"II\xBC\x01", "JPEG XR"),
    (b"\xFF\x0A", "JPEG XL"),
    (b"\0\0\0\x0CJXL ", "JPEG XL"),
    (b"\0\0\0\x0CjP  ", "JPEG 2000"),
    (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
    (b"%PDF-", "PDF"),
    (b"8BPS", "PSD"),
    (b"gimp xcf", "XCF"),
    (b"\0\0\x01\0", "ICO"),
    (b"\x76\x2F\x31\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"DDS ", "DDS"),
    (b"qoif", "QOI"),
    (b"farbfeld", "farbfeld"),
    (b"\x8AMNG", "MNG"),
    (b"FUJIFILMCCD-RAW", "a camera's raw format"),
    (b"<svg", "SVG"),
];

/// Brands of pictures in ISO media files (ISO/IEC 23008-12 and AVIF). Videos have other brands.
const BRANDS: &[(&[u8; 4], &str)] = &[
    (b"avif", "AVIF"),
    (b"avis", "AVIF"),
    (b"heic", "HEIC"),
    (b"heix", "HEIC"),
    (b"heim", "HEIC"),
    (b"heis", "HEIC"),
    (b"hevc", "HEIC"),
    (b"hevx", "HEIC"),
    (b"hevm", "HEIC"),
    (b"hevs", "HEIC"),
    (b"crx ", "a camera's raw format"),
    // Structural brands: they don't say which codec is inside.
    (b"mif1", "HEIF"),
    (b"mif2", "HEIF"),
    (b"msf1", "HEIF"),
    (b"miaf", "HEIF"),
];

/// The format, from a file's first [`HEAD`] bytes (or all of them).
///
/// # Errors
/// [`PictureFault::Empty`], [`NotRead`](PictureFault::NotRead) with the format's name, or
/// [`NotAPicture`](PictureFault::NotAPicture).
pub fn kind_of(head: &[u8]) -> Result<Kind, PictureFault> {
    if head.is_empty() {
        return Err(PictureFault::Empty);
    }
    let known = match head {
        [0xFF, 0xD8, 0xFF, ..] => Some(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Kind::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Kind::Gif),
        [b'B', b'M', ..] => Some(Kind::Bmp),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Kind::WebP),
        [b'P', b'1'..=b'7', after, ..] if after.is_ascii_whitespace() || *after == b'#' => Some(Kind::Pnm),
        _ => None,
    };
    if let Some(kind) = known {
        return Ok(kind);
    }
    let by_start = NOT_READ.iter().find(|(start, _)| head.starts_with(start)).map(|(_, name)| *name);
    match by_start.or_else(|| brand(head)) {
        Some(name) => Err(PictureFault::NotRead(name)),
        None => Err(PictureFault::NotAPicture),
    }
}

/// The picture format named by an ISO media file's brands, the most specific first.
fn brand(head: &[u8]) -> Option<&'static str> {
    let (size, rest) = head.split_first_chunk::<4>()?;
    let brands = rest.strip_prefix(b"ftyp")?;
    let end = (u32::from_be_bytes(*size) as usize).saturating_sub(8).min(brands.len());
    let told: Vec<&[u8]> = brands.get(..end)?.chunks_exact(4).collect();
    BRANDS.iter().find(|(brand, _)| told.contains(&brand.as_slice())).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ftyp(brands: &[&[u8; 4]]) -> Vec<u8> {
        let size = 16 + 4 * (brands.len() as u32 - 1);
        let mut bytes = [&size.to_be_bytes()[..], b"ftyp", brands[0], &[0; 4]].concat();
        brands[1..].iter().for_each(|brand| bytes.extend_from_slice(*brand));
        bytes.extend_from_slice(b"\0\0\0\x08mdat");
        bytes
    }

    #[test]
    fn what_phones_write_is_named_by_its_brand() {
        for (brands, name) in [
            (&[b"heic", b"mif1", b"heic"][..], "HEIC"),
            (&[b"mif1", b"miaf", b"heic"], "HEIC"),
            (&[b"msf1", b"hevc"], "HEIC"),
            (&[b"avif", b"mif1", b"miaf"], "AVIF"),
            (&[b"mif1", b"avif"], "AVIF"),
            (&[b"mif1"], "HEIF"),
        ] {
            assert_eq!(kind_of(&ftyp(brands)), Err(PictureFault::NotRead(name)));
        }
        let said = kind_of(&ftyp(&[b"heic"])).expect_err("refused").to_string();
        assert_eq!(said, "HEIC is not read; give JPEG or PNG");
    }

    #[test]
    fn a_video_is_no_picture() {
        for brands in [&[b"isom", b"iso2", b"avc1", b"mp41"][..], &[b"qt  "]] {
            assert_eq!(kind_of(&ftyp(brands)), Err(PictureFault::NotAPicture));
        }
    }

    #[test]
    fn other_formats_are_named_by_their_first_bytes() {
        for (start, name) in [
            (&b"II\x2A\0\x08\0\0\0"[..], "TIFF"),
            (b"MM\0\x2A\0\0\0\x08", "TIFF"),
            (b"\xFF\x0A\xFA", "JPEG XL"),
            (b"\0\0\0\x0CJXL \r\n\x87\n", "JPEG XL"),
            (b"%PDF-1.7", "PDF"),
        ] {
            assert_eq!(kind_of(start), Err(PictureFault::NotRead(name)));
        }
    }

    #[test]
    fn words_and_nothing_are_no_pictures() {
        assert_eq!(kind_of(b"these are words\n"), Err(PictureFault::NotAPicture));
        assert_eq!(kind_of(b""), Err(PictureFault::Empty));
    }
}
