//! Separates the print from its background: security patterns, shadows and lamp glare.
//!
//! Tesseract examines every line of a guilloche as if it were text. That costs most of its time and
//! some of its accuracy. Text is much darker than the paper around it; the patterns are not.

use image::imageops::fast_blur;
use image::{GrayImage, Luma};

/// Side of the squares in which the paper's brightness is measured, pixels. Taller than the
/// capitals of any value (3 mm are 35 pixels), so that a square is never all ink.
const SQUARE: u32 = 48;
/// Percentile of a square's brightness that is taken as the paper's. A line of bold text covers up
/// to half of a square.
const PAPER_SHARE: usize = 80;
/// Brightness relative to the paper: below `INK` a pixel is ink, above `PAPER` it is paper, and in
/// between it fades. On the generated cards, captions (the palest text) are at 0.35 to 0.45 and
/// pattern lines at 0.7 to 0.9.
const INK: f32 = 0.55;
const PAPER: f32 = 0.75;
/// Added to both on a page as soft as [`SOFT`]. A lens lightens thin strokes, and patterns even
/// more.
const LIGHTER_WHEN_SOFT: f32 = 0.05;

/// Softness at which sharpening begins and at which it is complete, see [`softness`]. Printed pages
/// have 3.6 to 3.9, pages degraded to a camera's resolution and noise 4.7 to 5.1, photographs 5.7
/// (steady on a desk) to 7.9 (hand-held, 720 lines). Sharpening a sharp page makes it harder to
/// read: its letters get haloes.
const CRISP: f32 = 5.1;
const SOFT: f32 = 6.0;
/// The unsharp mask for a soft page: blur in pixels at 300 dots per inch, and strength. Of all
/// strengths from 0.6 to 2.4 at 1 to 2 pixels, this one read most of 72 photographed fronts.
const MASK_SIGMA: f32 = 1.5;
const MASK_AMOUNT: f32 = 1.6;
/// Distance between the two pixels compared for softness.
const EDGE: usize = 3;
/// Least difference between them that counts as an edge: more than noise and patterns have.
const EDGE_STEP: u8 = 40;
/// Fewest edges for a reliable measurement. A line of text has thousands.
const FEWEST_EDGES: usize = 500;

/// The page with its paper made white, sharpened according to its softness. It is not denoised,
/// even when taken in the dark: smoothing lost two thirds of the fields on pages that came through
/// a noisy frame of 720 lines.
pub fn without_paper(page: &GrayImage) -> GrayImage {
    let soft = softness(page).map_or(0.0, |soft| ((soft - CRISP) / (SOFT - CRISP)).clamp(0.0, 1.0));
    let sharp = (soft > 0.0).then(|| sharpened(page, soft * MASK_AMOUNT));
    let page = sharp.as_ref().unwrap_or(page);
    let [ink_up_to, paper_from] = [INK, PAPER].map(|bound| bound + soft * LIGHTER_WHEN_SOFT);
    let (width, height) = page.dimensions();
    let (columns, rows) = (width.div_ceil(SQUARE).max(1), height.div_ceil(SQUARE).max(1));
    let paper = GrayImage::from_fn(columns, rows, |column, row| Luma([brightness(page, column, row)]));
    let mut clean = page.clone();
    for (y, line) in clean.rows_mut().enumerate() {
        for (x, pixel) in line.enumerate() {
            let paper = between(&paper, x as f32, y as f32).max(1.0);
            let share = (f32::from(pixel.0[0]) / paper - ink_up_to) / (paper_from - ink_up_to);
            // Ink keeps its brightness relative to the paper; paper becomes white.
            let ink = f32::from(pixel.0[0]) / paper * 255.0;
            let faded = ink + (255.0 - ink) * share.clamp(0.0, 1.0);
            pixel.0[0] = faded.clamp(0.0, 255.0) as u8;
        }
    }
    clean
}

/// How soft the page's edges are: over all edges from left to right, the squared step across three
/// pixels, divided by the squared step across the middle one. A sharp edge gives 1 or a little
/// more, an edge wide enough to rise evenly gives 9. Noise lowers the value, so noisy pages are not
/// sharpened. None if the page has too few edges.
fn softness(page: &GrayImage) -> Option<f32> {
    let (mut wide, mut near, mut edges) = (0.0f64, 0.0f64, 0usize);
    for line in page.as_raw().chunks_exact((page.width() as usize).max(1)).step_by(2) {
        for pixels in line.windows(EDGE + 1) {
            let step = pixels[0].abs_diff(pixels[EDGE]);
            if step > EDGE_STEP {
                wide += f64::from(step).powi(2);
                near += f64::from(pixels[1].abs_diff(pixels[2])).powi(2);
                edges += 1;
            }
        }
    }
    (edges >= FEWEST_EDGES).then(|| (wide / near.max(1.0)) as f32)
}

/// The page plus `amount` times its difference from its blurred copy.
fn sharpened(page: &GrayImage, amount: f32) -> GrayImage {
    let mut sharp = fast_blur(page, MASK_SIGMA);
    for (pixel, own) in sharp.iter_mut().zip(page.as_raw()) {
        let own = f32::from(*own);
        *pixel = (own + amount * (own - f32::from(*pixel))).round().clamp(0.0, 255.0) as u8;
    }
    sharp
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

/// The paper's brightness at a pixel, interpolated bilinearly between the centres of the squares.
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
        // Paper that darkens from 220 to 110 from left to right, pattern lines at 0.8 of it, ink at
        // 0.3.
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

    /// Strokes as wide as a caption's, on paper, blurred as by a lens.
    fn strokes(blur: f32) -> GrayImage {
        let page = GrayImage::from_fn(400, 100, |x, _| Luma([if x % 20 < 3 { 90 } else { 200 }]));
        if blur > 0.0 { fast_blur(&page, blur) } else { page }
    }

    #[test]
    fn soft_strokes_get_their_ink_back_and_crisp_ones_are_left() {
        assert!(softness(&strokes(0.0)).unwrap() < CRISP);
        let soft = strokes(1.5);
        assert!(softness(&soft).unwrap() > SOFT);
        // The stroke's centre relative to the paper. It is above `INK`, so it would fade without
        // sharpening.
        let share = f32::from(soft.get_pixel(201, 50).0[0]) / 200.0;
        assert!(share > INK, "{share}");
        let stroke = without_paper(&soft).get_pixel(201, 50).0[0];
        assert!(f32::from(stroke) < share * 255.0, "{stroke}");
        let crisp = without_paper(&strokes(0.0)).get_pixel(201, 50).0[0];
        assert!((114..=115).contains(&crisp), "{crisp}");
    }

    #[test]
    fn a_page_of_noise_alone_is_not_sharpened() {
        use rand::{Rng, SeedableRng};
        let mut lot = rand::rngs::StdRng::seed_from_u64(7);
        let noise = GrayImage::from_fn(400, 200, |_, _| Luma([lot.random_range(100..=200)]));
        assert!(softness(&noise).unwrap() < CRISP);
        assert_eq!(softness(&GrayImage::from_pixel(400, 200, Luma([180]))), None);
    }

    #[test]
    fn any_size_does() {
        for (width, height) in [(0, 0), (1, 1), (47, 49), (48, 1)] {
            assert_eq!(without_paper(&GrayImage::new(width, height)).dimensions(), (width, height));
        }
    }
}
