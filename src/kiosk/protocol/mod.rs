//! What page and terminal say to each other. docs/KIOSK.md describes it.

mod input;
mod view;

pub use input::{ChangedField, FromPage, Input, OperatorAction};
pub use view::{
    DoctorLine, DocumentKind, GuideStep, Network, Outcome, PinFault, Reason, Report, ResultLine, Shown,
    ShownField, Start, Trouble, TypingFault, View,
};
use vouch_contract::document::fields::FieldName;
use vouch_contract::eye::protocol::Preview;

/// The WebSocket's subprotocol.
pub const SUBPROTOCOL: &str = "vouch-kiosk-v1";
/// Longest message from the page, bytes.
pub const MAX_MESSAGE: usize = 16 << 10;
/// Longest name that is typed, and longest value of a corrected field, characters.
pub const MAX_TEXT: usize = 200;
/// Longest number that is typed, characters.
pub const MAX_NUMBER: usize = 40;
/// Most fields that are corrected at once.
pub const MAX_FIELDS: usize = 16;
/// Bytes before the JPEG in a binary message.
pub const FRAME_HEADER: usize = 16;

/// Reads a message from the page.
///
/// # Errors
/// A message that says what is wrong with it, without its content.
pub fn read(text: &str) -> Result<FromPage, &'static str> {
    if text.len() > MAX_MESSAGE {
        return Err("the message is longer than 16 KiB");
    }
    // Serde's own message may quote what a person typed.
    serde_json::from_str(text).map_err(|_| "not a message of this protocol; see docs/KIOSK.md")
}

/// The binary message for a picture: number, time, JPEG.
pub fn frame(preview: &Preview) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(FRAME_HEADER + preview.jpeg.len());
    bytes.extend_from_slice(&preview.sequence.to_le_bytes());
    bytes.extend_from_slice(&preview.captured_us.to_le_bytes());
    bytes.extend_from_slice(&preview.jpeg);
    bytes
}

/// The protocol's name of a field.
pub fn field_name(name: FieldName) -> &'static str {
    match name {
        FieldName::CountryCode => "country",
        FieldName::DocumentNumber => "document-number",
        FieldName::FirstName => "first-name",
        FieldName::LastName => "last-name",
        FieldName::Patronymic => "patronymic",
        FieldName::Gender => "gender",
        FieldName::DateOfBirth => "date-of-birth",
        FieldName::PlaceOfBirth => "place-of-birth",
        FieldName::Nationality => "nationality",
        FieldName::IssueDate => "issue-date",
        FieldName::ExpireDate => "expire-date",
        FieldName::Authority => "authority",
        FieldName::IdentificationNumber => "identification-number",
    }
}

/// The field of this name in the protocol.
pub fn field_of(name: &str) -> Option<FieldName> {
    use FieldName as F;
    [
        F::CountryCode,
        F::DocumentNumber,
        F::FirstName,
        F::LastName,
        F::Patronymic,
        F::Gender,
        F::DateOfBirth,
        F::PlaceOfBirth,
        F::Nationality,
        F::IssueDate,
        F::ExpireDate,
        F::Authority,
        F::IdentificationNumber,
    ]
    .into_iter()
    .find(|field| field_name(*field) == name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_input_is_read() {
        let inputs = [
            (r#"{"type":"input","view":3,"do":"begin"}"#, Input::Begin),
            (
                r#"{"type":"input","view":3,"do":"language","language":"kk"}"#,
                Input::Language { language: Some("kk".into()) },
            ),
            (
                r#"{"type":"input","view":3,"do":"document","document":"id-card","more":1}"#,
                Input::Document { document: DocumentKind::IdCard },
            ),
            (r#"{"type":"input","view":3,"do":"confirm"}"#, Input::Confirm { fields: Vec::new() }),
            (
                r#"{"type":"input","view":3,"do":"action","action":"reboot"}"#,
                Input::Action { action: OperatorAction::Reboot },
            ),
        ];
        for (text, input) in inputs {
            assert_eq!(read(text), Ok(FromPage::Input { view: 3, input }), "{text}");
        }
    }

    #[test]
    fn what_is_no_input_is_refused_without_its_content() {
        let long = format!(
            r#"{{"type":"input","view":1,"do":"claim","name":"{}","number":"1"}}"#,
            "A".repeat(MAX_MESSAGE)
        );
        for text in [
            "",
            "{}",
            "[]",
            r#"{"type":"input","view":-1,"do":"begin"}"#,
            r#"{"type":"input","view":1,"do":"SECRET"}"#,
            &long,
        ] {
            let fault = read(text).unwrap_err();
            assert!(!fault.contains("SECRET") && !fault.contains("AAA"), "{fault}");
        }
        assert!(!format!("{:?}", Input::Pin { pin: "4711".into() }).contains("4711"));
    }

    #[test]
    fn a_picture_has_its_number_and_time_before_it() {
        let bytes =
            frame(&Preview { sequence: 258, captured_us: 1, width: 1, height: 1, jpeg: vec![0xFF, 0xD8] });
        assert_eq!(bytes, [2, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xD8]);
    }

    #[test]
    fn fields_keep_their_names_both_ways() {
        for name in ["country", "document-number", "last-name", "identification-number"] {
            assert_eq!(field_of(name).map(field_name), Some(name));
        }
        assert_eq!(field_of("lastName"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_an_input_or_a_fault(text in ".{0,300}") {
            let _ = read(&text);
        }

        #[test]
        fn any_json_is_an_input_or_a_fault(act in "[a-z]{0,12}", view in any::<i64>(), value in ".{0,40}") {
            let text = serde_json::json!({ "type": "input", "view": view, "do": act, "name": value, "number": value,
                "language": value, "document": value, "pin": value, "action": value, "fields": [{ "name": value, "value": value }] });
            let _ = read(&text.to_string());
        }
    }
}
