//! Why a result, or a list of roots, is refused: one variant for each check.

use std::io;
use std::path::PathBuf;

use crate::certificate::{CertificateError, MAX_CHAIN};
use crate::jws::{MAX_JWS, RESULT_TYPE};
use crate::path::PathError;
use crate::text::TextError;

/// Why a list of trusted roots can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The file can't be read.
    #[error("cannot read the trusted roots {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// The file can be read, its content can't be used.
    #[error("{path}: {source}")]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: Box<TrustError>,
    },
    /// Another encoding.
    #[error("the trusted roots are not usable: {0}")]
    Text(#[from] TextError),
    /// A broken PEM block.
    #[error("the trusted roots are not usable: {0}")]
    Pem(#[source] CertificateError),
    /// No certificate.
    #[error(
        "the trusted roots are not usable: there is no CERTIFICATE block; give the trust.pem of the \
         device or its CA"
    )]
    Empty,
    /// A block that holds no certificate.
    #[error("the trusted roots are not usable: certificate {number}: {source}")]
    Certificate {
        /// Its place in the list, from 1.
        number: usize,
        /// What is wrong.
        source: CertificateError,
    },
    /// A device's certificate, for instance.
    #[error(
        "the trusted roots are not usable: certificate {number} is not a CA's; give the root (the \
         trust.pem of the device or its CA), not the device's certificate"
    )]
    NotCa {
        /// Its place in the list, from 1.
        number: usize,
    },
}

/// Why a result is not to be trusted. Every variant is a refusal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// Longer than any result.
    #[error("{bytes} bytes are more than a result can have ({})", MAX_JWS)]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not three parts.
    #[error("not a compact JWS: {parts} parts between dots, there must be 3")]
    NotCompact {
        /// How many.
        parts: usize,
    },
    /// Not base64url.
    #[error("the JWS {part} is not base64url without padding: {source}")]
    Base64 {
        /// Which part.
        part: &'static str,
        /// The decoder's own error.
        source: base64::DecodeError,
    },
    /// The header's JSON.
    #[error("the JWS header is not one of Vouch's: {0}")]
    Header(#[source] serde_json::Error),
    /// `crit` names what is not understood.
    #[error("the JWS header declares critical members {0}, none is known")]
    Critical(String),
    /// Not ES256.
    #[error("the JWS header's alg is {0}, only \"ES256\" is accepted")]
    Algorithm(String),
    /// Another kind of token.
    #[error("the JWS header's typ is `{0}`, a result has `{RESULT_TYPE}`")]
    Type(String),
    /// The payload's JSON.
    #[error("the payload lacks a claim or is not JSON: {0}")]
    Payload(#[source] serde_json::Error),
    /// `iat`.
    #[error("the result's iat {0} is later than any certificate can be valid")]
    IssuedAt(u64),
    /// `x5c`: how many.
    #[error("the header's x5c holds {found} certificates, 2 to {MAX_CHAIN} are expected")]
    CertificateCount {
        /// How many there are.
        found: usize,
    },
    /// `x5c`: not base64.
    #[error("a certificate in the header's x5c is not base64: {0}")]
    CertificateBase64(#[source] base64::DecodeError),
    /// A certificate.
    #[error(transparent)]
    Leaf(#[from] CertificateError),
    /// The root is not in the trust list.
    #[error("the root certificate is not among the trusted ones; is this the right trust.pem?")]
    UntrustedRoot,
    /// X.509 path validation.
    #[error("the certificate path does not hold: {0}")]
    Path(#[from] PathError),
    /// `kid`.
    #[error("the header's kid is not the thumbprint of the certificate's key")]
    KeyId,
    /// The signature.
    #[error("the signature is not the device's over this content: it was changed or forged")]
    Signature,
    /// `eat_profile`.
    #[error("the profile `{0}` is not known; a newer vouch may know it")]
    Profile(String),
    /// `iss`.
    #[error("the result says it comes from `{claimed}`, the certificate is `{certified}`'s")]
    Issuer {
        /// What the claims say.
        claimed: String,
        /// What the certificate says.
        certified: String,
    },
    /// `ueid`.
    #[error("the result's ueid does not follow from the certificate's key")]
    Ueid,
    /// Number and link contradict each other.
    #[error("the result's place in the chain is impossible: {0}")]
    Genesis(&'static str),
    /// Another nonce than the asker's.
    #[error("the result answers {found}, not the nonce asked for: it is another request's")]
    Nonce {
        /// What was found.
        found: String,
    },
    /// The one before is not given.
    #[error(
        "result {seq} is missing: without it nobody can tell that nothing was removed; \
         give it too, or check the result alone"
    )]
    MissingPredecessor {
        /// The missing number.
        seq: u64,
    },
    /// Not ascending.
    #[error("result {seq} stands after result {after}: the order is not the chain's")]
    Order {
        /// The one out of place.
        seq: u64,
        /// The one before it.
        after: u64,
    },
    /// Two of one number.
    #[error("two different results have the number {seq}: the device's chain was forked")]
    Forked {
        /// Their number.
        seq: u64,
    },
    /// `prev` is not the hash of the one before.
    #[error("result {seq} does not name the result before it: one of the two was replaced")]
    Broken {
        /// Its number.
        seq: u64,
    },
    /// Two devices in one chain.
    #[error(
        "result {seq} is signed by `{found}` (another key), the ones before by `{expected}`; \
         check each device's results by themselves"
    )]
    OtherDevice {
        /// Its number.
        seq: u64,
        /// Who signed it.
        found: String,
        /// Who signed the others.
        expected: String,
    },
}
