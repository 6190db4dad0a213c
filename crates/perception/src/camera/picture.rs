//! A borrowed view of a picture.

use image::RgbImage;

use super::Frame;

/// Borrowed pixels: `width * height * 3` bytes, R G B, row after row.
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    width: usize,
    height: usize,
    rgb: &'a [u8],
}

impl<'a> Picture<'a> {
    /// A picture over `rgb`; none if its length does not match the size, or if a side is zero.
    pub fn new(width: u32, height: u32, rgb: &'a [u8]) -> Option<Self> {
        let (width, height) = (width as usize, height as usize);
        let bytes = width.checked_mul(height)?.checked_mul(3)?;
        (bytes > 0 && bytes == rgb.len()).then_some(Self { width, height, rgb })
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// One row, R G B.
    pub fn row(&self, y: usize) -> &'a [u8] {
        &self.rgb[y * self.width * 3..][..self.width * 3]
    }

    /// The colour between pixels (whose centres are at whole numbers), bilinear; outside the
    /// picture the nearest pixel's.
    pub fn sample(&self, x: f32, y: f32) -> [f32; 3] {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(self.width - 1), (top + 1).min(self.height - 1));
        let (dx, dy) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize, c: usize| f32::from(self.rgb[(y * self.width + x) * 3 + c]);
        std::array::from_fn(|c| {
            let upper = at(left, top, c) * (1.0 - dx) + at(right, top, c) * dx;
            let lower = at(left, bottom, c) * (1.0 - dx) + at(right, bottom, c) * dx;
            upper * (1.0 - dy) + lower * dy
        })
    }
}

impl<'a> TryFrom<&'a Frame> for Picture<'a> {
    type Error = ();

    fn try_from(frame: &'a Frame) -> Result<Self, ()> {
        Self::new(frame.width, frame.height, &frame.rgb).ok_or(())
    }
}

impl<'a> TryFrom<&'a RgbImage> for Picture<'a> {
    type Error = ();

    fn try_from(image: &'a RgbImage) -> Result<Self, ()> {
        Self::new(image.width(), image.height(), image.as_raw()).ok_or(())
    }
}
