//! HTTPS by rustls, with certificate files that are read again when they change.

use std::fmt;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};

/// The files of the server's own certificate.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate and what leads to its authority, PEM, leaf first.
    pub certificate: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
}

/// Why there is no HTTPS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{path} can't be read ({detail}); give a PEM file that this user may read")]
    File {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        detail: String,
    },
    /// Certificate and key.
    #[error("certificate and key can't be used together ({0}); check that they belong to each other")]
    Pair(rustls::Error),
}

/// What tells that a file has changed: a renewed one may have the same length, and a link another
/// target.
type Mark = (u64, u64, i64, i64);

/// The certificate in use, exchanged when its files change.
pub(crate) struct Reloading {
    files: TlsFiles,
    provider: Arc<CryptoProvider>,
    current: RwLock<(Arc<CertifiedKey>, [Mark; 2])>,
}

impl Reloading {
    pub fn open(files: TlsFiles) -> Result<Arc<Self>, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let marks = marks(&files)?;
        let current = RwLock::new((load(&files, &provider)?, marks));
        Ok(Arc::new(Self { files, provider, current }))
    }

    /// The configuration for connections.
    pub fn config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, TlsError> {
        let mut config = ServerConfig::builder_with_provider(self.provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Pair)?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// Reads the files again if they have changed. Files that can't be used leave the old
    /// certificate in place. True if there is a new one.
    pub fn refresh(&self) -> Result<bool, TlsError> {
        let marks = marks(&self.files)?;
        let before = self.current.read().unwrap_or_else(PoisonError::into_inner).1;
        if marks == before {
            return Ok(false);
        }
        let certified = load(&self.files, &self.provider)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = (certified, marks);
        Ok(true)
    }
}

impl fmt::Debug for Reloading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reloading").field("files", &self.files).finish_non_exhaustive()
    }
}

impl ResolvesServerCert for Reloading {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.read().unwrap_or_else(PoisonError::into_inner).0.clone())
    }
}

fn marks(files: &TlsFiles) -> Result<[Mark; 2], TlsError> {
    let mark = |path: &Path| {
        let of = |file: Metadata| (file.ino(), file.size(), file.mtime(), file.mtime_nsec());
        let fault = |error: io::Error| TlsError::File { path: path.to_owned(), detail: error.to_string() };
        path.metadata().map(of).map_err(fault)
    };
    Ok([mark(&files.certificate)?, mark(&files.key)?])
}

fn load(files: &TlsFiles, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, TlsError> {
    let fault = |path: &Path, detail: String| TlsError::File { path: path.to_owned(), detail };
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| fault(&files.certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(fault(&files.certificate, "it holds no certificate".into()));
    }
    let key =
        PrivateKeyDer::from_pem_file(&files.key).map_err(|error| fault(&files.key, error.to_string()))?;
    let key = provider.key_provider.load_private_key(key).map_err(TlsError::Pair)?;
    let certified = CertifiedKey::new(chain, key);
    certified.keys_match().map_err(TlsError::Pair)?;
    Ok(Arc::new(certified))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str) -> TlsFiles {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        let files = TlsFiles { certificate: folder.join("cert.pem"), key: folder.join("key.pem") };
        std::fs::write(&files.certificate, made.cert.pem()).unwrap();
        std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
        files
    }

    #[test]
    fn a_renewed_certificate_takes_effect_and_a_broken_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let files = write(folder.path(), "one.example");
        let reloading = Reloading::open(files.clone()).unwrap();
        let current = || reloading.current.read().unwrap().0.cert[0].clone();
        let first = current();
        assert!(!reloading.refresh().unwrap());
        write(folder.path(), "other.example");
        assert!(reloading.refresh().unwrap());
        let second = current();
        assert_ne!(first, second);
        // Half of a renewal: a certificate that is not the key's.
        let other = rcgen::generate_simple_self_signed(vec!["third.example".into()]).unwrap();
        std::fs::write(&files.certificate, other.cert.pem()).unwrap();
        assert!(matches!(reloading.refresh(), Err(TlsError::Pair(_))));
        std::fs::write(&files.certificate, "").unwrap();
        assert!(matches!(reloading.refresh(), Err(TlsError::File { .. })));
        assert_eq!(current(), second);
        reloading.config().unwrap();
    }
}
