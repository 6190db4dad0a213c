//! The one decoder for picture files supplied by people: references, portraits from records,
//! documents, and stills played as recordings.
//!
//! In: the bytes of a file. Out: one upright RGB picture, or a [`PictureFault`] that names the
//! fault and the remedy. Refused before a pixel is decoded: unsupported formats and codings,
//! incomplete pictures, and pictures whose declared size would need more than [`MAX_MEMORY`].

use std::io::{Cursor, Read};
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};

use super::jpeg::{Care, Inspector, complete};
use super::{MAX_PIXELS, MAX_SIDE};

mod fault;
mod gif;
mod kind;
mod png;
#[cfg(test)]
mod tests;

pub use fault::PictureFault;
pub(super) use kind::HEAD;
pub use kind::{Kind, kind_of};

/// Largest picture file accepted, in bytes. A 100-megapixel phone JPEG has about 40 MB.
pub const MAX_FILE: u64 = 64 << 20;
/// Most memory for reading one picture, in bytes, without its file. Enough for [`MAX_PIXELS`] as
/// RGB twice, the second time for rotating them upright; boards have 1 GB.
pub const MAX_MEMORY: u64 = 320 << 20;
/// Bytes per RGB pixel.
const RGB: u64 = 3;
/// Bytes per pixel that the GIF and WebP decoders need besides the picture: a canvas with
/// transparency.
const CANVAS: u64 = 4;

/// A picture as described by its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Description {
    /// Format.
    pub kind: Kind,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
    /// Whether the file is an animation.
    pub moves: bool,
}

/// What the file's headers say. The file must be complete, but no pixel is decoded.
///
/// # Errors
/// [`PictureFault`].
pub fn describe(bytes: &[u8]) -> Result<Description, PictureFault> {
    let checked = Checked::new(bytes)?;
    let mut decoder = checked.decoder()?;
    let (width, height) = decoder.dimensions();
    let (width, height) = if lies(orientation(&mut decoder)) { (height, width) } else { (width, height) };
    Ok(Description { kind: checked.kind, width, height, moves: checked.moves })
}

/// Decodes the file's only picture, upright.
///
/// # Errors
/// [`PictureFault`]; an animation is [`PictureFault::Several`].
pub fn decode(bytes: &[u8]) -> Result<RgbImage, PictureFault> {
    let checked = Checked::new(bytes)?;
    if checked.moves {
        return Err(PictureFault::Several(match checked.kind {
            Kind::Gif => "the GIF",
            Kind::Png => "the APNG",
            _ => "the WebP",
        }));
    }
    let mut decoder = checked.decoder()?;
    let orientation = orientation(&mut decoder);
    let mut image = DynamicImage::ImageRgb8(DynamicImage::from_decoder(decoder)?.into_rgb8());
    image.apply_orientation(orientation);
    Ok(image.into_rgb8())
}

/// The file's bytes, if there are at most [`MAX_FILE`].
///
/// # Errors
/// System errors; a [`PictureFault`] is returned in the inner result.
pub(super) fn read(path: &Path) -> std::io::Result<Result<Vec<u8>, PictureFault>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > MAX_FILE {
        return Ok(Err(PictureFault::Bytes(length)));
    }
    file.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(Ok(bytes))
}

/// The first [`HEAD`] bytes of a file.
pub(super) fn head_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD);
    std::fs::File::open(path)?.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// A complete file in a supported format.
pub(super) struct Checked<'a> {
    kind: Kind,
    bytes: std::borrow::Cow<'a, [u8]>,
    moves: bool,
    /// Memory that the decoder needs besides the picture, in bytes.
    beside: u64,
}

impl<'a> Checked<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, PictureFault> {
        let kind = kind_of(bytes)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(PictureFault::Bytes(bytes.len() as u64));
        }
        let mut checked = Self { kind, bytes: bytes.into(), moves: false, beside: 0 };
        match kind {
            Kind::Jpeg => {
                let whole = Inspector::default().inspect(bytes, Care::File)?;
                checked.beside = whole.beside;
                // Data that phones append to the picture is not given to the decoder.
                checked.bytes = bytes[..whole.end].into();
                if !whole.has_tables {
                    let mut completed = Vec::new();
                    complete(&bytes[..whole.end], whole.scan_at, &mut completed);
                    checked.bytes = completed.into();
                }
            }
            Kind::Png => {
                let chunks = png::chunks(bytes)?;
                checked.bytes = chunks.kept.into();
                checked.moves = chunks.moves;
            }
            Kind::Gif => checked.moves = gif::moves(bytes)?,
            Kind::WebP => checked.moves = webp_moves(bytes)?,
            Kind::Bmp | Kind::Pnm => {}
        }
        Ok(checked)
    }

    /// The decoder, after checking that the declared size is affordable.
    fn decoder(&self) -> Result<impl ImageDecoder + '_, PictureFault> {
        let mut reader = ImageReader::with_format(Cursor::new(&self.bytes[..]), self.kind.format());
        reader.limits(limits());
        let decoder = reader.into_decoder().map_err(|error| match error {
            // The headers are read before the limits are applied.
            image::ImageError::Limits(_) => self.too_large(),
            error => error.into(),
        })?;
        let (width, height) = decoder.dimensions();
        let beside = match self.kind {
            Kind::Gif | Kind::WebP => pixels(width, height) * CANVAS,
            _ => self.beside,
        };
        bearable(width, height, u64::from(decoder.color_type().bytes_per_pixel()), beside)?;
        Ok(decoder)
    }

    fn too_large(&self) -> PictureFault {
        let reader = ImageReader::with_format(Cursor::new(&self.bytes[..]), self.kind.format());
        match reader.into_dimensions() {
            Ok((width, height)) => PictureFault::Pixels(width, height),
            Err(error) => error.into(),
        }
    }
}

/// Limits for the decoders; [`bearable`] is stricter.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

fn pixels(width: u32, height: u32) -> u64 {
    u64::from(width) * u64::from(height)
}

/// Whether a picture of this size can be read within [`MAX_MEMORY`]: the decoder's output, what it
/// needs `beside`, the RGB picture, and its rotated copy.
fn bearable(width: u32, height: u32, pixel_bytes: u64, beside: u64) -> Result<(), PictureFault> {
    let pixels = pixels(width, height);
    if width.max(height) > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(PictureFault::Pixels(width, height));
    }
    let converted = if pixel_bytes == RGB { 0 } else { RGB };
    let decoding = pixels * (pixel_bytes + converted) + beside;
    let needed = decoding.max(pixels * RGB * 2);
    if needed > MAX_MEMORY { Err(PictureFault::Memory(needed)) } else { Ok(()) }
}

/// An unreadable orientation counts as none: the picture itself may be fine.
fn orientation(decoder: &mut impl ImageDecoder) -> Orientation {
    decoder.orientation().unwrap_or(Orientation::NoTransforms)
}

fn lies(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Whether a WebP file (RFC 9649) is an animation, by the flags of its extended header. Its length
/// must be the declared one.
fn webp_moves(bytes: &[u8]) -> Result<bool, PictureFault> {
    const ANIMATION: u8 = 0x02;
    let size = bytes.get(4..8).and_then(|size| size.first_chunk()).ok_or(PictureFault::CutOff)?;
    if (bytes.len() as u64) < u64::from(u32::from_le_bytes(*size)) + 8 {
        return Err(PictureFault::CutOff);
    }
    Ok(bytes.get(12..16) == Some(b"VP8X") && bytes.get(20).is_some_and(|flags| flags & ANIMATION != 0))
}
