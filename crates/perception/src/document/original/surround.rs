//! What lies around a page: the edges of a sheet or screen of which the page is only a part.

use image::RgbImage;

use crate::camera::Picture;
use crate::document::outline::plane::{is_convex, unit_square};
use crate::document::rectify::{apply, rectify};
use crate::liveness::cutout::luma;
use vouch_contract::document::fields::{PageSize, Quad};
use vouch_contract::document::original::Surround;

/// Resolution of the view, pixels per millimetre of the page: a phone's 3 mm rim spans several.
const PER_MM: f32 = 2.5;
/// How far around the page to look, millimetres: past the rim of a phone, and of a sheet cut with a
/// margin. A document in a tray with more room than this is not framed.
const REACH_MM: f32 = 34.0;
/// Within this distance, millimetres, lie the page's own edge, its shadow, and a passport's cover,
/// which sticks out 2 to 3.
const NEAR_MM: f32 = 4.0;
/// Part of each side left out at its ends, for rounded corners.
const ENDS: f32 = 0.08;
/// Part of a side's columns that must show the step. A hand may cover the rest.
const SHARE: f32 = 0.8;
/// Rows between the two sides of a step, and rows by which it may drift along the side.
const STEP: usize = 3;
/// Least step: as a part of the page's brightness, and in levels of 255.
const LEAST_STEP: (f32, f32) = (0.05, 8.0);
/// Visible part of the rows from which a side counts as seen.
const LEAST_SEEN: f32 = 0.35;

/// The page and its surroundings in the page's plane, as luma; none outside the picture.
struct View {
    luma: Vec<Option<f32>>,
    width: usize,
    /// Width of the surroundings, pixels.
    reach: usize,
    /// The page's own width and height, pixels.
    page: (usize, usize),
}

/// Examines the surroundings of a page of `size` between the corners of `quad`. None if its plane
/// is seen at too flat an angle.
pub(super) fn look(picture: &Picture<'_>, quad: &Quad, size: PageSize) -> Option<Surround> {
    let view = View::of(picture, quad, size)?;
    let least = (view.brightness() * LEAST_STEP.0).max(LEAST_STEP.1);
    let mut told = Surround::default();
    for side in 0..4 {
        let (edge, seen) = view.edge(side, least);
        told.edges += u8::from(edge);
        told.seen += u8::from(edge || seen >= LEAST_SEEN);
    }
    Some(told)
}

impl View {
    fn of(picture: &Picture<'_>, quad: &Quad, size: PageSize) -> Option<Self> {
        let map = unit_square(&quad.0)?;
        let (width, height) = size.millimetres();
        let (across, down) = (REACH_MM / width, REACH_MM / height);
        let corners =
            [[-across, -down], [1.0 + across, -down], [1.0 + across, 1.0 + down], [-across, 1.0 + down]];
        // Nothing beyond the horizon of the page's plane can be rectified.
        if corners.iter().any(|[u, v]| map[6] * u + map[7] * v + map[8] <= f32::EPSILON) {
            return None;
        }
        let wide = Quad(corners.map(|[u, v]| apply(&map, u, v)));
        if !is_convex(&wide.0) {
            return None;
        }
        let pixels = |millimetres: f32| (millimetres * PER_MM) as usize;
        let (reach, page) = (pixels(REACH_MM), (pixels(width), pixels(height)));
        let (wide_width, wide_height) = (page.0 + 2 * reach, page.1 + 2 * reach);
        let flat = rectify(picture, &wide, wide_width as u32, wide_height as u32)?;
        Some(Self { luma: seen(picture, &wide, &flat)?, width: wide_width, reach, page })
    }

    /// Luma of the page's paper: the value that two thirds of its pixels stay below.
    fn brightness(&self) -> f32 {
        let mut inside: Vec<f32> = (self.reach..self.reach + self.page.1)
            .flat_map(|y| &self.luma[y * self.width + self.reach..][..self.page.0])
            .filter_map(|luma| *luma)
            .collect();
        let at = inside.len() * 2 / 3;
        if inside.is_empty() { 0.0 } else { *inside.select_nth_unstable_by(at, f32::total_cmp).1 }
    }

    /// Luma at position `along` on `side` (top, right, bottom, left), `out` pixels away from it.
    fn at(&self, side: usize, along: usize, out: usize) -> Option<f32> {
        let (width, height) = self.page;
        let (x, y) = match side {
            0 => (self.reach + along, self.reach - 1 - out),
            1 => (self.reach + width + out, self.reach + along),
            2 => (self.reach + along, self.reach + height + out),
            _ => (self.reach - 1 - out, self.reach + along),
        };
        self.luma[y * self.width + x]
    }

