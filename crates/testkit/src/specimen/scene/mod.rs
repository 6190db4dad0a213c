//! Photographs of pages: a pinhole camera, a backdrop, a hand, light, reflections, and the effects
//! of lens, sensor and JPEG.
//!
//! In: pages at 300 dots per inch, [`Conditions`], a seeded random source. Out: frames with the
//! corners of the pages on them. Called by the specimens' interface and by tests.

mod backdrop;
mod clutter;
mod conditions;
mod exposure;
mod glare;
mod hand;
mod light;
mod pose;

pub use backdrop::Backdrop;
pub use conditions::{Conditions, Shot};
pub use glare::{Glare, Source};
pub use hand::{Edge, Hand};
pub use light::{Blob, Light};
pub use pose::Pose;

use std::sync::OnceLock;

use image::RgbImage;
use rand::rngs::StdRng;

use self::exposure::{Exposure, mean, through_jpeg};
use self::light::Field;
use self::pose::{Homography, around};
use super::canvas::rounded;
use super::page::PX_PER_MM;
use vouch_contract::document::fields::Quad;

/// Radius of a card's corners, millimetres (ISO/IEC 7810: 3.18 ± 0.30).
const CORNER_MM: f32 = 3.18;
/// Distance at which a lying card's shadow ends, pixels of the page.
const CAST_PX: f32 = 34.0;
/// Period of a phone screen's pixels in pixels of the page: about 400 per inch.
const SCREEN_PITCH: f32 = 0.76;

/// A frame and its content.
#[derive(Debug, Clone)]
pub struct Photograph {
    /// As it comes from a camera.
    pub image: RgbImage,
    /// The document's corners; may be outside the frame where it is cut off.
    pub corners: Quad,
    /// Width and height of the photographed object; hand and reflections use its pixels.
    pub extent: (u32, u32),
    /// The document's own part of that: left, top, right, bottom.
    pub area: [f32; 4],
    /// All random choices made for it.
    pub shot: Shot,
}

impl Photograph {
    /// An area (x, y, width, height) of the document's page of size `page`, in pixels of the
    /// photographed object.
    pub fn place(&self, page: (u32, u32), [x, y, width, height]: [f32; 4]) -> [f32; 4] {
        let [left, top, right, bottom] = self.area;
        let (across, down) = ((right - left) / page.0 as f32, (bottom - top) / page.1 as f32);
        [left + x * across, top + y * down, width * across, height * down]
    }
}

/// A page that can be photographed repeatedly: in linear light, in several sizes.
#[derive(Debug, Clone)]
pub struct Print {
    full: Exposure,
    /// Each half the size of the one before; made when a view needs them.
    halves: OnceLock<Vec<Exposure>>,
    mean: [f32; 3],
    /// The document's own part of it: left, top, right, bottom.
    area: [f32; 4],
    /// A screen shows that part.
    screen: bool,
    /// Radius of the corners in pixels.
    radius: f32,
}

impl Print {
    /// The sheet of a page.
    pub fn new(page: &RgbImage) -> Self {
        let area = [0.0, 0.0, page.width() as f32, page.height() as f32];
        Self {
            full: Exposure::of(page),
            halves: OnceLock::new(),
            mean: mean(page),
            area,
            screen: false,
            radius: CORNER_MM * PX_PER_MM,
        }
    }

    /// The sheet of a page on which the document covers only `area` (left, top, right, bottom),
    /// shown by a `screen` or not.
    #[must_use]
    pub fn within(mut self, area: [f32; 4], screen: bool) -> Self {
        (self.area, self.screen) = (area, screen);
        self
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.full.width as u32, self.full.height as u32)
    }

    /// The page in the size with about one sample per pixel, where a frame's pixel is `scale`
    /// pixels of the page.
    fn level(&self, scale: f32) -> &Exposure {
        if scale <= 2.2 {
            return &self.full;
        }
        let halves = self.halves.get_or_init(|| {
            let mut halves = vec![self.full.halved()];
            while let Some(last) = halves.last().filter(|last| halves.len() < 3 && last.width > 64) {
                halves.push(last.halved());
            }
            halves
        });
        let index = ((scale / 2.2).log2() as usize).min(halves.len() - 1);
        halves.get(index).unwrap_or(&self.full)
    }

    /// Its mean colour in linear light.
    pub fn mean(&self) -> [f32; 3] {
        self.mean
    }

    fn extent(&self) -> (f32, f32) {
        let (width, height) = self.size();
        (width as f32, height as f32)
    }
}

/// Photographs a page once under random conditions.
pub fn photograph(page: &RgbImage, conditions: &Conditions, rng: &mut StdRng) -> Photograph {
    let print = Print::new(page);
    let shot = Shot::draw(print.size(), conditions, rng);
    take(&[(&print, shot.pose)], shot, rng)
}

/// Photographs some pages as `shot` says; the corners are those of the first.
pub fn take(prints: &[(&Print, Pose)], shot: Shot, rng: &mut StdRng) -> Photograph {
    let stage = Stage::new(&shot, prints.first().map_or([0.5; 3], |(print, _)| print.mean));
    stage.take(prints, shot, rng)
}

