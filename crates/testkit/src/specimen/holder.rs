//! Specimen persons: random, consistent in themselves, obviously invented.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use rand::Rng;
use rand::seq::IndexedRandom;

use super::iin;
use super::layout::Layout;
use super::mrz::{Particulars, transliterate};
use super::open::PRINTED_NO_END;
use vouch_contract::document::fields::FieldName;
use vouch_contract::document::partial_date::PartialDate;
use vouch_contract::document::unstated::{NO_EXPIRY, UNSPECIFIED_SEX};

const UTO_SURNAMES: [&str; 12] = [
    "ERIKSSON",
    "SPECIMEN",
    "MUSTERMANN",
    "ÜLGI",
    "TESTOV",
    "ØRSTED-PROBE",
    "ÉCHANTILLON",
    "VZOR-NOVÁK",
    "O'TEST",
    "MUESTRA",
    "ESEMPIO",
    "PRØVE",
];
const UTO_FEMALE: [&str; 7] = ["ANNA MARIA", "PROBE", "ZOË", "EVA TEST", "UTOPIA", "MARÍA", "SPECIMINA"];
const UTO_MALE: [&str; 7] = ["ADAM", "TEST", "JOSÉ", "JÖRG MUSTER", "UTOPIAN", "EKSEMPEL", "JAN VZOR"];
const UTO_PLACES: [&str; 5] = ["ZENITH", "UTOPIA CITY", "TESTVILLE", "NOWHERE", "PORT SPECIMEN"];

/// Without the female ending.
const KZ_SURNAMES: [&str; 8] =
    ["ТЕСТОВ", "ҮЛГІБАЕВ", "СЫНАҚОВ", "НҰРҮЛГІН", "ӘДЕПТЕСТОВ", "ӨРНЕКОВ", "ҒАЛАМТЕСТОВ", "БАЙҚАУОВ"];
const KZ_FEMALE: [&str; 6] = ["АЙҮЛГІ", "ТЕСТГҮЛ", "АЙСЫНАҚ", "ҮЛГІЗАТ", "ӘСЕМТЕСТ", "БАЙҚАУГҮЛ"];
const KZ_MALE: [&str; 6] = ["НҰРТЕСТ", "ЕРСЫНАҚ", "ҮЛГІБЕК", "ТЕСТБОЛАТ", "БЕКҮЛГІ", "ӘЛІТЕСТ"];
const KZ_FATHERS: [&str; 5] = ["ТЕСТ", "ҮЛГІ", "СЫНАҚ", "НҰРТЕСТ", "БЕКТЕСТ"];
const KZ_PLACES: [&str; 5] = ["АЛМАТЫ", "АСТАНА", "ШЫМКЕНТ", "ҚАРАҒАНДЫ ОБЛЫСЫ", "ҮЛГІ ҚАЛАСЫ"];
/// Ethnic nationality, as on the identity card.
const KZ_NATIONS: [&str; 4] = ["ҚАЗАҚ", "ОРЫС", "НЕМІС", "ҰЙҒЫР"];

/// Years a document is valid from its issue.
const VALID_YEARS: i16 = 10;
/// The same for an adult's older French card.
const FRENCH_VALID_YEARS: i16 = 15;
/// Ages at which documents are issued to specimen persons, years.
const AGES: std::ops::RangeInclusive<i32> = 18..=75;

/// A specimen person and the particulars of the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// As printed: Latin with accents; on Kazakhstan's layouts Kazakh Cyrillic.
    pub surname: String,
    /// As printed.
    pub given: String,
    /// Kazakhstan's layouts only; not everybody has one.
    pub patronymic: Option<String>,
    /// `F` or `M` in the zone; a filler where it is left open.
    pub sex: char,
    /// The same in print; empty where nothing is printed.
    pub printed_sex: String,
    /// Day of birth, as far as the document knows it.
    pub birth: PartialDate,
    /// As printed.
    pub birth_place: String,
    /// Three letters, citizenship.
    pub nationality: &'static str,
    /// As printed on the identity card of Kazakhstan.
    pub ethnicity: Option<&'static str>,
    /// Issuing state, three letters.
    pub issuer: &'static str,
    /// The document's code in the zone.
    pub code: &'static str,
    /// Nine characters; twelve on the older French card.
    pub number: String,
    /// First day of validity.
    pub issue: Date,
    /// Last day of validity; none on a document without an end.
    pub expiry: Option<Date>,
    /// As printed.
    pub authority: &'static str,
    /// The IIN, on Kazakhstan's layouts.
    pub iin: Option<String>,
    /// Optional data of the zone, if any.
    pub optional: String,
}

