//! Power spectra of small patches at the frame's own resolution. Resampling would create or hide
//! the very patterns that are searched for.

use crate::camera::Picture;
use crate::face::geometry::Point;

/// Side of a patch in pixels, a power of two. It resolves periods from 2 to 16 pixels, and each
/// cheek of a face of 140 pixels holds one patch.
pub const PATCH: usize = 64;
const BITS: u32 = PATCH.trailing_zeros();

/// Added to the power before its logarithm: about what the rounding to 8-bit values gives under the
/// window.
pub const FLOOR: f32 = 20.0;
/// Lowest frequency of a raster, in 64ths of a cycle per pixel: a period of six to seven pixels.
/// Below it lie the edges of eyes, nostrils and print.
const LOWEST: f32 = 9.6;

/// Power by row and column of frequency. Frequency `k` of [`PATCH`] is at index `k`; negative
/// frequencies count from the end.
pub type Power = [[f32; PATCH]; PATCH];

/// Mean power and sharpness of one channel over patches, with the buffers to compute them.
#[derive(Debug)]
pub struct Spectrum {
    window: [f32; PATCH],
    turns: [(f32, f32); PATCH / 2],
    real: Box<Power>,
    imaginary: Box<Power>,
    power: Box<Power>,
    patches: u32,
    gradients: f32,
    curvatures: f32,
}

impl Default for Spectrum {
    fn default() -> Self {
        let turn = |index: usize, of: usize| std::f32::consts::TAU * index as f32 / of as f32;
        let mut window = [0.0; PATCH];
        for (index, value) in window.iter_mut().enumerate() {
            // Hann window without its zeros.
            *value = 0.5 - 0.5 * turn(index + 1, PATCH + 1).cos();
        }
        let mut turns = [(0.0, 0.0); PATCH / 2];
        for (index, value) in turns.iter_mut().enumerate() {
            let angle = turn(index, PATCH);
            *value = (angle.cos(), -angle.sin());
        }
        let empty = || Box::new([[0.0; PATCH]; PATCH]);
        Self {
            window,
            turns,
            real: empty(),
            imaginary: empty(),
            power: empty(),
            patches: 0,
            gradients: 0.0,
            curvatures: 0.0,
        }
    }
}

impl Spectrum {
    /// Resets, then adds the patches around those `points` whose patch lies wholly in the picture,
    /// two at a time. `channel` turns a colour (R, G, B in 8-bit steps) into one value. Returns the
    /// number of patches.
    pub fn measure(
        &mut self,
        picture: &Picture<'_>,
        points: &[Point],
        channel: impl Fn([f32; 3]) -> f32 + Copy,
    ) -> u32 {
        for row in self.power.iter_mut() {
            row.fill(0.0);
        }
        (self.patches, self.gradients, self.curvatures) = (0, 0.0, 0.0);
        let mut waiting = None;
        for corner in points.iter().filter_map(|&point| corner(picture, point)) {
            match waiting.take() {
                None => waiting = Some(corner),
                Some(first) => self.pair(picture, first, Some(corner), channel),
            }
        }
        if let Some(first) = waiting {
            self.pair(picture, first, None, channel);
        }
        let share = 1.0 / self.patches.max(1) as f32;
        self.power.iter_mut().flatten().for_each(|power| *power *= share);
        self.patches
    }

    /// Mean power of the patches.
    pub fn power(&self) -> &Power {
        &self.power
    }

    /// Natural logarithms of the mean power.
    pub fn write_logarithms(&self, out: &mut Power) {
        for (to, from) in out.iter_mut().flatten().zip(self.power.iter().flatten()) {
            *to = (from + FLOOR).ln();
        }
    }

    /// Mean second difference over mean first difference of luma between pixels: 0.2 for a smooth
    /// picture, over 1.5 for noise.
    pub fn sharpness(&self) -> f32 {
        self.curvatures / self.gradients.max(0.1 * self.patches.max(1) as f32)
    }

