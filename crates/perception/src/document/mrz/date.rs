//! Six characters of an MRZ as a date.

use jiff::civil::Date;
use vouch_contract::document::partial_date::PartialDate;

/// Years from today within which an expiry date lies. It decides the century of the two digits.
/// Documents are valid for about ten years at most, and old ones are still presented.
const EXPIRY_REACH: i16 = 50;

/// What a date means, which decides its century.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    /// A date of birth or issue, never in the future: the latest year that is not after today.
    Past,
    /// A date of expiry, from 50 years ago to 49 years ahead.
    Expiry,
}

/// `YYMMDD` as a date, or `None` if there is no such date.
///
/// Unknown parts (fillers, ICAO 9303 part 3, section 4.8) become X as in ISO 8601-2: `74<<<<` is
/// `1974-XX-XX`. Where the century depends on an unknown part, the part counts as 01. All fillers
/// give a date with all parts unknown. A known day or month after an unknown part is refused: a
/// check digit counts a filler as 0, so `<<0812` may also be the year 2000 badly read.
pub fn date(text: &str, kind: DateKind, today: Date) -> Option<PartialDate> {
    if text == "<<<<<<" {
        return Some(PartialDate::UNKNOWN);
    }
    let part = |at: usize| text.get(at..at + 2);
    let known = |at: usize| part(at).and_then(two_digits);
    let unknown = |at: usize| part(at) == Some("<<");
    if text.len() != 6 || !(0..6).step_by(2).all(|at| known(at).is_some() || unknown(at)) {
        return None;
    }
    let year = known(0)?;
    let (month, day) = (known(2), known(4));
    if month.is_none() && day.is_some() {
        return None;
    }
    let first = |century: i16| {
        let year = century * 100 + year;
        Date::new(year, month.unwrap_or(1).try_into().ok()?, day.unwrap_or(1).try_into().ok()?).ok()
    };
    let century = match kind {
        DateKind::Past => {
            let this = today.year() / 100;
            // 29 February of a year without one in this century may belong to the previous century.
            if first(this).is_some_and(|date| date <= today) { this } else { this - 1 }
        }
        DateKind::Expiry => {
            let from = today.year() - EXPIRY_REACH;
            let century = from / 100;
            if century * 100 + year < from { century + 1 } else { century }
        }
    };
    let small = |part: i16| i8::try_from(part).ok();
    PartialDate::new(first(century)?.year(), month.and_then(small), day.and_then(small))
}

fn two_digits(text: &str) -> Option<i16> {
    let digits = text.bytes().all(|c| c.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    #[track_caller]
    fn is(text: &str, kind: DateKind, expected: Option<&str>) {
        let read = date(text, kind, day(2026, 11, 25)).map(|date| date.to_string());
        assert_eq!(read.as_deref(), expected, "{text}");
    }

    #[test]
    fn nobody_is_born_after_today() {
        is("261125", DateKind::Past, Some("2026-11-25"));
        is("261126", DateKind::Past, Some("1926-11-26"));
        is("740812", DateKind::Past, Some("1974-08-12"));
        is("000229", DateKind::Past, Some("2000-02-29"));
    }

    #[test]
    fn an_expiry_is_near_today() {
        is("351231", DateKind::Expiry, Some("2035-12-31"));
        is("990101", DateKind::Expiry, Some("1999-01-01"));
        is("760101", DateKind::Expiry, Some("1976-01-01"));
        is("750101", DateKind::Expiry, Some("2075-01-01"));
    }

    #[test]
    fn unknown_parts_stay_unknown_and_what_is_no_date_is_none() {
        is("74<<<<", DateKind::Past, Some("1974-XX-XX"));
        is("7408<<", DateKind::Past, Some("1974-08-XX"));
        is("<<<<<<", DateKind::Past, Some("XXXX-XX-XX"));
        for none in [
            "74<<12", "<<0812", "<<08<<", "<<<<12", "740230", "741301", "7408", "74081O", "7é812", "7<0812",
            "740<12", "74081<", "740000", "7408<2",
        ] {
            is(none, DateKind::Past, None);
        }
    }
}
