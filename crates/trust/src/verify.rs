//! Is this JWS a result of the device it names? Checked as an auditor would,
//! years later: with nothing but the trusted root.
//!
//! The order: form, algorithm, type; certificates up to a trusted root at the
//! time the result was issued; the leaf's fitness; the signature; and last that
//! the claims speak of the very device that signed them.

mod error;

use std::path::Path;
use std::time::Duration;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, UnixTime};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

use super::certificate;
use super::certificate::Leaf;
use super::file;
use super::jws::{Header, Parts, RESULT_TYPE, clip, link};
use super::key::PublicKey;
pub use error::VerifyError;
use vouch_contract::claims::PROFILE;

/// What a certificate may be signed with. ES256 devices stand under P-256 CAs.
const CHAIN_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] =
    &[ring::ECDSA_P256_SHA256, ring::ECDSA_P256_SHA384];
/// Longest trust file that is read: some hundred roots.
const MAX_TRUST_FILE: u64 = 1024 * 1024;
/// Last moment that RFC 5280 can write: 9999-12-31T23:59:59Z.
const MAX_TIME: u64 = 253_402_300_799;

/// The roots a verifier trusts.
#[derive(Debug, Clone)]
pub struct Trust {
    roots: Vec<Vec<u8>>,
}

impl Trust {
    /// All certificates of a PEM text; each must be a CA's.
    ///
    /// # Errors
    /// [`VerifyError::Trust`] when there is none, one is broken or no CA.
    pub fn from_pem(pem: &str) -> Result<Self, VerifyError> {
        let trust = |reason: String| VerifyError::Trust(reason);
        let roots = certificate::read_pem(pem.as_bytes()).map_err(|e| trust(e.to_string()))?;
        if roots.is_empty() {
            return Err(trust("it holds no CERTIFICATE block".to_owned()));
        }
        for (index, root) in roots.iter().enumerate() {
            let depth = certificate::ca_depth(root)
                .map_err(|error| trust(format!("certificate {}: {error}", index + 1)))?;
            if depth.is_none() {
                return Err(trust(format!(
                    "certificate {} is not a CA's; give the root, not the device's certificate",
                    index + 1
                )));
            }
        }
        Ok(Self { roots })
    }

    /// Reads a PEM file of roots.
    ///
    /// # Errors
    /// [`VerifyError::TrustFile`] when it can't be read, else as
    /// [`Trust::from_pem`].
    pub fn from_file(path: &Path) -> Result<Self, VerifyError> {
        let unreadable = |reason: String| VerifyError::TrustFile { path: path.to_owned(), reason };
        let bytes = file::read_bounded(path, MAX_TRUST_FILE).map_err(|e| unreadable(e.to_string()))?;
        let pem = String::from_utf8(bytes).map_err(|e| unreadable(e.to_string()))?;
        Self::from_pem(&pem)
    }

