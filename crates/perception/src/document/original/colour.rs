//! Measures a page's own colours.

use image::RgbImage;
use image::imageops::{FilterType, resize};

use crate::liveness::cutout::luma_chroma;

/// Size at which a page is examined, pixels. It averages out sensor noise and JPEG's halved chroma,
/// but not printed colours.
const SIZE: (u32, u32) = (168, 106);
/// Part of each side left out at the edges, where fingers hold the page.
const EDGE: f32 = 0.12;

/// Chroma that does not follow luma: root mean square over mean luma.
///
/// Light tints a grey page in proportion to its luma. What remains after subtracting that
/// proportion is ink. Security print has several inks, a black-and-white copy one.
pub(super) fn hues(page: &RgbImage) -> f32 {
    let small = resize(page, SIZE.0, SIZE.1, FilterType::Triangle);
    let inner = |at: u32, of: u32| {
        let at = (at as f32 + 0.5) / of as f32;
        (EDGE..=1.0 - EDGE).contains(&at)
    };
    // Sums of luma, its square, its products with both chromas, and their squares.
    let (mut count, mut luma, mut square, mut products, mut chroma) = (0.0, 0.0, 0.0, [0.0; 2], 0.0);
    for (x, y, pixel) in small.enumerate_pixels() {
        if !inner(x, SIZE.0) || !inner(y, SIZE.1) {
            continue;
        }
        let [light, blue, red] = luma_chroma(pixel.0.map(f32::from)).map(f64::from);
        count += 1.0;
        luma += light;
        square += light * light;
        products[0] += light * blue;
        products[1] += light * red;
        chroma += blue * blue + red * red;
    }
    let followed: f64 = products.iter().map(|product| product * product / square.max(1.0)).sum();
    let left = ((chroma - followed).max(0.0) / count).sqrt();
    (left / (luma / count).max(1.0)) as f32
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn page(paint: impl Fn(u32, u32) -> [u8; 3]) -> RgbImage {
        RgbImage::from_fn(1011, 638, |x, y| Rgb(paint(x, y)))
    }

    #[test]
    fn grey_print_in_tinted_light_has_no_hues() {
        let grey = page(|x, y| {
            let ink = if (x / 20 + y / 30) % 3 == 0 { 60 } else { 210 };
            [ink, (u32::from(ink) * 9 / 10) as u8, (u32::from(ink) * 8 / 10) as u8]
        });
        assert!(hues(&grey) < 0.004, "{}", hues(&grey));
    }

    #[test]
    fn pale_inks_have_some() {
        let inks = page(|x, y| if (x / 40 + y / 40) % 2 == 0 { [205, 215, 228] } else { [226, 214, 208] });
        assert!(hues(&inks) > 0.02, "{}", hues(&inks));
    }

    #[test]
    fn a_black_page_is_grey() {
        assert_eq!(hues(&page(|_, _| [0; 3])), 0.0);
    }
}
