//! Pictures of sessions, sealed, for as long as the one who asked may fetch them.
//!
//! In: a session's id, a slot and a JPEG. Out: the same JPEG, until it expires. Each picture is a
//! file; its name is a keyed hash and its content is bound to that name, so that a stolen disk
//! shows neither whose session it was nor what is on the picture.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use vouch_trust::durable;
use vouch_trust::regular::{self, Links};

use super::sealed::{Sealer, SecretError};

/// The folder and the secret's file in the state folder.
const FOLDER: &str = "media";
const SECRET: &str = "media.key";
/// Sets the key apart from those of other stores.
const PURPOSE: &[u8] = b"vouch media";
/// Largest file, bytes: a picture of full HD is below 1 MB.
const MAX_FILE: u64 = 16 << 20;
/// Ending of the mark that a picture was fetched.
const FETCHED: &str = "fetched";
/// Most files. The oldest go first.
const MAX_FILES: usize = 10_000;

/// How long pictures are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// After they were fetched for the first time.
    pub fetched: Duration,
    /// If nobody fetches them.
    pub unfetched: Duration,
}

impl Default for Keep {
    /// 10 minutes after the first fetch, 24 hours otherwise.
    fn default() -> Self {
        Self { fetched: Duration::from_secs(10 * 60), unfetched: Duration::from_secs(24 * 60 * 60) }
    }
}

/// Why pictures can't be kept.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// The secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The disk.
    #[error("{path}: {source}")]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file that was altered or moved.
    #[error("a picture can't be opened: it was altered, moved, or sealed with another key")]
    Sealed,
}

/// The store.
pub struct MediaStore {
    folder: PathBuf,
    sealer: Sealer,
    keep: Keep,
}

impl MediaStore {
    /// The store in a state folder; made at the first start.
    ///
    /// # Errors
    /// [`MediaError`].
    pub fn open(state: &Path, keep: Keep) -> Result<Self, MediaError> {
        let folder = state.join(FOLDER);
        durable::make_private_folder(&folder).map_err(|source| disk(&folder, source))?;
        let sealer = Sealer::open(&state.join(SECRET), PURPOSE, true)?;
        Ok(Self { folder, sealer, keep })
    }

    /// Keeps a picture. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`MediaError`].
    pub fn put(&self, session: &str, slot: &str, picture: &[u8]) -> Result<(), MediaError> {
        let name = self.name(session, slot);
        let sealed = self.sealer.seal(name.as_bytes(), picture.to_vec()).map_err(|_| MediaError::Sealed)?;
        let path = self.folder.join(&name);
        durable::write_whole(&path, &sealed, 0o600).map_err(|source| disk(&path, source))
    }

    /// A picture; `None` if there is none, or no longer. Its shorter time begins now.
    ///
    /// # Errors
    /// [`MediaError`].
    pub fn fetch(&self, session: &str, slot: &str, now: SystemTime) -> Result<Option<Vec<u8>>, MediaError> {
        let name = self.name(session, slot);
        let path = self.folder.join(&name);
        if self.is_over(&path, now) {
            self.remove(&path);
            return Ok(None);
        }
        let sealed = match regular::read(&path, Links::Refused, MAX_FILE) {
            Ok(sealed) => sealed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(disk(&path, source)),
        };
        let picture = self.sealer.unseal(name.as_bytes(), &sealed).map_err(|_| MediaError::Sealed)?;
        let mark = path.with_extension(FETCHED);
        if !mark.exists() {
            durable::write_whole(&mark, b"", 0o600).map_err(|source| disk(&mark, source))?;
        }
        Ok(Some(picture))
    }

