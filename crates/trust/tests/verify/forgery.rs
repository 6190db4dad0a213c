//! Everything an attacker would try on one JWS; each must be refused for the
//! reason meant.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as URL};
use serde_json::{Value, json};
use vouch_trust::certificate::SelfMade;
use vouch_trust::jws::{MAX_JWS, RESULT_TYPE};
use vouch_trust::path::PathError;
use vouch_trust::verify::{Trust, Verified, VerifyError, verify};

use crate::support::Device;

/// A JWS with any header over any payload, signed by the device.
fn forge(device: &Device, header: &Value, payload: &[u8]) -> String {
    let signed = format!("{}.{}", URL.encode(header.to_string()), URL.encode(payload));
    let signature = device.identity.signer.sign(signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL.encode(signature))
}

fn header(device: &Device) -> Value {
    let x5c: Vec<String> = device.identity.chain_der.iter().map(|der| STANDARD.encode(der)).collect();
    json!({
        "alg": "ES256",
        "typ": RESULT_TYPE,
        "kid": device.identity.signer.public_key().thumbprint(),
        "x5c": x5c,
    })
}

fn payload(device: &Device) -> Vec<u8> {
    device.claims(1, None).to_string().into_bytes()
}

fn refused(jws: &str, trust: &Trust) -> VerifyError {
    verify(jws, trust).map(|_: Verified| ()).unwrap_err()
}

#[test]
fn the_untouched_one_verifies() {
    let device = Device::new("gate-7");
    let jws = forge(&device, &header(&device), &payload(&device));
    let verified = verify(&jws, &device.trust()).unwrap();
    assert_eq!(verified.device_id, "gate-7");
    assert_eq!(verified.claims["sessionStatus"], "SUCCESS");
    assert_eq!(verified.nonce.as_deref(), Some("n-0123456789"));
}

#[test]
fn the_algorithm_is_ours_not_the_tokens() {
    let device = Device::new("gate-7");
    for alg in [json!("none"), json!("HS256"), json!("es256"), json!("ES384"), json!(null), json!(7)] {
        let mut header = header(&device);
        header["alg"] = alg.clone();
        let error = refused(&forge(&device, &header, &payload(&device)), &device.trust());
        assert!(matches!(error, VerifyError::Algorithm(_)), "{alg}: {error}");
    }
    // `none` with an empty signature, as RFC 7515 would write it.
    let mut none = header(&device);
    none["alg"] = json!("none");
    let jws = format!("{}.{}.", URL.encode(none.to_string()), URL.encode(payload(&device)));
    assert!(matches!(refused(&jws, &device.trust()), VerifyError::Algorithm(_)));
}

#[test]
fn header_members_are_exact() {
    let device = Device::new("gate-7");
    let judge = |change: &dyn Fn(&mut Value)| {
        let mut header = header(&device);
        change(&mut header);
        refused(&forge(&device, &header, &payload(&device)), &device.trust())
    };
    assert!(matches!(judge(&|h| h["typ"] = json!("JWT")), VerifyError::Type(_)));
    assert!(matches!(judge(&|h| h["crit"] = json!(["b64"])), VerifyError::Critical(_)));
    assert!(matches!(judge(&|h| h["jku"] = json!("https://evil.example")), VerifyError::Header(_)));
    assert!(matches!(judge(&|h| h["kid"] = json!("another")), VerifyError::KeyId));
    assert!(matches!(judge(&|h| h["x5c"] = json!([])), VerifyError::CertificateCount { found: 0 }));
    assert!(matches!(judge(&|h| h["x5c"][0] = json!("%")), VerifyError::CertificateBase64(_)));
    let nine = json!(vec!["AA=="; 9]);
    assert!(matches!(judge(&|h| h["x5c"] = nine.clone()), VerifyError::CertificateCount { found: 9 }));
    // The leaf twice, or root and leaf exchanged.
    assert!(matches!(judge(&|h| h["x5c"][1] = h["x5c"][0].clone()), VerifyError::UntrustedRoot));
    assert!(matches!(judge(&|h| h["x5c"][0] = h["x5c"][1].clone()), VerifyError::Leaf(_)));
}

