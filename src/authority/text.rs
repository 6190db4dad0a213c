//! The JSON form of a record, the same in a folder and from a service.

use jiff::civil::Date;
use serde::Deserialize;

use super::{FullName, MAX_PORTRAIT_BYTES, Number, Record, RecordedFace};
use vouch_contract::record::RecordFault;

/// Version of the format.
pub(super) const VERSION: u32 = 1;
/// Largest record without its portrait, bytes: forty times a long one.
pub(super) const MAX_RECORD_BYTES: u64 = 16 << 10;
/// How a JPEG begins (ITU-T T.81, B.1.1.3: SOI, then a marker).
const JPEG: [u8; 3] = [0xFF, 0xD8, 0xFF];

/// A record as it is stored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Text {
    #[expect(dead_code, reason = "checked before the rest is parsed")]
    version: u32,
    number: String,
    last_name: String,
    first_name: String,
    #[serde(default)]
    patronymic: Option<String>,
    portrait_day: Date,
    /// The portrait in base64; in a folder it is a file of its own.
    #[serde(default)]
    pub portrait: Option<String>,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

impl Text {
    /// Reads the record stored under this number.
    pub fn parse(bytes: &[u8], number: &Number) -> Result<Self, RecordFault> {
        let Version { version } = serde_json::from_slice(bytes).map_err(wrong)?;
        if version != VERSION {
            return Err(unreadable(&format!("it has version {version}; this program reads {VERSION}")));
        }
        let text: Self = serde_json::from_slice(bytes).map_err(wrong)?;
        // A copied record whose number was not changed belongs to another person.
        if Number::new(&text.number).as_ref() != Ok(number) {
            return Err(unreadable("it contains another number than the one asked for"));
        }
        Ok(text)
    }

    /// The record with this portrait.
    pub fn with(self, number: &Number, portrait: Vec<u8>) -> Result<Record, RecordFault> {
        if !portrait.starts_with(&JPEG) {
            return Err(unreadable("its portrait is not a JPEG"));
        }
        if portrait.len() as u64 > MAX_PORTRAIT_BYTES {
            return Err(unreadable(&format!("its portrait is larger than {MAX_PORTRAIT_BYTES} bytes")));
        }
        Ok(Record {
            number: number.clone(),
            name: FullName::new(&self.last_name, &self.first_name, self.patronymic.as_deref())?,
            face: RecordedFace::Portrait(portrait),
            portrait_day: self.portrait_day,
        })
    }
}

/// Serde's message may quote the record, so report only the place.
pub(super) fn wrong(error: serde_json::Error) -> RecordFault {
    let (line, column) = (error.line(), error.column());
    unreadable(&format!("line {line}, column {column} does not fit a record"))
}

pub(super) fn unreadable(why: &str) -> RecordFault {
    RecordFault::Unreadable(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number() -> Number {
        Number::new("900101300007").unwrap()
    }

    /// A valid record, or nearly one.
    fn nearly() -> impl Strategy<Value = String> {
        let value = prop_oneof![
            Just("1".to_owned()),
            Just("\"900101300007\"".to_owned()),
            Just("\"2025-03-01\"".to_owned()),
            Just("null".to_owned()),
            "\\PC{0,8}".prop_map(|text| serde_json::Value::String(text).to_string()),
        ];
        const KEYS: [&str; 7] =
            ["version", "number", "lastName", "firstName", "patronymic", "portraitDay", "portrait"];
        let key = prop::sample::select(&KEYS[..]);
        prop::collection::vec((key, value), 0..9).prop_map(|pairs| {
            let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
            format!("{{{}}}", pairs.join(","))
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_a_record_of_that_number_or_a_fault(
            text in prop_oneof![nearly(), "\\PC{0,40}"],
            portrait in prop::collection::vec(any::<u8>(), 0..5),
        ) {
            let read = Text::parse(text.as_bytes(), &number());
            if let Ok(record) = read.and_then(|text| text.with(&number(), portrait)) {
                prop_assert_eq!(record.number, number());
                let RecordedFace::Portrait(portrait) = record.face else { panic!("a portrait") };
                prop_assert!(portrait.starts_with(&JPEG));
            }
        }
    }

    #[test]
    fn a_whole_one_is_read() {
        let text = r#"{"version": 1, "number": "9001 01300007", "lastName": "ERIKSSON", "firstName": "ANNA",
            "patronymic": null, "portraitDay": "2025-03-01"}"#;
        let record =
            Text::parse(text.as_bytes(), &number()).and_then(|text| text.with(&number(), JPEG.to_vec()));
        assert_eq!(record.unwrap().portrait_day, jiff::civil::date(2025, 3, 1));
    }
}
