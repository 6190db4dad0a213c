//! One image file to one frame.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{CameraError, Frame, MAX_SIDE};

/// Largest image file read, in bytes: a 100-megapixel phone JPEG has about 40 MB.
pub(super) const MAX_FILE: u64 = 64 << 20;
/// Most memory a decoder may take for one image.
const MAX_DECODED: u64 = 512 << 20;

/// The image format of a file by its first bytes; None when it is no image.
pub(super) fn format_of(path: &Path) -> std::io::Result<Option<ImageFormat>> {
    let mut head = Vec::with_capacity(64);
    File::open(path)?.take(64).read_to_end(&mut head)?;
    Ok(image::guess_format(&head).ok())
}

/// The size of an image as it will be shown (EXIF orientation applied), and its
/// format's name, from the headers alone.
pub(super) fn describe(path: &Path) -> Result<(u32, u32, &'static str), CameraError> {
    let (mut decoder, format) = decoder(path)?;
    let (width, height) = decoder.dimensions();
    let name = name(format);
    Ok(match turns_sideways(&mut decoder) {
        true => (height, width, name),
        false => (width, height, name),
    })
}

/// Decodes an image into `frame` (size and pixels), upright.
pub(super) fn read(path: &Path, frame: &mut Frame) -> Result<(), CameraError> {
    let broken = |error: image::ImageError| unusable(path, &error);
    let (mut decoder, _) = decoder(path)?;
    // Orientation that can't be read is none: the picture itself may be fine.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);
    let rgb = image.into_rgb8();
    frame.resize(rgb.width(), rgb.height());
    frame.rgb.copy_from_slice(rgb.as_raw());
    Ok(())
}

fn decoder(path: &Path) -> Result<(impl ImageDecoder + use<>, ImageFormat), CameraError> {
    let shown = path.display().to_string();
    let file = File::open(path).map_err(|error| CameraError::from_io(&shown, error))?;
    let length = file.metadata().map_err(|error| CameraError::from_io(&shown, error))?.len();
    if length > MAX_FILE {
        return Err(CameraError::unusable(
            &shown,
            format!("an image of {length} bytes; at most {MAX_FILE} are read"),
        ));
    }
    let format = format_of(path)
        .map_err(|error| CameraError::from_io(&shown, error))?
        .ok_or_else(|| CameraError::unusable(&shown, "not an image"))?;
    open_decoder(BufReader::new(file), format)
        .map(|decoder| (decoder, format))
        .map_err(|error| unusable(path, &error))
}

fn open_decoder(
    reader: BufReader<File>,
    format: ImageFormat,
) -> image::ImageResult<impl ImageDecoder + use<>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODED);
    let mut reader = ImageReader::with_format(reader, format);
    reader.limits(limits);
    reader.into_decoder()
}

fn unusable(path: &Path, error: &image::ImageError) -> CameraError {
    let reason = match error {
        image::ImageError::Unsupported(_) => {
            format!("{error}; Vouch reads JPEG, PNG, PNM, GIF, BMP and WebP")
        }
        _ => format!("a broken image: {error}"),
    };
    CameraError::unusable(&path.display().to_string(), reason)
}

fn turns_sideways(decoder: &mut impl ImageDecoder) -> bool {
    use image::metadata::Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(decoder.orientation(), Ok(Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH))
}

fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Jpeg => "jpeg",
        ImageFormat::Png => "png",
        ImageFormat::Pnm => "pnm",
        ImageFormat::Gif => "gif",
        ImageFormat::Bmp => "bmp",
        ImageFormat::WebP => "webp",
        _ => "image",
    }
}
