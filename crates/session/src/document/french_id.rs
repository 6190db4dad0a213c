//! How long a French identity card of the older layout is valid. Its zone has no date of expiry.
//!
//! The number begins with year and month of issue. A card is valid for ten years. One issued to an
//! adult from 2004 on is valid for fifteen, even if the card prints ten (decree 2013-1188 of 18
//! December 2013: cards valid on 1 January 2014 and those issued since). Cards of minors keep their
//! ten years.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::cross_check::AFTER_DISAGREEMENT;
use vouch_contract::document::agreement::{Disagreement, Rule, Said};
use vouch_contract::document::fields::{Field, FieldName, FieldSource};
use vouch_contract::document::partial_date::PartialDate;

/// Years of validity printed on the card.
const YEARS: i16 = 10;
/// Years of validity of an adult's card.
const YEARS_OF_ADULTS: i16 = 15;
/// Age of majority, years.
const ADULT: i16 = 18;
/// First month of issue from which an adult's card was still valid on 1 January 2014.
const EXTENDED_SINCE: Date = date(2004, 1, 1);

/// Adds the date of expiry to the fields: the month follows from the number, the day from print
/// where it is printed. Returns a disagreement if print says another month.
pub(super) fn settle_expiry(fields: &mut Vec<Field>) -> Option<Disagreement> {
    let issued = fields.iter().find(|field| field.name == FieldName::IssueDate)?;
    let issued_on: PartialDate = issued.value.parse().ok()?;
    let birth = fields.iter().find(|field| field.name == FieldName::DateOfBirth);
    let born: Option<PartialDate> = birth.and_then(|field| field.value.parse().ok());
    let years = years(issued_on, born);
    let month = after(issued_on, years)?;
    let confidence = issued.confidence.min(birth.map_or(issued.confidence, |field| field.confidence));
    let derived =
        Field { name: FieldName::ExpireDate, value: month.to_string(), confidence, source: FieldSource::Mrz };
    let Some(printed) = fields.iter_mut().find(|field| field.name == FieldName::ExpireDate) else {
        fields.push(derived);
        return None;
    };
    let day: Option<Date> = printed.value.parse().ok();
    let within = |years: i16| day.is_some_and(|day| is_printed_for(day, issued_on, years));
    if within(years) {
        return None;
    }
    if let Some(day) = day.filter(|_| within(YEARS)) {
        // Extended after it was printed.
        printed.value = day.saturating_add((years - YEARS).years()).to_string();
        printed.confidence = printed.confidence.min(confidence);
        return None;
    }
    let said = [&derived, &*printed].map(|f| Said { source: f.source, value: f.value.clone() }).to_vec();
    if day.is_none_or(|day| month.earliest() < day) {
        *printed = derived;
    }
    printed.confidence *= AFTER_DISAGREEMENT;
    Some(Disagreement { field: FieldName::ExpireDate, rule: Rule::SameValue, said })
}

/// Years of validity. A holder who may have been a minor counts as one.
fn years(issued: PartialDate, born: Option<PartialDate>) -> i16 {
    let is_adult = born.is_some_and(|born| born.latest().saturating_add(ADULT.years()) <= issued.earliest());
    if is_adult && issued.earliest() >= EXTENDED_SINCE { YEARS_OF_ADULTS } else { YEARS }
}

/// The month in which a card expires.
fn after(issued: PartialDate, years: i16) -> Option<PartialDate> {
    PartialDate::new(issued.year()?.checked_add(years)?, issued.month(), None)
}

/// Whether a card issued in that month can have `day` as its last: the day before an anniversary of
/// a day in it.
fn is_printed_for(day: Date, issued: PartialDate, years: i16) -> bool {
    let last = day.saturating_sub(years.years());
    last >= issued.earliest().saturating_sub(1.day()) && last <= issued.latest()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(issued: &str, born: &str, printed: Option<&str>) -> Vec<Field> {
        let field =
            |name, value: &str, source| Field { name, value: value.to_owned(), confidence: 0.98, source };
        let mut fields = vec![
            field(FieldName::IssueDate, issued, FieldSource::Mrz),
            field(FieldName::DateOfBirth, born, FieldSource::Mrz),
        ];
        fields.extend(printed.map(|day| field(FieldName::ExpireDate, day, FieldSource::Zone)));
        fields
    }

    #[track_caller]
    fn ends(issued: &str, born: &str, printed: Option<&str>, expected: &str, disagrees: bool) {
        let mut fields = fields(issued, born, printed);
        let disagreement = settle_expiry(&mut fields);
        let expiry = fields.iter().find(|field| field.name == FieldName::ExpireDate).unwrap();
        assert_eq!((expiry.value.as_str(), disagreement.is_some()), (expected, disagrees));
        assert_eq!(expiry.confidence < 0.9, disagrees);
    }

    #[test]
    fn a_card_is_valid_for_ten_years_and_an_adult_s_since_2004_for_fifteen() {
        ends("1988-06-XX", "1965-12-06", None, "1998-06-XX", false);
        ends("2003-12-XX", "1965-12-06", None, "2013-12-XX", false);
        ends("2004-01-XX", "1965-12-06", None, "2019-01-XX", false);
        ends("2013-05-XX", "1965-12-06", None, "2028-05-XX", false);
        ends("2019-05-XX", "1965-12-06", None, "2034-05-XX", false);
    }

    #[test]
    fn a_minor_s_card_is_not_extended_nor_one_of_a_holder_who_may_have_been_one() {
        ends("2013-05-XX", "1996-01-01", None, "2023-05-XX", false);
        ends("2013-05-XX", "1995-05-02", None, "2023-05-XX", false);
        ends("2013-05-XX", "1995-XX-XX", None, "2023-05-XX", false);
        ends("2013-05-XX", "1995-05-01", None, "2028-05-XX", false);
        ends("2013-05-XX", "XXXX-XX-XX", None, "2023-05-XX", false);
    }

    #[test]
    fn print_tells_the_day_and_an_extension_counts_from_it() {
        ends("2013-05-XX", "1965-12-06", Some("2023-05-11"), "2028-05-11", false);
        ends("2013-05-XX", "1965-12-06", Some("2023-04-30"), "2028-04-30", false);
        ends("2019-05-XX", "1965-12-06", Some("2034-05-11"), "2034-05-11", false);
        ends("2013-05-XX", "1996-01-01", Some("2023-05-11"), "2023-05-11", false);
    }

    #[test]
    fn another_printed_day_is_reported_and_never_makes_a_card_last_longer() {
        ends("2013-05-XX", "1965-12-06", Some("2033-05-11"), "2028-05-XX", true);
        ends("2013-05-XX", "1965-12-06", Some("2020-01-01"), "2020-01-01", true);
        ends("2013-05-XX", "1965-12-06", Some("9999-12-31"), "2028-05-XX", true);
    }
}
