//! A date whose month or day may be unknown.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// A calendar date as far as a document states it, written as in ISO 8601-2 (EDTF): `1974-08-12`,
/// `1974-08-XX`, `1974-XX-XX`, `XXXX-XX-XX`.
///
/// A part is known only if the parts before it are. "12 August of an unknown year" can't be
/// written: in a zone with two-digit years, that could also be the year 2000 misread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    /// The earliest possible day; also holds the known parts.
    first: Date,
    known: Known,
}

/// Which parts of a date are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Known {
    /// Nothing.
    Nothing,
    /// The year.
    Year,
    /// Year and month.
    Month,
    /// The whole date.
    Day,
}

/// The text is not a date of this kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: write YYYY-MM-DD, with X for each unknown digit (1974-08-XX)")]
pub struct NotADate;

impl PartialDate {
    /// No part is known.
    pub const UNKNOWN: Self = Self { first: Date::MIN, known: Known::Nothing };

    /// A year, and month and day if known. `None` if the calendar has no such day, or if the day is
    /// known but not the month.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        let known = match (month, day) {
            (Some(_), Some(_)) => Known::Day,
            (Some(_), None) => Known::Month,
            (None, None) => Known::Year,
            (None, Some(_)) => return None,
        };
        // A year is written with four digits.
        let first = (0..=9999).contains(&year).then(|| Date::new(year, month.unwrap_or(1), day.unwrap_or(1)));
        Some(Self { first: first?.ok()?, known })
    }

    /// Which parts are known.
    pub const fn known(self) -> Known {
        self.known
    }

    /// The year, if it is known.
    pub fn year(self) -> Option<i16> {
        (self.known >= Known::Year).then(|| self.first.year())
    }

    /// The month from 1, if it is known.
    pub fn month(self) -> Option<i8> {
        (self.known >= Known::Month).then(|| self.first.month())
    }

    /// The day of the month from 1, if it is known.
    pub fn day(self) -> Option<i8> {
        (self.known == Known::Day).then(|| self.first.day())
    }

    /// The whole date, if every part is known.
    pub fn whole(self) -> Option<Date> {
        (self.known == Known::Day).then_some(self.first)
    }

    /// The earliest possible day.
    pub const fn earliest(self) -> Date {
        self.first
    }

    /// The latest possible day.
    pub fn latest(self) -> Date {
        match self.known {
            Known::Nothing => Date::MAX,
            Known::Year => self.first.last_of_year(),
            Known::Month => self.first.last_of_month(),
            Known::Day => self.first,
        }
    }

    /// Whether both can be the same day.
    pub fn may_be(self, other: Self) -> bool {
        self.earliest() <= other.latest() && other.earliest() <= self.latest()
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { first: date, known: Known::Day }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.year() {
            Some(year) => write!(formatter, "{year:04}")?,
            None => formatter.write_str("XXXX")?,
        }
        for part in [self.month(), self.day()] {
            match part {
                Some(part) => write!(formatter, "-{part:02}")?,
                None => formatter.write_str("-XX")?,
            }
        }
        Ok(())
    }
}

impl FromStr for PartialDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let mut parts = text.split('-');
        let mut part = |unknown: &str| {
            let part = parts.next().filter(|part| part.len() == unknown.len()).ok_or(NotADate)?;
            match part {
                part if part == unknown => Ok(None),
                digits if digits.bytes().all(|c| c.is_ascii_digit()) => {
                    digits.parse::<i16>().map(Some).map_err(|_| NotADate)
                }
                _ => Err(NotADate),
            }
        };
        let (year, month, day) = (part("XXXX")?, part("XX")?, part("XX")?);
        if parts.next().is_some() {
            return Err(NotADate);
        }
        // Two digits always fit.
        let small = |part: Option<i16>| part.and_then(|part| i8::try_from(part).ok());
        match year {
            Some(year) => Self::new(year, small(month), small(day)).ok_or(NotADate),
            None if month.is_none() && day.is_none() => Ok(Self::UNKNOWN),
            None => Err(NotADate),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_date_is_known_as_far_as_it_is_written() {
        let read = |text: &str| text.parse::<PartialDate>().unwrap();
        assert_eq!(read("1974-08-12").whole(), Some(date(1974, 8, 12)));
        let month = read("1974-02-XX");
        assert_eq!(
            (month.known(), month.month(), month.day(), month.whole()),
            (Known::Month, Some(2), None, None)
        );
        assert_eq!((month.earliest(), month.latest()), (date(1974, 2, 1), date(1974, 2, 28)));
        assert_eq!(read("1974-XX-XX").latest(), date(1974, 12, 31));
        assert_eq!(read("XXXX-XX-XX"), PartialDate::UNKNOWN);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "1974",
            "1974-08",
            "1974-XX-12",
            "XXXX-08-12",
            "XXXX-08-XX",
            "1974-02-30",
            "1974-00-00",
            "1974-8-12",
            "74-08-12",
            "1974-08-12-01",
            "+974-08-12",
            "1974-xx-xx",
            "1974-08-1X",
            "１974-08-12",
        ] {
            assert_eq!(text.parse::<PartialDate>(), Err(NotADate), "{text}");
        }
    }

    #[test]
    fn two_dates_may_be_one_day_where_what_is_known_of_them_agrees() {
        let may_be = |a: &str, b: &str| a.parse::<PartialDate>().unwrap().may_be(b.parse().unwrap());
        assert!(may_be("1974-08-XX", "1974-08-12") && may_be("1974-08-12", "1974-XX-XX"));
        assert!(may_be("XXXX-XX-XX", "1974-08-12"));
        assert!(!may_be("1974-08-XX", "1974-09-12") && !may_be("1974-08-12", "1974-08-13"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(year in 0i16..=9999, month in 1i8..=12, day in 1i8..=31, known in 0..4) {
            let parts = match known {
                0 => None,
                1 => Some((None, None)),
                2 => Some((Some(month), None)),
                _ => Some((Some(month), Some(day))),
            };
            let made = match parts {
                None => Some(PartialDate::UNKNOWN),
                Some((month, day)) => PartialDate::new(year, month, day),
            };
            if let Some(made) = made {
                prop_assert_eq!(made.to_string().parse::<PartialDate>(), Ok(made));
                prop_assert!(made.earliest() <= made.latest() && made.may_be(made));
            }
        }

        #[test]
        fn any_text_is_a_date_or_refused(text in "[0-9X-]{0,12}|.{0,12}") {
            if let Ok(date) = text.parse::<PartialDate>() {
                prop_assert_eq!(date.to_string(), text);
            }
        }
    }
}
