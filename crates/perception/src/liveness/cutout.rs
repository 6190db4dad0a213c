//! A square part of a frame, aligned with the face and scaled to it, for the cues that examine
//! pictures.

use crate::camera::Frame;
use crate::face::geometry::{Point, Region};
use crate::face::mesh::{Landmarks, index};
use crate::face::warp::warp;

/// A part of a frame, `size` x `size` pixels, RGB. Its buffers are allocated once.
#[derive(Debug)]
pub struct Cutout {
    size: usize,
    rgb: Vec<u8>,
    inside: Vec<bool>,
}

impl Cutout {
    /// Allocates `size` x `size` pixels.
    pub fn new(size: usize) -> Self {
        Self { size, rgb: vec![0; size * size * 3], inside: vec![false; size * size] }
    }

    /// Cuts `region` out of `frame`. False if either is unusable.
    pub fn take(&mut self, frame: &Frame, region: Region) -> bool {
        if !region.is_plausible() || !is_whole(frame) {
            return false;
        }
        let map = region.from_crop(self.size, false);
        warp(frame, &map, self.size, self.size, 0, &mut self.rgb);
        let (width, height) = (frame.width as f32, frame.height as f32);
        for (row, line) in self.inside.chunks_exact_mut(self.size).enumerate() {
            let start = map.apply(Point::new(0.5, row as f32 + 0.5));
            let (mut x, mut y) = (start.x, start.y);
            for inside in line {
                *inside = x >= 0.0 && y >= 0.0 && x < width && y < height;
                x += map.x[0];
                y += map.y[0];
            }
        }
        true
    }

    /// Pixels on a side.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The pixel in column `x` and row `y`, each channel 0 to 255; none where the cutout lies
    /// outside the frame.
    pub fn at(&self, x: usize, y: usize) -> Option<[f32; 3]> {
        let index = y * self.size + x;
        if x >= self.size || !*self.inside.get(index)? {
            return None;
        }
        let pixel = self.rgb.get(index * 3..index * 3 + 3)?;
        Some([f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2])])
    }
}

/// Whether the frame has the number of pixels that its size implies.
pub fn is_whole(frame: &Frame) -> bool {
    frame.width > 0 && frame.height > 0 && frame.rgb.len() >= frame.width as usize * frame.height as usize * 3
}

/// The square around all points of the mesh, `sides` times as wide as the face is long, level with
/// the eyes.
pub fn around(landmarks: &Landmarks, sides: f32) -> Region {
    let bounds = landmarks.bounds();
    Region {
        centre: Point::new(bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0),
        side: sides * bounds.width.max(bounds.height),
        angle: landmarks.at(index::LEFT_EYE_OUTER).angle_to(landmarks.at(index::RIGHT_EYE_OUTER)),
    }
}

/// Luma and the two chroma differences in 8-bit steps (Y, Cb, Cr of ITU-R BT.601 at full range,
/// with chroma centred on 0).
pub fn luma_chroma([red, green, blue]: [f32; 3]) -> [f32; 3] {
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    [luma, 0.564 * (blue - luma), 0.713 * (red - luma)]
}

/// Luma only, 0 to 255.
pub fn luma(colour: [f32; 3]) -> f32 {
    luma_chroma(colour)[0]
}
