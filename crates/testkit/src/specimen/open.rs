//! Fields that a specimen leaves open, as millions of real documents do.

use clap::ValueEnum;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use vouch_contract::document::partial_date::PartialDate;

use super::holder::Holder;

/// The year that Spain prints on cards without an end; the zone has its last two digits.
pub(super) const PRINTED_NO_END: Date = date(9999, 1, 1);

/// A field that a document leaves open.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Open {
    /// The sex: a filler in the zone, nothing in print, as on German cards
    Sex,
    /// The sex: a filler in the zone, X in print
    SexX,
    /// The sex, in the zone only; print has it
    SexInZone,
    /// The given names: a single name
    GivenNames,
    /// The surname, as in India's passports
    Surname,
    /// The day of birth
    BirthDay,
    /// Month and day of birth
    BirthMonth,
    /// The whole date of birth
    Birth,
    /// The expiry: fillers in the zone, nothing in print
    Expiry,
    /// The expiry: 99-01-01 in the zone, 01-01-9999 in print, as on Spain's permanent cards
    Expiry9999,
}

impl Open {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Sex,
        Self::SexX,
        Self::SexInZone,
        Self::GivenNames,
        Self::Surname,
        Self::BirthDay,
        Self::BirthMonth,
        Self::Birth,
        Self::Expiry,
        Self::Expiry9999,
    ];
}

impl Holder {
    /// The same person with a document that leaves this open.
    #[must_use]
    pub fn leaving(mut self, open: Open) -> Self {
        let (year, month) = (self.birth.year().unwrap_or(1970), self.birth.month());
        match open {
            Open::Sex => (self.sex, self.printed_sex) = ('<', String::new()),
            Open::SexX => (self.sex, self.printed_sex) = ('<', "X".to_owned()),
            Open::SexInZone => self.sex = '<',
            Open::GivenNames => self.given = String::new(),
            Open::Surname => self.surname = String::new(),
            Open::BirthDay => self.birth = PartialDate::new(year, month, None).unwrap_or(self.birth),
            Open::BirthMonth => self.birth = PartialDate::new(year, None, None).unwrap_or(self.birth),
            Open::Birth => self.birth = PartialDate::UNKNOWN,
            Open::Expiry => self.expiry = None,
            Open::Expiry9999 => self.expiry = Some(PRINTED_NO_END),
        }
        self
    }
}
