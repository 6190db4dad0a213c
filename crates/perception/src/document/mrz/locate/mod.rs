//! Finds the lines of an MRZ in any picture, at any angle.
//!
//! Dark marks of character size are chained into evenly spaced rows. Parallel rows with the same
//! pitch form a zone. Nothing is assumed about the document's outline or the zone's position on it.
//! In: a picture of bounded size. Out: [`ZoneLines`], likeliest first. Which way up they are is
//! left to the recogniser.

mod blobs;
mod chains;
mod zones;

use image::GrayImage;

pub use chains::unit;
pub use zones::{LineTrack, ZoneLines, direction};

/// Longer side of the searched picture, pixels. Characters of 10 pixels in a picture of 2000 become
/// 8 here, which is still enough to separate them.
pub const SEARCH_SIDE: u32 = 1600;
/// Smaller pictures are enlarged to this longer side, so that marks have enough pixels to stay
/// separate.
const LEAST_SIDE: u32 = 1300;
/// Largest enlargement. Beyond it a picture only gets softer.
const MOST_ENLARGED: f32 = 4.0;
/// Half sides of the squares that a pixel is compared with, for small and for large print.
const REACHES: [u32; 2] = [9, 24];
/// Limit on zones read in one picture.
pub const MAX_ZONES: usize = 4;

/// The picture scaled for the search, and the scale factor from `picture` to it.
pub fn search_picture(picture: &GrayImage) -> (GrayImage, f32) {
    let longest = picture.width().max(picture.height()).max(1);
    let scale = if longest > SEARCH_SIDE {
        SEARCH_SIDE as f32 / longest as f32
    } else if longest < LEAST_SIDE {
        (LEAST_SIDE as f32 / longest as f32).min(MOST_ENLARGED)
    } else {
        return (picture.clone(), 1.0);
    };
    let size = |side: u32| ((side as f32 * scale).round() as u32).max(1);
    let (width, height) = (size(picture.width()), size(picture.height()));
    (image::imageops::resize(picture, width, height, image::imageops::FilterType::Triangle), scale)
}

/// The zones in `picture` (made by [`search_picture`]), likeliest first, at most [`MAX_ZONES`].
/// Coordinates are pixels of `picture`.
pub fn locate(picture: &GrayImage) -> Vec<ZoneLines> {
    let mut zones: Vec<ZoneLines> = Vec::new();
    for reach in REACHES {
        let blobs = blobs::dark_blobs(picture, reach);
        let chains = chains::chains(&blobs, picture.dimensions());
        for zone in zones::zones(&chains) {
            zones::keep_better(&mut zones, zone);
        }
    }
    zones.sort_by(|a, b| b.score.total_cmp(&a.score));
    zones.truncate(MAX_ZONES);
    zones
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_or_tiny_picture_has_no_zone() {
        for picture in [GrayImage::new(1, 1), GrayImage::new(0, 0), GrayImage::new(3, 2000)] {
            let (search, _) = search_picture(&picture);
            assert!(locate(&search).is_empty());
        }
    }

    #[test]
    fn the_searched_picture_is_bounded() {
        let (large, scale) = search_picture(&GrayImage::new(4000, 3000));
        assert_eq!(large.dimensions(), (1600, 1200));
        assert!((scale - 0.4).abs() < 1e-6);
        let (small, scale) = search_picture(&GrayImage::new(300, 200));
        assert_eq!((small.dimensions(), scale), ((1200, 800), 4.0));
    }
}
