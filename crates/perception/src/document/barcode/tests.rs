use image::Luma;
use proptest::prelude::*;
use rxing::{MultiFormatWriter, Writer};

use super::payload::{Payload, PayloadError, parse};
use super::*;
use vouch_contract::document::fields::{Field, FieldName, FieldSource, Format};

/// A fictitious holder, in the format of AAMVA's annex D.
const CARD: &str = "@\n\u{1e}\rANSI 636000100102DL00410098ZV01390010DLDAQT0000007\nDCSSPECIMEN\nDACTESTA\nDADPROBE\nDBB07141990\nDBA07142031\nDBD07142021\nDBC2\nDCGUSA\nDAJXX\nDDEN\rZVZVA01\r";
const ZONE: &str =
    "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<";

/// A barcode in the middle of a grey page.
fn page(format: BarcodeFormat, text: &str, width: u32, height: u32) -> GrayImage {
    let matrix = MultiFormatWriter.encode(text, &format, width as i32, height as i32).unwrap();
    let mut page = GrayImage::from_pixel(matrix.getWidth() + 120, matrix.getHeight() + 160, Luma([210]));
    for y in 0..matrix.getHeight() {
        for x in 0..matrix.getWidth() {
            page.put_pixel(x + 60, y + 80, Luma([if matrix.get(x, y) { 30 } else { 215 }]));
        }
    }
    page
}

#[test]
fn each_kind_is_found_with_its_text() {
    for (format, symbology, text, width, height) in [
        (BarcodeFormat::PDF_417, Symbology::Pdf417, CARD, 700, 240),
        (BarcodeFormat::QR_CODE, Symbology::Qr, ZONE, 260, 260),
        (BarcodeFormat::AZTEC, Symbology::Aztec, ZONE, 260, 260),
        (BarcodeFormat::DATA_MATRIX, Symbology::DataMatrix, ZONE, 260, 260),
        (BarcodeFormat::CODE_128, Symbology::Code128, "900101300007", 320, 60),
    ] {
        let found = read(&page(format, text, width, height));
        assert_eq!(found.len(), 1, "{format:?}");
        assert_eq!((found[0].symbology, found[0].text.as_str()), (symbology, text));
    }
}

#[test]
fn a_large_picture_is_made_smaller_and_corners_are_in_its_pixels() {
    let small = page(BarcodeFormat::QR_CODE, ZONE, 600, 600);
    let (width, height) = (small.width() * 4, small.height() * 4);
    let large = image::imageops::resize(&small, width, height, image::imageops::FilterType::Nearest);
    let found = read(&large);
    assert_eq!(found[0].text, ZONE);
    if let Some(Quad(corners)) = found[0].quad {
        assert!(corners.iter().any(|corner| corner[0] > small.width() as f32), "{corners:?}");
    }
}

#[test]
fn where_there_is_no_barcode_none_is_found() {
    for (width, height) in [(0, 0), (1, 2000), (31, 31), (300, 200), (4000, 40)] {
        assert_eq!(read(&GrayImage::from_pixel(width, height, Luma([128]))), []);
    }
    let stripes =
        GrayImage::from_fn(400, 300, |x, y| Luma([if (x / 3 + y / 5) % 2 == 0 { 40 } else { 200 }]));
    assert_eq!(read(&stripes), []);
}

#[test]
fn a_card_of_north_america_gives_its_fields() {
    let Payload::Aamva(fields) = parse(CARD).unwrap() else { panic!("another format") };
    let get =
        |name| fields.iter().find(|field: &&Field| field.name == name).map(|field| field.value.as_str());
    for (name, value) in [
        (FieldName::DocumentNumber, "T0000007"),
        (FieldName::LastName, "SPECIMEN"),
        (FieldName::FirstName, "TESTA PROBE"),
        (FieldName::DateOfBirth, "1990-07-14"),
        (FieldName::IssueDate, "2021-07-14"),
        (FieldName::ExpireDate, "2031-07-14"),
        (FieldName::Gender, "F"),
        (FieldName::CountryCode, "USA"),
    ] {
        assert_eq!(get(name), Some(value), "{name:?}");
    }
    assert!(fields.iter().all(|field| field.source == FieldSource::Barcode));
    // Canada writes the year first.
    let canadian = CARD.replace("DCGUSA", "DCGCAN").replace("DBB07141990", "DBB19900714");
    let Payload::Aamva(fields) = parse(&canadian).unwrap() else { panic!("another format") };
    assert!(fields.iter().any(|field| field.value == "1990-07-14"));
}

#[test]
fn a_broken_card_is_told_from_a_strange_text() {
    for (broken, what) in [
        (CARD.replace("636000", "63600A"), "issuer"),
        (CARD.replace("DL00410098", "DL09990098"), "subfile's place"),
        (CARD[..30].to_owned(), "subfile's length"),
        (CARD.replace("DL0041", "XX0041").replace("ZV0139", "YY0139"), "table of subfiles"),
    ] {
        assert_eq!(parse(&broken), Err(PayloadError::Aamva(what)));
    }
    assert_eq!(parse("https://example.org"), Err(PayloadError::Unknown));
    assert_eq!(parse("900101300008"), Err(PayloadError::Unknown));
    assert_eq!(parse(&"1".repeat(90)), Err(PayloadError::Unknown));
    assert_eq!(parse(&"A".repeat(payload::MAX_BYTES + 1)), Err(PayloadError::TooLong));
}

#[test]
fn a_zone_in_a_barcode_is_cut_into_its_lines() {
    for (text, format, lines) in [
        (ZONE.to_owned(), Format::Td1, 3),
        (format!("{}\r\n{}\r\n{}\r\n", &ZONE[..30], &ZONE[30..60], &ZONE[60..]), Format::Td1, 3),
        (format!("V{}", "<".repeat(87)), Format::MrvA, 2),
        (format!("P{}", "<".repeat(87)), Format::Td3, 2),
        (format!("V{}", "<".repeat(71)), Format::MrvB, 2),
    ] {
        let Payload::Mrz(found, found_lines) = parse(&text).unwrap() else { panic!("another format") };
        assert_eq!((found, found_lines.len()), (format, lines));
        assert!(found_lines.iter().all(|line| line.len() == format.shape().1));
    }
    assert!(matches!(parse("900101300007").unwrap(), Payload::Iin(field) if field.value == "900101300007"));
}

proptest! {
    #[test]
    fn no_text_is_too_strange(text in "\\PC{0,300}", head: bool, cut in 0usize..200) {
        let text = if head { CARD.chars().take(cut).collect::<String>() + &text } else { text };
        if let Ok(Payload::Aamva(fields)) = parse(&text) {
            prop_assert!(fields.len() <= 8);
        }
    }
}
