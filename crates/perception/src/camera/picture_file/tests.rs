//! Pictures as people supply them: complete, cut, of unsupported kinds, and far larger unpacked
//! than on disk.

use std::io::Cursor;

use image::{ImageFormat, Rgb};
use proptest::prelude::*;

use super::*;
use crate::camera::jpeg::testing::Sketch;

/// A picture with some content, in this format.
fn encoded(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(48, 32, |x, y| Rgb([(x * 5) as u8, (y * 7) as u8, (x * y) as u8]));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

fn progressive() -> Vec<u8> {
    Sketch { detail: 3, progressive: true, ..Sketch::default() }.encode()
}

#[test]
fn every_format_that_is_read_is_read() {
    for format in [
        ImageFormat::Jpeg,
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::WebP,
        ImageFormat::Pnm,
    ] {
        let bytes = encoded(format);
        assert_eq!(decode(&bytes).expect("decodes").dimensions(), (48, 32), "{format:?}");
        let told = describe(&bytes).expect("describes");
        assert_eq!((told.width, told.height, told.moves), (48, 32, false), "{format:?}");
    }
    assert_eq!(decode(&progressive()).expect("decodes").dimensions(), (64, 48));
}

#[test]
fn a_picture_cut_off_is_told_so() {
    let kinds =
        [encoded(ImageFormat::Jpeg), progressive(), encoded(ImageFormat::Png), encoded(ImageFormat::Bmp)];
    for whole in kinds {
        for part in [40, 60, 80, 95] {
            let cut = &whole[..whole.len() * part / 100];
            let told = decode(cut).expect_err("refused");
            assert_eq!(told.to_string(), "the picture is cut off; give it again", "{part} %");
        }
    }
    for format in [ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Pnm] {
        let whole = encoded(format);
        assert_eq!(decode(&whole[..whole.len() / 2]), Err(PictureFault::CutOff), "{format:?}");
    }
}

#[test]
fn a_png_that_is_closed_behind_a_cut_is_no_picture() {
    let mut noise = 1u32;
    let picture = RgbImage::from_fn(200, 200, |_, _| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(noise >> 24) as u8, (noise >> 16) as u8, 0])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).expect("encodes");
    let whole = bytes.into_inner();
    let end = &whole[whole.len() - 12..];
    // Chunk by chunk, without the last data.
    let mut at = 8;
    let mut last_data = at;
    while &whole[at + 4..at + 8] != b"IEND" {
        if &whole[at + 4..at + 8] == b"IDAT" {
            last_data = at;
        }
        at += 12 + u32::from_be_bytes([whole[at], whole[at + 1], whole[at + 2], whole[at + 3]]) as usize;
    }
    let closed = [&whole[..last_data], end].concat();
    let told = decode(&closed).expect_err("refused");
    assert!(told.to_string().contains("give it again"), "{told}");
}

#[test]
fn jpeg_codings_that_are_not_read_are_told_by_their_kind() {
    let told = |sketch: Sketch| decode(&sketch.encode()).expect_err("refused").to_string();
    let odd = told(Sketch { sampling: [(3, 1), (1, 1), (1, 1)], ..Sketch::default() });
    assert_eq!(
        odd,
        "an unsupported kind of JPEG (unusual sampling factors); save it again as a baseline JPEG or \
         as PNG"
    );
    let apart = told(Sketch { apart: true, ..Sketch::default() });
    assert!(apart.contains("separate scans"), "{apart}");
    let mut arithmetic = Sketch::default().encode();
    let header = arithmetic.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a header");
    arithmetic[header + 1] = 0xC9;
    let told = decode(&arithmetic).expect_err("refused").to_string();
    assert!(told.contains("(arithmetic coding)") && !told.contains("broken"), "{told}");
}

#[test]
fn what_a_phone_puts_behind_its_picture_is_no_matter() {
    let picture = encoded(ImageFormat::Jpeg);
    let with_video = [&picture[..], b"\0\0\0\x18ftypmp42 and a film of three seconds"].concat();
    assert_eq!(decode(&with_video), decode(&picture));
}

