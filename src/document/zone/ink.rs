//! The print without what it is printed on: security patterns, shadows and the glow of a lamp.
//!
//! Tesseract looks at every line of a guilloche as if it were text, which costs most of its time and
//! some of its letters. Text is much darker than the paper around it, the patterns are not.

use image::{GrayImage, Luma};

/// Side of the squares in which the paper's brightness is taken, pixels: higher than the capitals of
/// any value (3 mm are 35 pixels), so that a square is never all ink.
const SQUARE: u32 = 48;
/// Which brightness of a square is the paper's: a line of bold text covers up to half of it.
const PAPER_SHARE: usize = 80;
/// Brightness relative to the paper's up to which something is ink, and from which on it is paper;
/// between them it fades. On the generated cards captions (the palest text) are at 0.35 to 0.45,
/// the patterns' lines at 0.7 to 0.9.
const INK: f32 = 0.55;
const PAPER: f32 = 0.75;

/// The page with its paper made white. It is not smoothed, even when taken in the dark: that cost
/// two thirds of the fields of pages that came through a noisy frame of 720 lines.
pub fn without_paper(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    let (columns, rows) = (width.div_ceil(SQUARE).max(1), height.div_ceil(SQUARE).max(1));
    let paper = GrayImage::from_fn(columns, rows, |column, row| Luma([brightness(page, column, row)]));
    let mut clean = page.clone();
    for (y, line) in clean.rows_mut().enumerate() {
        for (x, pixel) in line.enumerate() {
            let paper = between(&paper, x as f32, y as f32).max(1.0);
            let share = (f32::from(pixel.0[0]) / paper - INK) / (PAPER - INK);
            // What is ink keeps its relation to the paper; what is paper becomes white.
            let ink = f32::from(pixel.0[0]) / paper * 255.0;
            let faded = ink + (255.0 - ink) * share.clamp(0.0, 1.0);
            pixel.0[0] = faded.clamp(0.0, 255.0) as u8;
        }
    }
    clean
}

/// The paper's brightness in a square.
fn brightness(page: &GrayImage, column: u32, row: u32) -> u8 {
    let mut counts = [0usize; 256];
    let mut all = 0;
    for y in (row * SQUARE..((row + 1) * SQUARE).min(page.height())).step_by(2) {
        for x in (column * SQUARE..((column + 1) * SQUARE).min(page.width())).step_by(2) {
            counts[usize::from(page.get_pixel(x, y).0[0])] += 1;
            all += 1;
        }
    }
    let mut left = all * PAPER_SHARE / 100;
    for (value, count) in (0..=u8::MAX).zip(counts) {
        if count > left {
            return value;
        }
        left -= count;
    }
    u8::MAX
}

/// The paper's brightness at a pixel, bilinear between the squares' middles.
fn between(paper: &GrayImage, x: f32, y: f32) -> f32 {
    let place = |at: f32, count: u32| {
        let at = (at / SQUARE as f32 - 0.5).clamp(0.0, (count - 1) as f32);
        let low = at as u32;
        (low, (low + 1).min(count - 1), at - low as f32)
    };
    let (left, right, across) = place(x, paper.width());
    let (top, bottom, down) = place(y, paper.height());
    let value = |x, y| f32::from(paper.get_pixel(x, y).0[0]);
    let upper = value(left, top) * (1.0 - across) + value(right, top) * across;
    let lower = value(left, bottom) * (1.0 - across) + value(right, bottom) * across;
    upper * (1.0 - down) + lower * down
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_goes_and_text_stays_in_a_shadow_too() {
        // Paper that falls from 220 to 110 from left to right, lines at 0.8 of it, ink at 0.3.
        let paper = |x: u32| 220.0 - 110.0 * x as f32 / 400.0;
        let page = GrayImage::from_fn(400, 200, |x, y| {
            let share = match (x % 20, y) {
                (8..=11, 90..=110) => 0.3,
                _ if (x + y) % 9 == 0 => 0.8,
                _ => 1.0,
            };
            Luma([(paper(x) * share) as u8])
        });
        let clean = without_paper(&page);
        for (x, y, pixel) in clean.enumerate_pixels() {
            let ink = (8..=11).contains(&(x % 20)) && (90..=110).contains(&y);
            assert!(if ink { pixel.0[0] < 110 } else { pixel.0[0] > 235 }, "{x} {y} {pixel:?}");
        }
    }

    #[test]
    fn any_size_does() {
        for (width, height) in [(0, 0), (1, 1), (47, 49), (48, 1)] {
            assert_eq!(without_paper(&GrayImage::new(width, height)).dimensions(), (width, height));
        }
    }
}
