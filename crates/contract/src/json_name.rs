//! The name of a value in JSON, for tables and messages.

use serde::Serialize;

/// The string that serde writes for an enum variant; empty for a value that is not a string in
/// JSON, such as a structure or a number.
///
/// ```
/// use vouch_contract::gesture::Gesture;
/// use vouch_contract::json_name::json_name;
///
/// assert_eq!(json_name(&Gesture::OpenMouth), "open-mouth");
/// ```
pub fn json_name(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::ErrorCode;
    use crate::gesture::Gesture;

    #[test]
    fn an_enumeration_has_names_and_a_number_has_none() {
        assert_eq!(json_name(&Gesture::OpenMouth), "open-mouth");
        assert_eq!(json_name(&ErrorCode::DocumentUnreadable), "CID_5");
        assert_eq!(json_name(&7), "");
    }
}
