//! Reads one side of a document, from pictures to fields.
//!
//! In: pictures of the same side, best first. Out: a [`SideReading`], or the reason why there is
//! none. The face networks belong to the eye; the caller lends them ([`Portraits`]).

mod page;

use std::time::{Duration, Instant};

use image::imageops::{FilterType, resize};
use image::{GrayImage, RgbImage};
use jiff::civil::Date;

use self::page::Page;
use super::barcode;
use super::barcode::payload::{Payload, parse};
use super::mrz::{MrzError, MrzReader, MrzReading, Vote};
use super::original::{Inspector, OriginalRules, Print};
use super::outline::Finder;
use super::zone::ZoneReader;
use super::zone::layouts::Side;
use crate::camera::Picture;
use vouch_contract::document::fields::{DocumentType, Field, FieldName, Format, PageSize};
use vouch_contract::document::original::OriginalEvidence;
use vouch_contract::document::reading::{MAX_FIELDS, Portrait, ReadFault, SideReading};

/// The issuer whose layouts are known.
const KAZAKHSTAN: &str = "KAZ";

/// A portrait on a page.
pub struct FoundPortrait {
    /// The portrait.
    pub portrait: Portrait,
    /// Whether it is upside down: face networks find such faces too.
    pub upside_down: bool,
}

/// Finds the holder's portrait on a page.
pub trait Portraits {
    /// The portrait on `page`; none if there is no face. Of several the largest: ghost images are
    /// smaller.
    fn portrait(&mut self, page: &RgbImage) -> Option<FoundPortrait>;
}

/// No portraits, for callers that read only zones.
impl Portraits for () {
    fn portrait(&mut self, _: &RgbImage) -> Option<FoundPortrait> {
        None
    }
}

/// Time spent on each part of a reading.
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
    /// Check whether it is the document itself.
    pub original: Duration,
}

/// Reads documents; reuses its networks and buffers from side to side.
pub struct Reader {
    finder: Finder,
    mrz: MrzReader,
    inspector: Inspector,
    originals: OriginalRules,
    // None: Tesseract is not installed, so only MRZ and portrait are read.
    zone: Option<ZoneReader>,
    scans: bool,
    /// Votes on zones that no single picture showed clearly enough.
    vote: Option<Vote>,
    spent: Spent,
}

impl Reader {
    /// A reader with its networks; without `zone` the visual zone is not read.
    pub fn new(mrz: MrzReader, zone: Option<ZoneReader>) -> Self {
        Self {
            finder: Finder::default(),
            mrz,
            inspector: Inspector::default(),
            originals: OriginalRules::default(),
            zone,
            scans: false,
            vote: None,
            spent: Spent::default(),
        }
    }

    /// Reads only MRZ, portrait and barcodes, not the text printed for people.
    #[must_use]
    pub fn without_print(self) -> Self {
        Self { zone: None, ..self }
    }

    /// Accepts scans: pictures cropped to the page, with no background to find an outline against.
    /// Not for cameras, where a page always has an outline.
    #[must_use]
    pub fn with_scans(self) -> Self {
        Self { scans: true, ..self }
    }

    /// Forgets doubtful zones before another person's document.
    pub fn forget(&mut self) {
        self.vote = None;
    }

    /// The MRZ reader.
    pub fn mrz(&self) -> &MrzReader {
        &self.mrz
    }

    /// Time spent in the last reading.
    pub fn spent(&self) -> Spent {
        self.spent
    }

