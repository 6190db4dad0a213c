//! Is this JWS a result of the device it names? Checked as an auditor would,
//! years later: with nothing but the trusted root.
//!
//! The order: form, algorithm, type; the leaf's fitness; the signature; the
//! certificates up to a trusted root. Only then are the claims read: that all
//! certificates were valid when the result was issued, and that the claims speak of
//! the very device that signed them.

mod error;

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::certificate;
use super::certificate::Leaf;
use super::jws::{Header, Parts, RESULT_TYPE, clip};
use super::key::PublicKey;
use super::path;
use super::path::CheckedPath;
use super::regular;
use super::regular::Links;
use super::text;
use super::twin;
pub use error::{TrustError, VerifyError};
use vouch_contract::claims::PROFILE;

/// Longest trust file that is read, bytes: some hundred roots.
const MAX_TRUST_FILE: u64 = 1024 * 1024;
/// Last moment that RFC 5280 can write: 9999-12-31T23:59:59Z.
const MAX_TIME: u64 = 253_402_300_799;

/// The roots a verifier trusts.
#[derive(Debug, Clone)]
pub struct Trust {
    roots: Vec<Vec<u8>>,
}

impl Trust {
    /// All certificates of a PEM text; each must be a CA's. Other PEM blocks are
    /// passed over.
    ///
    /// # Errors
    /// [`TrustError`] when there is none, one is broken or no CA's.
    pub fn from_pem(pem: &str) -> Result<Self, TrustError> {
        let roots = certificate::read_pem(pem).map_err(TrustError::Pem)?;
        if roots.is_empty() {
            return Err(TrustError::Empty);
        }
        for (index, root) in roots.iter().enumerate() {
            let number = index + 1;
            let root =
                certificate::parse(root).map_err(|source| TrustError::Certificate { number, source })?;
            if !root.is_ca() {
                return Err(TrustError::NotCa { number });
            }
        }
        Ok(Self { roots })
    }

    /// Reads a PEM file of roots.
    ///
    /// # Errors
    /// [`TrustError`]; [`TrustError::File`] when it can't be read.
    pub fn from_file(path: &Path) -> Result<Self, TrustError> {
        let in_file =
            |source: TrustError| TrustError::InFile { path: path.to_owned(), source: Box::new(source) };
        let bytes = regular::read(path, Links::Followed, MAX_TRUST_FILE)
            .map_err(|source| TrustError::File { path: path.to_owned(), source })?;
        let pem = text::decode(bytes).map_err(|error| in_file(error.into()))?;
        Self::from_pem(&pem).map_err(in_file)
    }

