//! Everything an attacker would try on one JWS; each must be refused for the
//! reason meant.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as URL};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use serde_json::{Value, json};
use vouch_trust::certificate::{SelfMade, to_pem};
use vouch_trust::jws::{MAX_JWS, RESULT_TYPE};
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
    assert!(matches!(judge(&|h| h["x5c"] = json!([])), VerifyError::Certificates(_)));
    assert!(matches!(judge(&|h| h["x5c"][0] = json!("%")), VerifyError::Certificates(_)));
    assert!(matches!(judge(&|h| h["x5c"] = json!(vec!["AA=="; 9])), VerifyError::Certificates(_)));
    // The leaf twice, or root and leaf exchanged.
    assert!(matches!(judge(&|h| h["x5c"][1] = h["x5c"][0].clone()), VerifyError::UntrustedRoot));
    assert!(matches!(judge(&|h| h["x5c"][0] = h["x5c"][1].clone()), VerifyError::Path(_)));
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
    assert!(matches!(judge("iat", json!(u64::MAX)), VerifyError::Payload(_)));
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
    // A clock that stood at 1970: before the certificate's life.
    claims["iat"] = json!(5);
    let error = refused(&device.sign(&claims), &device.trust());
    assert!(matches!(error, VerifyError::Path(_)), "{error}");
    // Long after: the certificate has no end.
    claims["iat"] = json!(20_000_000_000u64);
    assert!(verify(&device.sign(&claims), &device.trust()).is_ok());
}

/// A CA of a customer and leaves it might issue, good and bad.
struct Customer {
    root: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

impl Customer {
    fn new(depth: u8) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "customer root");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(depth));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        let root = params.self_signed(&key).unwrap().der().to_vec();
        Self { root, issuer: Issuer::new(params, key) }
    }

    fn trust(&self) -> Trust {
        Trust::from_pem(&to_pem(&self.root)).unwrap()
    }
}

fn leaf_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "gate-7");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.not_before = date_time_ymd(2025, 1, 1);
    params.not_after = date_time_ymd(2030, 1, 1);
    params
}

/// The device's own key as rcgen takes it.
fn device_spki(device: &Device) -> rcgen::KeyPair {
    let pem = std::fs::read_to_string(device.dir.path().join("id/device.key")).unwrap();
    KeyPair::from_pem(&pem).unwrap()
}

fn with_chain(device: &mut Device, chain: Vec<Vec<u8>>) -> String {
    device.identity.chain_der = chain;
    device.result(1, None)
}

#[test]
fn a_customers_ca_works_and_its_mistakes_are_refused() {
    let customer = Customer::new(1);
    let mut device = Device::new("gate-7");
    let key = device_spki(&device);
    let mut issue = |change: &dyn Fn(&mut CertificateParams)| {
        let mut params = leaf_params();
        change(&mut params);
        let leaf = params.signed_by(&key, &customer.issuer).unwrap();
        let jws = with_chain(&mut device, vec![leaf.der().to_vec(), customer.root.clone()]);
        verify(&jws, &customer.trust()).map(|verified| verified.device_id)
    };
    assert_eq!(issue(&|_| ()).unwrap(), "gate-7");
    // Expired, or not begun, when the result was issued.
    let expired = issue(&|p| p.not_after = date_time_ymd(2026, 2, 28)).unwrap_err();
    assert!(matches!(expired, VerifyError::Path(_)), "{expired}");
    let early = issue(&|p| p.not_before = date_time_ymd(2026, 3, 2)).unwrap_err();
    assert!(matches!(early, VerifyError::Path(_)), "{early}");
    // For a server, for nothing named, without the right to sign, a CA's.
    let server = issue(&|p| p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth]);
    assert!(matches!(server.unwrap_err(), VerifyError::Path(_)));
    let unnamed = issue(&|p| p.extended_key_usages = vec![]);
    assert!(matches!(unnamed.unwrap_err(), VerifyError::Leaf(_)));
    let unsigned = issue(&|p| p.key_usages = vec![KeyUsagePurpose::KeyEncipherment]);
    assert!(matches!(unsigned.unwrap_err(), VerifyError::Leaf(_)));
    let ca = issue(&|p| p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    assert!(matches!(ca.unwrap_err(), VerifyError::Path(_)));
    let nameless = issue(&|p| p.distinguished_name = rcgen::DistinguishedName::new());
    assert!(matches!(nameless.unwrap_err(), VerifyError::Leaf(_)));
    let two = issue(&|p| p.distinguished_name.push(DnType::CommonName, "../x"));
    assert!(matches!(two.unwrap_err(), VerifyError::Leaf(_)));
}

#[test]
fn a_leaf_is_no_ca() {
    // Who has a device's key signs a certificate for another device with it.
    let customer = Customer::new(1);
    let owned = KeyPair::generate().unwrap();
    let owned_params = leaf_params();
    let owned_leaf = owned_params.signed_by(&owned, &customer.issuer).unwrap().der().to_vec();
    let as_ca = Issuer::new(owned_params, owned);

    let mut victim = Device::new("gate-7");
    let forged = leaf_params().signed_by(&device_spki(&victim), &as_ca).unwrap().der().to_vec();
    let chain = vec![forged.clone(), owned_leaf.clone(), customer.root.clone()];
    let jws = with_chain(&mut victim, chain);
    assert!(matches!(refused(&jws, &customer.trust()), VerifyError::Path(_)));
    // And no trust list takes a leaf for a root.
    let error = Trust::from_pem(&to_pem(&owned_leaf)).unwrap_err();
    assert!(matches!(error, VerifyError::Trust(_)), "{error}");
}

#[test]
fn the_roots_depth_is_kept() {
    for (depth, fits) in [(1, true), (0, false)] {
        let customer = Customer::new(depth);
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "customer site");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let site_key = KeyPair::generate().unwrap();
        let site = params.signed_by(&site_key, &customer.issuer).unwrap().der().to_vec();
        let issuer = Issuer::new(params, site_key);
        let mut device = Device::new("gate-7");
        let leaf = leaf_params().signed_by(&device_spki(&device), &issuer).unwrap().der().to_vec();
        let jws = with_chain(&mut device, vec![leaf, site, customer.root.clone()]);
        let judged = verify(&jws, &customer.trust());
        assert_eq!(judged.is_ok(), fits, "{:?}", judged.err());
    }
}

#[test]
fn trust_lists_are_held_to_their_form() {
    for wrong in ["", "hello", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"] {
        assert!(matches!(Trust::from_pem(wrong), Err(VerifyError::Trust(_))));
    }
}