impl Holder {
    /// A person with a document of `layout`; on the day `today` it is valid, or `expired`.
    pub fn draw(layout: Layout, today: Date, expired: bool, rng: &mut impl Rng) -> Self {
        let female = rng.random_bool(0.5);
        let sex = if female { 'F' } else { 'M' };
        // In days, so that every day of every month can occur.
        let left_days = if expired { -rng.random_range(1..=1000) } else { rng.random_range(30..=3600) };
        let expiry = today.saturating_add(left_days.days());
        // The day before the anniversary of the issue.
        let years = if layout == Layout::FrenchId { FRENCH_VALID_YEARS } else { VALID_YEARS };
        let issue = expiry.saturating_sub(years.years()).saturating_add(1.day());
        let age_days = rng.random_range(AGES.start() * 366..=AGES.end() * 365);
        let birth = issue.saturating_sub(age_days.days());
        if layout.of_kazakhstan() {
            Self::kazakh(layout, female, sex, birth, (issue, expiry), rng)
        } else {
            Self::utopian(layout, female, sex, birth, (issue, expiry), rng)
        }
    }

    fn utopian(
        layout: Layout,
        female: bool,
        sex: char,
        birth: Date,
        (issue, expiry): (Date, Date),
        rng: &mut impl Rng,
    ) -> Self {
        let given = one_of(if female { &UTO_FEMALE } else { &UTO_MALE }, rng);
        let french = layout == Layout::FrenchId;
        let state = if french { "FRA" } else { "UTO" };
        let has_optional = rng.random_bool(0.5) && layout != Layout::Td2 && !french;
        Self {
            surname: one_of(&UTO_SURNAMES, rng).to_owned(),
            given: given.to_owned(),
            patronymic: None,
            sex,
            printed_sex: sex.to_string(),
            birth: birth.into(),
            birth_place: one_of(&UTO_PLACES, rng).to_owned(),
            nationality: state,
            ethnicity: None,
            issuer: state,
            code: layout.code(),
            number: if french { french_number(issue, rng) } else { mixed(9, rng) },
            issue,
            expiry: Some(expiry),
            authority: "PASSPORT OFFICE ZENITH",
            iin: None,
            optional: if has_optional { mixed(9, rng) } else { String::new() },
        }
    }

    fn kazakh(
        layout: Layout,
        female: bool,
        sex: char,
        birth: Date,
        (issue, expiry): (Date, Date),
        rng: &mut impl Rng,
    ) -> Self {
        let surname = one_of(&KZ_SURNAMES, rng);
        let father = one_of(&KZ_FATHERS, rng);
        let permit = layout == Layout::KzPermit;
        let iin = iin::specimen(birth, sex);
        Self {
            surname: format!("{surname}{}", if female { "А" } else { "" }),
            given: one_of(if female { &KZ_FEMALE } else { &KZ_MALE }, rng).to_owned(),
            patronymic: rng
                .random_bool(0.85)
                .then(|| format!("{father}{}", if female { "ҚЫЗЫ" } else { "ҰЛЫ" })),
            sex,
            printed_sex: sex.to_string(),
            birth: birth.into(),
            birth_place: if permit { "УТОПИЯ" } else { one_of(&KZ_PLACES, rng) }.to_owned(),
            nationality: if permit { "UTO" } else { "KAZ" },
            ethnicity: (!permit).then(|| one_of(&KZ_NATIONS, rng)),
            issuer: "KAZ",
            code: layout.code(),
            number: format!("0{:08}", rng.random_range(0..100_000_000)),
            issue,
            expiry: Some(expiry),
            authority: "ҚР ІШКІ ІСТЕР МИНИСТРЛІГІ",
            optional: iin.clone().unwrap_or_default(),
            iin,
        }
    }

