//! A picture in linear light, as it falls on a sensor, and the picture a camera makes from it.

use std::sync::LazyLock;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use rand::Rng;

/// Steps of the table from linear light to encoded values.
const STEPS: usize = 4096;
/// Numbers in the table of noise.
const NOISE: usize = 1 << 16;

/// Linear light of an encoded value (IEC 61966-2-1).
static LINEAR: LazyLock<[f32; 256]> = LazyLock::new(|| {
    std::array::from_fn(|value| {
        let value = value as f32 / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    })
});

/// Encoded value, 0 to 255, of linear light in [`STEPS`] steps.
static ENCODED: LazyLock<Vec<f32>> = LazyLock::new(|| {
    (0..=STEPS)
        .map(|step| {
            let light = step as f32 / STEPS as f32;
            let value =
                if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
            value * 255.0
        })
        .collect()
});

/// Linear light of an encoded colour.
pub(super) fn linear(colour: [u8; 3]) -> [f32; 3] {
    colour.map(|value| LINEAR[usize::from(value)])
}

/// Red, green, blue for each pixel, row by row; 1 is white, more is beyond the sensor.
#[derive(Debug, Clone)]
pub(super) struct Exposure {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) light: Vec<f32>,
}

impl Exposure {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, light: vec![0.0; width * height * 3] }
    }

    pub(super) fn of(image: &RgbImage) -> Self {
        let light = image.as_raw().iter().map(|&value| LINEAR[usize::from(value)]).collect();
        Self { width: image.width() as usize, height: image.height() as usize, light }
    }

    /// Half as wide and high, each pixel the mean of four.
    pub(super) fn halved(&self) -> Self {
        let mut half = Self::new((self.width / 2).max(1), (self.height / 2).max(1));
        for y in 0..half.height {
            for x in 0..half.width {
                for channel in 0..3 {
                    let at = |dx: usize, dy: usize| {
                        let (x, y) = ((2 * x + dx).min(self.width - 1), (2 * y + dy).min(self.height - 1));
                        self.light[(y * self.width + x) * 3 + channel]
                    };
                    half.light[(y * half.width + x) * 3 + channel] =
                        (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4.0;
                }
            }
        }
        half
    }

    /// The light at a place; pixel centres are at halves, values between them are interpolated.
    pub(super) fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let x = (x - 0.5).clamp(0.0, (self.width - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.height - 1) as f32);
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let right = (left + 1).min(self.width - 1);
        let bottom = (top + 1).min(self.height - 1);
        let corner = |x: usize, y: usize| {
            let at = (y * self.width + x) * 3;
            [self.light[at], self.light[at + 1], self.light[at + 2]]
        };
        let (a, b) = (corner(left, top), corner(right, top));
        let (c, d) = (corner(left, bottom), corner(right, bottom));
        std::array::from_fn(|i| {
            let upper = a[i] + (b[i] - a[i]) * fx;
            let lower = c[i] + (d[i] - c[i]) * fx;
            upper + (lower - upper) * fy
        })
    }

    /// The same picture in another size.
    pub(super) fn scaled(&self, width: usize, height: usize) -> Self {
        let mut out = Self::new(width, height);
        let (sx, sy) = (self.width as f32 / width as f32, self.height as f32 / height as f32);
        for y in 0..height {
            for x in 0..width {
                let light = self.at((x as f32 + 0.5) * sx, (y as f32 + 0.5) * sy);
                out.light[(y * width + x) * 3..][..3].copy_from_slice(&light);
            }
        }
        out
    }

    /// Mixes light into a pixel with an opacity.
    pub(super) fn lay(&mut self, x: usize, y: usize, light: [f32; 3], opacity: f32) {
        let at = (y * self.width + x) * 3;
        for (under, over) in self.light[at..at + 3].iter_mut().zip(light) {
            *under += (over - *under) * opacity;
        }
    }

    /// Defocus as a Gaussian of `sigma` pixels.
    pub(super) fn defocus(&mut self, sigma: f32) {
        if sigma < 0.15 {
            return;
        }
        let reach = (sigma * 2.6).ceil() as isize;
        let weights: Vec<f32> =
            (-reach..=reach).map(|at| (-((at * at) as f32) / (2.0 * sigma * sigma)).exp()).collect();
        let total: f32 = weights.iter().sum();
        let taps = |step: (isize, isize)| -> Vec<(isize, isize, f32)> {
            (-reach..=reach).zip(&weights).map(|(at, w)| (at * step.0, at * step.1, w / total)).collect()
        };
        self.gather(&taps((1, 0)));
        self.gather(&taps((0, 1)));
    }

    /// Motion during the exposure: a straight path of `length` pixels.
    pub(super) fn motion(&mut self, length: f32, degrees: f32) {
        if length < 0.8 {
            return;
        }
        let count = (length * 1.5).ceil().max(2.0) as usize;
        let (sin, cos) = degrees.to_radians().sin_cos();
        let mut taps: Vec<(isize, isize, f32)> = Vec::with_capacity(count);
        for number in 0..count {
            let along = (number as f32 / (count - 1) as f32 - 0.5) * length;
            let (dx, dy) = ((along * cos).round() as isize, (along * sin).round() as isize);
            match taps.iter_mut().find(|tap| (tap.0, tap.1) == (dx, dy)) {
                Some(tap) => tap.2 += 1.0 / count as f32,
                None => taps.push((dx, dy, 1.0 / count as f32)),
            }
        }
        self.gather(&taps);
    }

    /// Each pixel becomes the weighted sum of others, (dx, dy) away; edges repeat.
    fn gather(&mut self, taps: &[(isize, isize, f32)]) {
        let stride = self.width * 3;
        let mut out = vec![0.0_f32; self.light.len()];
        for (y, row) in out.chunks_exact_mut(stride).enumerate() {
            for &(dx, dy, weight) in taps {
                let from = (y as isize + dy).clamp(0, self.height as isize - 1) as usize;
                let source = &self.light[from * stride..][..stride];
                let shift = dx.unsigned_abs().min(self.width - 1) * 3;
                if dx >= 0 {
                    add(&mut row[..stride - shift], &source[shift..], weight);
                    repeat(&mut row[stride - shift..], &source[stride - 3..], weight);
                } else {
                    add(&mut row[shift..], &source[..stride - shift], weight);
                    repeat(&mut row[..shift], &source[..3], weight);
                }
            }
        }
        self.light = out;
    }

    /// What the camera delivers: encoded values with noise of `sigma` levels at middle grey.
    pub(super) fn developed(&self, sigma: f32, rng: &mut impl Rng) -> RgbImage {
        let noise = noise(rng);
        let mut image = RgbImage::new(self.width as u32, self.height as u32);
        let stride = self.width * 3;
        let buffer: &mut [u8] = &mut image;
        for (row, light) in buffer.chunks_exact_mut(stride).zip(self.light.chunks_exact(stride)) {
            let mut at = rng.random_range(0..NOISE);
            for (value, &light) in row.iter_mut().zip(light) {
                let step = (light.clamp(0.0, 1.0) * STEPS as f32) as usize;
                let encoded = ENCODED[step.min(STEPS)];
                at = (at + 1) % NOISE;
                // Amplified shadows are noisier than lights once encoded.
                let amount = sigma * (1.35 - 0.8 * encoded / 255.0);
                *value = (encoded + noise[at] * amount + 0.5).clamp(0.0, 255.0) as u8;
            }
        }
        image
    }
}

