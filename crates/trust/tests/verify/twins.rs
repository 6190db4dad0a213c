//! Anybody can write a signature's s as n - s. The twin is the same result.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as URL;
use proptest::prelude::*;
use vouch_trust::chain;
use vouch_trust::jws::link;
use vouch_trust::key::{KeyError, PublicKey, Signer};
use vouch_trust::verify::{VerifyError, verify};

use crate::support::{Device, text, twin, verify_chain};

/// A chip that gives whatever form its hardware happens to make.
struct Chip {
    inner: Box<dyn Signer>,
    give: fn([u8; 64]) -> [u8; 64],
}

impl Signer for Chip {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        Ok((self.give)(self.inner.sign(message)?))
    }

    fn public_key(&self) -> &PublicKey {
        self.inner.public_key()
    }
}

impl Device {
    fn with_chip(mut self, give: fn([u8; 64]) -> [u8; 64]) -> Self {
        // Any signer, to have something in the place while the real one is wrapped.
        let spare = Device::new("spare").identity.signer;
        let inner = std::mem::replace(&mut self.identity.signer, spare);
        self.identity.signer = Box::new(Chip { inner, give });
        self
    }
}

fn signature(jws: &str) -> [u8; 64] {
    URL.decode(jws.rsplit_once('.').unwrap().1).unwrap().try_into().unwrap()
}

/// n of P-256 (SEC 2, 2.4.2), halved and rounded down.
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde,
    0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

fn is_low(jws: &str) -> bool {
    signature(jws)[32..] <= HALF_ORDER[..]
}

#[test]
fn whatever_signs_the_result_has_the_low_form() {
    let flip = |bytes: [u8; 64]| {
        let jws = twin(&format!("h.p.{}", URL.encode(bytes)));
        signature(&jws)
    };
    for device in [Device::new("gate-7"), Device::new("gate-7").with_chip(flip)] {
        for seq in 1..20 {
            let jws = device.result(seq, (seq > 1).then_some("prev"));
            assert!(is_low(&jws) && !is_low(&twin(&jws)));
            verify(&jws, &device.trust()).unwrap();
        }
    }
}

#[test]
fn what_is_no_signature_is_not_written() {
    for give in [|_| [0; 64], |_: [u8; 64]| [0xff; 64]] {
        let device = Device::new("gate-7").with_chip(give);
        let error = vouch_trust::jws::sign(&device.identity, "t", b"{}").unwrap_err();
        assert!(error.to_string().contains("no ECDSA signature"), "{error}");
    }
}

#[test]
fn another_content_at_the_same_place_is_a_fork_in_either_form() {
    let device = Device::new("gate-7");
    let (one, other) = (device.result(1, None), device.result(1, None));
    for pair in [[one.clone(), other.clone()], [one.clone(), twin(&other)], [twin(&one), other]] {
        let error = verify_chain(&text(&pair), &device.trust(), false).unwrap_err();
        assert!(matches!(error, VerifyError::Forked { seq: 1 }), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Of each result the true text, its twin or both, in any order: one chain. The
    /// device may have linked to a text of either form, as earlier versions did.
    #[test]
    fn twins_never_upset_a_chain(
        kinds in prop::collection::vec((any::<bool>(), 1usize..8), 1..5),
        shuffle in any::<prop::sample::Index>(),
    ) {
        let device = Device::new("gate-7");
        let mut given: Vec<String> = Vec::new();
        let mut prev: Option<String> = None;
        for (seq, (high, copies)) in (1..).zip(&kinds) {
            let low = device.result(seq, prev.as_deref());
            let other = twin(&low);
            let issued = if *high { &other } else { &low };
            prev = Some(link(issued));
            // The bits of `copies`: the low form, the high form, one of them again.
            let texts = [&low, &other, issued];
            given.extend(texts.iter().enumerate().filter(|(bit, _)| copies >> bit & 1 == 1).map(|(_, jws)| (*jws).clone()));
        }
        let at = shuffle.index(given.len());
        given.rotate_left(at);
        let mut verified: Vec<_> = given.iter().map(|jws| verify(jws, &device.trust()).unwrap()).collect();
        verified.sort_by_key(|result| result.seq);
        prop_assert!(chain::check(&verified, false).is_ok());

        // A result that does not name the one before is still seen.
        let stranger = device.result(kinds.len() as u64 + 1, Some(&link("another")));
        verified.push(verify(&stranger, &device.trust()).unwrap());
        prop_assert!(matches!(chain::check(&verified, false), Err(VerifyError::Broken { .. })), "unseen");
    }
}
