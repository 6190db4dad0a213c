//! What partners write into fields: names, numbers, nonces, pictures. Each is checked and stays
//! text.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use vouch_contract::claims::Nonce;
use vouch_contract::eye::protocol::MAX_REFERENCE_BYTES;
use vouch_contract::record::{ClaimFault, MAX_NAME, MAX_NUMBER};

use super::fault::{Fault, Kind};
use crate::desk::{Claim, Picture};
use crate::secret::fill;

/// Base64 with padding. Bits after the last byte are ignored: some encoders leave them set.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);
/// Longest language tag, in characters.
const MAX_LANGUAGE: usize = 35;
/// Longest number with its separators, in characters.
const MAX_NUMBER_WRITTEN: usize = MAX_NUMBER * 2;

/// A name and a number that the business binds.
pub(crate) fn claim(name: &str, number: &str) -> Result<Claim, Fault> {
    let fault = |fault: ClaimFault| Fault::invalid(fault.to_string());
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(1..=MAX_NAME).contains(&name.chars().count()) {
        return Err(fault(ClaimFault::NameLength));
    }
    if name.chars().any(char::is_control) {
        return Err(fault(ClaimFault::NameLetters));
    }
    if name.chars().any(is_invisible) {
        return Err(Fault::invalid(
            "the name contains a direction mark or an invisible character; leave it out",
        ));
    }
    let separator = |letter: char| letter == ' ' || letter == '-';
    if !number.chars().all(|letter| letter.is_ascii_alphanumeric() || separator(letter)) {
        return Err(fault(ClaimFault::NumberLetters));
    }
    let length = number.chars().filter(|letter| !separator(*letter)).count();
    if !(1..=MAX_NUMBER).contains(&length) || number.len() > MAX_NUMBER_WRITTEN {
        return Err(fault(ClaimFault::NumberLength));
    }
    Ok(Claim { name, number: number.to_owned() })
}

/// Marks that turn the direction of text, and characters that show nothing: with them a name reads
/// differently than it is (Unicode TR 36).
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The partner's nonce, or a random one.
pub(crate) fn nonce(given: Option<&str>) -> Result<Nonce, Fault> {
    if let Some(given) = given {
        return Nonce::new(given).map_err(|fault| Fault::invalid(fault.to_string()));
    }
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Nonce::new(&URL_SAFE_NO_PAD.encode(bytes)).map_err(|_| Fault::internal())
}

/// A language tag (BCP 47), in a form that is safe anywhere.
pub(crate) fn language(tag: &str) -> Result<String, Fault> {
    let part = |part: &str| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let first = tag.split('-').next().unwrap_or_default();
    let letters = (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    if letters && tag.len() <= MAX_LANGUAGE && tag.split('-').all(part) {
        return Ok(tag.to_owned());
    }
    Err(Fault::invalid("the language is not a tag of BCP 47, such as en, kk or zh-Hans"))
}

/// A picture in base64. `what` is the field's name. The bytes are not looked at: only the eye
/// decodes them.
pub(crate) fn picture(what: &'static str, base64: &str) -> Result<Picture, Fault> {
    let too_large = || {
        Fault::new(Kind::TooLarge, format!("{what}: a picture may have {MAX_REFERENCE_BYTES} bytes at most"))
    };
    if base64.len() > MAX_REFERENCE_BYTES.div_ceil(3) * 4 {
        return Err(too_large());
    }
    match BASE64.decode(base64) {
        Ok(bytes) if bytes.is_empty() => Err(Fault::invalid(format!("{what}: the picture is empty"))),
        Ok(bytes) if bytes.len() > MAX_REFERENCE_BYTES => Err(too_large()),
        Ok(bytes) => Ok(Picture(bytes)),
        Err(_) => Err(Fault::invalid(format!("{what}: give the picture file in base64, with padding"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_stays_the_text_that_it_is() {
        for name in ["Анна Құрманғазы", "<script>alert(1)</script>", "' OR 1=1 --", "محمد", "{{7*7}}"]
        {
            assert_eq!(claim(name, "900101300007").unwrap().name, name);
        }
        assert_eq!(claim("  Anna \u{a0} Maria ", "9001-01 300007").unwrap().name, "Anna Maria");
    }

    #[test]
    fn names_and_numbers_that_are_none_are_refused() {
        let long = "x".repeat(300);
        for name in ["", " ", &long, "a\u{1b}[31m", "a\0", "abc\u{202e}cba", "\u{200f}a", "a\u{200b}b"] {
            assert!(claim(name, "1").is_err(), "{name:?}");
        }
        for number in ["", "-", "../1", "1\n2", "Д1", &"1".repeat(33), &"1-".repeat(33), "<b>"] {
            assert!(claim("Anna", number).is_err(), "{number:?}");
        }
    }

    #[test]
    fn a_picture_is_bytes() {
        assert_eq!(picture("FacePic", "AAEC").unwrap().0, [0, 1, 2]);
        for bad in ["", "AAE", "A A=", "data:image/png;base64,AAEC", "!!!!"] {
            assert_eq!(picture("FacePic", bad).unwrap_err().kind, Kind::Invalid, "{bad}");
        }
        let large = "A".repeat(MAX_REFERENCE_BYTES.div_ceil(3) * 4 + 4);
        assert_eq!(picture("FacePic", &large).unwrap_err().kind, Kind::TooLarge);
    }

    #[test]
    fn a_language_is_a_tag() {
        for tag in ["en", "kk", "zh-Hans", "sr-Latn-RS"] {
            assert_eq!(language(tag).unwrap(), tag);
        }
        for bad in ["", "e", "en_GB", "../en", "en-", "english", "en-<b>", &"en-abcdefgh".repeat(9)] {
            assert!(language(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_passes_is_printable_and_short(name in "\\PC{0,120}|[\u{0}-\u{2070}]{0,10}", number in "\\PC{0,70}") {
            if let Ok(claim) = claim(&name, &number) {
                prop_assert!((1..=MAX_NAME).contains(&claim.name.chars().count()));
                prop_assert!(!claim.name.chars().any(|letter| letter.is_control() || is_invisible(letter)));
                prop_assert!(claim.number.is_ascii() && claim.number.len() <= MAX_NUMBER_WRITTEN);
            }
        }

        #[test]
        fn any_text_is_a_picture_or_a_fault(text in "\\PC{0,60}") {
            let _ = picture("FacePic", &text);
            let _ = nonce(Some(&text));
        }
    }
}