/// A frame without a document: a backdrop, perhaps a hand.
pub fn empty(conditions: &Conditions, rng: &mut StdRng) -> (RgbImage, Shot) {
    let shot = Shot::draw((1011, 638), conditions, rng);
    let photograph = take(&[], shot, rng);
    (photograph.image, photograph.shot)
}

/// A backdrop that is kept between the frames of a clip.
#[derive(Debug, Clone)]
pub struct Stage(Exposure);

impl Stage {
    /// Paints the backdrop of a shot; `mean` is the document's mean in linear light.
    pub fn new(shot: &Shot, mean: [f32; 3]) -> Self {
        let size = (shot.frame.0 as usize, shot.frame.1 as usize);
        Self(backdrop::paint(shot.backdrop, shot.backdrop_seed, size, mean, shot.backdrop_blur))
    }

    /// Photographs pages before this backdrop.
    pub fn take(&self, prints: &[(&Print, Pose)], shot: Shot, rng: &mut StdRng) -> Photograph {
        let (width, height) = (self.0.width, self.0.height);
        let frame = (width as f32, height as f32);
        let light = shot.light.field(width, height);
        let mut out = self.0.clone();
        lit(&mut out, &light);
        let empty_page = (1011.0, 638.0);
        let mut corners = shot.pose.view(empty_page, frame).quad([0.0, 0.0, empty_page.0, empty_page.1]);
        for (number, (print, pose)) in prints.iter().enumerate().rev() {
            let view = pose.view(print.extent(), frame);
            cast(&mut out, print, &view, shot.light.cast);
            // The first page is the one that is held.
            let hand = shot.hand.filter(|_| number == 0);
            if let Some(hand) = hand {
                hand.behind(&mut out, &view, print.extent(), &light);
            }
            lay(&mut out, print, &view, &shot.glare, &light);
            if let Some(hand) = hand {
                hand.before(&mut out, &view, print.extent(), &light);
            }
            corners = view.quad(print.area);
        }
        if let (true, Some(hand)) = (prints.is_empty(), shot.hand) {
            hand.behind(&mut out, &shot.pose.view(empty_page, frame), empty_page, &light);
        }
        let tint = shot.light.tint;
        for pixel in out.light.chunks_exact_mut(3) {
            for (value, factor) in pixel.iter_mut().zip(tint) {
                *value *= factor;
            }
        }
        out.defocus(shot.defocus);
        out.motion(shot.motion.0, shot.motion.1);
        let image = through_jpeg(out.developed(shot.noise, rng), shot.jpeg);
        let first = prints.first().map(|(print, _)| (print.size(), print.area));
        let (extent, area) = first.unwrap_or(((1011, 638), [0.0, 0.0, 1011.0, 638.0]));
        Photograph { image, corners, extent, area, shot }
    }
}

fn lit(out: &mut Exposure, light: &Field) {
    let width = out.width;
    for (place, pixel) in out.light.chunks_exact_mut(3).enumerate() {
        let light = light.at(place % width, place / width);
        for value in pixel {
            *value *= light;
        }
    }
}

/// The shadow of a lying page.
fn cast(out: &mut Exposure, print: &Print, view: &Homography, depth: f32) {
    if depth <= 0.0 {
        return;
    }
    let (width, height) = print.extent();
    sweep(out, print, view, CAST_PX, |out, x, y, [u, v]| {
        let away = rounded([0.0, 0.0, width, height], print.radius, u - 8.0, v - 11.0);
        let inside = (1.0 - away / CAST_PX).clamp(0.0, 1.0);
        out.lay(x, y, [0.0; 3], depth * inside * inside);
    });
}

/// The page itself with its reflections.
fn lay(out: &mut Exposure, print: &Print, view: &Homography, glare: &[Glare], light: &Field) {
    let (width, height) = print.extent();
    let Some(back) = view.inverse() else { return };
    sweep(out, print, view, 3.0, |out, x, y, [u, v]| {
        // A pixel's extent on the page.
        let [across, down] = back.slopes(x as f32 + 0.5, y as f32 + 0.5, [u, v]);
        let square = |[a, b]: [f32; 2]| a * a + b * b;
        let scale = square(across).max(square(down)).sqrt();
        let cover = (0.5 - rounded([0.0, 0.0, width, height], print.radius, u, v) / scale).clamp(0.0, 1.0);
        if cover <= 0.0 {
            return;
        }
        // Four samples a pixel.
        let source = print.level(scale);
        let ratio = source.width as f32 / width;
        let mut sum = [0.0_f32; 3];
        for (s, t) in [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)] {
            let at = |i: usize, middle: f32| (middle + s * across[i] + t * down[i]) * ratio;
            let light = source.at(at(0, u), at(1, v));
            for (sum, light) in sum.iter_mut().zip(light) {
                *sum += light * 0.25;
            }
        }
        let lit = light.at(x, y);
        let mut colour = if print.screen && on_screen(print.area, u, v) {
            screen(sum, u, v)
        } else {
            sum.map(|value| value * lit)
        };
        let gloss: f32 = glare.iter().map(|glare| glare.at(u, v)).sum();
        for value in &mut colour {
            *value += gloss * lit;
        }
        out.lay(x, y, colour, cover);
    });
}

