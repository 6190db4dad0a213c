//! Six characters of a zone as a date.

use jiff::civil::Date;

/// Years from today within which an expiry lies: the two digits name the year in that century
/// around today. Documents run at most some ten years, and old ones are still shown.
const EXPIRY_REACH: i16 = 50;

/// What a date means, which decides its century.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    /// Never in the future: the latest such year that is not after today.
    Birth,
    /// From 50 years ago to 49 years ahead.
    Expiry,
}

/// `YYMMDD` as `YYYY-MM-DD`, or `None` when there is no such day.
///
/// Unknown parts (fillers, ICAO 9303 part 3, section 4.8) become X as in ISO 8601-2: `74<<<<` is
/// `1974-XX-XX`, and a century that only an unknown part would decide is taken as if it were the
/// first. All unknown is `None` too: there is no date then.
pub fn date(text: &str, kind: DateKind, today: Date) -> Option<String> {
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
        DateKind::Birth => {
            let this = today.year() / 100;
            // 29 February of a year that has none in this century may be one of the last.
            if first(this).is_some_and(|date| date <= today) { this } else { this - 1 }
        }
        DateKind::Expiry => {
            let from = today.year() - EXPIRY_REACH;
            let century = from / 100;
            if century * 100 + year < from { century + 1 } else { century }
        }
    };
    let date = first(century)?;
    let shown = |part: Option<i16>| part.map_or("XX".to_owned(), |part| format!("{part:02}"));
    Some(format!("{:04}-{}-{}", date.year(), shown(month), shown(day)))
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
        assert_eq!(date(text, kind, day(2026, 11, 25)).as_deref(), expected, "{text}");
    }

    #[test]
    fn nobody_is_born_after_today() {
        is("261125", DateKind::Birth, Some("2026-11-25"));
        is("261126", DateKind::Birth, Some("1926-11-26"));
        is("740812", DateKind::Birth, Some("1974-08-12"));
        is("000229", DateKind::Birth, Some("2000-02-29"));
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
        is("74<<<<", DateKind::Birth, Some("1974-XX-XX"));
        is("7408<<", DateKind::Birth, Some("1974-08-XX"));
        for none in ["74<<12", "<<<<<<", "740230", "741301", "7408", "74081O", "7é812", "7<0812"] {
            is(none, DateKind::Birth, None);
        }
    }
}
