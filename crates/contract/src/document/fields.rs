//! A document's fields, layouts and sizes, as shared by all crates.

use serde::{Deserialize, Serialize};

/// Layouts of a machine readable zone: those of ICAO 9303 parts 4 to 7, and one older layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Format {
    /// Cards: three lines of 30 characters (part 5).
    Td1,
    /// Larger cards: two lines of 36 (part 6).
    Td2,
    /// Passports: two lines of 44 (part 4).
    Td3,
    /// Visas of passport width: two lines of 44 (part 7).
    MrvA,
    /// Visas of card width: two lines of 36 (part 7).
    MrvB,
    /// The French identity card issued from 1988 to 2021: two lines of 36 in a layout of its own
    /// (perception's `mrz/french_id.rs` names the source).
    #[serde(rename = "FRENCH_ID")]
    FrenchId,
}

impl Format {
    /// Every layout.
    pub const ALL: [Self; 6] = [Self::Td1, Self::Td2, Self::Td3, Self::MrvA, Self::MrvB, Self::FrenchId];

    /// Number of lines, and characters per line.
    pub const fn shape(self) -> (usize, usize) {
        match self {
            Self::Td1 => (3, 30),
            Self::Td2 | Self::MrvB | Self::FrenchId => (2, 36),
            Self::Td3 | Self::MrvA => (2, 44),
        }
    }

    /// Size of the page that this zone is printed on.
    pub const fn page(self) -> PageSize {
        match self {
            Self::Td1 => PageSize::Id1,
            Self::Td2 | Self::MrvB | Self::FrenchId => PageSize::Id2,
            Self::Td3 | Self::MrvA => PageSize::Id3,
        }
    }
}

/// Sizes of a document (ISO/IEC 7810).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PageSize {
    /// Cards, 85.60 mm by 53.98 mm.
    Id1,
    /// Larger cards and visas, 105 mm by 74 mm.
    Id2,
    /// A passport's page, 125 mm by 88 mm.
    Id3,
}

impl PageSize {
    /// Width and height in millimetres.
    pub const fn millimetres(self) -> (f32, f32) {
        match self {
            Self::Id1 => (85.60, 53.98),
            Self::Id2 => (105.0, 74.0),
            Self::Id3 => (125.0, 88.0),
        }
    }

    /// Width and height in pixels at 300 dots per inch.
    pub const fn pixels(self) -> (u32, u32) {
        match self {
            Self::Id1 => (1011, 638),
            Self::Id2 => (1240, 874),
            Self::Id3 => (1476, 1039),
        }
    }
}

/// A document's corners in pixels of the picture, clockwise, starting with the upper left corner of
/// the upright document.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Quad(pub [[f32; 2]; 4]);

impl Quad {
    /// The same corners, starting with the opposite one: the page upside down.
    #[must_use]
    pub fn half_turned(self) -> Self {
        let [a, b, c, d] = self.0;
        Self([c, d, a, b])
    }

    /// This or its half turn, whichever is closer to `other`: an outline does not show which long
    /// side is the top.
    #[must_use]
    pub fn turned_like(self, other: &Self) -> Self {
        let turned = self.half_turned();
        if turned.way_to(other) < self.way_to(other) { turned } else { self }
    }

    /// Sum of the distances between its corners and those of `other`, pixels.
    pub fn way_to(&self, other: &Self) -> f32 {
        self.0.iter().zip(other.0).map(|(a, b)| distance(*a, b)).sum()
    }

    /// Greatest distance of a corner from its place in `truth`, as a share of that page's width.
    /// Any corner may come first.
    pub fn error_from(&self, truth: &Self) -> f32 {
        let [a, b, c, d] = truth.0;
        let width = distance(a, b).max(distance(c, d));
        let worst =
            |turn: usize| (0..4).map(|i| distance(self.0[(i + turn) % 4], truth.0[i])).fold(0.0, f32::max);
        (0..4).map(worst).fold(f32::MAX, f32::min) / width
    }
}

/// Distance between two points.
pub fn distance(a: [f32; 2], b: [f32; 2]) -> f32 {
    // Not hypot(): that is a function call, and this runs a million times per frame.
    let (x, y) = (a[0] - b[0], a[1] - b[1]);
    (x * x + y * y).sqrt()
}

/// Where a field was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldSource {
    /// The machine readable zone.
    Mrz,
    /// The visual zone.
    Zone,
    /// A barcode.
    Barcode,
    /// Typed by the person to correct or complete a reading.
    Person,
}

/// CID's fields (`document` of a session's data), in CID's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FieldName {
    /// ISO 3166-1 alpha-3, or the printed code if ICAO 9303 part 3 has another.
    CountryCode,
    /// As printed, without fillers.
    DocumentNumber,
    /// Given names; empty if the holder has none ([`super::unstated`]).
    FirstName,
    /// Surname; empty if the issuer leaves it empty.
    LastName,
    /// Father's name.
    Patronymic,
    /// `F` or `M`; `X` if the document states neither.
    Gender,
    /// `YYYY-MM-DD`, with X for each unknown digit ([`super::partial_date`]).
    DateOfBirth,
    /// As printed.
    PlaceOfBirth,
    /// Country of citizenship; on the identity card the ethnic nationality, as printed.
    Nationality,
    /// Same format as the date of birth.
    IssueDate,
    /// Same format as the date of birth; `9999-12-31` if the document has no end.
    ExpireDate,
    /// The issuing authority.
    Authority,
    /// The individual identification number (IIN), 12 digits.
    IdentificationNumber,
}

/// One field as it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// The field.
    pub name: FieldName,
    /// Its value, in the format of that field.
    pub value: String,
    /// Confidence that every character is right, 0 to 1.
    pub confidence: f32,
    /// Where it was read.
    pub source: FieldSource,
}

/// CID's `recognizedDocumentType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DocumentType {
    /// Identity card.
    IdCard,
    /// Residence permit of a foreigner.
    ResidencePermit,
    /// Passport.
    #[serde(rename = "PA")]
    Passport,
    /// A visa; no scheme accepts one as a proof of identity.
    Visa,
    /// A travel document or card that is none of these.
    Other,
}
