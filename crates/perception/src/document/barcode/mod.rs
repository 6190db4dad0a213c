//! Barcodes on documents: found by `rxing`, their payload parsed where its format is public.
//!
//! In: a grey picture. Out: what the barcodes hold, as text and bytes, with their corners;
//! [`payload`] makes fields of it. Called by whoever reads documents, beside `mrz/` and `zone/`.

pub mod payload;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use rxing::common::HybridBinarizer;
use rxing::multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader};
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, RXingResult};

use vouch_contract::document::fields::Quad;

/// Longest side looked at, pixels; larger pictures are made smaller first. A card's PDF417 has some
/// 500 modules across, at this size three pixels each.
pub const MAX_SIDE: u32 = 1600;
/// Shortest side in which a barcode could be.
const MIN_SIDE: u32 = 32;
/// Most barcodes kept of a picture.
pub const MAX_BARCODES: usize = 8;
/// Most bytes kept of a barcode; a QR code holds 2,953 at most, a PDF417 1,108.
pub const MAX_BYTES: usize = 4096;

/// Kinds of barcodes that documents carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// Stacked bars (ISO/IEC 15438): North American cards, older permits.
    Pdf417,
    /// QR code (ISO/IEC 18004).
    Qr,
    /// Aztec code (ISO/IEC 24778).
    Aztec,
    /// Data Matrix (ISO/IEC 16022): visas and stickers.
    DataMatrix,
    /// Code 128 (ISO/IEC 15417): numbers.
    Code128,
    /// Code 39 (ISO/IEC 16388): numbers.
    Code39,
    /// Interleaved two of five (ISO/IEC 16390): numbers.
    Interleaved,
}

const SYMBOLOGIES: [(BarcodeFormat, Symbology); 7] = [
    (BarcodeFormat::PDF_417, Symbology::Pdf417),
    (BarcodeFormat::QR_CODE, Symbology::Qr),
    (BarcodeFormat::AZTEC, Symbology::Aztec),
    (BarcodeFormat::DATA_MATRIX, Symbology::DataMatrix),
    (BarcodeFormat::CODE_128, Symbology::Code128),
    (BarcodeFormat::CODE_39, Symbology::Code39),
    (BarcodeFormat::ITF, Symbology::Interleaved),
];

/// A barcode as it was read. Not for logs: it holds a person's data.
#[derive(Debug, Clone, PartialEq)]
pub struct Barcode {
    /// Its kind.
    pub symbology: Symbology,
    /// Its text, in the character set which it names.
    pub text: String,
    /// Its bytes before any character set; empty where the kind has none.
    pub bytes: Vec<u8>,
    /// Its corners in the picture, where the kind tells four; they need not be in order of the
    /// document.
    pub quad: Option<Quad>,
}

/// All barcodes in a picture; none when there are none or the picture is too small for one.
pub fn read(picture: &GrayImage) -> Vec<Barcode> {
    let longest = picture.width().max(picture.height());
    if picture.width().min(picture.height()) < MIN_SIDE {
        return Vec::new();
    }
    if longest <= MAX_SIDE {
        return decode(picture, 1.0);
    }
    let scale = longest as f32 / MAX_SIDE as f32;
    let side = |side: u32| ((side as f32 / scale) as u32).max(1);
    let (width, height) = (side(picture.width()), side(picture.height()));
    let smaller = image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle);
    if smaller.width().min(smaller.height()) < MIN_SIDE { Vec::new() } else { decode(&smaller, scale) }
}

fn decode(picture: &GrayImage, scale: f32) -> Vec<Barcode> {
    let hints = DecodeHints {
        PossibleFormats: Some(HashSet::from(SYMBOLOGIES.map(|(format, _)| format))),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    // rxing is a port of a library that throws; should it still index past an end, the picture has
    // no barcode, and the eye, which has no hook that ends it, goes on.
    let found = catch_unwind(AssertUnwindSafe(|| {
        let source = Luma8Source::new(picture.as_raw().clone(), picture.width(), picture.height()).ok()?;
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
        let mut reader = GenericMultipleBarcodeReader::new(MultiFormatReader::default());
        reader.decode_multiple_with_hints(&mut bitmap, &hints).ok()
    }));
    let found = found.ok().flatten().unwrap_or_default();
    found.iter().filter_map(|result| barcode(result, scale)).take(MAX_BARCODES).collect()
}

fn barcode(result: &RXingResult, scale: f32) -> Option<Barcode> {
    let symbology = SYMBOLOGIES
        .into_iter()
        .find(|(format, _)| format == result.getBarcodeFormat())
        .map(|(_, symbology)| symbology)?;
    let [text, bytes] = [result.getText().len(), result.getRawBytes().len()];
    if text.max(bytes) > MAX_BYTES {
        return None;
    }
    let corners: Vec<[f32; 2]> =
        result.getPoints().iter().map(|point| [point.x * scale, point.y * scale]).collect();
    Some(Barcode {
        symbology,
        text: result.getText().to_owned(),
        bytes: result.getRawBytes().to_vec(),
        quad: <[[f32; 2]; 4]>::try_from(corners.get(..4).unwrap_or_default()).ok().map(Quad),
    })
}

#[cfg(test)]
mod tests;
