//! Barcodes on documents: found by `rxing`, their payload parsed where its format is public.
//!
//! In: a grey picture. Out: the barcodes' contents as text and bytes, with their corners;
//! [`payload`] turns them into fields. Called by the document reader, beside `mrz/` and `zone/`.

pub mod payload;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::GrayImage;
use rxing::common::HybridBinarizer;
use rxing::multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader};
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, RXingResult};

use vouch_contract::document::fields::Quad;

/// Longest side searched, pixels; larger pictures are reduced first. A card's PDF417 is about 500
/// modules wide, which are three pixels each at this size.
pub const MAX_SIDE: u32 = 1600;
/// Shortest side that can hold a barcode, pixels.
const MIN_SIDE: u32 = 32;
/// Limit on the barcodes kept per picture.
pub const MAX_BARCODES: usize = 8;
/// Limit on the bytes kept per barcode. A QR code holds at most 2,953, a PDF417 1,108.
pub const MAX_BYTES: usize = 4096;

/// Types of barcode found on documents.
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

/// A barcode as read. Not for logs: it holds personal data.
#[derive(Debug, Clone, PartialEq)]
pub struct Barcode {
    /// Its type.
    pub symbology: Symbology,
    /// Its text, decoded with the character set it declares.
    pub text: String,
    /// Its raw bytes; empty if the type has none.
    pub bytes: Vec<u8>,
    /// Its corners in the picture, if the type gives four. Their order is not necessarily the
    /// document's.
    pub quad: Option<Quad>,
}

/// All barcodes in a picture; empty if there are none or the picture is too small for one.
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
    // rxing is a port of a library that throws exceptions. If it still indexes out of bounds, the
    // picture counts as one without a barcode. The eye keeps running, because no panic hook ends
    // it.
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
