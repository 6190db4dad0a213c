//! The picture for the bench, as RGB and as a camera sends it.

use std::path::Path;

use image::imageops::FilterType;

use vouch_perception::camera::convert::{Colour, Layout};
use vouch_perception::camera::{CameraError, Frame, PixelFormat, Recording, RecordingOptions, Source};

/// Size of every measured frame: the camera's default, and the peer's.
pub const WIDTH: u32 = 640;
/// See [`WIDTH`].
pub const HEIGHT: u32 = 480;

/// The first picture of `path` (an image, or a recording), scaled to
/// [`WIDTH`] x [`HEIGHT`] without keeping its proportions.
///
/// # Errors
/// [`CameraError`] when it can't be read.
pub fn read(path: &Path) -> Result<Frame, CameraError> {
    let mut frame = Frame::default();
    Recording::open(path, RecordingOptions::default())?.next(&mut frame)?;
    if (frame.width, frame.height) != (WIDTH, HEIGHT) {
        let (width, height) = (frame.width, frame.height);
        let pixels = image::RgbImage::from_raw(width, height, std::mem::take(&mut frame.rgb))
            .unwrap_or_else(|| image::RgbImage::new(1, 1));
        let scaled = image::imageops::resize(&pixels, WIDTH, HEIGHT, FilterType::Triangle);
        frame.resize(WIDTH, HEIGHT);
        frame.rgb.copy_from_slice(scaled.as_raw());
    }
    Ok(frame)
}

/// How [`yuyv`] lays its bytes out.
pub fn yuyv_layout(frame: &Frame) -> Layout {
    Layout {
        format: PixelFormat::Yuyv,
        width: frame.width,
        height: frame.height,
        stride: frame.width as usize * 2,
        luma_rows: frame.height as usize,
        colour: Colour::default(),
    }
}

/// `frame` as a USB camera sends it (YUYV, BT.601, limited range), everything
/// moved `shift` pixels to the right.
pub fn yuyv(frame: &Frame, shift: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(frame.rgb.len() / 3 * 2);
    let width = frame.width as usize;
    for line in frame.rgb.chunks_exact(width * 3) {
        let pixel = |column: usize| {
            let at = (column + width - shift % width) % width * 3;
            [line[at], line[at + 1], line[at + 2]].map(f32::from)
        };
        for column in (0..width / 2 * 2).step_by(2) {
            let (left, right) = (pixel(column), pixel(column + 1));
            let both = [0, 1, 2].map(|channel| f32::midpoint(left[channel], right[channel]));
            // ITU-R BT.601, 8 bits, limited range.
            let weigh = |[r, g, b]: [f32; 3], of: [f32; 3], offset: f32| {
                (of[0] * r + of[1] * g + of[2] * b + offset).round() as u8
            };
            let luma = |rgb| weigh(rgb, [0.2568, 0.5041, 0.0979], 16.0);
            bytes.push(luma(left));
            bytes.push(weigh(both, [-0.1482, -0.2910, 0.4392], 128.0));
            bytes.push(luma(right));
            bytes.push(weigh(both, [0.4392, -0.3678, -0.0714], 128.0));
        }
    }
    bytes
}
