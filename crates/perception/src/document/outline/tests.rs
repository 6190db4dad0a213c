use image::{Rgb, RgbImage};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::Finder;
use crate::camera::Picture;
use vouch_testkit::specimen::scene::{Backdrop, Conditions, photograph};

/// Largest error of a correct corner, as a part of the page's width.
const RIGHT: f32 = 0.01;

/// A paper-coloured card with rows of bars as print.
fn card() -> RgbImage {
    RgbImage::from_fn(1011, 638, |x, y| {
        let row = (60..560).contains(&y) && y % 70 < 24;
        let bar = (60..900).contains(&x) && x % 26 < 14;
        Rgb(if row && bar { [40, 44, 60] } else { [226, 232, 222] })
    })
}

fn is_found(backdrops: &'static [Backdrop], held: f64, seed: u64) {
    let conditions = Conditions { backdrops, held, glare: 0.0, ..Conditions::typical() };
    let taken = photograph(&card(), &conditions, &mut StdRng::seed_from_u64(seed));
    let found = Finder::default().find(&Picture::try_from(&taken.image).unwrap());
    let error = found.first().map_or(f32::INFINITY, |outline| outline.quad.error_from(&taken.corners));
    assert!(error <= RIGHT, "seed {seed} before {backdrops:?}: {error}");
}

#[test]
fn a_card_is_found_before_sheets_whose_print_has_more_edges_than_its_sides() {
    // Each needs its fourth side completed, or lines ranked by their densest stretch.
    for seed in [2, 12, 29, 33] {
        is_found(&[Backdrop::Papers], 1.0, seed);
    }
}

#[test]
fn the_end_of_a_lying_cards_shadow_is_not_its_side() {
    // In each, the card casts a shadow that must not become part of the outline.
    for (backdrops, seed) in
        [(&[Backdrop::Pale], 3), (&[Backdrop::Pale], 31), (&[Backdrop::Pale], 42), (&[Backdrop::Room], 19)]
    {
        is_found(backdrops, 0.0, seed);
    }
}
