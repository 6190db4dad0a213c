//! The individual identification number (IIN) of Kazakhstan: twelve digits that encode birth date,
//! century and sex, and end in a check digit.
//!
//! Sources: the rules for forming the number, Government of Kazakhstan, 22 May 2007, No. 406, and
//! the programme that preceded them, 11 June 2003, No. 565 (adilet.zan.kz, P030000565_).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

/// Digits in a number.
pub const DIGITS: usize = 12;
/// Weights of the first eleven digits. The last weight is a multiple of the modulus, so while this
/// row decides, the eleventh digit does not matter and a wrong one goes unnoticed.
const WEIGHTS: [u32; DIGITS - 1] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/// Weights for the second try, if the first gives 10.
const SECOND_WEIGHTS: [u32; DIGITS - 1] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
const MODULUS: u32 = 11;

/// Sex according to the seventh digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// Odd.
    Male,
    /// Even.
    Female,
}

impl Sex {
    /// CID's letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
        }
    }
}

/// Why a text is not an IIN. No message repeats the number, which must not be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IinError {
    /// Not twelve digits.
    #[error("an IIN has {DIGITS} digits and nothing else; read it again")]
    Shape,
    /// The first six digits are not a date.
    #[error("the first six digits of the IIN are not a date; read it again")]
    BirthDate,
    /// The seventh digit stands for no century.
    #[error("the seventh digit of the IIN is {0}, which is not a century of birth; read it again")]
    Century(u32),
    /// The twelfth digit does not follow from the others.
    #[error("the check digit of the IIN is wrong; read it again")]
    CheckDigit,
}

/// A number with a valid date and check digit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Iin {
    digits: [u8; DIGITS],
    birth_date: Option<Date>,
    sex: Option<Sex>,
}

impl Iin {
    /// Day of birth. `None` for the few residents whose seventh digit is 0: a foreigner's number
    /// does not state the century.
    pub const fn birth_date(&self) -> Option<Date> {
        self.birth_date
    }

    /// Month, day and the last two digits of the year, as `YYMMDD`.
    pub fn birth_digits(&self) -> &str {
        self.text().get(..6).unwrap_or_default()
    }

    /// Sex; `None` if the century is missing too.
    pub const fn sex(&self) -> Option<Sex> {
        self.sex
    }

    /// The twelve digits.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.digits).unwrap_or_default()
    }
}

/// Hides the digits, because this may be logged.
impl fmt::Debug for Iin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Iin(…)")
    }
}

impl FromStr for Iin {
    type Err = IinError;

    fn from_str(text: &str) -> Result<Self, IinError> {
        let digits: [u8; DIGITS] = text.as_bytes().try_into().map_err(|_| IinError::Shape)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(IinError::Shape);
        }
        let pair = |at: usize| digit(digits[at]) * 10 + digit(digits[at + 1]);
        let [year, month, day] = [pair(0), pair(2), pair(4)];
        let century = digit(digits[6]);
        let (first_year, sex) = match century {
            // A foreigner of unknown century: any leap year will do, so that 29 February is valid.
            0 => (2000, None),
            1..=6 => {
                (1800 + (century - 1) / 2 * 100, Some(if century % 2 == 1 { Sex::Male } else { Sex::Female }))
            }
            other => return Err(IinError::Century(other)),
        };
        let date = date(first_year + year, month, day).ok_or(IinError::BirthDate)?;
        if check_digit(&digits) != Some(digit(digits[DIGITS - 1])) {
            return Err(IinError::CheckDigit);
        }
        Ok(Self { digits, birth_date: sex.map(|_| date), sex })
    }
}

fn date(year: u32, month: u32, day: u32) -> Option<Date> {
    let [year, month, day] = [year, month, day].map(i16::try_from);
    Date::new(year.ok()?, i8::try_from(month.ok()?).ok()?, i8::try_from(day.ok()?).ok()?).ok()
}

const fn digit(byte: u8) -> u32 {
    byte.wrapping_sub(b'0') as u32
}

