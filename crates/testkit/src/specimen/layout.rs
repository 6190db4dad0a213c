//! The documents that specimens exist of.

use serde::{Deserialize, Serialize};

use vouch_contract::document::fields::{DocumentType, Format, PageSize};

/// A document's design. We drew Kazakhstan's cards from what is known of their fields and
/// places; no protected design is copied.
#[derive(clap::ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Identity card of the imaginary state UTO, front and back.
    Td1,
    /// Larger identity card of UTO, one side.
    Td2,
    /// Photo page of UTO's passport.
    Td3,
    /// UTO's visa of passport width.
    MrvA,
    /// UTO's visa of card width.
    MrvB,
    /// Identity card of Kazakhstan, front and back.
    KzId,
    /// Residence permit of a foreigner in Kazakhstan, front and back.
    KzPermit,
    /// A card with the older French zone, one side.
    FrenchId,
}

/// A side of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// With the portrait.
    Front,
    /// With the machine readable zone, on cards with two sides.
    Back,
}

impl Layout {
    /// All layouts.
    pub const ALL: [Self; 8] =
        [Self::Td1, Self::Td2, Self::Td3, Self::MrvA, Self::MrvB, Self::KzId, Self::KzPermit, Self::FrenchId];

    /// Those that evaluations draw from. The figures in docs/DOCUMENTS.md depend on this list: with
    /// another one the same seed draws other documents.
    pub const MEASURED: [Self; 7] =
        [Self::Td1, Self::Td2, Self::Td3, Self::MrvA, Self::MrvB, Self::KzId, Self::KzPermit];

    /// The format of its machine readable zone.
    pub const fn format(self) -> Format {
        match self {
            Self::Td1 | Self::KzId | Self::KzPermit => Format::Td1,
            Self::Td2 => Format::Td2,
            Self::Td3 => Format::Td3,
            Self::MrvA => Format::MrvA,
            Self::MrvB => Format::MrvB,
            Self::FrenchId => Format::FrenchId,
        }
    }

    /// The size of its page.
    pub const fn size(self) -> PageSize {
        match self.format() {
            Format::Td1 => PageSize::Id1,
            Format::Td2 | Format::MrvB | Format::FrenchId => PageSize::Id2,
            Format::Td3 | Format::MrvA => PageSize::Id3,
        }
    }

    /// The sides that are read.
    pub const fn sides(self) -> &'static [Side] {
        match self.format() {
            Format::Td1 => &[Side::Front, Side::Back],
            _ => &[Side::Front],
        }
    }

    /// The document's code in the zone. ICAO 9303 leaves the second letter to the issuer; `IR` for
    /// a residence permit is what several states print.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Td1 | Self::Td2 => "I",
            Self::Td3 => "P",
            Self::MrvA | Self::MrvB => "V",
            Self::KzId | Self::FrenchId => "ID",
            Self::KzPermit => "IR",
        }
    }

    /// Its type in CID's terms.
    pub const fn document_type(self) -> DocumentType {
        match self {
            Self::KzId | Self::FrenchId => DocumentType::IdCard,
            Self::KzPermit => DocumentType::ResidencePermit,
            Self::Td3 => DocumentType::Passport,
            Self::MrvA | Self::MrvB => DocumentType::Visa,
            Self::Td1 | Self::Td2 => DocumentType::Other,
        }
    }

    pub(super) const fn of_kazakhstan(self) -> bool {
        matches!(self, Self::KzId | Self::KzPermit)
    }
}
