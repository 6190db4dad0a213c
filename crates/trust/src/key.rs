//! The device's key: ECDSA on P-256, because that is what TPMs, secure elements
//! and PKCS#11 tokens all offer.
//!
//! [`Signer`] is the interface: today a PKCS#8 file or a systemd credential, later a
//! chip that never gives the key out.

use std::fmt;
use std::io;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::rand_core::OsRng;
use p256::elliptic_curve::zeroize::Zeroizing;
use p256::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding, PrivateKeyInfo, SecretDocument};

use super::durable;
pub use super::public_key::PublicKey;
use super::regular;
use super::regular::Links;

/// Name of the key file in the identity's folder.
pub const KEY_FILE: &str = "device.key";
/// Name of the systemd credential that replaces the key file
/// (`LoadCredentialEncrypted=device-key:…`, systemd.exec(5)).
pub const CREDENTIAL: &str = "device-key";
/// Longest key file that is read: a PKCS#8 P-256 key takes about 250 bytes.
const MAX_KEY_FILE: u64 = 4096;

/// Signs with the device's key, wherever that key lives.
pub trait Signer: Send + Sync {
    /// ECDSA with SHA-256 over `message`: `r || s`, 32 bytes each, big-endian
    /// (the form of RFC 7518, 3.4). Either form of `s` will do.
    ///
    /// # Errors
    /// [`KeyError::Sign`] when the key can't be used now.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError>;

    /// The public half.
    fn public_key(&self) -> &PublicKey;
}

/// A key held in this process's memory, read from a file. Wiped when dropped.
pub struct FileKey {
    signing: SigningKey,
    public: PublicKey,
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileKey").field("thumbprint", &self.public.thumbprint()).finish_non_exhaustive()
    }
}

impl Signer for FileKey {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        let signature: Signature =
            self.signing.try_sign(message).map_err(|error| KeyError::Sign(error.to_string()))?;
        Ok(signature.to_bytes().into())
    }

    fn public_key(&self) -> &PublicKey {
        &self.public
    }
}

impl FileKey {
    /// A new key from the system's random numbers, kept in memory only.
    ///
    /// # Errors
    /// [`KeyError::PublicKey`] if its public half can't be encoded.
    pub fn generate() -> Result<Self, KeyError> {
        Self::from_secret(SecretKey::random(&mut OsRng))
    }

    /// Makes a new key and writes it to `path` as PKCS#8 PEM, whole or not at all. The
    /// file never has a mode other than 0600. The caller holds the folder's lock.
    ///
    /// # Errors
    /// [`KeyError::Io`] when it can't be written.
    pub(super) fn create(path: &Path) -> Result<Self, KeyError> {
        let secret = SecretKey::random(&mut OsRng);
        let pem = secret.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::PublicKey)?;
        durable::write_whole(path, pem.as_bytes(), 0o600).map_err(|source| KeyError::Io {
            doing: "write the device key to",
            path: path.to_owned(),
            source,
        })?;
        Self::from_secret(secret)
    }

    /// Reads a PKCS#8 PEM file that only its owner may read.
    ///
    /// # Errors
    /// Any [`KeyError`]; each names the file and what to do.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        Self::read_refusing(path, 0o077)
    }

    /// Reads the key that systemd put into `$CREDENTIALS_DIRECTORY`.
    ///
    /// systemd gives the service's user access by an ACL, whose mask shows as group
    /// bits. Only bits for everybody are refused here.
    ///
    /// # Errors
    /// Any [`KeyError`].
    pub fn read_credential(path: &Path) -> Result<Self, KeyError> {
        Self::read_refusing(path, 0o007)
    }

    fn read_refusing(path: &Path, refused_mode: u32) -> Result<Self, KeyError> {
        let io_error = |source| KeyError::Io { doing: "read the device key", path: path.to_owned(), source };
        let mut handle = regular::open(path, Links::Refused).map_err(io_error)?;
        let metadata = handle.metadata().map_err(io_error)?;
        let mode = metadata.mode() & 0o777;
        if mode & refused_mode != 0 {
            return Err(KeyError::Exposed { path: path.to_owned(), mode });
        }
        if metadata.len() > MAX_KEY_FILE {
            return Err(KeyError::Damaged { path: path.to_owned() });
        }
        // Room for the whole file: a buffer that grows leaves copies in memory.
        let mut pem = Zeroizing::new(Vec::with_capacity(MAX_KEY_FILE as usize + 64));
        handle.by_ref().take(MAX_KEY_FILE).read_to_end(&mut pem).map_err(io_error)?;
        Self::from_pem(&pem, path)
    }

    fn from_pem(pem: &[u8], path: &Path) -> Result<Self, KeyError> {
        let damaged = || KeyError::Damaged { path: path.to_owned() };
        let text = std::str::from_utf8(pem).map_err(|_| damaged())?;
        let (label, document) = SecretDocument::from_pem(text).map_err(|_| damaged())?;
        if label != "PRIVATE KEY" {
            return Err(KeyError::NotPkcs8 {
                path: path.to_owned(),
                label: label.chars().take(40).collect(),
            });
        }
        let info = PrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| damaged())?;
        if info
            .algorithm
            .assert_oids(
                p256::elliptic_curve::ALGORITHM_OID,
                <p256::NistP256 as p256::pkcs8::AssociatedOid>::OID,
            )
            .is_err()
        {
            return Err(KeyError::NotP256 { path: path.to_owned() });
        }
        let secret = SecretKey::from_pkcs8_der(document.as_bytes()).map_err(|_| damaged())?;
        Self::from_secret(secret)
    }

    fn from_secret(secret: SecretKey) -> Result<Self, KeyError> {
        let signing = SigningKey::from(&secret);
        let public = PublicKey::new(*signing.verifying_key())?;
        Ok(Self { signing, public })
    }
}

