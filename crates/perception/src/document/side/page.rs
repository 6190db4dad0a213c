//! Which page in a picture is the document: found, rectified, the right way up.

use std::time::Instant;

use image::imageops::{FilterType, resize, rotate180_in_place};
use image::{DynamicImage, GrayImage, RgbImage};

use super::{Portraits, Reader, unavailable};
use crate::camera::Picture;
use crate::document::mrz::MrzReading;
use crate::document::outline::Outline;
use crate::document::outline::plane::distance;
use crate::document::rectify::rectify;
use crate::document::watch::SAME_PAGE;
use vouch_contract::document::fields::{PageSize, Quad};
use vouch_contract::document::reading::{Portrait, ReadFault};

/// Outlines tried in one picture until one holds a document: a page may lie on another page.
const OUTLINES_TRIED: usize = 2;
/// Largest relative difference between a scan's aspect ratio and its page's.
const SCAN_SHAPE: f32 = 0.02;
/// If the picture has a page's aspect ratio and an outline covers more of it than this, the outline
/// is the page itself, or a frame printed on it (a portrait covers 0.18). A card on an A4 sheet,
/// which has a passport's aspect ratio, covers 0.07.
const SCAN_COVERED: f32 = 0.12;

/// A page with contents: rectified at 300 dots per inch, the right way up.
pub(super) struct Page {
    pub image: RgbImage,
    pub grey: GrayImage,
    /// The page size used for rectification.
    pub size: PageSize,
    /// Its outline; none if the whole picture is the page.
    pub outline: Option<Outline>,
    pub mrz: Option<MrzReading>,
    pub portrait: Option<Portrait>,
    /// Rotated by half a turn relative to the outline.
    turned: bool,
}

impl Page {
    /// Its outline, with the first corner at the page's upper left.
    fn seen_as(&self, outline: Outline) -> Outline {
        if self.turned { Outline { quad: outline.quad.half_turned(), ..outline } } else { outline }
    }
}

impl Reader {
    /// Whether the page in `outline` is a document: has a portrait or an MRZ.
    ///
    /// # Errors
    /// [`ReadFault::Unavailable`].
    pub fn holds(
        &mut self,
        picture: &Picture<'_>,
        outline: &Outline,
        portraits: &mut dyn Portraits,
    ) -> Result<bool, ReadFault> {
        let Some((flat, size)) = lay_flat(picture, outline) else { return Ok(false) };
        Ok(self.look_at(flat, size, portraits)?.is_some())
    }

    /// The page in `picture` that has an MRZ or a portrait. If no outline does and scans are
    /// accepted, the whole picture, because a scan is cropped to its page.
    pub(super) fn page(
        &mut self,
        picture: &Picture<'_>,
        portraits: &mut dyn Portraits,
    ) -> Result<Page, ReadFault> {
        let began = Instant::now();
        let outlines = self.finder.find(picture);
        self.spent.outline += began.elapsed();
        let scan = scanned(picture).filter(|_| self.scans);
        for outline in outlines.iter().take(OUTLINES_TRIED) {
            if scan.is_some() && covered(picture, outline) > SCAN_COVERED {
                break;
            }
            let began = Instant::now();
            let flat = lay_flat(picture, outline);
            self.spent.outline += began.elapsed();
            let Some((flat, size)) = flat else { continue };
            if let Some(page) = self.look_at(flat, size, portraits)? {
                for other in outlines.iter().filter(|other| apart(outline, other)) {
                    if self.holds(picture, other, portraits)? {
                        return Err(ReadFault::Several);
                    }
                }
                return Ok(Page { outline: Some(page.seen_as(*outline)), ..page });
            }
        }
        if !self.scans {
            return Err(ReadFault::NotADocument);
        }
        let whole = whole(picture).ok_or(ReadFault::Lost)?;
        let size = scan.unwrap_or_else(|| page_size(whole.width() as f32 / whole.height() as f32));
        let page = self.look_at(whole, size, portraits)?.ok_or(ReadFault::NotADocument)?;
        let size = page.mrz.as_ref().map_or(size, |mrz| mrz.format.page());
        let (width, height) = size.pixels();
        let image = resize(&page.image, width, height, FilterType::Triangle);
        Ok(Page { grey: grey(&image), image, size, ..page })
    }

    /// The same page in a picture taken a moment before, rectified the same way up; none if there
    /// is no outline near its previous place.
    pub(super) fn same_page(&mut self, page: &Page, picture: &Picture<'_>) -> Option<GrayImage> {
        let seen = page.outline?.quad;
        let began = Instant::now();
        let outlines = self.finder.find(picture);
        let quads = outlines.iter().map(|outline| outline.quad.turned_like(&seen));
        let nearest = quads.min_by(|a, b| a.way_to(&seen).total_cmp(&b.way_to(&seen)));
        let [a, b, ..] = seen.0;
        let is_near = |quad: &Quad| quad.way_to(&seen) / 4.0 <= SAME_PAGE * distance(a, b);
        let (width, height) = page.size.pixels();
        let flat = nearest.filter(is_near).and_then(|quad| rectify(picture, &quad, width, height));
        self.spent.outline += began.elapsed();
        flat.as_ref().map(grey)
    }

