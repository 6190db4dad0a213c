//! The identity as a whole: key, certificate and trusted root in one folder, made at
//! the first start and never changed.
//!
//! Files: `device.key` (or the systemd credential `device-key`), `device.crt`
//! (leaf, and intermediates if a customer's CA has any), `trust.pem` (root).

use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::certificate;
use super::certificate::{CertificateError, Leaf, SelfMade};
use super::durable;
use super::key::{CREDENTIAL, FileKey, KEY_FILE, KeyError, Signer};
use super::path::CheckedPath;
use super::regular;
use super::regular::Links;
use super::text;
use super::text::TextError;
use super::verify::{Trust, TrustError, VerifyError};

/// Name of the leaf's file.
pub const CERTIFICATE_FILE: &str = "device.crt";
/// Name of the file with the roots that vouch for the leaf.
pub const TRUST_FILE: &str = "trust.pem";
/// Held while the folder is opened, so that two processes don't make two keys.
const LOCK_FILE: &str = "identity.lock";
/// Longest certificate file that is read.
const MAX_CERTIFICATE_FILE: u64 = 64 * 1024;

/// Who this terminal is, able to sign.
pub struct Identity {
    /// Device id: the leaf's common name.
    pub id: String,
    /// Universal Entity ID, from the key (see [`super::key::PublicKey::ueid`]).
    pub ueid: String,
    /// Signs with the device's key.
    pub signer: Box<dyn Signer>,
    /// DER, leaf first, root last.
    pub chain_der: Vec<Vec<u8>>,
    /// What a verifier must trust: the content of `trust.pem`.
    pub trust_pem: String,
    path: CheckedPath,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("id", &self.id).field("ueid", &self.ueid).finish_non_exhaustive()
    }
}

impl Identity {
    /// Opens the identity in `dir`, or makes it when there is none: folder 0700,
    /// key 0600, a self-made root and leaf.
    ///
    /// `id` names a new device (else [`super::key::PublicKey::default_device_id`])
    /// and must match the certificate of an old one. The key comes from the
    /// systemd credential `device-key` when there is one.
    ///
    /// Repairs what a crash left behind. A key without certificates gets them. The
    /// leaf is written last: a root without a leaf is set aside under another name,
    /// and both are made again. Nothing is deleted.
    ///
    /// # Errors
    /// [`IdentityError`]; each says what to do.
    pub fn open_or_create(dir: &Path, id: Option<&str>) -> Result<Self, IdentityError> {
        let credential = std::env::var_os("CREDENTIALS_DIRECTORY")
            .map(|folder| PathBuf::from(folder).join(CREDENTIAL))
            .filter(|path| path.exists());
        Self::open_or_create_with(dir, id, credential.as_deref())
    }

    /// As [`Identity::open_or_create`], with the credential's path given.
    ///
    /// # Errors
    /// [`IdentityError`].
    pub fn open_or_create_with(
        dir: &Path,
        id: Option<&str>,
        credential: Option<&Path>,
    ) -> Result<Self, IdentityError> {
        if let Some(id) = id {
            certificate::check_device_id(id).map_err(IdentityError::Id)?;
        }
        durable::make_private_folder(dir).map_err(io_error("make", dir))?;
        let mode = std::fs::metadata(dir).map_err(io_error("look at", dir))?.mode() & 0o777;
        if mode & 0o022 != 0 {
            return Err(IdentityError::OpenFolder { path: dir.to_owned(), mode });
        }
        let lock_path = dir.join(LOCK_FILE);
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&lock_path)
            .map_err(io_error("open", &lock_path))?;
        lock.lock().map_err(io_error("lock", &lock_path))?;
        let identity = open_locked(dir, id, credential);
        drop(lock);
        identity
    }

    /// True when all certificates, the root's included, are valid at `time`: a
    /// result signed at another time does not verify. False while a clock still
    /// stands at 1970.
    pub fn valid_at(&self, time: Timestamp) -> bool {
        self.path.validity().contains(&time.as_second())
    }

    /// The certificates of [`Identity::chain_der`] as PEM, leaf first.
    pub fn chain_pem(&self) -> String {
        self.chain_der.iter().map(|der| certificate::to_pem(der)).collect()
    }
}

fn open_locked(dir: &Path, id: Option<&str>, credential: Option<&Path>) -> Result<Identity, IdentityError> {
    let leaf_path = dir.join(CERTIFICATE_FILE);
    let trust_path = dir.join(TRUST_FILE);
    let has_leaf = exists(&leaf_path)?;
    let has_trust = exists(&trust_path)?;

    let key_path = dir.join(KEY_FILE);
    let signer = match credential {
        Some(path) => FileKey::read_credential(path)?,
        None if exists(&key_path)? => FileKey::read(&key_path)?,
        // A new key would make the certificate useless without a word.
        None if has_leaf => {
            return Err(IdentityError::KeyGone { key: key_path, certificate: leaf_path });
        }
        None => FileKey::create(&key_path)?,
    };

    match (has_leaf, has_trust) {
        (true, true) => {}
        (true, false) => {
            return Err(IdentityError::TrustGone { trust: trust_path, certificate: leaf_path });
        }
        (false, _) => {
            if has_trust {
                set_aside(&trust_path)?;
            }
            let default_id = signer.public_key().default_device_id();
            let made = SelfMade::issue(signer.public_key(), id.unwrap_or(&default_id))
                .map_err(in_file(&leaf_path))?;
            // The leaf is written last: when it is there, everything is.
            for (path, der) in [(&trust_path, &made.root), (&leaf_path, &made.leaf)] {
                durable::write_whole(path, certificate::to_pem(der).as_bytes(), 0o644)
                    .map_err(io_error("write", path))?;
            }
        }
    }
    assemble(&leaf_path, &trust_path, id, signer)
}