    /// For the machine readable zone.
    pub fn particulars(&self) -> Particulars<'_> {
        Particulars {
            code: self.code,
            issuer: self.issuer,
            surname: &self.surname,
            given: &self.given,
            number: &self.number,
            nationality: self.nationality,
            birth: self.birth,
            sex: self.sex,
            expiry: self.expiry,
            optional: &self.optional,
        }
    }

    /// CID's fields; names in the zone's letters, as a reading of the zone gives them, dates as
    /// `YYYY-MM-DD`.
    pub fn fields(&self) -> BTreeMap<FieldName, String> {
        let sex = match self.sex {
            'F' => "F",
            'M' => "M",
            _ => UNSPECIFIED_SEX,
        };
        let expiry = self.expiry.filter(|date| *date != PRINTED_NO_END).map(|date| date.to_string());
        let mut fields = BTreeMap::from([
            (FieldName::CountryCode, self.issuer.to_owned()),
            (FieldName::DocumentNumber, self.number.clone()),
            (FieldName::FirstName, transliterate(&self.given)),
            (FieldName::LastName, transliterate(&self.surname)),
            (FieldName::Gender, sex.to_owned()),
            (FieldName::DateOfBirth, self.birth.to_string()),
            (FieldName::PlaceOfBirth, self.birth_place.clone()),
            (FieldName::Nationality, self.ethnicity.unwrap_or(self.nationality).to_owned()),
            (FieldName::IssueDate, self.issue.to_string()),
            (FieldName::ExpireDate, expiry.unwrap_or_else(|| NO_EXPIRY.to_owned())),
            (FieldName::Authority, self.authority.to_owned()),
        ]);
        if let Some(patronymic) = &self.patronymic {
            fields.insert(FieldName::Patronymic, transliterate(patronymic));
        }
        if let Some(iin) = &self.iin {
            fields.insert(FieldName::IdentificationNumber, iin.clone());
        }
        fields
    }
}

fn one_of(names: &[&'static str], rng: &mut impl Rng) -> &'static str {
    names.choose(rng).copied().unwrap_or("SPECIMEN")
}

/// A number of the older French card: month of issue, a department that does not exist, a serial number.
fn french_number(issue: Date, rng: &mut impl Rng) -> String {
    let year = issue.year().rem_euclid(100);
    format!("{year:02}{:02}000{:05}", issue.month(), rng.random_range(0..100_000))
}

/// Letters and digits, a letter first; without O and I, as issuers leave them out.
fn mixed(length: usize, rng: &mut impl Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    (0..length)
        .map(|place| {
            if place == 0 || rng.random_bool(0.15) {
                char::from(LETTERS[rng.random_range(0..LETTERS.len())])
            } else {
                char::from(b'0' + rng.random_range(0..10u8))
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn a_seed_gives_one_person_and_another_gives_another() {
        let drawn =
            |seed| Holder::draw(Layout::KzId, date(2026, 1, 31), false, &mut StdRng::seed_from_u64(seed));
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }

    #[test]
    fn dates_are_in_order_and_expired_ones_are() {
        let today = date(2026, 2, 28);
        let mut rng = StdRng::seed_from_u64(5);
        for layout in Layout::ALL {
            for expired in [false, true] {
                let holder = Holder::draw(layout, today, expired, &mut rng);
                let (birth, expiry) = (holder.birth.whole().unwrap(), holder.expiry.unwrap());
                assert!(birth < holder.issue && holder.issue < expiry, "{holder:?}");
                assert_eq!(expiry < today, expired, "{holder:?}");
                assert!(holder.issue <= today, "{holder:?}");
            }
        }
    }

    #[test]
    fn an_iin_agrees_with_birth_and_sex() {
        let mut rng = StdRng::seed_from_u64(9);
        for _ in 0..200 {
            let holder = Holder::draw(Layout::KzId, date(2026, 1, 31), false, &mut rng);
            let iin = holder.iin.clone().unwrap();
            let birth = holder.birth.whole().unwrap();
            let begin = format!("{:02}{:02}{:02}", birth.year().rem_euclid(100), birth.month(), birth.day());
            assert!(iin.starts_with(&begin), "{holder:?}");
            assert_eq!(iin.as_bytes()[6].is_multiple_of(2), holder.sex == 'F', "{holder:?}");
            assert_eq!(iin::check_digit(&iin[..11]), iin.chars().last());
        }
    }
}