    /// What is on a page; none if it has neither MRZ nor portrait.
    fn look_at(
        &mut self,
        mut image: RgbImage,
        size: PageSize,
        portraits: &mut dyn Portraits,
    ) -> Result<Option<Page>, ReadFault> {
        let began = Instant::now();
        let mut grey = grey(&image);
        let mrz = self.mrz.read(&grey).map_err(|error| unavailable(&error))?;
        self.spent.mrz += began.elapsed();
        let began = Instant::now();
        let mut turned = false;
        let mut turn = |image: &mut RgbImage| {
            rotate180_in_place(image);
            rotate180_in_place(&mut grey);
            turned = !turned;
        };
        if mrz.as_ref().is_some_and(|reading| reading.upside_down) {
            turn(&mut image);
        }
        let mut portrait = portraits.portrait(&image);
        if mrz.is_none() && portrait.as_ref().is_none_or(|found| found.upside_down) {
            turn(&mut image);
            portrait = portraits.portrait(&image).or(portrait);
        }
        let portrait = portrait.map(|found| found.portrait);
        self.spent.portrait += began.elapsed();
        let holds = portrait.is_some() || mrz.is_some();
        Ok(holds.then_some(Page { image, grey, size, outline: None, mrz, portrait, turned }))
    }
}

/// The page at 300 dots per inch, in the size that fits its outline.
fn lay_flat(picture: &Picture<'_>, outline: &Outline) -> Option<(RgbImage, PageSize)> {
    let size = page_size(outline.held.aspect);
    let (width, height) = size.pixels();
    Some((rectify(picture, &outline.quad, width, height)?, size))
}

/// Whether two outlines belong to two things side by side: neither's centre lies in the other's
/// box.
fn apart(one: &Outline, other: &Outline) -> bool {
    let middle = |outline: &Outline| {
        let sum = outline.quad.0.iter().fold([0.0, 0.0], |sum, c| [sum[0] + c[0], sum[1] + c[1]]);
        [sum[0] / 4.0, sum[1] / 4.0]
    };
    let holds = |outline: &Outline, [x, y]: [f32; 2]| {
        let (xs, ys) = (outline.quad.0.map(|c| c[0]), outline.quad.0.map(|c| c[1]));
        let within = |v: f32, of: [f32; 4]| {
            of.iter().copied().fold(f32::MAX, f32::min) <= v
                && v <= of.iter().copied().fold(f32::MIN, f32::max)
        };
        within(x, xs) && within(y, ys)
    };
    !holds(one, middle(other)) && !holds(other, middle(one))
}

/// Cards are longer than passport pages. ID-2 and ID-3 have nearly the same aspect ratio, and the
/// larger keeps all detail.
fn page_size(aspect: f32) -> PageSize {
    let between = |a: f32, b: f32| (a * b).sqrt();
    if aspect > between(85.60 / 53.98, 125.0 / 88.0) { PageSize::Id1 } else { PageSize::Id3 }
}

/// The page size whose aspect ratio the picture has. Camera pictures have other ratios (4:3, 3:2,
/// 16:9).
fn scanned(picture: &Picture<'_>) -> Option<PageSize> {
    let shape = picture.width() as f32 / picture.height() as f32;
    [PageSize::Id1, PageSize::Id3].into_iter().find(|size| {
        let (width, height) = size.millimetres();
        (shape / (width / height) - 1.0).abs() <= SCAN_SHAPE
    })
}

/// Fraction of the picture covered by an outline, by the shoelace formula.
fn covered(picture: &Picture<'_>, outline: &Outline) -> f32 {
    let corners = outline.quad.0;
    let twice: f32 = (0..4)
        .map(|at| {
            let ([ax, ay], [bx, by]) = (corners[at], corners[(at + 1) % 4]);
            ax * by - bx * ay
        })
        .sum();
    twice.abs() / 2.0 / (picture.width() * picture.height()) as f32
}

fn whole(picture: &Picture<'_>) -> Option<RgbImage> {
    let bytes: Vec<u8> = (0..picture.height()).flat_map(|y| picture.row(y).iter().copied()).collect();
    RgbImage::from_raw(u32::try_from(picture.width()).ok()?, u32::try_from(picture.height()).ok()?, bytes)
}

fn grey(page: &RgbImage) -> GrayImage {
    DynamicImage::from(page.clone()).into_luma8()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::outline::plane::held;

    #[test]
    fn a_scan_is_told_from_a_camera_s_picture() {
        let shape = |width, height| {
            let image = RgbImage::new(width, height);
            scanned(&Picture::try_from(&image).unwrap())
        };
        assert_eq!(shape(1011, 638), Some(PageSize::Id1));
        assert_eq!(shape(1476, 1039), Some(PageSize::Id3));
        for (width, height) in [(1280, 720), (640, 480), (1500, 1000), (638, 1011)] {
            assert_eq!(shape(width, height), None, "{width} by {height}");
        }
    }

    #[test]
    fn an_outline_s_area_is_its_part_of_the_picture() {
        let image = RgbImage::new(200, 100);
        let quad = Quad([[50.0, 25.0], [150.0, 25.0], [150.0, 75.0], [50.0, 75.0]]);
        let held = held(&quad.0, (200.0, 100.0)).unwrap();
        let outline = Outline { quad, held, score: 1.0 };
        assert!((covered(&Picture::try_from(&image).unwrap(), &outline) - 0.25).abs() < 1e-6);
    }
}