#[test]
fn a_jpeg_without_its_tables_is_read_with_the_standard_ones() {
    let whole = Sketch { detail: 2, ..Sketch::default() }.encode();
    let tables = whole.windows(2).position(|pair| pair == [0xFF, 0xC4]).expect("tables");
    let bare = [&whole[..tables], &whole[tables + 420..]].concat();
    assert_eq!(decode(&bare), decode(&whole));
}

/// A PNG of zeros, with a chunk inserted before its data.
fn flat_png(width: u32, height: u32, sixteen_bit: bool, chunk: &[u8]) -> Vec<u8> {
    let small = if sixteen_bit {
        image::DynamicImage::new_rgba16(1, 1)
    } else {
        image::DynamicImage::new_rgb8(64, 64)
    };
    let mut bytes = Cursor::new(Vec::new());
    small.write_to(&mut bytes, ImageFormat::Png).expect("encodes");
    let mut bytes = bytes.into_inner();
    if sixteen_bit {
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = crc(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    }
    bytes.splice(33..33, chunk.iter().copied());
    bytes
}

/// The checksum of PNG's chunks (W3C PNG, annex D).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| {
                if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
            },
        )
    })
}

#[test]
fn a_picture_that_unpacks_to_more_than_the_bound_is_refused_by_its_header() {
    // 8000 x 6000 pixels of 8 bytes.
    let deep = decode(&flat_png(8000, 6000, true, b"")).expect_err("refused");
    assert!(matches!(deep, PictureFault::Memory(_)), "{deep}");
    let words = deep.to_string();
    assert!(words.contains("at most 320 MB") && words.contains("8 bits"), "{words}");
    let wide = decode(&flat_png(8192, 8192, true, b"")).expect_err("refused");
    assert!(wide.to_string().contains("8192x8192 pixels; at most 8192 on a side and 50 mega"), "{wide}");
    assert!(matches!(decode(&flat_png(20_000, 500, true, b"")), Err(PictureFault::Pixels(20_000, 500))));
    let mut jpeg = Sketch::default().encode();
    let header = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a header");
    jpeg[header + 5..header + 9].fill(0xFF);
    assert_eq!(decode(&jpeg), Err(PictureFault::Pixels(65_535, 65_535)));
}

#[test]
fn a_progressive_pictures_coefficients_count_too() {
    // 4:4:4, so the coefficients take 6 bytes per pixel, besides 3 for the picture.
    assert!(bearable(8000, 6000, 3, 0).is_ok());
    assert!(matches!(bearable(8000, 6000, 3, 8000 * 6000 * 6), Err(PictureFault::Memory(_))));
}

#[test]
fn a_colour_profile_is_never_unpacked() {
    // This profile's data is not a zlib stream, so reading it would fail.
    let body = b"iCCPprofile\0\0not packed at all";
    let mut chunk = ((body.len() - 4) as u32).to_be_bytes().to_vec();
    chunk.extend_from_slice(body);
    chunk.extend(crc(body).to_be_bytes());
    let bytes = flat_png(0, 0, false, &chunk);
    assert!(!png::chunks(&bytes).expect("whole").kept.windows(4).any(|kind| kind == b"iCCP"));
    assert_eq!(decode(&bytes).expect("decodes").dimensions(), (64, 64));
}

proptest! {
    #[test]
    fn no_damage_panics_or_makes_a_picture_of_another_size_than_it_says(
        at in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
        format in prop::sample::select(vec![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif]),
    ) {
        let mut bytes = encoded(format);
        for (index, value) in at {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(picture) = decode(&bytes) {
            let told = describe(&bytes).expect("what is decoded can be described");
            prop_assert_eq!(picture.dimensions(), (told.width, told.height));
            let (width, height) = picture.dimensions();
            prop_assert!(u64::from(width) * u64::from(height) <= MAX_PIXELS);
        }
    }

    #[test]
    fn a_jpeg_or_png_cut_anywhere_is_refused(at: prop::sample::Index, jpeg: bool) {
        let whole = encoded(if jpeg { ImageFormat::Jpeg } else { ImageFormat::Png });
        prop_assert!(decode(&whole[..at.index(whole.len())]).is_err());
    }
}
