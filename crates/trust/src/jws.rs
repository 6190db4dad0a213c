//! Making the compact JWS (RFC 7515) that wraps a result, and taking it apart.
//!
//! This file knows the outer form only; `verify.rs` decides whether to trust it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::certificate::MAX_CHAIN;
use super::identity::Identity;
use super::key::KeyError;
use super::twin;
use super::verify::VerifyError;

/// `typ` of a session's result.
pub const RESULT_TYPE: &str = "vouch-result+jwt";
/// The one signature algorithm (RFC 7518, 3.4: ECDSA on P-256 with SHA-256).
pub const ALGORITHM: &str = "ES256";
/// Longest compact JWS that is made or read. A result takes about 6 KiB.
pub const MAX_JWS: usize = 256 * 1024;

/// The protected header. Anything beyond these members is refused: who reads a
/// result must understand all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Always `ES256`.
    pub alg: String,
    /// What the payload is, `vouch-result+jwt`.
    pub typ: String,
    /// Thumbprint of the signing key (RFC 7638), base64url.
    pub kid: String,
    /// Certificates, leaf first, root last; base64 DER (RFC 7515, 4.1.6).
    pub x5c: Vec<String>,
}

/// Signs `payload_json` as it is and returns the compact JWS. Its signature is in
/// the low-s form, whatever form the signer gives.
///
/// # Errors
/// [`SignError`] when the key can't sign or the JWS would be longer than
/// [`MAX_JWS`].
pub fn sign(identity: &Identity, typ: &str, payload_json: &[u8]) -> Result<String, SignError> {
    let header = Header {
        alg: ALGORITHM.to_owned(),
        typ: typ.to_owned(),
        kid: identity.signer.public_key().thumbprint(),
        x5c: identity.chain_der.iter().map(|der| STANDARD.encode(der)).collect(),
    };
    let header = serde_json::to_vec(&header).map_err(SignError::Header)?;
    let mut jws = URL_SAFE_NO_PAD.encode(header);
    jws.push('.');
    URL_SAFE_NO_PAD.encode_string(payload_json, &mut jws);
    let signature = identity.signer.sign(jws.as_bytes())?;
    // A chip gives either form; one of the two is always written (`twin.rs`).
    let signature = twin::low_s(&signature).ok_or(SignError::Signature)?;
    jws.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut jws);
    if jws.len() > MAX_JWS {
        return Err(SignError::TooLarge { bytes: jws.len() });
    }
    Ok(jws)
}

/// Base64url SHA-256 of the compact JWS: what the next result names as `prev`.
pub fn link(jws: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(jws))
}

/// A JWS in its parts, decoded and bounded, nothing yet believed.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    pub header: Header,
    pub chain_der: Vec<Vec<u8>>,
    pub payload: Vec<u8>,
    pub signature: Vec<u8>,
    /// `header.payload` as sent: what the signature is over.
    pub signed: &'a str,
}

impl<'a> Parts<'a> {
    /// Takes a compact JWS apart. It must have exactly three parts, base64url without
    /// padding and without stray bits, and at most [`MAX_JWS`] bytes.
    pub fn read(jws: &'a str) -> Result<Self, VerifyError> {
        if jws.len() > MAX_JWS {
            return Err(VerifyError::TooLarge { bytes: jws.len() });
        }
        let mut split = jws.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (split.next(), split.next(), split.next(), split.next())
        else {
            return Err(VerifyError::NotCompact { parts: jws.split('.').count() });
        };
        let decode = |part: &'static str, text: &str| {
            URL_SAFE_NO_PAD.decode(text).map_err(|source| VerifyError::Base64 { part, source })
        };
        let header = read_header(&decode("header", header)?)?;
        let chain_der = read_x5c(&header.x5c)?;
        Ok(Self {
            chain_der,
            payload: decode("payload", payload)?,
            signature: decode("signature", signature)?,
            signed: &jws[..jws.len() - signature.len() - 1],
            header,
        })
    }
}

/// `alg` and `crit` are judged before the rest, so that the refusal names them.
fn read_header(json: &[u8]) -> Result<Header, VerifyError> {
    #[derive(Deserialize)]
    struct First {
        alg: Option<serde_json::Value>,
        crit: Option<serde_json::Value>,
    }
    let first: First = serde_json::from_slice(json).map_err(VerifyError::Header)?;
    match first.alg {
        Some(serde_json::Value::String(alg)) if alg == ALGORITHM => {}
        other => {
            return Err(VerifyError::Algorithm(
                other.map_or("nothing".to_owned(), |found| clip(&found.to_string())),
            ));
        }
    }
    if let Some(crit) = first.crit {
        return Err(VerifyError::Critical(clip(&crit.to_string())));
    }
    serde_json::from_slice(json).map_err(VerifyError::Header)
}

fn read_x5c(x5c: &[String]) -> Result<Vec<Vec<u8>>, VerifyError> {
    if !(2..=MAX_CHAIN).contains(&x5c.len()) {
        return Err(VerifyError::CertificateCount { found: x5c.len() });
    }
    x5c.iter().map(|entry| STANDARD.decode(entry).map_err(VerifyError::CertificateBase64)).collect()
}

/// Cuts what a stranger wrote to a length fit for a message.
pub(super) fn clip(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_default).collect()
}

/// Why a result could not be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Encoding of the header.
    #[error("cannot write the JWS header: {0}")]
    Header(#[source] serde_json::Error),
    /// What the signer gave can't be a signature.
    #[error("the device key gave something that is no ECDSA signature; check the key store")]
    Signature,
    /// More than a reader accepts.
    #[error("the signed result would take {bytes} bytes, {MAX_JWS} are allowed; list fewer media")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}
