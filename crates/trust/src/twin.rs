//! The two forms of one ECDSA signature.
//!
//! When (r, s) verifies, so does (r, n - s), n being the order of the curve. Anybody
//! can turn one into the other without the key, so two JWS that differ in this
//! only, called twins here, are the same result. What the device states is
//! `header.payload`, the signing input (RFC 7515, 5.1): results with the same
//! signing input are one result.
//!
//! Vouch signs in the form with s <= n/2 (low-s) and reads both: results of earlier
//! versions and of other signers have either.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::Signature;
use sha2::{Digest, Sha256};

/// The low-s form of `r || s`; `None` when the two numbers can't be a signature.
pub(super) fn low_s(signature: &[u8]) -> Option<[u8; 64]> {
    let signature = Signature::from_slice(signature).ok()?;
    Some(signature.normalize_s().unwrap_or(signature).to_bytes().into())
}

/// The same result with the other form of its signature. `None` when `jws` does
/// not end in a signature.
pub fn twin(jws: &str) -> Option<String> {
    let (signed, signature) = jws.rsplit_once('.')?;
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    let (r, s) = signature.split_scalars();
    let other = Signature::from_scalars(r, -s).ok()?;
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(other.to_bytes())))
}

/// What the signature is over: everything before the last dot.
pub(super) fn signing_input(jws: &str) -> &str {
    jws.rsplit_once('.').map_or(jws, |(signed, _)| signed)
}

/// True when two verified JWS are the same result: equal, or with another
/// signature over the same header and payload.
pub fn is_same_result(one: &str, other: &str) -> bool {
    signing_input(one) == signing_input(other)
}

/// SHA-256 of the compact JWS and of its twin. Either may stand in the next
/// result's `prev` or in an acknowledgement.
pub fn digests(jws: &str) -> [[u8; 32]; 2] {
    let digest: [u8; 32] = Sha256::digest(jws).into();
    [digest, twin(jws).map_or(digest, |twin| Sha256::digest(twin).into())]
}

/// True when `prev`, the claim of a later result, names the result `jws` in one of
/// its two forms.
pub fn is_named_by(jws: &str, prev: &str) -> bool {
    digests(jws).iter().any(|digest| URL_SAFE_NO_PAD.encode(digest) == prev)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::jws::link;
    use crate::key::{FileKey, Signer};

    fn signed(key: &FileKey, content: &str) -> String {
        let signature = key.sign(content.as_bytes()).unwrap();
        format!("{content}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    proptest! {
        #[test]
        fn the_twin_is_another_text_of_the_same_result(content in "[a-z]{1,20}[.][a-z]{1,20}") {
            let key = FileKey::generate().unwrap();
            let jws = signed(&key, &content);
            let other = twin(&jws).unwrap();
            prop_assert_ne!(&jws, &other);
            prop_assert_eq!(twin(&other).unwrap(), jws.clone());
            prop_assert!(is_same_result(&jws, &other));
            let signatures = [&jws, &other].map(|jws| {
                URL_SAFE_NO_PAD.decode(jws.rsplit_once('.').unwrap().1).unwrap()
            });
            prop_assert!(signatures.iter().all(|signature| key.public_key().verifies(content.as_bytes(), signature)));
            // Exactly one of the two is the low-s form, and both lead to it.
            let low = signatures.each_ref().map(|signature| low_s(signature).unwrap());
            prop_assert_eq!(low[0], low[1]);
            prop_assert_eq!(signatures.iter().filter(|signature| **signature == low[0]).count(), 1);
            // Either may be named.
            for prev in [link(&jws), link(&other)] {
                prop_assert!(is_named_by(&jws, &prev) && is_named_by(&other, &prev));
            }
            prop_assert!(!is_named_by(&jws, &link(&content)));
        }

        #[test]
        fn what_has_no_signature_has_no_twin(text in "[a-zA-Z0-9._-]{0,80}") {
            prop_assert!(twin(&text).is_none());
            prop_assert!(is_named_by(&text, &link(&text)));
        }
    }

    #[test]
    fn zero_and_the_order_are_no_signature() {
        assert!(low_s(&[0; 64]).is_none());
        assert!(low_s(&[0xff; 64]).is_none());
        assert!(low_s(&[1; 63]).is_none());
    }
}