    /// Reads one side. `today` decides the century of two-digit years.
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
        let original = self.inspect(best, &page);
        if let Some(imitation) = self.originals.imitation(&original) {
            tracing::info!(?imitation, ?original, "not the document itself");
            return Err(ReadFault::Copy);
        }
        if !self.originals.has_own_edges(&original) {
            return Err(ReadFault::OtherEdges);
        }
        let mrz = match page.mrz.take() {
            Some(reading) if reading.accepted => Some(reading),
            Some(reading) => Some(self.vote(reading, others, &page, today)?),
            None => None,
        };
        match &mrz {
            Some(reading) if reading.accepted => self.vote = None,
            Some(reading) if !reading.all_checks_hold() => return Err(ReadFault::CheckDigits),
            Some(reading) if reading.lacks_a_name() => return Err(ReadFault::NoName),
            Some(_) => return Err(ReadFault::Doubtful),
            None => {}
        }
        let mut side = SideReading {
            original: Some(original),
            portrait: page.portrait.take(),
            ..SideReading::default()
        };
        if let Some(reading) = &mrz {
            side.format = Some(reading.format);
            side.document_type = Some(reading.document_type);
            side.fields.extend(reading.fields.iter().cloned());
        }
        self.read_zone(&page.grey, mrz.as_ref(), today, &mut side);
        let is_card = matches!(
            side.document_type,
            Some(DocumentType::IdCard | DocumentType::ResidencePermit | DocumentType::Other)
        );
        // A passport page has its MRZ beside the portrait. If it was not found, it is blurred or
        // hidden.
        if mrz.is_none() && page.size == PageSize::Id3 && !is_card {
            return Err(ReadFault::Blurred);
        }
        self.read_zones_of(others, &page, today, &mut side);
        self.read_barcodes(&page.grey, &mut side);
        side.fields.truncate(MAX_FIELDS);
        Ok(side)
    }

    fn inspect(&mut self, picture: &Picture<'_>, page: &Page) -> OriginalEvidence {
        let began = Instant::now();
        let print = page.mrz.as_ref().map(|mrz| Print { format: mrz.format, lines: &mrz.quads });
        let evidence = self.inspector.inspect(picture, page.outline.as_ref(), page.size, &page.image, print);
        self.spent.original += began.elapsed();
        evidence
    }

    /// Reads an MRZ that one picture does not show clearly enough, from all pictures and from
    /// earlier ones of the same document whose reading failed.
    fn vote(
        &mut self,
        first: MrzReading,
        others: &[Picture<'_>],
        page: &Page,
        today: Date,
    ) -> Result<MrzReading, ReadFault> {
        let mut vote = self.vote.take().unwrap_or_else(|| Vote::new(today));
        vote.add(&first);
        for picture in others {
            if vote.result_like(&first).is_some_and(|voted| voted.accepted) {
                break;
            }
            let Some(grey) = self.same_page(page, picture) else { continue };
            let began = Instant::now();
            let reading = self.mrz.read(&grey).map_err(|error| unavailable(&error))?;
            self.spent.mrz += began.elapsed();
            reading.iter().for_each(|reading| vote.add(reading));
        }
        let voted = vote.result_like(&first).unwrap_or(first);
        self.vote = Some(vote);
        Ok(voted)
    }

    /// Reads the visual zone of a page whose MRZ is known or absent.
    fn read_zone(&mut self, page: &GrayImage, mrz: Option<&MrzReading>, today: Date, side: &mut SideReading) {
        let Some(zone) = &mut self.zone else { return };
        let began = Instant::now();
        // An MRZ identifies the layout. A side without one has the portrait, and its captions
        // identify it.
        let expected = mrz.and_then(side_of);
        let size = mrz.map(|mrz| mrz.format.page().pixels()).filter(|size| *size != page.dimensions());
        let resized = size.map(|(width, height)| resize(page, width, height, FilterType::Triangle));
        match zone.read(resized.as_ref().unwrap_or(page), expected, today) {
            Ok(reading) => {
                let found = reading.side.map(Side::document);
                side.document_type = side.document_type.or(found);
                reading.fields.into_iter().for_each(|field| take_surer(&mut side.fields, field));
            }
            Err(error) => tracing::warn!(%error, "the visual zone was not read"),
        }
        self.spent.zone += began.elapsed();
    }

    /// Reads the visual zone of a side without an MRZ from further pictures of the same page, until
    /// the document's holder is known. In small print, noise may hide in one picture what another
    /// shows.
    fn read_zones_of(&mut self, others: &[Picture<'_>], page: &Page, today: Date, side: &mut SideReading) {
        for picture in others {
            if side.format.is_some() || side.identifies() {
                return;
            }
            if let Some(grey) = self.same_page(page, picture) {
                self.read_zone(&grey, None, today, side);
            }
        }
    }

    fn read_barcodes(&mut self, page: &GrayImage, side: &mut SideReading) {
        let began = Instant::now();
        for barcode in barcode::read(page) {
            match parse(&barcode.text) {
                Ok(Payload::Aamva(fields)) => side.fields.extend(fields),
                Ok(Payload::Iin(field)) => side.fields.push(field),
                // The printed MRZ is read and judged separately.
                Ok(Payload::Mrz(..)) | Err(_) => {}
            }
        }
        self.spent.barcode += began.elapsed();
    }
}

/// Adds a field. Of two with the same name and source, the more confident one stays.
fn take_surer(fields: &mut Vec<Field>, new: Field) {
    match fields.iter_mut().find(|field| field.name == new.name && field.source == new.source) {
        Some(field) if field.confidence < new.confidence => *field = new,
        Some(_) => {}
        None => fields.push(new),
    }
}

fn unavailable(error: &MrzError) -> ReadFault {
    tracing::error!(%error, "machine readable zones can't be read");
    ReadFault::Unavailable
}

/// The layout of the visual zone that belongs to this MRZ, if it is known.
fn side_of(mrz: &MrzReading) -> Option<Side> {
    let kazakh = mrz.value(FieldName::CountryCode) == Some(KAZAKHSTAN);
    match (mrz.format, mrz.document_type) {
        (Format::Td1, DocumentType::IdCard) if kazakh => Some(Side::IdCardBack),
        (Format::Td1, DocumentType::ResidencePermit) if kazakh => Some(Side::PermitBack),
        (Format::Td3, DocumentType::Passport) => Some(Side::PassportPage),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouch_contract::document::fields::FieldSource;

    fn field(name: FieldName, value: &str, confidence: f32) -> Field {
        Field { name, value: value.to_owned(), confidence, source: FieldSource::Zone }
    }

    #[test]
    fn of_two_readings_the_surer_stays() {
        let mut fields = vec![field(FieldName::LastName, "ESEMPI0", 0.5)];
        take_surer(&mut fields, field(FieldName::LastName, "ESEMPIO", 0.9));
        take_surer(&mut fields, field(FieldName::LastName, "ESEMP", 0.4));
        take_surer(&mut fields, field(FieldName::DateOfBirth, "1974-08-12", 0.3));
        assert_eq!(fields.len(), 2);
        assert_eq!(fields[0].value, "ESEMPIO");
    }
}