    /// Whether a second edge runs along `side`, and which part of the reach was visible.
    fn edge(&self, side: usize, least: f32) -> (bool, f32) {
        let length = if side.is_multiple_of(2) { self.page.0 } else { self.page.1 };
        let ends = (length as f32 * ENDS) as usize;
        let near = (NEAR_MM * PER_MM) as usize;
        for out in near..self.reach - 2 * STEP {
            let (mut all, mut seen, mut up, mut down) = (0_usize, 0_usize, 0_usize, 0_usize);
            for along in ends..length - ends {
                all += 1;
                let steps: [Option<f32>; STEP] = std::array::from_fn(|row| {
                    let (inner, outer) =
                        (self.at(side, along, out + row)?, self.at(side, along, out + row + STEP)?);
                    Some(outer - inner)
                });
                let Some(steps) = steps.into_iter().collect::<Option<heapless::Vec<f32, STEP>>>() else {
                    continue;
                };
                seen += 1;
                up += usize::from(steps.iter().any(|step| *step > least));
                down += usize::from(steps.iter().any(|step| *step < -least));
            }
            // Where a side leaves the picture, its edge is unknown.
            if (seen as f32) < all as f32 * SHARE {
                return (false, (out - near) as f32 / (self.reach - near) as f32);
            }
            if up.max(down) as f32 >= all as f32 * SHARE {
                return (true, 1.0);
            }
        }
        (false, 1.0)
    }
}

/// Luma of those pixels of `flat` that lie in the picture.
fn seen(picture: &Picture<'_>, wide: &Quad, flat: &RgbImage) -> Option<Vec<Option<f32>>> {
    let map = unit_square(&wide.0)?;
    let (width, height) = (picture.width() as f32 - 1.0, picture.height() as f32 - 1.0);
    let (across, down) = (flat.width() as f32, flat.height() as f32);
    let value = |(x, y, pixel): (u32, u32, &image::Rgb<u8>)| {
        let [x, y] = apply(&map, (x as f32 + 0.5) / across, (y as f32 + 0.5) / down);
        let inside = (0.0..=width).contains(&x) && (0.0..=height).contains(&y);
        inside.then(|| luma(pixel.0.map(f32::from)))
    };
    Some(flat.enumerate_pixels().map(value).collect())
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    const CARD: Quad = Quad([[220.0, 160.0], [660.0, 170.0], [650.0, 450.0], [230.0, 440.0]]);

    /// A card on a background, on a rectangle in its plane that extends `rim` millimetres beyond
    /// it.
    fn scene(rim: Option<f32>, ground: impl Fn(u32, u32) -> u8, colour: u8) -> RgbImage {
        let mut picture = RgbImage::from_fn(900, 620, |x, y| Rgb([ground(x, y); 3]));
        let map = unit_square(&CARD.0).unwrap();
        let (width, height) = PageSize::Id1.millimetres();
        let mut paint = |rim: f32, colour: u8| {
            let steps = 1600;
            for (i, j) in (0..steps).flat_map(|i| (0..steps).map(move |j| (i, j))) {
                let place = |at: i32, of: f32| ((at as f32 / steps as f32) * (of + 2.0 * rim) - rim) / of;
                let [x, y] = apply(&map, place(i, width), place(j, height));
                if let Some(pixel) = picture.get_pixel_mut_checked(x as u32, y as u32) {
                    *pixel = Rgb([colour; 3]);
                }
            }
        };
        rim.iter().for_each(|rim| paint(*rim, colour));
        paint(0.0, 200);
        picture
    }

    fn edges(picture: &RgbImage) -> Surround {
        look(&Picture::try_from(picture).unwrap(), &CARD, PageSize::Id1).unwrap()
    }

    #[test]
    fn a_card_on_a_table_is_not_framed() {
        let plain = scene(None, |_, _| 90, 0);
        assert_eq!(edges(&plain), Surround { seen: 4, edges: 0 });
        // Floorboards that run along one side.
        let boards = scene(None, |_, y| if y / 60 % 2 == 0 { 90 } else { 120 }, 0);
        assert!(edges(&boards).edges <= 2, "{:?}", edges(&boards));
    }

    #[test]
    fn a_phone_and_a_sheet_frame_it() {
        for colour in [15, 200] {
            let framed = scene(Some(9.0), |_, _| 90, colour);
            assert_eq!(edges(&framed), Surround { seen: 4, edges: 4 }, "{colour}");
        }
    }

    #[test]
    fn the_cover_of_a_passport_does_not() {
        let cover = scene(Some(2.5), |_, _| 90, 30);
        assert_eq!(edges(&cover).edges, 0);
    }

    #[test]
    fn what_is_outside_the_picture_is_not_known() {
        let picture = RgbImage::from_pixel(440, 290, Rgb([90; 3]));
        let quad = Quad([[5.0, 5.0], [435.0, 5.0], [435.0, 276.0], [5.0, 276.0]]);
        let told = look(&Picture::try_from(&picture).unwrap(), &quad, PageSize::Id1).unwrap();
        assert_eq!(told, Surround { seen: 0, edges: 0 });
        let none = Quad([[5.0, 5.0]; 4]);
        assert!(look(&Picture::try_from(&picture).unwrap(), &none, PageSize::Id1).is_none());
    }
}
