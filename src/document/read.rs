//! One side of a document, from pictures to fields.
//!
//! In: pictures of the same side, the best first. Out: a [`SideReading`], or the reason why there
//! is none. The face networks belong to the eye; whoever calls lends them ([`Portraits`]).

use std::time::Duration;

use image::{DynamicImage, GrayImage, RgbImage};
use jiff::civil::Date;

use super::barcode;
use super::barcode::payload::{Payload, parse};
use super::mrz::{MrzError, MrzReader, MrzReading, Vote};
use super::outline::{Finder, Outline};
use super::reading::{MAX_FIELDS, Portrait, ReadFault, SideReading};
use super::rectify::rectify;
use super::types::{DocumentType, FieldName, Format, PageSize};
use super::zone::ZoneReader;
use super::zone::layouts::Side;
use crate::camera::Picture;

/// Outlines tried in one picture until one holds a document: a page may lie on a page.
const OUTLINES_TRIED: usize = 2;
/// The issuer whose layouts are known.
const KAZAKHSTAN: &str = "KAZ";

/// Finds the holder's portrait on a page.
pub trait Portraits {
    /// The portrait on `page`, upright; none when there is no face. Of several the largest:
    /// ghost images are smaller.
    fn portrait(&mut self, page: &RgbImage) -> Option<Portrait>;
}

/// A page without its portrait: for whoever reads zones alone.
impl Portraits for () {
    fn portrait(&mut self, _: &RgbImage) -> Option<Portrait> {
        None
    }
}

/// Time spent in each part of a reading.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Outline and rectification.
    pub outline: Duration,
    /// Machine readable zone.
    pub mrz: Duration,
    /// Portrait.
    pub portrait: Duration,
    /// Visual zone.
    pub zone: Duration,
    /// Barcodes.
    pub barcode: Duration,
}

/// Reads documents; keeps its networks and buffers from side to side.
pub struct Reader {
    finder: Finder,
    mrz: MrzReader,
    // None: Tesseract is not installed, and only zone and portrait are read.
    zone: Option<ZoneReader>,
    spent: Spent,
}

/// A page that holds something: laid flat, the right way up.
struct Page {
    image: RgbImage,
    mrz: Option<MrzReading>,
    portrait: Option<Portrait>,
}

impl Reader {
    /// A reader over its networks; without `zone` the visual zone is left out.
    pub fn new(mrz: MrzReader, zone: Option<ZoneReader>) -> Self {
        Self { finder: Finder::default(), mrz, zone, spent: Spent::default() }
    }

    /// The zone's network.
    pub fn mrz(&self) -> &MrzReader {
        &self.mrz
    }

    /// Time spent in the last reading.
    pub fn spent(&self) -> Spent {
        self.spent
    }