fn add(target: &mut [f32], source: &[f32], weight: f32) {
    for (sum, value) in target.iter_mut().zip(source) {
        *sum += value * weight;
    }
}

fn repeat(target: &mut [f32], pixel: &[f32], weight: f32) {
    for sum in target.chunks_exact_mut(3) {
        add(sum, pixel, weight);
    }
}

/// Noise of deviation 1, somewhat alike in neighbours of one colour, as demosaicing leaves it.
fn noise(rng: &mut impl Rng) -> Vec<f32> {
    // The sum of four even numbers is near enough to a Gaussian.
    let white: Vec<f32> = (0..NOISE)
        .map(|_| {
            let bits: u32 = rng.random();
            let sum: u32 = bits.to_be_bytes().into_iter().map(u32::from).sum();
            (sum as f32 - 510.0) / 147.8
        })
        .collect();
    (0..NOISE).map(|at| 0.86 * white[at] + 0.5 * white[(at + NOISE - 3) % NOISE]).collect()
}

/// As it comes back from a JPEG of `quality`; as it was where encoding fails.
pub(super) fn through_jpeg(image: RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    let encoded = JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&image);
    match encoded.and_then(|()| image::load_from_memory_with_format(&bytes, image::ImageFormat::Jpeg)) {
        Ok(decoded) => decoded.into_rgb8(),
        Err(_) => image,
    }
}

/// The mean colour of a picture, in linear light.
pub(super) fn mean(image: &RgbImage) -> [f32; 3] {
    let mut sum = [0.0_f32; 3];
    let mut count = 0.0_f32;
    for Rgb(pixel) in image.pixels().step_by(97) {
        for (sum, light) in sum.iter_mut().zip(linear(*pixel)) {
            *sum += light;
        }
        count += 1.0;
    }
    sum.map(|sum| sum / count.max(1.0))
}
