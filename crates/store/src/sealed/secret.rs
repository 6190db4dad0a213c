//! The secret that a sealed store rests on: a file of its own, made at the first start.

use std::fs::{File, OpenOptions};
use std::io;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::KEY_BYTES;
use vouch_trust::durable;
use vouch_trust::regular;
use vouch_trust::regular::Links;

/// Mode bits that give anybody but the owner access.
const OF_OTHERS: u32 = 0o077;

/// What is wrong with the key file.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The disk.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// It is gone, and what it sealed is there.
    #[error(
        "the key is missing, and without it what it sealed can't be opened: put it back, or remove what it \
             sealed too, which is then lost"
    )]
    Lost,
    /// Others may read it.
    #[error("others may read it (mode {0:03o}): run `chmod 600` on it and find out who could have read it")]
    Open(u32),
    /// It has the wrong length.
    #[error("it does not have {KEY_BYTES} bytes: put the right one back")]
    Length,
}

/// The secret in `path`. When there is none and `may_make` is set, a new one. The file is created
/// exclusively, so that two starts at the same time agree on one secret.
///
/// # Errors
/// [`SecretError`].
pub(super) fn read_or_make(path: &Path, may_make: bool) -> Result<[u8; KEY_BYTES], SecretError> {
    match regular::open(path, Links::Followed) {
        Ok(file) => return read(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound && may_make => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(SecretError::Lost),
        Err(error) => return Err(error.into()),
    }
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(mut file) => {
            let secret: [u8; KEY_BYTES] = rand::random();
            file.write_all(&secret)?;
            file.sync_all()?;
            // Without its entry in the folder a power cut would take the key from
            // a database that outlives it.
            durable::sync_folder_of(path)?;
            Ok(secret)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(regular::open(path, Links::Followed)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn read(file: File) -> Result<[u8; KEY_BYTES], SecretError> {
    let mode = file.metadata()?.mode() & 0o777;
    if mode & OF_OTHERS != 0 {
        return Err(SecretError::Open(mode));
    }
    let mut bytes = Vec::with_capacity(KEY_BYTES + 1);
    file.take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    bytes.try_into().map_err(|_| SecretError::Length)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        assert!(matches!(read_or_make(&path, false), Err(SecretError::Lost)));
        let secret = read_or_make(&path, true).unwrap();
        assert_eq!(read_or_make(&path, false).unwrap(), secret);
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn an_open_a_short_and_a_long_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        read_or_make(&path, true).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(read_or_make(&path, true), Err(SecretError::Open(0o644))));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        for length in [0, KEY_BYTES - 1, KEY_BYTES + 1] {
            std::fs::write(&path, vec![7; length]).unwrap();
            assert!(matches!(read_or_make(&path, true), Err(SecretError::Length)), "{length}");
        }
    }
}