/// The twelfth digit that follows from the first eleven. `None` for the few numbers that are never
/// issued, because both rows of weights give 10.
fn check_digit(digits: &[u8; DIGITS]) -> Option<u32> {
    [WEIGHTS, SECOND_WEIGHTS]
        .map(|weights| digits.iter().zip(weights).map(|(&byte, weight)| digit(byte) * weight).sum::<u32>())
        .into_iter()
        .map(|sum| sum % MODULUS)
        .find(|&remainder| remainder < 10)
}

#[cfg(test)]
mod tests {

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn invented_numbers_tell_their_date_and_sex() {
        for (text, born, sex) in [
            ("900101300007", "1990-01-01", Sex::Male),
            ("850615400006", "1985-06-15", Sex::Female),
            ("020228500006", "2002-02-28", Sex::Male),
        ] {
            let iin: Iin = text.parse().unwrap();
            assert_eq!(iin.birth_date().unwrap().to_string(), born);
            assert_eq!((iin.sex(), iin.text()), (Some(sex), text));
            assert!(!format!("{iin:?}").contains(&text[..6]));
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        let fault = |text: &str| text.parse::<Iin>().unwrap_err();
        assert_eq!(fault(""), IinError::Shape);
        assert_eq!(fault("90010130000"), IinError::Shape);
        assert_eq!(fault("90010130000O"), IinError::Shape);
        assert_eq!(fault("٩٠٠١٠١"), IinError::Shape);
        assert_eq!(fault("901301300007"), IinError::BirthDate);
        assert_eq!(fault("010229500006"), IinError::BirthDate);
        assert_eq!(fault("900101700007"), IinError::Century(7));
        assert_eq!(fault("900101300008"), IinError::CheckDigit);
    }

    #[test]
    fn a_second_row_of_weights_is_taken_where_the_first_leaves_ten() {
        let mut found = false;
        for serial in 0..10_000 {
            let text = format!("9001013{serial:04}0");
            let digits: [u8; DIGITS] = text.as_bytes().try_into().unwrap();
            let sum: u32 = digits.iter().zip(WEIGHTS).map(|(&byte, weight)| digit(byte) * weight).sum();
            if sum % MODULUS == 10 {
                let second: u32 =
                    digits.iter().zip(SECOND_WEIGHTS).map(|(&byte, weight)| digit(byte) * weight).sum();
                let expected = (second % MODULUS < 10).then_some(second % MODULUS);
                assert_eq!(check_digit(&digits), expected);
                found = true;
            }
        }
        assert!(found);
    }

    fn numbers() -> impl Strategy<Value = String> {
        (0u32..100, 1u32..13, 1u32..29, 1u32..7, 0u32..10_000).prop_filter_map(
            "both rows give ten",
            |(year, month, day, century, serial)| {
                let text = format!("{year:02}{month:02}{day:02}{century}{serial:04}");
                let digits: [u8; DIGITS] = format!("{text}0").as_bytes().try_into().unwrap();
                check_digit(&digits).map(|check| format!("{text}{check}"))
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_built_by_the_rule_is_taken(text in numbers()) {
            let iin: Iin = text.parse().unwrap();
            let born = iin.birth_date().unwrap();
            prop_assert_eq!(born.strftime("%y%m%d").to_string(), iin.birth_digits());
            prop_assert_eq!(iin.text(), text.as_str());
            prop_assert!((1800..2100).contains(&born.year()));
        }

        // All weights but the eleventh are prime to 11, so a single wrong digit changes the first
        // sum. It goes unnoticed only where the first row gives 10 and the second hides it.
        #[test]
        fn a_single_wrong_digit_is_found_unless_the_second_row_hides_it(
            text in numbers(), at in 0..DIGITS, other in 0u8..10,
        ) {
            prop_assume!(at != DIGITS - 2);
            let mut wrong = text.clone().into_bytes();
            prop_assume!(wrong[at] != b'0' + other);
            wrong[at] = b'0' + other;
            let [before, after] = [text.as_bytes(), &wrong].map(|digits| {
                digits.iter().zip(WEIGHTS).map(|(&byte, weight)| digit(byte) * weight).sum::<u32>() % MODULUS
            });
            if before < 10 && after < 10 {
                prop_assert!(String::from_utf8(wrong).unwrap().parse::<Iin>().is_err());
            }
        }

        #[test]
        fn no_text_makes_it_fail_otherwise(text in ".{0,20}") {
            let _ = text.parse::<Iin>();
        }
    }
}