/// Reads the certificates and compares them with the key, the id and each other.
fn assemble(
    leaf_path: &Path,
    trust_path: &Path,
    id: Option<&str>,
    signer: FileKey,
) -> Result<Identity, IdentityError> {
    let leaf_pem = read_text(leaf_path)?;
    let chain = certificate::read_pem(&leaf_pem).map_err(in_file(leaf_path))?;
    let Some(leaf_der) = chain.first() else {
        return Err(in_file(leaf_path)(CertificateError::Unreadable("no CERTIFICATE block".to_owned())));
    };
    let leaf = Leaf::read(leaf_der).map_err(in_file(leaf_path))?;
    if leaf.public_key != *signer.public_key() {
        return Err(IdentityError::OtherKey { certificate: leaf_path.to_owned() });
    }
    if let Some(id) = id
        && id != leaf.device_id
    {
        return Err(IdentityError::OtherId {
            configured: id.to_owned(),
            certified: leaf.device_id,
            certificate: leaf_path.to_owned(),
        });
    }
    let trust_pem = read_text(trust_path)?;
    let trust = Trust::from_pem(&trust_pem)
        .map_err(|source| IdentityError::Trust { path: trust_path.to_owned(), source })?;
    let broken = |source| IdentityError::Broken {
        certificate: leaf_path.to_owned(),
        trust: trust_path.to_owned(),
        source: Box::new(source),
    };
    let (chain_der, path) = trust.complete(&chain).map_err(broken)?;
    // Certificates that are never valid at the same time can sign nothing.
    path.check_time(*path.validity().start()).map_err(|error| broken(error.into()))?;
    Ok(Identity {
        id: leaf.device_id,
        ueid: leaf.public_key.ueid(),
        signer: Box::new(signer),
        chain_der,
        trust_pem,
        path,
    })
}

fn read_text(path: &Path) -> Result<String, IdentityError> {
    let bytes = regular::read(path, Links::Followed, MAX_CERTIFICATE_FILE).map_err(io_error("read", path))?;
    text::decode(bytes).map_err(|source| IdentityError::Text { path: path.to_owned(), source })
}

/// Renames a root that no leaf belongs to. What it may have signed can still be
/// checked.
fn set_aside(trust_path: &Path) -> Result<(), IdentityError> {
    let bytes = regular::read(trust_path, Links::Followed, MAX_CERTIFICATE_FILE)
        .map_err(io_error("read", trust_path))?;
    let tag = hex::encode(&Sha256::digest(&bytes)[..6]);
    let aside = trust_path.with_file_name(format!("trust-{tag}.pem"));
    std::fs::rename(trust_path, &aside).map_err(io_error("set aside", trust_path))?;
    durable::sync_folder_of(trust_path).map_err(io_error("sync the folder of", trust_path))
}

fn exists(path: &Path) -> Result<bool, IdentityError> {
    path.try_exists().map_err(io_error("look for", path))
}

fn io_error(doing: &'static str, path: &Path) -> impl Fn(io::Error) -> IdentityError {
    let path = path.to_owned();
    move |source| IdentityError::Io { doing, path: path.clone(), source }
}

fn in_file(path: &Path) -> impl Fn(CertificateError) -> IdentityError {
    let path = path.to_owned();
    move |source| IdentityError::Certificate { path: path.clone(), source }
}

/// Why the terminal has no identity.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The configured id.
    #[error("the configured device id is not usable: {0}")]
    Id(CertificateError),
    /// A certificate file.
    #[error("{path}: {source}")]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: CertificateError,
    },
    /// A certificate file in another encoding.
    #[error("{path}: {source}")]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: TextError,
    },
    /// The file of roots.
    #[error("{path}: {source}")]
    Trust {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: TrustError,
    },
    /// The file system said no.
    #[error("cannot {doing} {path}: {source}; check the folder's owner and free space")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// The system's own error.
        source: io::Error,
    },
    /// Others may put files there.
    #[error(
        "the identity's folder {path} may be written by others (mode {mode:04o}); \
         run `chmod 700 {path}`"
    )]
    OpenFolder {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A certificate without its key.
    #[error(
        "{certificate} is there but its key {key} is not; restore the key, or move {certificate} \
         and trust.pem away to get a new identity"
    )]
    KeyGone {
        /// Where the key should be.
        key: PathBuf,
        /// The certificate left alone.
        certificate: PathBuf,
    },
    /// A certificate without its root.
    #[error(
        "{certificate} is there but {trust} is not; restore it from the central system or a \
         backup, or move {certificate} away to have a new certificate made for the same key"
    )]
    TrustGone {
        /// Where the roots should be.
        trust: PathBuf,
        /// The certificate left alone.
        certificate: PathBuf,
    },
    /// Key and certificate don't belong together.
    #[error(
        "{certificate} certifies another key than the device's; put the right key back, or move \
         {certificate} and trust.pem away to have new ones made for this key"
    )]
    OtherKey {
        /// The certificate.
        certificate: PathBuf,
    },
    /// The configured id is not the certified one.
    #[error(
        "the configuration names this device `{configured}`, its certificate {certificate} says \
         `{certified}`; set the configured id back, or move {certificate} and trust.pem away to \
         have new ones made (the central system must then be given the new trust.pem)"
    )]
    OtherId {
        /// The configured id.
        configured: String,
        /// The certified id.
        certified: String,
        /// The certificate.
        certificate: PathBuf,
    },
    /// The certificate does not lead to the trusted root.
    #[error("{certificate} does not lead to a root in {trust}: {source}; put the matching files back")]
    Broken {
        /// The certificate.
        certificate: PathBuf,
        /// The roots.
        trust: PathBuf,
        /// What a verifier would say.
        source: Box<VerifyError>,
    },
}
