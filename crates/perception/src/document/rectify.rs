//! Rectifies a page seen in perspective.

use image::{Rgb, RgbImage};

use super::outline::plane::{distance, unit_square};
use crate::camera::Picture;
use vouch_contract::document::fields::Quad;

/// Most samples per side for one pixel of the page. A page that is larger in the picture than
/// needed is averaged; otherwise fine print would break up.
const MOST_SAMPLES: usize = 4;

/// The page between the corners of `quad` as `width` x `height` pixels, with the first corner at
/// the upper left. None if the corners enclose no area or a side is zero. Parts outside the picture
/// take the nearest pixel's colour.
pub fn rectify(picture: &Picture<'_>, quad: &Quad, width: u32, height: u32) -> Option<RgbImage> {
    let map = unit_square(&quad.0)?;
    if width == 0 || height == 0 {
        return None;
    }
    let [a, b, c, d] = quad.0;
    let dense = |seen: f32, wanted: u32| ((seen / wanted as f32).round() as usize).clamp(1, MOST_SAMPLES);
    let across = dense(distance(a, b).max(distance(d, c)), width);
    let down = dense(distance(b, c).max(distance(a, d)), height);
    let share = 1.0 / (across * down) as f32;
    let mut page = RgbImage::new(width, height);
    for (x, y, pixel) in page.enumerate_pixels_mut() {
        let mut sum = [0.0; 3];
        for j in 0..down {
            let v = (y as f32 + (j as f32 + 0.5) / down as f32) / height as f32;
            for i in 0..across {
                let u = (x as f32 + (i as f32 + 0.5) / across as f32) / width as f32;
                let [sx, sy] = apply(&map, u, v);
                let colour = picture.sample(sx, sy);
                for c in 0..3 {
                    sum[c] += colour[c];
                }
            }
        }
        *pixel = Rgb(sum.map(|s| (s * share).round().clamp(0.0, 255.0) as u8));
    }
    Some(page)
}

/// Maps a point of the unit square to the picture.
pub fn apply(map: &[f32; 9], u: f32, v: f32) -> [f32; 2] {
    let w = map[6] * u + map[7] * v + map[8];
    [(map[0] * u + map[1] * v + map[2]) / w, (map[3] * u + map[4] * v + map[5]) / w]
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn a_page_seen_from_the_side_comes_out_flat() {
        // A page with four quarters of different colours, drawn with the same map.
        let quad = Quad([[40.0, 30.0], [250.0, 50.0], [230.0, 190.0], [60.0, 170.0]]);
        let map = unit_square(&quad.0).unwrap();
        let mut picture = RgbImage::from_pixel(300, 220, Rgb([9, 9, 9]));
        for v in 0..800 {
            for u in 0..800 {
                let (u, v) = (u as f32 / 799.0, v as f32 / 799.0);
                let [x, y] = apply(&map, u, v);
                let colour = [if u < 0.5 { 50 } else { 200 }, if v < 0.5 { 60 } else { 180 }, 0];
                picture.put_pixel(x.round() as u32, y.round() as u32, Rgb(colour));
            }
        }
        let page = rectify(&Picture::try_from(&picture).unwrap(), &quad, 100, 60).unwrap();
        assert_eq!(page.get_pixel(20, 10).0, [50, 60, 0]);
        assert_eq!(page.get_pixel(80, 10).0, [200, 60, 0]);
        assert_eq!(page.get_pixel(20, 50).0, [50, 180, 0]);
        assert_eq!(page.get_pixel(80, 50).0, [200, 180, 0]);
    }

    #[test]
    fn corners_without_an_area_give_no_page() {
        let picture = RgbImage::new(10, 10);
        let quad = Quad([[5.0, 5.0]; 4]);
        assert!(rectify(&Picture::try_from(&picture).unwrap(), &quad, 10, 10).is_none());
    }
}