    // Two real patches share one complex transform.
    fn pair(
        &mut self,
        picture: &Picture<'_>,
        first: (usize, usize),
        second: Option<(usize, usize)>,
        channel: impl Fn([f32; 3]) -> f32 + Copy,
    ) {
        let (gradients, curvatures) = cut(picture, first, &self.window, channel, &mut self.real);
        (self.gradients, self.curvatures) = (self.gradients + gradients, self.curvatures + curvatures);
        self.patches += 1;
        if let Some(second) = second {
            let (gradients, curvatures) = cut(picture, second, &self.window, channel, &mut self.imaginary);
            (self.gradients, self.curvatures) = (self.gradients + gradients, self.curvatures + curvatures);
            self.patches += 1;
        } else {
            self.imaginary.iter_mut().for_each(|row| row.fill(0.0));
        }
        for _ in 0..2 {
            for (real, imaginary) in self.real.iter_mut().zip(self.imaginary.iter_mut()) {
                transform(real, imaginary, &self.turns);
            }
            transpose(&mut self.real);
            transpose(&mut self.imaginary);
        }
        // |A(k)|^2 + |B(k)|^2 = (|Z(k)|^2 + |Z(-k)|^2) / 2.
        for y in 0..PATCH {
            let across = (PATCH - y) % PATCH;
            for x in 0..PATCH {
                let beside = (PATCH - x) % PATCH;
                let here = self.real[y][x].powi(2) + self.imaginary[y][x].powi(2);
                let there = self.real[across][beside].powi(2) + self.imaginary[across][beside].powi(2);
                self.power[y][x] += f32::midpoint(here, there);
            }
        }
    }
}

/// Magnitude of the frequency at this row and column, in cycles per patch.
pub fn radius(y: usize, x: usize) -> f32 {
    (frequency(y) as f32).hypot(frequency(x) as f32)
}

/// The frequency at `index`, in cycles per patch.
pub fn frequency(index: usize) -> i32 {
    let index = index as i32;
    let whole = PATCH as i32;
    if index > whole / 2 { index - whole } else { index }
}

/// Whether the frequency belongs to JPEG's blocks: a multiple of an eighth of a cycle per pixel on
/// both axes, within the window's width.
fn of_blocks(y: usize, x: usize) -> bool {
    let near = |frequency: i32| (frequency.rem_euclid(8) + 1) % 8 <= 2;
    near(frequency(y)) && near(frequency(x))
}

/// How far a raster stands out: the highest mean of 3 x 3 frequencies minus the mean of the ring
/// around it (to 9 x 9), both of logarithms ([`Spectrum::write_logarithms`]).
pub fn peak(logarithms: &Power) -> f32 {
    let sum = |y: usize, x: usize, reach: usize| {
        let mut sum = 0.0;
        for dy in 0..=2 * reach {
            let row = &logarithms[(y + PATCH + dy - reach) % PATCH];
            for dx in 0..=2 * reach {
                sum += row[(x + PATCH + dx - reach) % PATCH];
            }
        }
        sum
    };
    let mut best = 0.0_f32;
    // The other half is its mirror image.
    for y in 0..=PATCH / 2 {
        for x in 0..PATCH {
            if radius(y, x) < LOWEST || of_blocks(y, x) {
                continue;
            }
            let inner = sum(y, x, 1);
            best = best.max(inner / 9.0 - (sum(y, x, 4) - inner) / 72.0);
        }
    }
    best
}

/// Upper left pixel of the patch around `point`; none if the patch leaves the picture.
fn corner(picture: &Picture<'_>, point: Point) -> Option<(usize, usize)> {
    let half = (PATCH / 2) as f32;
    let (x, y) = (point.x - half, point.y - half);
    let fits = x >= 0.0
        && y >= 0.0
        && x + PATCH as f32 <= picture.width() as f32
        && y + PATCH as f32 <= picture.height() as f32;
    fits.then_some((x as usize, y as usize))
}