    /// Removes what is over. Called from time to time; returns the number of pictures removed.
    ///
    /// # Errors
    /// [`MediaError::Disk`] if the folder can't be read.
    pub fn prune(&self, now: SystemTime) -> Result<usize, MediaError> {
        let listed = std::fs::read_dir(&self.folder).map_err(|source| disk(&self.folder, source))?;
        let mut kept = Vec::new();
        let mut removed = 0;
        for entry in listed.flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == FETCHED) {
                continue;
            }
            if self.is_over(&path, now) {
                self.remove(&path);
                removed += 1;
            } else {
                kept.push((written(&path).unwrap_or(SystemTime::UNIX_EPOCH), path));
            }
        }
        kept.sort();
        for (_, path) in kept.iter().take(kept.len().saturating_sub(MAX_FILES)) {
            self.remove(path);
            removed += 1;
        }
        Ok(removed)
    }

    fn name(&self, session: &str, slot: &str) -> String {
        let hash = self.sealer.keyed_hash(format!("{session}\n{slot}").as_bytes());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether a picture's time is over. A clock that stepped back makes nothing last longer than
    /// from now on.
    fn is_over(&self, path: &Path, now: SystemTime) -> bool {
        let age = |at: SystemTime| now.duration_since(at).unwrap_or(Duration::ZERO);
        let fetched = written(&path.with_extension(FETCHED)).is_some_and(|at| age(at) >= self.keep.fetched);
        fetched || written(path).is_some_and(|at| age(at) >= self.keep.unfetched)
    }

    /// Removes a picture and its mark. What can't be removed now is tried again later.
    fn remove(&self, path: &Path) {
        let _ = std::fs::remove_file(path);
        let _ = std::fs::remove_file(path.with_extension(FETCHED));
    }
}

fn written(path: &Path) -> Option<SystemTime> {
    std::fs::symlink_metadata(path).and_then(|file| file.modified()).ok()
}

fn disk(path: &Path, source: io::Error) -> MediaError {
    MediaError::Disk { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn later(time: Duration) -> SystemTime {
        SystemTime::now() + time
    }

    #[test]
    fn a_picture_is_kept_sealed_until_its_time_is_over() {
        let state = tempfile::tempdir().unwrap();
        let store = MediaStore::open(state.path(), Keep::default()).unwrap();
        let picture = b"a face, as JPEG".repeat(50);
        store.put("session-1", "best", &picture).unwrap();
        for file in std::fs::read_dir(state.path().join(FOLDER)).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(6).any(|part| part == b"a face"));
            assert!(!path.to_string_lossy().contains("session"));
        }
        assert_eq!(store.fetch("session-1", "document-0", later(MINUTE)).unwrap(), None);
        assert_eq!(store.fetch("session-2", "best", later(MINUTE)).unwrap(), None);
        assert_eq!(store.prune(later(23 * 60 * MINUTE)).unwrap(), 0);
        assert_eq!(store.fetch("session-1", "best", later(MINUTE)).unwrap(), Some(picture.clone()));
        let again = MediaStore::open(state.path(), Keep::default()).unwrap();
        assert_eq!(again.fetch("session-1", "best", later(9 * MINUTE)).unwrap(), Some(picture));
        assert_eq!(again.fetch("session-1", "best", later(11 * MINUTE)).unwrap(), None, "fetched long ago");
        assert_eq!(std::fs::read_dir(state.path().join(FOLDER)).unwrap().count(), 0);
    }

    #[test]
    fn what_nobody_fetches_goes_after_a_day() {
        let state = tempfile::tempdir().unwrap();
        let store = MediaStore::open(state.path(), Keep::default()).unwrap();
        store.put("s", "best", b"x").unwrap();
        assert_eq!(store.prune(SystemTime::UNIX_EPOCH).unwrap(), 0, "a clock that stepped back");
        assert_eq!(store.prune(later(25 * 60 * MINUTE)).unwrap(), 1);
        assert_eq!(store.fetch("s", "best", SystemTime::now()).unwrap(), None);
    }

    #[test]
    fn an_altered_or_moved_picture_is_told() {
        let state = tempfile::tempdir().unwrap();
        let store = MediaStore::open(state.path(), Keep::default()).unwrap();
        store.put("s", "best", b"x").unwrap();
        store.put("t", "best", b"y").unwrap();
        let path = |session: &str| store.folder.join(store.name(session, "best"));
        std::fs::copy(path("s"), path("t")).unwrap();
        assert!(matches!(store.fetch("t", "best", SystemTime::now()), Err(MediaError::Sealed)));
    }
}