/// Why there is no usable key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system said no.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The key file.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// Others than the owner may read it.
    #[error(
        "the device key {path} may be read by others (mode {mode:04o}); treat it as known to them: \
         remove it, device.crt and trust.pem to get a new identity, or, if you are sure that \
         nobody has read it, run `chmod 600 {path}`"
    )]
    Exposed {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not a whole PKCS#8 file.
    #[error(
        "the device key {path} is truncated or damaged; restore it from a backup, or remove it \
         together with device.crt and trust.pem to get a new identity at the next start"
    )]
    Damaged {
        /// The key file.
        path: PathBuf,
    },
    /// A PEM file of another kind.
    #[error(
        "{path} holds a PEM block `{label}`, not an unencrypted PKCS#8 `PRIVATE KEY`; convert it \
         with `openssl pkcs8 -topk8 -nocrypt`"
    )]
    NotPkcs8 {
        /// The key file.
        path: PathBuf,
        /// What it says it is.
        label: String,
    },
    /// A key of another kind.
    #[error("the device key {path} is not an EC key on P-256; Vouch signs with ES256 only: give a P-256 key")]
    NotP256 {
        /// The key file.
        path: PathBuf,
    },
    /// Not a P-256 public key.
    #[error("the public key is not a valid point on P-256; only ES256 keys are supported")]
    PublicKey,
    /// The key is there but can't sign now.
    #[error("the device key could not sign: {0}; check the key store and restart the service")]
    Sign(String),
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn written(contents: &[u8], mode: u32) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(KEY_FILE);
        std::fs::write(&path, contents).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (dir, path)
    }

    #[test]
    fn a_created_key_is_private_and_reads_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(KEY_FILE);
        let made = FileKey::create(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        let read = FileKey::read(&path).unwrap();
        assert_eq!(made.public_key(), read.public_key());
        let signature = made.sign(b"message").unwrap();
        assert!(read.public_key().verifies(b"message", &signature));
        assert!(!read.public_key().verifies(b"massage", &signature));
        let leftovers = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(leftovers, 1, "no temporary file stays behind");
    }

    #[test]
    fn debug_shows_no_secret() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(KEY_FILE);
        let key = FileKey::create(&path).unwrap();
        let secret: Vec<u8> = key.signing.to_bytes().to_vec();
        let hex = hex::encode(&secret);
        let shown = format!("{key:?}");
        assert!(!shown.to_lowercase().contains(&hex));
        assert!(!shown.contains(&format!("{secret:?}")));
        assert!(shown.starts_with("FileKey { thumbprint"));
    }

    #[test]
    fn readable_by_others_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(KEY_FILE);
        FileKey::create(&path).unwrap();
        for mode in [0o640, 0o604, 0o660, 0o777] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = FileKey::read(&path).unwrap_err();
            assert!(matches!(error, KeyError::Exposed { .. }), "{error}");
            assert!(error.to_string().contains("chmod 600"));
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o440)).unwrap();
        assert!(FileKey::read_credential(&path).is_ok());
    }

    #[test]
    fn truncated_is_refused_at_every_length() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(KEY_FILE);
        FileKey::create(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        // The last byte is the newline after the footer.
        for length in 0..whole.len() - 1 {
            let (_dir, path) = written(&whole[..length], 0o600);
            let error = FileKey::read(&path).unwrap_err();
            assert!(matches!(error, KeyError::Damaged { .. }), "{length}: {error}");
        }
    }

    #[test]
    fn other_kinds_are_named() {
        // RFC 8410, 10.3: an Ed25519 private key.
        let ed25519 = b"-----BEGIN PRIVATE KEY-----\n\
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
            -----END PRIVATE KEY-----\n";
        let (_dir, path) = written(ed25519, 0o600);
        assert!(matches!(FileKey::read(&path), Err(KeyError::NotP256 { .. })));

        let certificate = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        let (_dir, path) = written(certificate, 0o600);
        assert!(matches!(FileKey::read(&path), Err(KeyError::NotPkcs8 { .. })));

        let (_dir, path) = written(&[b'x'; 5000], 0o600);
        assert!(matches!(FileKey::read(&path), Err(KeyError::Damaged { .. })));
    }

    #[test]
    fn a_link_in_the_place_of_the_key_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("elsewhere");
        FileKey::create(&real).unwrap();
        let link = dir.path().join(KEY_FILE);
        std::os::unix::fs::symlink(&real, &link).unwrap();
        assert!(matches!(FileKey::read(&link), Err(KeyError::Io { .. })));
    }
}