fn on_screen([left, top, right, bottom]: [f32; 4], u: f32, v: f32) -> bool {
    (left - 60.0..right + 60.0).contains(&u) && (top - 40.0..bottom + 40.0).contains(&v)
}

/// A screen emits its own light through stripes of red, green and blue. These interfere with the
/// camera's pixels: moiré.
fn screen(light: [f32; 3], u: f32, v: f32) -> [f32; 3] {
    let row = (v / SCREEN_PITCH * std::f32::consts::TAU).cos();
    std::array::from_fn(|channel| {
        let phase = channel as f32 / 3.0;
        let stripe = ((u / SCREEN_PITCH + phase) * std::f32::consts::TAU).cos();
        (light[channel] * 0.92 + 0.006) * (1.0 + 0.16 * stripe + 0.10 * row)
    })
}

/// Visits the pixels of a page and a `margin` around it, with their places on the page.
fn sweep(
    out: &mut Exposure,
    print: &Print,
    view: &Homography,
    margin: f32,
    mut visit: impl FnMut(&mut Exposure, usize, usize, [f32; 2]),
) {
    let (width, height) = print.extent();
    let Some(back) = view.inverse() else { return };
    let quad = view.quad([-margin, -margin, width + 2.0 * margin, height + 2.0 * margin]);
    let (across, down) = around(&quad.0, 1.0, (out.width, out.height));
    for y in down {
        for x in across.clone() {
            let place = back.map(x as f32 + 0.5, y as f32 + 0.5);
            visit(out, x, y, place);
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;
    use rand::SeedableRng;

    use super::*;

    /// A colour that no backdrop, skin or sleeve has.
    const GREEN: [u8; 3] = [20, 220, 40];

    fn page() -> RgbImage {
        RgbImage::from_pixel(1011, 638, Rgb(GREEN))
    }

    fn green(image: &RgbImage, [x, y]: [f32; 2]) -> bool {
        image.get_pixel_checked(x as u32, y as u32).is_some_and(|Rgb([red, green, blue])| {
            i32::from(*green) > 2 * i32::from(*red).max(i32::from(*blue)) - 10 && *green > 40
        })
    }

    #[test]
    fn the_document_is_within_its_corners_and_nowhere_else() {
        // Without a hand, which may cover an edge, and not on a ground of the page's own colour.
        let conditions =
            Conditions { held: 0.0, glare: 0.0, backdrops: &Backdrop::CALM, ..Conditions::typical() };
        for seed in 0..12 {
            let taken = photograph(&page(), &conditions, &mut StdRng::seed_from_u64(seed));
            let Quad(corners) = taken.corners;
            let middle: [f32; 2] =
                std::array::from_fn(|axis| corners.iter().map(|c| c[axis]).sum::<f32>() / 4.0);
            for number in 0..4 {
                let (a, b) = (corners[number], corners[(number + 1) % 4]);
                let edge: [f32; 2] = std::array::from_fn(|axis| (a[axis] + b[axis]) / 2.0);
                let towards = |share: f32| -> [f32; 2] {
                    std::array::from_fn(|axis| edge[axis] + (middle[axis] - edge[axis]) * share)
                };
                assert!(green(&taken.image, towards(0.03)), "seed {seed}, edge {number}: inside");
                assert!(!green(&taken.image, towards(-0.03)), "seed {seed}, edge {number}: outside");
            }
        }
    }

    #[test]
    fn a_seed_gives_one_photograph() {
        let taken = |seed| photograph(&page(), &Conditions::hard(), &mut StdRng::seed_from_u64(seed));
        assert_eq!(taken(4).image, taken(4).image);
        assert_ne!(taken(4).image, taken(5).image);
    }

    #[test]
    fn an_empty_frame_has_no_document() {
        let (image, _) = empty(&Conditions::typical(), &mut StdRng::seed_from_u64(1));
        assert!(
            (0..1280).step_by(9).all(|x| (0..720).step_by(9).all(|y| !green(&image, [x as f32, y as f32])))
        );
    }

    #[test]
    fn what_the_thumb_hides_is_told() {
        let conditions = Conditions { held: 1.0, thumb: 12.0..=12.0, ..Conditions::easy() };
        let taken = photograph(&page(), &conditions, &mut StdRng::seed_from_u64(2));
        let whole = taken.shot.hidden(taken.extent, [0.0, 0.0, 1011.0, 638.0]);
        assert!((0.01..0.25).contains(&whole), "{whole}");
        let free = Conditions { held: 0.0, ..conditions };
        let taken = photograph(&page(), &free, &mut StdRng::seed_from_u64(2));
        assert_eq!(taken.shot.hidden(taken.extent, [0.0, 0.0, 1011.0, 638.0]), 0.0);
    }
}
