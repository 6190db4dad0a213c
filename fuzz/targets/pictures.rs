//! Buffers as a camera's driver fills them: short, padded, of another size than
//! promised, and JPEG of every kind of broken. And picture files of every format.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vouch_perception::camera::convert::{Colour, Converter, Layout};
use vouch_perception::camera::{Frame, PixelFormat, picture_file};

/// Sides up to here: larger ones only cost the fuzzer time.
const MAX_SIDE: u32 = 64;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(picture) = picture_file::decode(bytes) {
        let told = picture_file::describe(bytes).expect("what is decoded can be described");
        assert_eq!(picture.dimensions(), (told.width, told.height));
    }
    let Some((&[format, width, height, padding], picture)) = bytes.split_first_chunk::<4>() else { return };
    let format = PixelFormat::ALL[usize::from(format) % PixelFormat::ALL.len()];
    let (width, height) = (u32::from(width) % (MAX_SIDE + 1), u32::from(height) % (MAX_SIDE + 1));
    let row = match format {
        PixelFormat::Yuyv => width.div_ceil(2) * 4,
        PixelFormat::Nv12 | PixelFormat::Nv21 | PixelFormat::Yuv420 => width.div_ceil(2) * 2,
        PixelFormat::Rgb24 => width * 3,
        _ => width,
    };
    // Sometimes less than a row.
    let stride = (row + u32::from(padding)).saturating_sub(4) as usize;
    // Sometimes fewer rows than the picture has, sometimes a block more.
    let luma_rows = (height as usize).next_multiple_of(16).saturating_sub(usize::from(padding & 31));
    let layout = Layout { format, width, height, stride, luma_rows, colour: Colour::default() };
    let mut frame = Frame::default();
    let mut converter = Converter::default();
    if converter.convert(&layout, picture, &mut frame).is_ok() {
        assert_eq!((frame.width, frame.height), (width, height));
    }
    assert_eq!(frame.rgb.len() as u64, u64::from(frame.width) * u64::from(frame.height) * 3);
});
