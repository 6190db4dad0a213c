//! For any input: no panic, and no change that goes unseen.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as URL;
use proptest::prelude::*;
use vouch_trust::verify::{Trust, verify};

use crate::support::Device;

static MADE: LazyLock<(String, Trust)> = LazyLock::new(|| {
    let device = Device::new("gate-7");
    (device.result(1, None), device.trust())
});

proptest! {
    #[test]
    fn any_text_is_refused_without_panic(text in ".{0,400}") {
        prop_assert!(verify(&text, &MADE.1).is_err());
    }

    #[test]
    fn any_bytes_in_the_parts_are_refused_without_panic(
        header in prop::collection::vec(any::<u8>(), 0..300),
        payload in prop::collection::vec(any::<u8>(), 0..300),
        signature in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let jws = [header, payload, signature].map(|part| URL.encode(part)).join(".");
        prop_assert!(verify(&jws, &MADE.1).is_err());
    }

    #[test]
    fn any_json_header_is_refused_without_panic(
        alg in prop_oneof![Just("\"ES256\"".to_owned()), "[0-9]{1,3}", "\"[a-zA-Z0-9]{0,6}\""],
        x5c in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..5),
    ) {
        let x5c: Vec<String> = x5c
            .iter()
            .map(|der| base64::engine::general_purpose::STANDARD.encode(der))
            .collect();
        let header = format!(
            r#"{{"alg":{alg},"typ":"vouch-result+jwt","kid":"k","x5c":{}}}"#,
            serde_json::to_string(&x5c).unwrap()
        );
        let (_, rest) = MADE.0.split_once('.').unwrap();
        let jws = format!("{}.{rest}", URL.encode(header));
        prop_assert!(verify(&jws, &MADE.1).is_err());
    }

    #[test]
    fn one_changed_byte_is_seen(at in any::<prop::sample::Index>(), to in 0u8..0x80) {
        let (jws, trust) = &*MADE;
        let mut bytes = jws.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(verify(&changed, trust).is_err());
    }

    #[test]
    fn one_changed_byte_of_certificate_payload_or_signature_is_seen(
        part in 0usize..3,
        at in any::<prop::sample::Index>(),
        flip in 1u8..=255,
    ) {
        let (jws, trust) = &*MADE;
        let mut parts: Vec<Vec<u8>> = jws.split('.').map(|part| URL.decode(part).unwrap()).collect();
        let at = at.index(parts[part].len());
        parts[part][at] ^= flip;
        let changed: Vec<String> = parts.iter().map(|part| URL.encode(part)).collect();
        prop_assert!(verify(&changed.join("."), trust).is_err());
    }

    #[test]
    fn one_removed_or_added_byte_is_seen(at in any::<prop::sample::Index>(), add in proptest::option::of(0u8..0x80)) {
        let (jws, trust) = &*MADE;
        let mut bytes = jws.clone().into_bytes();
        let at = at.index(bytes.len());
        match add {
            Some(byte) => bytes.insert(at, byte),
            None => { bytes.remove(at); }
        }
        prop_assert!(verify(&String::from_utf8(bytes).unwrap(), trust).is_err());
    }
}