    /// Reads one side. `today` settles the century of years with two digits.
    ///
    /// # Errors
    /// [`ReadFault`].
    pub fn read(
        &mut self,
        pictures: &[Picture<'_>],
        portraits: &mut dyn Portraits,
        today: Date,
    ) -> Result<SideReading, ReadFault> {
        self.spent = Spent::default();
        self.mrz.set_today(today);
        let (best, others) = pictures.split_first().ok_or(ReadFault::Lost)?;
        let mut page = self.page(best, portraits)?;
        if page.mrz.as_ref().is_some_and(|reading| !reading.accepted) {
            page.mrz = self.vote(page.mrz.take(), others, today)?;
        }
        let mrz = match page.mrz.take() {
            Some(reading) if reading.accepted => Some(reading),
            Some(reading) if !reading.all_checks_hold() => return Err(ReadFault::CheckDigits),
            Some(_) => return Err(ReadFault::Doubtful),
            // A passport's page has its zone beside the portrait; where it was not found it is
            // blurred or hidden.
            None if is_passport_page(&page.image) => return Err(ReadFault::Blurred),
            None => None,
        };
        let mut side = SideReading { portrait: page.portrait, ..SideReading::default() };
        if let Some(reading) = &mrz {
            side.format = Some(reading.format);
            side.document_type = Some(reading.document_type);
            side.fields.extend(reading.fields.iter().cloned());
        }
        self.read_zone(&page.image, mrz.as_ref(), today, &mut side);
        self.read_barcodes(&page.image, &mut side);
        side.fields.truncate(MAX_FIELDS);
        Ok(side)
    }

    /// Whether the page of `outline` holds a document: a portrait or a machine readable zone.
    ///
    /// # Errors
    /// [`ReadFault::Unavailable`].
    pub fn holds(
        &mut self,
        picture: &Picture<'_>,
        outline: &Outline,
        portraits: &mut dyn Portraits,
    ) -> Result<bool, ReadFault> {
        let Some(flat) = lay_flat(picture, outline) else { return Ok(false) };
        Ok(self.look_at(flat, portraits)?.is_some())
    }

    /// The page in `picture` that holds a machine readable zone or a portrait; the whole picture
    /// when no outline does, since a scan ends where its page does.
    fn page(&mut self, picture: &Picture<'_>, portraits: &mut dyn Portraits) -> Result<Page, ReadFault> {
        let began = std::time::Instant::now();
        let outlines = self.finder.find(picture);
        self.spent.outline += began.elapsed();
        for outline in outlines.iter().take(OUTLINES_TRIED) {
            let began = std::time::Instant::now();
            let flat = lay_flat(picture, outline);
            self.spent.outline += began.elapsed();
            let Some(flat) = flat else { continue };
            if let Some(page) = self.look_at(flat, portraits)? {
                for other in outlines.iter().filter(|other| apart(outline, other)) {
                    if self.holds(picture, other, portraits)? {
                        return Err(ReadFault::Several);
                    }
                }
                return Ok(page);
            }
        }
        let whole = whole(picture).ok_or(ReadFault::Lost)?;
        let page = self.look_at(whole, portraits)?.ok_or(ReadFault::NotADocument)?;
        let size = page_size(page.image.width() as f32 / page.image.height() as f32);
        let (width, height) = page.mrz.as_ref().map_or(size, |mrz| size_of(mrz.format)).pixels();
        let filter = image::imageops::FilterType::Triangle;
        let image = image::imageops::resize(&page.image, width, height, filter);
        Ok(Page { image, ..page })
    }

    /// What is on a page; none when it is neither zone nor portrait.
    fn look_at(
        &mut self,
        mut image: RgbImage,
        portraits: &mut dyn Portraits,
    ) -> Result<Option<Page>, ReadFault> {
        let began = std::time::Instant::now();
        let mrz = self.mrz.read(&grey(&image)).map_err(|error| unavailable(&error))?;
        self.spent.mrz += began.elapsed();
        let began = std::time::Instant::now();
        if mrz.as_ref().is_some_and(|reading| reading.upside_down) {
            image::imageops::rotate180_in_place(&mut image);
        }
        let mut portrait = portraits.portrait(&image);
        if portrait.is_none() && mrz.is_none() {
            image::imageops::rotate180_in_place(&mut image);
            portrait = portraits.portrait(&image);
        }
        self.spent.portrait += began.elapsed();
        Ok((portrait.is_some() || mrz.is_some()).then_some(Page { image, mrz, portrait }))
    }

    /// A zone that one picture does not show well enough, from all of them.
    fn vote(
        &mut self,
        first: Option<MrzReading>,
        others: &[Picture<'_>],
        today: Date,
    ) -> Result<Option<MrzReading>, ReadFault> {
        let mut vote = Vote::new(today);
        first.iter().for_each(|reading| vote.add(reading));
        for picture in others {
            let outlines = self.finder.find(picture);
            let Some(outline) = outlines.first() else { continue };
            let Some(flat) = lay_flat(picture, outline) else { continue };
            let began = std::time::Instant::now();
            let reading = self.mrz.read(&grey(&flat)).map_err(|error| unavailable(&error))?;
            self.spent.mrz += began.elapsed();
            match reading {
                Some(reading) if reading.accepted => return Ok(Some(reading)),
                Some(reading) => vote.add(&reading),
                None => {}
            }
        }
        Ok(vote.result().or(first))
    }

    fn read_zone(&mut self, page: &RgbImage, mrz: Option<&MrzReading>, today: Date, side: &mut SideReading) {
        let Some(zone) = &mut self.zone else { return };
        let began = std::time::Instant::now();
        // A zone names the layout; a side without one has the portrait, and its captions tell.
        let expected = mrz.and_then(side_of);
        let size = mrz.map(|mrz| size_of(mrz.format).pixels()).filter(|size| *size != page.dimensions());
        let resized = size.map(|(width, height)| {
            image::imageops::resize(page, width, height, image::imageops::FilterType::Triangle)
        });
        match zone.read(&grey(resized.as_ref().unwrap_or(page)), expected, today) {
            Ok(reading) => {
                let found = reading.side.map(Side::document);
                side.document_type = side.document_type.or(found);
                side.fields.extend(reading.fields);
            }
            Err(error) => tracing::warn!(%error, "the visual zone was not read"),
        }
        self.spent.zone += began.elapsed();
    }

    fn read_barcodes(&mut self, page: &RgbImage, side: &mut SideReading) {
        let began = std::time::Instant::now();
        for barcode in barcode::read(&grey(page)) {
            match parse(&barcode.text) {
                Ok(Payload::Aamva(fields)) => side.fields.extend(fields),
                Ok(Payload::Iin(field)) => side.fields.push(field),
                // The printed zone is read and judged by itself.
                Ok(Payload::Mrz(..)) | Err(_) => {}
            }
        }
        self.spent.barcode += began.elapsed();
    }
}

fn unavailable(error: &MrzError) -> ReadFault {
    tracing::error!(%error, "machine readable zones can't be read");
    ReadFault::Unavailable
}

/// The page at 300 dots per inch of the size its outline looks like.
fn lay_flat(picture: &Picture<'_>, outline: &Outline) -> Option<RgbImage> {
    let (width, height) = page_size(outline.held.aspect).pixels();
    rectify(picture, &outline.quad, width, height)
}

/// Whether two outlines are of two things side by side: neither's middle lies in the other's box.
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

/// Cards are longer than pages; ID-2 and ID-3 have nearly the same shape, and the larger keeps
/// all detail.
fn page_size(aspect: f32) -> PageSize {
    let between = |a: f32, b: f32| (a * b).sqrt();
    if aspect > between(85.60 / 53.98, 125.0 / 88.0) { PageSize::Id1 } else { PageSize::Id3 }
}

/// The page that a zone of this layout is printed on.
fn size_of(format: Format) -> PageSize {
    match format {
        Format::Td1 => PageSize::Id1,
        Format::Td2 | Format::MrvB => PageSize::Id2,
        Format::Td3 | Format::MrvA => PageSize::Id3,
    }
}

/// The layout of the visual zone beside this machine readable one, where it is known.
fn side_of(mrz: &MrzReading) -> Option<Side> {
    let kazakh = mrz.value(FieldName::CountryCode) == Some(KAZAKHSTAN);
    match (mrz.format, mrz.document_type) {
        (Format::Td1, DocumentType::IdCard) if kazakh => Some(Side::IdCardBack),
        (Format::Td1, DocumentType::ResidencePermit) if kazakh => Some(Side::PermitBack),
        (Format::Td3, DocumentType::Passport) => Some(Side::PassportPage),
        _ => None,
    }
}

fn is_passport_page(page: &RgbImage) -> bool {
    page.dimensions() == PageSize::Id3.pixels()
}

fn whole(picture: &Picture<'_>) -> Option<RgbImage> {
    let bytes: Vec<u8> = (0..picture.height()).flat_map(|y| picture.row(y).iter().copied()).collect();
    RgbImage::from_raw(u32::try_from(picture.width()).ok()?, u32::try_from(picture.height()).ok()?, bytes)
}

fn grey(page: &RgbImage) -> GrayImage {
    DynamicImage::from(page.clone()).into_luma8()
}
