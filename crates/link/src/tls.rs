//! Who we are and whom we trust: mutual TLS from PEM.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
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
        Self::from_pem(&pem(&files.ca)?, &pem(&files.chain)?, &pem(&files.key)?)
    }

    /// From PEM in memory.
    pub fn from_pem(ca: &[u8], chain: &[u8], key: &[u8]) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        for authority in certificates_in(ca, "CA file")? {
            roots.add(authority).map_err(|source| TlsError::Authority { source })?;
        }
        let chain = certificates_in(chain, "certificate chain")?;
        let common_name = chain.first().and_then(|leaf| common_name(leaf)).ok_or(TlsError::NoCommonName)?;
        let key = private_key_in(key)?;
        let config = ClientConfig::builder_with_provider(provider())
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

    /// Makes TLS to this host; None when it can be in no certificate.
    pub(super) fn connector(&self, host: &str) -> Option<Connector> {
        let server = ServerName::try_from(host.to_owned()).ok()?;
        Some(Connector { tls: TlsConnector::from(Arc::clone(&self.config)), server })
    }
}

/// Makes TLS over a TCP connection.
#[derive(Clone)]
pub(super) struct Connector {
    tls: TlsConnector,
    server: ServerName<'static>,
}

impl Connector {
    pub(super) async fn connect(&self, tcp: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.tls.connect(self.server.clone(), tcp).await
    }
}

/// The cryptography of every TLS connection of this house.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// The certificates of a PEM file, at least one.
pub fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    certificates_in(&pem(path)?, "file").map_err(|error| error.at(path))
}

impl fmt::Debug for TlsMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never the key, not even by way of the configuration's own output.
        f.debug_struct("TlsMaterial").field("common_name", &self.common_name).finish_non_exhaustive()
    }
}

/// The content of a PEM file of bounded size. A pipe or device would have no
/// end, or never a beginning.
pub fn pem(path: &Path) -> Result<Vec<u8>, TlsError> {
    let failed = |source| TlsError::Read { path: path.to_owned(), source };
    let found = std::fs::metadata(path).map_err(failed)?;
    if !found.is_file() {
        return Err(TlsError::NoFile { path: path.to_owned() });
    }
    if found.len() > MAX_PEM {
        return Err(TlsError::TooLarge { path: path.to_owned(), length: found.len() });
    }
    let mut content = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_PEM).read_to_end(&mut content)).map_err(failed)?;
    Ok(content)
}

fn private_key_in(pem: &[u8]) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_slice(pem).map_err(|source| TlsError::Pem { what: "private key", source })
}

fn certificates_in(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
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

impl TlsError {
    fn at(self, path: &Path) -> Self {
        Self::In { path: path.to_owned(), source: Box::new(self) }
    }
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
    /// Not a regular file.
    #[error("{} is not a file; give a PEM file", path.display())]
    NoFile {
        /// Which.
        path: PathBuf,
    },
    /// What is wrong with one file.
    #[error("{}: {source}", path.display())]
    In {
        /// Which.
        path: PathBuf,
        /// What.
        source: Box<TlsError>,
    },
    /// The file is larger than any bundle.
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