    /// `chain`, which may end in its root or below it, completed by the root that it
    /// leads to.
    pub(super) fn complete(&self, chain: &[Vec<u8>]) -> Result<(Vec<Vec<u8>>, CheckedPath), VerifyError> {
        let mut last = VerifyError::UntrustedRoot;
        for root in &self.roots {
            let mut whole = chain.to_vec();
            if whole.last() != Some(root) {
                whole.push(root.clone());
            }
            match path::check(&whole) {
                Ok(path) => return Ok((whole, path)),
                Err(error) => last = error.into(),
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
    /// SHA-256 of `header.payload`: equal in every text of the same result.
    pub signing_input_sha256: [u8; 32],
    /// SHA-256 of the JWS with the other form of the signature ([`super::twin`]).
    twin_sha256: [u8; 32],
}

impl Verified {
    /// True when both are the same result: the same header and payload, signed by
    /// the same key.
    pub fn is_same_result(&self, other: &Self) -> bool {
        self.signing_input_sha256 == other.signing_input_sha256 && self.public_key == other.public_key
    }

    /// True when `prev`, a claim of the next result, names this one: base64url
    /// SHA-256 of its compact JWS, with either form of the signature.
    pub fn is_named_by(&self, prev: &str) -> bool {
        [self.jws_sha256, self.twin_sha256].iter().any(|digest| URL_SAFE_NO_PAD.encode(digest) == prev)
    }
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
/// ```
/// use serde_json::json;
/// use vouch_trust::identity::Identity;
/// use vouch_trust::jws;
/// use vouch_trust::verify::{Trust, VerifyError, verify};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // On the terminal: an identity, made at its first start, signs a result.
/// let folder = tempfile::tempdir()?;
/// let terminal = Identity::open_or_create_with(&folder.path().join("id"), Some("gate-7"), None)?;
/// let claims = json!({
///     "iss": "gate-7", "iat": 1_772_359_209, "jti": "0195-1", "ueid": terminal.ueid,
///     "eat_profile": "urn:vouch:result:v1", "seq": 1, "prev": null,
///     "sessionStatus": "SUCCESS", "evidence": {"mode": "production"},
/// });
/// let result = jws::sign(&terminal, jws::RESULT_TYPE, claims.to_string().as_bytes())?;
///
/// // Anywhere else: the terminal's trust.pem and the result are enough.
/// let trust = Trust::from_file(&folder.path().join("id/trust.pem"))?;
/// let verified = verify(&result, &trust)?;
/// assert_eq!((verified.device_id.as_str(), verified.seq), ("gate-7", 1));
/// // A good signature says who made the result, not what it says.
/// assert_eq!(verified.claims["sessionStatus"], "SUCCESS");
/// assert_eq!(verified.claims["evidence"]["mode"], "production");
///
/// // One changed character, and it is refused.
/// let forged = result.replacen(".eyJ", ".eyK", 1);
/// assert!(matches!(verify(&forged, &trust), Err(VerifyError::Signature)));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`VerifyError`], naming the first thing that failed.
pub fn verify(jws: &str, trust: &Trust) -> Result<Verified, VerifyError> {
    let parts = Parts::read(jws)?;
    if parts.header.typ != RESULT_TYPE {
        return Err(VerifyError::Type(clip(&parts.header.typ)));
    }
    let (leaf, path) = check_signature(&parts, trust)?;

    let binding: Binding = serde_json::from_slice(&parts.payload).map_err(VerifyError::Payload)?;
    if binding.iat > MAX_TIME {
        return Err(VerifyError::IssuedAt(binding.iat));
    }
    path.check_time(binding.iat.cast_signed())?;
    binding.check(&leaf)?;
    let [jws_sha256, twin_sha256] = twin::digests(jws);
    Ok(Verified {
        claims: serde_json::from_slice(&parts.payload).map_err(VerifyError::Payload)?,
        header: parts.header,
        device_id: leaf.device_id,
        public_key: leaf.public_key,
        iat: binding.iat,
        jti: binding.jti,
        seq: binding.seq,
        prev: binding.prev,
        nonce: binding.eat_nonce,
        payload_sha256: Sha256::digest(&parts.payload).into(),
        jws_sha256,
        signing_input_sha256: Sha256::digest(parts.signed).into(),
        twin_sha256,
    })
}

/// Is the content signed by a device that a trusted root vouches for? Reads no claim.
fn check_signature(parts: &Parts<'_>, trust: &Trust) -> Result<(Leaf, CheckedPath), VerifyError> {
    let [leaf, .., root] = parts.chain_der.as_slice() else {
        return Err(path::PathError::TooShort.into());
    };
    if !trust.roots.contains(root) {
        return Err(VerifyError::UntrustedRoot);
    }
    let leaf = Leaf::read(leaf)?;
    if parts.header.kid != leaf.public_key.thumbprint() {
        return Err(VerifyError::KeyId);
    }
    if !leaf.public_key.verifies(parts.signed.as_bytes(), &parts.signature) {
        return Err(VerifyError::Signature);
    }
    Ok((leaf, path::check(&parts.chain_der)?))
}

impl Binding {
    /// Do the claims speak of the device that signed them, and can they stand where
    /// they say in its chain?
    fn check(&self, leaf: &Leaf) -> Result<(), VerifyError> {
        if self.eat_profile != PROFILE {
            return Err(VerifyError::Profile(clip(&self.eat_profile)));
        }
        if self.iss != leaf.device_id {
            return Err(VerifyError::Issuer { claimed: clip(&self.iss), certified: leaf.device_id.clone() });
        }
        if self.ueid != leaf.public_key.ueid() {
            return Err(VerifyError::Ueid);
        }
        match (self.seq, &self.prev) {
            (0, _) => Err(VerifyError::Genesis("its seq is 0, the first is 1")),
            (1, Some(_)) => Err(VerifyError::Genesis("it is the first and names a prev")),
            (2.., None) => Err(VerifyError::Genesis("its prev is null though it is not the first")),
            _ => Ok(()),
        }
    }
}
