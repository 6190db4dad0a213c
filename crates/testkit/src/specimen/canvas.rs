//! Drawing on a page: antialiased shapes and text with an opacity.

use image::{Rgb, RgbImage};

use super::fonts::Face;

/// Red, green, blue, as encoded (sRGB).
pub(super) type Colour = [u8; 3];

/// A picture to draw on. Coordinates are pixels; anything outside is clipped.
pub(super) struct Canvas {
    pub(super) image: RgbImage,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32, ground: Colour) -> Self {
        Self { image: RgbImage::from_pixel(width, height, Rgb(ground)) }
    }

    pub(super) fn size(&self) -> (f32, f32) {
        (self.image.width() as f32, self.image.height() as f32)
    }

    /// Lays `colour` over a pixel with an opacity from 0 to 1.
    pub(super) fn dot(&mut self, x: i32, y: i32, colour: Colour, opacity: f32) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x < self.image.width() && y < self.image.height() {
            let pixel = self.image.get_pixel_mut(x, y);
            for (under, over) in pixel.0.iter_mut().zip(colour) {
                let mixed = f32::from(*under) + (f32::from(over) - f32::from(*under)) * opacity;
                *under = (mixed + 0.5) as u8;
            }
        }
    }

    /// Fills where `distance` (signed, in pixels, negative inside) says so, within a box.
    pub(super) fn shape(
        &mut self,
        [left, top, right, bottom]: [f32; 4],
        colour: Colour,
        opacity: f32,
        distance: impl Fn(f32, f32) -> f32,
    ) {
        let (width, height) = self.size();
        let across = |from: f32, to: f32, end: f32| {
            (from - 1.0).clamp(0.0, end) as i32..(to + 2.0).clamp(0.0, end) as i32
        };
        for y in across(top, bottom, height) {
            for x in across(left, right, width) {
                let cover = (0.5 - distance(x as f32 + 0.5, y as f32 + 0.5)).clamp(0.0, 1.0);
                if cover > 0.0 {
                    self.dot(x, y, colour, cover * opacity);
                }
            }
        }
    }

    /// A filled rectangle with rounded corners.
    pub(super) fn rectangle(&mut self, of: [f32; 4], radius: f32, colour: Colour, opacity: f32) {
        self.shape(of, colour, opacity, |x, y| rounded(of, radius, x, y));
    }

    /// A filled ellipse.
    pub(super) fn ellipse(&mut self, (x, y): (f32, f32), (a, b): (f32, f32), colour: Colour, opacity: f32) {
        self.shape([x - a, y - b, x + a, y + b], colour, opacity, |px, py| {
            let reach = ((px - x) / a).hypot((py - y) / b);
            (reach - 1.0) * a.min(b)
        });
    }

    /// A straight stroke with round ends.
    pub(super) fn line(&mut self, a: (f32, f32), b: (f32, f32), stroke: f32, colour: Colour, opacity: f32) {
        let reach = stroke / 2.0;
        let around = [a.0.min(b.0) - reach, a.1.min(b.1) - reach, a.0.max(b.0) + reach, a.1.max(b.1) + reach];
        self.shape(around, colour, opacity, |x, y| to_segment(a, b, x, y) - reach);
    }

    /// The curve y = f(x) from `from` to `to`, `stroke` pixels thick.
    pub(super) fn curve(
        &mut self,
        (from, to): (f32, f32),
        stroke: f32,
        colour: Colour,
        opacity: f32,
        f: impl Fn(f32) -> f32,
    ) {
        for x in from.max(0.0) as i32..to.min(self.size().0) as i32 {
            let at = x as f32 + 0.5;
            let y = f(at);
            let slope = f(at + 0.5) - f(at - 0.5);
            let reach = (stroke / 2.0 + 0.5) * (1.0 + slope * slope).sqrt();
            for row in (y - reach).floor() as i32..=(y + reach).ceil() as i32 {
                let away = (row as f32 + 0.5 - y).abs() / (1.0 + slope * slope).sqrt();
                let cover = (stroke / 2.0 + 0.5 - away).clamp(0.0, 1.0).min(stroke);
                if cover > 0.0 {
                    self.dot(x, row, colour, cover * opacity);
                }
            }
        }
    }

    /// Text from the left end of its baseline; gives the box of the line: x, y, width, height.
    pub(super) fn text(
        &mut self,
        face: &Face,
        height: f32,
        at: (f32, f32),
        colour: Colour,
        text: &str,
    ) -> [f32; 4] {
        face.set(text, height, at, None, |x, y, cover| self.dot(x, y, colour, cover));
        [at.0, at.1 - height * 1.1, face.width(text, height), height * 1.35]
    }

    /// Characters a fixed pitch apart.
    pub(super) fn pitched(
        &mut self,
        face: &Face,
        height: f32,
        at: (f32, f32),
        pitch: f32,
        colour: Colour,
        text: &str,
    ) {
        face.set(text, height, at, Some(pitch), |x, y, cover| self.dot(x, y, colour, cover));
    }

    /// Text about a centre, turned by `degrees` (clockwise), see-through.
    pub(super) fn turned(
        &mut self,
        face: &Face,
        height: f32,
        (x, y): (f32, f32),
        degrees: f32,
        (colour, opacity): (Colour, f32),
        text: &str,
    ) {
        let margin = height * 0.5;
        let (width, tall) = (face.width(text, height) + 2.0 * margin, height * 2.0);
        let mut mask = vec![0.0_f32; (width as usize + 1) * (tall as usize + 1)];
        let stride = width as usize + 1;
        face.set(text, height, (margin, height * 1.5), None, |x, y, cover| {
            if let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y))
                && x < stride
                && let Some(place) = mask.get_mut(y * stride + x)
            {
                *place = place.max(cover);
            }
        });
        let (sin, cos) = degrees.to_radians().sin_cos();
        let reach = width.hypot(tall) / 2.0;
        for row in (y - reach) as i32..(y + reach) as i32 {
            for column in (x - reach) as i32..(x + reach) as i32 {
                let (dx, dy) = (column as f32 - x, row as f32 - y);
                let u = dx * cos + dy * sin + width / 2.0;
                let v = dy * cos - dx * sin + height;
                if u < 0.0 || v < 0.0 || u >= width - 1.0 || v >= tall - 1.0 {
                    continue;
                }
                let (left, top) = (u as usize, v as usize);
                let (right, down) = (u.fract(), v.fract());
                let at = |x: usize, y: usize| mask.get(y * stride + x).copied().unwrap_or(0.0);
                let upper = at(left, top) * (1.0 - right) + at(left + 1, top) * right;
                let lower = at(left, top + 1) * (1.0 - right) + at(left + 1, top + 1) * right;
                self.dot(column, row, colour, (upper * (1.0 - down) + lower * down) * opacity);
            }
        }
    }

    /// Lays a picture over with its upper left corner at (x, y); `change` combines
    /// its pixel and the one under it.
    pub(super) fn lay(
        &mut self,
        picture: &RgbImage,
        (x, y): (u32, u32),
        change: impl Fn(Colour, Colour) -> Colour,
    ) {
        for (dx, dy, pixel) in picture.enumerate_pixels() {
            if let Some(under) = self.image.get_pixel_mut_checked(x + dx, y + dy) {
                under.0 = change(pixel.0, under.0);
            }
        }
    }
}

/// Signed distance to a rectangle with rounded corners.
pub(super) fn rounded([left, top, right, bottom]: [f32; 4], radius: f32, x: f32, y: f32) -> f32 {
    let dx = (x - (left + right) / 2.0).abs() - (right - left) / 2.0 + radius;
    let dy = (y - (top + bottom) / 2.0).abs() - (bottom - top) / 2.0 + radius;
    (dx.max(0.0).powi(2) + dy.max(0.0).powi(2)).sqrt() + dx.max(dy).min(0.0) - radius
}

/// Distance to the segment from `a` to `b`.
pub(super) fn to_segment(a: (f32, f32), b: (f32, f32), x: f32, y: f32) -> f32 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((x - a.0) * dx + (y - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    (x - a.0 - along * dx).hypot(y - a.1 - along * dy)
}
