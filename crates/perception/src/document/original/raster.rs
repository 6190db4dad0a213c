//! Colour rasters: a screen's stripes or a print's dots, as moiré with the sensor's pixels.

use heapless::Vec;

use crate::camera::Picture;
use crate::document::outline::plane::unit_square;
use crate::document::rectify::apply;
use crate::face::geometry::Point;
use crate::liveness::cutout::luma_chroma;
use crate::liveness::spectrum::{PATCH, Power, Spectrum, peak};
use vouch_contract::document::fields::Quad;

/// Patches examined, across and down.
const PLACES: (usize, usize) = (8, 6);
/// Part of each side left out at the edges, so that patches lie on the page.
const EDGE: f32 = 0.1;

/// Measures rasters; reuses its buffers.
#[derive(Debug)]
pub(super) struct Raster {
    spectrum: Spectrum,
    logarithms: Box<Power>,
}

impl Default for Raster {
    fn default() -> Self {
        Self { spectrum: Spectrum::default(), logarithms: Box::new([[0.0; PATCH]; PATCH]) }
    }
}

impl Raster {
    /// How far a raster stands out on the page between the corners of `quad`, in blue or in red
    /// chroma, whichever shows it more. Print is mostly luma; stripes of red, green and blue are
    /// mostly chroma. None if no patch lies in the picture.
    pub(super) fn measure(&mut self, picture: &Picture<'_>, quad: &Quad) -> Option<f32> {
        let map = unit_square(&quad.0)?;
        let place = |at: usize, of: usize| EDGE + (1.0 - 2.0 * EDGE) * at as f32 / (of - 1) as f32;
        let points: Vec<Point, { PLACES.0 * PLACES.1 }> = (0..PLACES.1)
            .flat_map(|y| (0..PLACES.0).map(move |x| (x, y)))
            .map(|(x, y)| {
                let [x, y] = apply(&map, place(x, PLACES.0), place(y, PLACES.1));
                Point::new(x, y)
            })
            .collect();
        let mut best = None;
        for chroma in [1, 2] {
            if self.spectrum.measure(picture, &points, |colour| luma_chroma(colour)[chroma]) == 0 {
                return None;
            }
            self.spectrum.write_logarithms(&mut self.logarithms);
            let found = peak(&self.logarithms);
            best = Some(best.map_or(found, |best: f32| best.max(found)));
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    const QUAD: Quad = Quad([[60.0, 40.0], [560.0, 50.0], [550.0, 370.0], [70.0, 360.0]]);

    fn measured(paint: impl Fn(u32, u32) -> [f32; 3]) -> f32 {
        let picture = RgbImage::from_fn(640, 420, |x, y| Rgb(paint(x, y).map(|value| value as u8)));
        Raster::default().measure(&Picture::try_from(&picture).unwrap(), &QUAD).unwrap()
    }

    /// Smooth paper with lines of print.
    fn paper(x: u32, y: u32) -> f32 {
        let print = if y % 40 < 12 && (x / 7 + y / 40).is_multiple_of(3) { 90.0 } else { 0.0 };
        190.0 + 8.0 * (x as f32 / 90.0).sin() - print
    }

    #[test]
    fn stripes_of_three_colours_stand_out_and_print_does_not() {
        let print = measured(|x, y| [paper(x, y), paper(x, y) - 6.0, paper(x, y) - 15.0]);
        let screen = measured(|x, y| {
            std::array::from_fn(|channel| {
                let phase = x as f32 * 1.7 + y as f32 * 0.3 + channel as f32 * 2.1;
                paper(x, y) * (1.0 + 0.05 * phase.sin())
            })
        });
        assert!(print < 2.0, "{print}");
        assert!(screen > print + 1.5, "{screen} {print}");
    }

    #[test]
    fn a_page_too_small_for_a_patch_says_nothing() {
        let picture = RgbImage::new(40, 40);
        let quad = Quad([[5.0, 5.0], [35.0, 5.0], [35.0, 25.0], [5.0, 25.0]]);
        let picture = Picture::try_from(&picture).unwrap();
        assert_eq!(Raster::default().measure(&picture, &quad), None);
        assert_eq!(Raster::default().measure(&picture, &Quad([[5.0, 5.0]; 4])), None);
    }
}
