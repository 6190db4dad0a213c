//! Signed results as a verifier gets them. Only the very text that was signed
//! may verify, whatever is done to it.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use vouch_trust::identity::Identity;
use vouch_trust::jws::{RESULT_TYPE, sign};
use vouch_trust::verify::{Trust, verify};

struct Signed {
    trust: Trust,
    jws: String,
}

fn signed() -> &'static Signed {
    static SIGNED: OnceLock<Signed> = OnceLock::new();
    SIGNED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let device = Identity::open_or_create_with(folder.path(), Some("fuzzed"), None).expect("an identity");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let claims = format!(
            r#"{{"iss":"{}","ueid":"{}","iat":{},"jti":"j","eat_profile":"urn:vouch:result:v1","seq":1,"prev":null}}"#,
            device.id,
            device.ueid,
            now.as_secs()
        );
        let jws = sign(&device, RESULT_TYPE, claims.as_bytes()).expect("it signs");
        let trust = Trust::from_pem(&device.trust_pem).expect("its own root");
        verify(&jws, &trust).expect("what was signed verifies");
        Signed { trust, jws }
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Signed { trust, jws } = signed();
    let text = String::from_utf8_lossy(bytes);
    assert!(verify(&text, trust).is_err() || *text == **jws);
    // Three bytes each: where in the signed text, and what goes there.
    let mut forged = jws.clone().into_bytes();
    for change in bytes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % forged.len();
        forged[at] = change[2] & 0x7F;
    }
    let forged = String::from_utf8(forged).expect("seven bits are ASCII");
    assert!(verify(&forged, trust).is_err() || forged == *jws, "{forged}");
    let _ = Trust::from_pem(&text);
});
