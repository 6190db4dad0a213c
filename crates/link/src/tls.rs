//! Who we are and whom we trust: mutual TLS from PEM.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Largest PEM file read, in bytes: a bundle of a few hundred authorities.
const MAX_PEM: u64 = 1024 * 1024;

/// Where the three PEM files lie.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The authorities that may sign the broker's certificate.
    pub ca: PathBuf,
    /// Our certificate, then its intermediates.
    pub chain: PathBuf,
    /// Our private key (PKCS#8 or SEC1).
    pub key: PathBuf,
}

/// Ready to connect: our certificate and key, and the broker's authorities.
///
/// The system's root certificates are never used: a public authority has no
/// say in who may be this fleet's broker.
#[derive(Clone)]
pub struct TlsMaterial {
    config: Arc<ClientConfig>,
    common_name: String,
}

impl TlsMaterial {
    /// Reads the three files.
    pub fn from_files(files: &TlsFiles) -> Result<Self, TlsError> {
        Self::from_pem(&read(&files.ca)?, &read(&files.chain)?, &read(&files.key)?)
    }

    /// From PEM in memory.
    pub fn from_pem(ca: &[u8], chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for authority in certificates(ca, "CA file")? {
            roots.add(authority).map_err(|source| TlsError::Authority { source })?;
        }
        let chain = certificates(chain, "certificate chain")?;
        let common_name = chain.first().and_then(|leaf| common_name(leaf)).ok_or(TlsError::NoCommonName)?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|source| TlsError::Pem { what: "private key", source })?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|source| TlsError::Identity { source })?
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)
            .map_err(|source| TlsError::Identity { source })?;
        Ok(Self { config: Arc::new(config), common_name })
    }

    /// The common name of our certificate: the device as the broker sees it.
    pub fn common_name(&self) -> &str {
        &self.common_name
    }

    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }
}

impl fmt::Debug for TlsMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the key, not even by way of the configuration's own output.
        f.debug_struct("TlsMaterial").field("common_name", &self.common_name).finish_non_exhaustive()
    }
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    let failed = |source| TlsError::Read { path: path.to_owned(), source };
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > MAX_PEM {
        return Err(TlsError::TooLarge { path: path.to_owned(), length });
    }
    std::fs::read(path).map_err(failed)
}

fn certificates(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| TlsError::Pem { what, source })?;
    if found.is_empty() {
        return Err(TlsError::Empty { what });
    }
    Ok(found)
}

fn common_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let name = parsed.subject().iter_common_name().next()?;
    name.as_str().ok().map(str::to_owned)
}

/// Why the TLS material cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is absurdly large.
    #[error("{} has {length} bytes; a PEM file of at most {MAX_PEM} is read", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// Bytes found.
        length: u64,
    },
    /// Not PEM.
    #[error("the {what} is not readable PEM: {source}")]
    Pem {
        /// CA file, certificate chain or private key.
        what: &'static str,
        /// Why.
        source: rustls::pki_types::pem::Error,
    },
    /// PEM, but no certificate in it.
    #[error("the {what} holds no certificate (-----BEGIN CERTIFICATE-----)")]
    Empty {
        /// CA file or certificate chain.
        what: &'static str,
    },
    /// An authority that cannot be one.
    #[error("the CA file holds a certificate that cannot be a trust anchor: {source}")]
    Authority {
        /// Why.
        source: rustls::Error,
    },
    /// Certificate and key do not fit.
    #[error("certificate and key cannot be used together: {source}")]
    Identity {
        /// Why.
        source: rustls::Error,
    },
    /// The certificate names nobody.
    #[error("the first certificate of the chain has no common name (CN); it must be the device's name")]
    NoCommonName,
}