/// One channel of a patch, with its mean subtracted and the window applied. Also gives the mean
/// absolute first and second differences along its rows and columns.
fn cut(
    picture: &Picture<'_>,
    (left, top): (usize, usize),
    window: &[f32; PATCH],
    channel: impl Fn([f32; 3]) -> f32,
    out: &mut Power,
) -> (f32, f32) {
    let mut sum = 0.0;
    for (y, row) in out.iter_mut().enumerate() {
        let pixels = picture.row(top + y)[left * 3..].chunks_exact(3);
        for (value, pixel) in row.iter_mut().zip(pixels) {
            *value = channel([f32::from(pixel[0]), f32::from(pixel[1]), f32::from(pixel[2])]);
            sum += *value;
        }
    }
    let (mut gradients, mut curvatures) = (0.0, 0.0);
    let mut count = |before: f32, here: f32, after: f32| {
        gradients += (after - before).abs();
        curvatures += (2.0 * here - before - after).abs();
    };
    for y in 1..PATCH - 1 {
        for x in 1..PATCH - 1 {
            count(out[y][x - 1], out[y][x], out[y][x + 1]);
            count(out[y - 1][x], out[y][x], out[y + 1][x]);
        }
    }
    let mean = sum / (PATCH * PATCH) as f32;
    for (row, down) in out.iter_mut().zip(window) {
        for (value, across) in row.iter_mut().zip(window) {
            *value = (*value - mean) * down * across;
        }
    }
    let pixels = (2 * (PATCH - 2) * (PATCH - 2)) as f32;
    (gradients / pixels, curvatures / pixels)
}

fn transpose(square: &mut Power) {
    for y in 1..PATCH {
        let (above, below) = square.split_at_mut(y);
        for (x, row) in above.iter_mut().enumerate() {
            std::mem::swap(&mut row[y], &mut below[0][x]);
        }
    }
}

/// Cooley and Tukey's fast Fourier transform, in place, radix 2.
fn transform(real: &mut [f32; PATCH], imaginary: &mut [f32; PATCH], turns: &[(f32, f32); PATCH / 2]) {
    for index in 0..PATCH {
        let other = index.reverse_bits() >> (usize::BITS - BITS);
        if other > index {
            real.swap(index, other);
            imaginary.swap(index, other);
        }
    }
    let mut half = 1;
    while half < PATCH {
        let step = PATCH / (2 * half);
        for start in (0..PATCH).step_by(2 * half) {
            for k in 0..half {
                let (cos, sin) = turns[k * step];
                let (low, high) = (start + k, start + k + half);
                let (re, im) =
                    (real[high] * cos - imaginary[high] * sin, real[high] * sin + imaginary[high] * cos);
                (real[high], imaginary[high]) = (real[low] - re, imaginary[low] - im);
                real[low] += re;
                imaginary[low] += im;
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::super::cutout::luma;
    use super::super::testing::painted;
    use super::*;

    #[test]
    fn a_wave_has_its_power_at_its_frequency() {
        let frame = painted(96, 80, |x, y| {
            let phase = std::f32::consts::TAU * (5.0 * x as f32 + 11.0 * y as f32) / PATCH as f32;
            [(128.0 + 60.0 * phase.sin()) as u8; 3]
        });
        let mut spectrum = Spectrum::default();
        for points in [vec![Point::new(40.0, 40.0)], vec![Point::new(40.0, 40.0), Point::new(50.0, 45.0)]] {
            assert_eq!(
                spectrum.measure(&Picture::try_from(&frame).unwrap(), &points, luma),
                points.len() as u32
            );
            let power = spectrum.power();
            let highest = power.iter().flatten().copied().fold(0.0, f32::max);
            assert!(power[11][5] >= highest * 0.999, "{} of {highest}", power[11][5]);
        }
    }

    #[test]
    fn patches_outside_the_frame_are_left_out() {
        let frame = painted(70, 70, |_, _| [90; 3]);
        let points = [Point::new(10.0, 35.0), Point::new(f32::NAN, 35.0), Point::new(35.0, 35.0)];
        assert_eq!(Spectrum::default().measure(&Picture::try_from(&frame).unwrap(), &points, luma), 1);
    }
}
