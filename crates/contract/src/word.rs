//! A value by the word that it has in JSON, so that the word stands in one place.

use serde::Serialize;

/// The word that serde writes for a value of an enumeration; empty for what has none, a structure
/// or a number.
pub fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::ErrorCode;
    use crate::gesture::Gesture;

    #[test]
    fn a_value_has_the_word_of_its_table() {
        assert_eq!(word(&Gesture::OpenMouth), "open-mouth");
        assert_eq!(word(&ErrorCode::DocumentUnreadable), "CID_5");
        assert_eq!(word(&7), "");
    }
}
