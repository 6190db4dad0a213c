//! Where the zone's lines are: in any picture, at any angle.
//!
//! Dark marks of a character's size are chained to evenly spaced rows, and parallel rows of one
//! pitch make a zone. Nothing is assumed of the document's outline or of where on it the zone is.
//! In: a picture of bounded size. Out: [`ZoneLines`], likeliest first; which way up they are is
//! for the recogniser to say.

mod blobs;
mod chains;
mod zones;

use image::GrayImage;

pub use chains::unit;
pub use zones::{LineTrack, ZoneLines, direction};

/// Longest side of the picture that is searched. Characters of 10 pixels in a picture of 2000
/// are 8 here, which still part from each other.
pub const SEARCH_SIDE: u32 = 1600;
/// Shorter pictures are made this long, so that marks have enough pixels to be told apart.
const LEAST_SIDE: u32 = 1300;
/// More than this much larger, a picture only gets softer.
const MOST_ENLARGED: f32 = 4.0;
/// Half sides of the squares that a pixel is compared with: marks of small and of large print.
const REACHES: [u32; 2] = [9, 24];
/// Most zones that are worth reading in one picture.
pub const MAX_ZONES: usize = 4;

/// The picture at the size in which lines are searched, and how many of its pixels one pixel of
/// `picture` became.
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