    /// The root that `chain` (with or without it at its end) leads to.
    pub(super) fn issuer_of(&self, chain: &[Vec<u8>], time: i64) -> Result<Vec<u8>, VerifyError> {
        let mut last = VerifyError::UntrustedRoot;
        for root in &self.roots {
            let mut whole = chain.to_vec();
            if whole.last() != Some(root) {
                whole.push(root.clone());
            }
            match check_path(&whole, self, time) {
                Ok(()) => return Ok(root.clone()),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// A result that was signed by the device it names.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The payload; [`vouch_contract::claims::ResultClaims`] reads it.
    pub claims: serde_json::Value,
    /// The protected header.
    pub header: Header,
    /// Device id: `iss` and the certificate's common name.
    pub device_id: String,
    /// The key that signed.
    pub public_key: PublicKey,
    /// Issued at, seconds since 1970.
    pub iat: u64,
    /// Unique id of the result.
    pub jti: String,
    /// Number in the device's chain, from 1.
    pub seq: u64,
    /// Hash of the previous result's JWS; none for number 1.
    pub prev: Option<String>,
    /// The asker's nonce.
    pub nonce: Option<String>,
    /// SHA-256 of the payload's bytes.
    pub payload_sha256: [u8; 32],
    /// SHA-256 of the compact JWS: what a hub acknowledges.
    pub jws_sha256: [u8; 32],
    /// The same, base64url: what the next result's `prev` must be.
    pub link: String,
}

/// What verification needs of the claims; the rest is for the reader.
#[derive(Deserialize)]
struct Binding {
    iss: String,
    iat: u64,
    jti: String,
    ueid: String,
    eat_profile: String,
    eat_nonce: Option<String>,
    seq: u64,
    #[serde(deserialize_with = "present")]
    prev: Option<String>,
}

/// `prev` may be null but must be there.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

/// Verifies one compact JWS against `trust`. Its place in the chain is
/// [`super::chain::check`]'s business.
///
/// # Errors
/// [`VerifyError`], naming the first thing that failed.
pub fn verify(jws: &str, trust: &Trust) -> Result<Verified, VerifyError> {
    let parts = Parts::read(jws)?;
    if parts.header.typ != RESULT_TYPE {
        return Err(VerifyError::Type(clip(&parts.header.typ)));
    }
    let payload = |error: serde_json::Error| VerifyError::Payload(error.to_string());
    let binding: Binding = serde_json::from_slice(&parts.payload).map_err(payload)?;
    if binding.iat > MAX_TIME {
        return Err(VerifyError::Payload(format!("iat {} is no time", binding.iat)));
    }

    check_path(&parts.chain_der, trust, binding.iat.cast_signed())?;
    let leaf = Leaf::read(&parts.chain_der[0])?;
    if parts.header.kid != leaf.public_key.thumbprint() {
        return Err(VerifyError::KeyId);
    }
    if !leaf.public_key.verifies(parts.signed.as_bytes(), &parts.signature) {
        return Err(VerifyError::Signature);
    }

    if binding.eat_profile != PROFILE {
        return Err(VerifyError::Profile(clip(&binding.eat_profile)));
    }
    if binding.iss != leaf.device_id {
        return Err(VerifyError::Issuer { claimed: clip(&binding.iss), certified: leaf.device_id });
    }
    if binding.ueid != leaf.public_key.ueid() {
        return Err(VerifyError::Ueid);
    }
    match (binding.seq, &binding.prev) {
        (0, _) => return Err(VerifyError::Genesis("its seq is 0, the first is 1")),
        (1, Some(_)) => return Err(VerifyError::Genesis("it is the first and names a prev")),
        (2.., None) => {
            return Err(VerifyError::Genesis("its prev is null though it is not the first"));
        }
        _ => {}
    }
    Ok(Verified {
        claims: serde_json::from_slice(&parts.payload).map_err(payload)?,
        header: parts.header,
        device_id: leaf.device_id,
        public_key: leaf.public_key,
        iat: binding.iat,
        jti: binding.jti,
        seq: binding.seq,
        prev: binding.prev,
        nonce: binding.eat_nonce,
        payload_sha256: Sha256::digest(&parts.payload).into(),
        jws_sha256: Sha256::digest(jws).into(),
        link: link(jws),
    })
}

/// Holds a chain (leaf first, root last) to X.509 path validation at `time`
/// (seconds since 1970), the root being one of `trust`.
pub(super) fn check_path(chain: &[Vec<u8>], trust: &Trust, time: i64) -> Result<(), VerifyError> {
    let [leaf, intermediates @ .., root] = chain else {
        return Err(VerifyError::Certificates("a leaf and its root are expected".to_owned()));
    };
    if !trust.roots.contains(root) {
        return Err(VerifyError::UntrustedRoot);
    }
    // webpki takes an anchor's word for everything; its depth is checked here.
    let depth = certificate::ca_depth(root)?.unwrap_or(0);
    if intermediates.len() > depth as usize {
        return Err(VerifyError::Path(format!(
            "the root allows {depth} intermediate CAs, there are {}",
            intermediates.len()
        )));
    }
    let root = CertificateDer::from(root.as_slice());
    let leaf = CertificateDer::from(leaf.as_slice());
    let intermediates: Vec<_> =
        intermediates.iter().map(|der| CertificateDer::from(der.as_slice())).collect();
    let path = |error: webpki::Error| VerifyError::Path(error.to_string());
    let anchor = anchor_from_trusted_cert(&root).map_err(path)?;
    let time = u64::try_from(time).map_err(|_| VerifyError::Path("the time lies before 1970".to_owned()))?;
    EndEntityCert::try_from(&leaf)
        .map_err(path)?
        .verify_for_usage(
            CHAIN_ALGORITHMS,
            &[anchor],
            &intermediates,
            UnixTime::since_unix_epoch(Duration::from_secs(time)),
            KeyUsage::client_auth(),
            None,
            None,
        )
        .map_err(path)?;
    Ok(())
}
