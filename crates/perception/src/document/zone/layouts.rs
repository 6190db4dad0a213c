//! Where each layout has its fields, as data. The regions are wide, because issues of one document
//! differ and a rectified page is off by a few per cent.

use vouch_contract::document::fields::{DocumentType, FieldName, PageSize};

/// Left, top, right and bottom as fractions of the page.
pub type Region = [f32; 4];

/// A side of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Identity card of Kazakhstan, the side with the portrait.
    IdCardFront,
    /// Identity card of Kazakhstan, the side with the MRZ.
    IdCardBack,
    /// Residence permit for foreigners in Kazakhstan, the side with the portrait.
    PermitFront,
    /// Residence permit for foreigners in Kazakhstan, the side with the MRZ.
    PermitBack,
    /// Photo page of a passport.
    PassportPage,
    /// Card of any issuer with English or French captions, the side with the portrait.
    CardFront,
}

impl Side {
    /// The document type in CID's terms.
    pub const fn document(self) -> DocumentType {
        match self {
            Self::IdCardFront | Self::IdCardBack => DocumentType::IdCard,
            Self::PermitFront | Self::PermitBack => DocumentType::ResidencePermit,
            Self::PassportPage => DocumentType::Passport,
            Self::CardFront => DocumentType::Other,
        }
    }

    /// Whether its captions are in Cyrillic.
    pub const fn is_cyrillic(self) -> bool {
        !matches!(self, Self::PassportPage | Self::CardFront)
    }
}

/// What is known about a side.
#[derive(Debug)]
pub struct Layout {
    /// Which side.
    pub side: Side,
    /// Size of its page.
    pub page: PageSize,
    /// Titles printed at the top that no other side has; may be empty.
    pub titles: &'static [&'static str],
    /// The part that is read: without portrait and MRZ.
    pub text: Region,
    /// Fields, and the region where caption and value are expected.
    pub fields: &'static [(FieldName, Region)],
}

const CARD_COLUMN: Region = [0.30, 0.15, 1.0, 0.75];
const FRONT_TEXT: Region = [0.15, 0.0, 1.0, 0.92];
const BACK_TEXT: Region = [0.0, 0.0, 1.0, 0.62];

const FRONT: [(FieldName, Region); 6] = [
    (FieldName::LastName, CARD_COLUMN),
    (FieldName::FirstName, CARD_COLUMN),
    (FieldName::Patronymic, CARD_COLUMN),
    (FieldName::DateOfBirth, [0.30, 0.30, 1.0, 0.85]),
    (FieldName::IdentificationNumber, [0.0, 0.40, 1.0, 1.0]),
    (FieldName::DocumentNumber, [0.30, 0.0, 1.0, 1.0]),
];

const BACK: [(FieldName, Region); 6] = [
    (FieldName::DocumentNumber, [0.0, 0.0, 1.0, 0.25]),
    (FieldName::PlaceOfBirth, BACK_TEXT),
    (FieldName::Nationality, BACK_TEXT),
    (FieldName::Authority, BACK_TEXT),
    (FieldName::IssueDate, BACK_TEXT),
    (FieldName::ExpireDate, BACK_TEXT),
];

const PAGE_TEXT: Region = [0.25, 0.0, 1.0, 0.75];
const PAGE: [(FieldName, Region); 12] = [
    (FieldName::CountryCode, PAGE_TEXT),
    (FieldName::DocumentNumber, PAGE_TEXT),
    (FieldName::LastName, PAGE_TEXT),
    (FieldName::FirstName, PAGE_TEXT),
    (FieldName::Nationality, PAGE_TEXT),
    (FieldName::Gender, PAGE_TEXT),
    (FieldName::DateOfBirth, PAGE_TEXT),
    (FieldName::PlaceOfBirth, PAGE_TEXT),
    (FieldName::IssueDate, PAGE_TEXT),
    (FieldName::ExpireDate, PAGE_TEXT),
    (FieldName::Authority, PAGE_TEXT),
    (FieldName::IdentificationNumber, PAGE_TEXT),
];

const CARD_FRONT: [(FieldName, Region); 9] = [
    (FieldName::LastName, FRONT_TEXT),
    (FieldName::FirstName, FRONT_TEXT),
    (FieldName::Gender, FRONT_TEXT),
    (FieldName::Nationality, FRONT_TEXT),
    (FieldName::DateOfBirth, FRONT_TEXT),
    (FieldName::PlaceOfBirth, FRONT_TEXT),
    (FieldName::DocumentNumber, FRONT_TEXT),
    (FieldName::ExpireDate, FRONT_TEXT),
    (FieldName::IdentificationNumber, FRONT_TEXT),
];

/// The known sides. For order and wording of the fields see docs/DOCUMENTS.md, Visual zone.
pub const LAYOUTS: [Layout; 6] = [
    Layout {
        side: Side::IdCardFront,
        page: PageSize::Id1,
        titles: &["ЖЕКЕ КУӘЛІК", "УДОСТОВЕРЕНИЕ ЛИЧНОСТИ"],
        text: FRONT_TEXT,
        fields: &FRONT,
    },
    Layout {
        side: Side::PermitFront,
        page: PageSize::Id1,
        titles: &["ТҰРУҒА ЫҚТИЯРХАТ", "ВИД НА ЖИТЕЛЬСТВО"],
        text: FRONT_TEXT,
        fields: &FRONT,
    },
    Layout {
        side: Side::IdCardBack,
        page: PageSize::Id1,
        titles: &["НАЦИОНАЛЬНОСТЬ"],
        text: BACK_TEXT,
        fields: &BACK,
    },
    Layout {
        side: Side::PermitBack,
        page: PageSize::Id1,
        titles: &["АЗАМАТТЫҒЫ", "ГРАЖДАНСТВО"],
        text: BACK_TEXT,
        fields: &BACK,
    },
    Layout {
        side: Side::PassportPage,
        page: PageSize::Id3,
        titles: &["PASSPORT"],
        text: PAGE_TEXT,
        fields: &PAGE,
    },
    Layout {
        side: Side::CardFront,
        page: PageSize::Id1,
        titles: &["IDENTITY CARD"],
        text: FRONT_TEXT,
        fields: &CARD_FRONT,
    },
];

impl Layout {
    /// The layout of a side.
    pub fn of(side: Side) -> Option<&'static Self> {
        LAYOUTS.iter().find(|layout| layout.side == side)
    }

    /// Where a field is expected; none if this side lacks the field.
    pub fn region(&self, field: FieldName) -> Option<Region> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, region)| *region)
    }
}