#[test]
fn the_form_is_exact() {
    let device = Device::new("gate-7");
    let trust = device.trust();
    let jws = device.result(1, None);
    for wrong in ["", ".", "..", "a.b", "a.b.c.d"] {
        refused(wrong, &trust);
    }
    assert!(matches!(refused(&format!("{jws}."), &trust), VerifyError::NotCompact { parts: 4 }));
    assert!(matches!(refused(&format!("{jws}="), &trust), VerifyError::Base64 { .. }));
    assert!(matches!(refused(&format!("{jws}\n"), &trust), VerifyError::Base64 { .. }));
    assert!(matches!(refused(&"A".repeat(MAX_JWS + 1), &trust), VerifyError::TooLarge { .. }));
    // A signature of another length.
    let (signed, _) = jws.rsplit_once('.').unwrap();
    for length in [0, 32, 63, 65, 128] {
        let short = format!("{signed}.{}", URL.encode(vec![1; length]));
        assert!(matches!(refused(&short, &trust), VerifyError::Signature));
    }
    // r = s = 0, the signature that broken verifiers accept for anything.
    let zero = format!("{signed}.{}", URL.encode([0; 64]));
    assert!(matches!(refused(&zero, &trust), VerifyError::Signature));
}

#[test]
fn claims_must_speak_of_the_signer() {
    let device = Device::new("gate-7");
    let judge = |key: &str, value: Value| {
        let mut claims = device.claims(1, None);
        claims[key] = value;
        refused(&device.sign(&claims), &device.trust())
    };
    assert!(matches!(judge("iss", json!("gate-8")), VerifyError::Issuer { .. }));
    assert!(matches!(judge("ueid", json!("AQAA")), VerifyError::Ueid));
    assert!(matches!(judge("eat_profile", json!("urn:vouch:result:v2")), VerifyError::Profile(_)));
    assert!(matches!(judge("iat", json!(-1)), VerifyError::Payload(_)));
    assert!(matches!(judge("iat", json!(u64::MAX)), VerifyError::IssuedAt(u64::MAX)));
    let twice = forge(&device, &header(&device), br#"{"iss":"a","iss":"gate-7"}"#);
    assert!(matches!(refused(&twice, &device.trust()), VerifyError::Payload(_)));
}

#[test]
fn another_root_or_key_is_refused() {
    let device = Device::new("gate-7");
    let stranger = Device::new("gate-7");
    assert!(matches!(refused(&device.result(1, None), &stranger.trust()), VerifyError::UntrustedRoot));
    // The device's certificates over the stranger's signature, ours in all else.
    let jws = forge(&stranger, &header(&device), &payload(&device));
    assert!(matches!(refused(&jws, &device.trust()), VerifyError::Signature));
    // The stranger's leaf under our root: the names fit, the signature doesn't.
    let mut mixed = header(&stranger);
    mixed["x5c"][1] = header(&device)["x5c"][1].clone();
    let jws = forge(&stranger, &mixed, &payload(&stranger));
    assert!(matches!(refused(&jws, &device.trust()), VerifyError::Path(_)));
    // A second root of the same name and another key.
    let again = SelfMade::issue(device.identity.signer.public_key(), "gate-7").unwrap();
    let mut other = Device::new("x");
    other.identity.chain_der = vec![again.leaf, again.root];
    let mut header = header(&other);
    header["kid"] = json!(device.identity.signer.public_key().thumbprint());
    let jws = forge(&device, &header, &payload(&device));
    assert!(matches!(refused(&jws, &device.trust()), VerifyError::UntrustedRoot));
}

#[test]
fn the_time_of_the_result_counts() {
    let device = Device::new("gate-7");
    let mut claims = device.claims(1, None);
    // A clock that stood at 1970: before the certificate's validity.
    claims["iat"] = json!(5);
    let error = refused(&device.sign(&claims), &device.trust());
    assert!(matches!(error, VerifyError::Path(PathError::NotYetValid { .. })), "{error}");
    // Long after: the certificate has no end.
    claims["iat"] = json!(20_000_000_000u64);
    assert!(verify(&device.sign(&claims), &device.trust()).is_ok());
}

/// The signature is judged before anything that it covers: whoever edits a result
/// hears of the edit, whatever claim it hit.
#[test]
fn an_edited_result_is_told_as_edited() {
    let device = Device::new("gate-7");
    let jws = device.result(1, None);
    let [header, _, signature] = jws.split('.').collect::<Vec<_>>()[..] else { unreachable!() };
    let edits: [&dyn Fn(&mut Value); 5] = [
        &|claims| claims["sessionStatus"] = json!("FAILED"),
        &|claims| drop(claims.as_object_mut().unwrap().remove("seq")),
        &|claims| claims["iat"] = json!("yesterday"),
        &|claims| claims["iat"] = json!(0),
        &|claims| *claims = json!([]),
    ];
    for edit in edits {
        let mut claims = device.claims(1, None);
        edit(&mut claims);
        let edited = format!("{header}.{}.{signature}", URL.encode(claims.to_string()));
        let error = refused(&edited, &device.trust());
        assert!(matches!(error, VerifyError::Signature), "{claims}: {error}");
    }
    let cut = format!("{header}.{}.{signature}", URL.encode("{"));
    assert!(matches!(refused(&cut, &device.trust()), VerifyError::Signature));
}
