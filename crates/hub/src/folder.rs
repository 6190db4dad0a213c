//! Results as files: `DIR/{device}/{seq}-{jti}.jws`.
//!
//! A result is on the medium before anybody is told: after a power cut it is there
//! whole or not at all. It is kept as it came. A text with the other form of the
//! signature is the same result (see [`vouch_trust::twin`]). Refused messages lie in
//! `DIR/.refused/{device}/`, a name that no device can have.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tokio::task::spawn_blocking;

use super::ingest::{Continuity, Ingest, IngestError, Kept, Received};
use vouch_contract::messages::digest;
use vouch_trust::durable;
use vouch_trust::twin;

/// Most results of one device in one folder. A gate that never rests makes some
/// 3000 a day: a year's worth.
pub const MAX_RESULTS: usize = 1_000_000;

/// Most refused results kept of one device; further ones are only reported. A
/// faulty device must not fill the hub's disk.
pub const MAX_REFUSED: usize = 1000;

const REFUSED: &str = ".refused";
const LOCK: &str = ".lock";
/// Mode of a stored file, less the umask: who else may read results is the
/// operator's to say.
const FILE_MODE: u32 = 0o666;
const SUFFIX: &str = ".jws";

/// A folder of results, locked against a second process. Clones share it, and
/// one call at a time works on it.
#[derive(Debug, Clone)]
pub struct FolderStore {
    root: PathBuf,
    folder: Arc<Mutex<Folder>>,
}

/// What is known of the folder. Its calls block on the disk.
#[derive(Debug)]
struct Folder {
    root: PathBuf,
    devices: HashMap<String, Shelf>,
    _lock: File,
}

/// What lies in one device's folder: by number, and the numbers by id.
#[derive(Debug, Default)]
struct Shelf {
    by_seq: BTreeMap<u64, String>,
    by_jti: HashMap<String, u64>,
}

impl FolderStore {
    /// Opens or makes the folder and locks it.
    pub fn open(root: &Path) -> Result<Self, IngestError> {
        fs::create_dir_all(root).map_err(failed("make", root))?;
        let path = root.join(LOCK);
        let lock = File::create(&path).map_err(failed("open", &path))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => IngestError::Locked { path: root.display().to_string() },
            TryLockError::Error(source) => failed("lock", &path)(source),
        })?;
        let folder = Folder { root: root.to_owned(), devices: HashMap::new(), _lock: lock };
        Ok(Self { root: root.to_owned(), folder: Arc::new(Mutex::new(folder)) })
    }

    /// Where a result lies.
    pub fn path_of(&self, device: &str, seq: u64, jti: &str) -> PathBuf {
        path_in(&self.root, device, seq, jti)
    }

    /// Runs one call on a blocking thread.
    async fn ask<T, F>(&self, call: F) -> Result<T, IngestError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Folder) -> Result<T, IngestError> + Send + 'static,
    {
        let folder = Arc::clone(&self.folder);
        let work = spawn_blocking(move || {
            let panicked = |_| IngestError::BrokeOff { reason: "an earlier call panicked".to_owned() };
            call(&mut *folder.lock().map_err(panicked)?)
        });
        work.await.map_err(|error| IngestError::BrokeOff { reason: error.to_string() })?
    }
}

impl Ingest for FolderStore {
    async fn keep(&self, result: &Received<'_>) -> Result<Kept, IngestError> {
        let (device, jti, jws) = (result.device.to_owned(), result.jti.to_owned(), result.jws.to_owned());
        let (seq, prev) = (result.seq, result.prev.map(str::to_owned));
        self.ask(move |folder| {
            folder.keep(&Received { device: &device, jti: &jti, seq, prev: prev.as_deref(), jws: &jws })
        })
        .await
    }

    async fn set_aside(&self, device: &str, jws: &str, reason: &str) -> Result<(), IngestError> {
        let (device, jws, reason) = (device.to_owned(), jws.to_owned(), reason.to_owned());
        self.ask(move |folder| folder.set_aside(&device, &jws, &reason)).await
    }
}

impl Folder {
    fn shelf(&mut self, device: &str) -> Result<&mut Shelf, IngestError> {
        if !self.devices.contains_key(device) {
            let folder = self.root.join(device);
            make_folder(&self.root, &folder)?;
            self.devices.insert(device.to_owned(), Shelf::load(&folder)?);
        }
        Ok(self.devices.entry(device.to_owned()).or_default())
    }

    fn read(&self, device: &str, seq: u64, jti: &str) -> Result<String, IngestError> {
        let path = path_in(&self.root, device, seq, jti);
        // A damaged file must not stop what comes after it: it will not compare equal.
        let bytes = fs::read(&path).map_err(failed("read", &path))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn continuity(&mut self, result: &Received<'_>) -> Result<Continuity, IngestError> {
        let shelf = self.shelf(result.device)?;
        let before = shelf.by_seq.range(..result.seq).next_back().map(|(seq, jti)| (*seq, jti.clone()));
        let Some(expected) = result.seq.checked_sub(1).filter(|seq| *seq > 0) else {
            return Ok(match result.prev {
                None => Continuity::First,
                Some(_) => Continuity::Broken,
            });
        };
        match before {
            Some((seq, jti)) if seq == expected => {
                let stored = self.read(result.device, seq, &jti)?;
                Ok(if result.prev.is_some_and(|prev| twin::is_named_by(&stored, prev)) {
                    Continuity::Continues
                } else {
                    Continuity::Broken
                })
            }
            Some((seq, _)) => Ok(Continuity::Gap { from: seq + 1, to: expected }),
            None => Ok(Continuity::Gap { from: 1, to: expected }),
        }
    }

    fn keep(&mut self, result: &Received<'_>) -> Result<Kept, IngestError> {
        let folder = self.root.join(result.device);
        let shelf = self.shelf(result.device)?;
        let same_jti = shelf.by_jti.get(result.jti).copied();
        let same_seq = shelf.by_seq.get(&result.seq).cloned();
        if shelf.by_seq.len() >= MAX_RESULTS && same_seq.is_none() {
            return Err(IngestError::Full { path: folder.display().to_string(), limit: MAX_RESULTS });
        }
        match (same_jti, same_seq) {
            (None, None) => {}
            (Some(seq), Some(jti)) if seq == result.seq && jti == result.jti => {
                if twin::is_same_result(&self.read(result.device, seq, &jti)?, result.jws) {
                    return Ok(Kept::Again);
                }
                return Ok(Kept::Conflict {
                    reason: format!("another result has both jti {jti} and seq {seq}"),
                });
            }
            (Some(seq), _) => {
                return Ok(Kept::Conflict {
                    reason: format!("jti {} is already taken by seq {seq}", result.jti),
                });
            }
            (None, Some(jti)) => {
                return Ok(Kept::Conflict {
                    reason: format!("seq {} is already taken by jti {jti}", result.seq),
                });
            }
        }
        let continuity = self.continuity(result)?;
        write_durably(&folder, &file_name(result.seq, result.jti), result.jws.as_bytes())?;
        self.shelf(result.device)?.add(result.seq, result.jti);
        Ok(Kept::New(continuity))
    }

    fn set_aside(&mut self, device: &str, jws: &str, reason: &str) -> Result<(), IngestError> {
        let all = self.root.join(REFUSED);
        let folder = all.join(device);
        make_folder(&self.root, &all)?;
        make_folder(&all, &folder)?;
        // Named by content: the same thing sent again is the same file.
        let name = digest(jws);
        let entries = fs::read_dir(&folder).map_err(failed("list", &folder))?;
        // Two files each: the thing itself and the reason.
        if entries.count() >= 2 * MAX_REFUSED {
            tracing::warn!(device, "too many refused results, this one is not kept");
            return Ok(());
        }
        write_durably(&folder, &format!("{name}.reason"), reason.as_bytes())?;
        write_durably(&folder, &format!("{name}{SUFFIX}"), jws.as_bytes())
    }
}

impl Shelf {
    /// Reads the names; sweeps what a power cut left half-written.
    fn load(folder: &Path) -> Result<Self, IngestError> {
        let mut shelf = Self::default();
        for entry in fs::read_dir(folder).map_err(failed("list", folder))? {
            let entry = entry.map_err(failed("list", folder))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if name.ends_with(durable::UNFINISHED) {
                fs::remove_file(entry.path()).map_err(failed("remove", &entry.path()))?;
            } else if let Some((seq, jti)) = read_name(name) {
                shelf.add(seq, jti);
            }
        }
        Ok(shelf)
    }

    fn add(&mut self, seq: u64, jti: &str) {
        self.by_seq.insert(seq, jti.to_owned());
        self.by_jti.insert(jti.to_owned(), seq);
    }
}

/// Where a result lies below a store's folder.
pub fn path_in(root: &Path, device: &str, seq: u64, jti: &str) -> PathBuf {
    root.join(device).join(file_name(seq, jti))
}

/// Zero-padded, so that a listing is in order: 20 digits hold every u64.
fn file_name(seq: u64, jti: &str) -> String {
    format!("{seq:020}-{jti}{SUFFIX}")
}

fn read_name(name: &str) -> Option<(u64, &str)> {
    let (seq, jti) = name.strip_suffix(SUFFIX)?.split_once('-')?;
    Some((seq.parse().ok()?, jti))
}

fn make_folder(parent: &Path, folder: &Path) -> Result<(), IngestError> {
    match fs::create_dir(folder) {
        Ok(()) => durable::sync_folder_of(folder).map_err(failed("fsync", parent)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed("make", folder)(error)),
    }
}

fn write_durably(folder: &Path, name: &str, content: &[u8]) -> Result<(), IngestError> {
    let path = folder.join(name);
    durable::write_whole(&path, content, FILE_MODE).map_err(failed("write", &path))
}

fn failed(what: &'static str, path: &Path) -> impl Fn(io::Error) -> IngestError {
    let path = path.display().to_string();
    move |source| IngestError::Io { what, path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result<'a>(seq: u64, jti: &'a str, prev: Option<&'a str>, jws: &'a str) -> Received<'a> {
        Received { device: "d", jti, seq, prev, jws }
    }

    #[tokio::test]
    async fn kept_once_and_found_again_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let first = result(1, "a-1", None, "x.y.z");
        let store = FolderStore::open(folder.path()).unwrap();
        assert_eq!(store.keep(&first).await.unwrap(), Kept::New(Continuity::First));
        assert_eq!(store.keep(&first).await.unwrap(), Kept::Again);
        assert!(matches!(FolderStore::open(folder.path()), Err(IngestError::Locked { .. })));
        drop(store);
        fs::write(folder.path().join("d/00000000000000000002-b.jws.new"), "half").unwrap();

        let store = FolderStore::open(folder.path()).unwrap();
        assert_eq!(store.keep(&first).await.unwrap(), Kept::Again);
        assert!(!folder.path().join("d/00000000000000000002-b.jws.new").exists());
        let path = store.path_of("d", 1, "a-1");
        assert_eq!(fs::read_to_string(path).unwrap(), "x.y.z");
    }

    #[tokio::test]
    async fn another_result_with_the_same_id_or_number_is_a_conflict() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::open(folder.path()).unwrap();
        store.keep(&result(1, "a", None, "x.y.z")).await.unwrap();
        for other in
            [result(1, "a", None, "x.Y.z"), result(2, "a", None, "x.y.z"), result(1, "b", None, "x.y.z")]
        {
            let kept = store.keep(&other).await.unwrap();
            assert!(matches!(kept, Kept::Conflict { .. }), "{other:?} {kept:?}");
        }
        assert_eq!(fs::read(store.path_of("d", 1, "a")).unwrap(), b"x.y.z");
    }

    #[tokio::test]
    async fn gaps_and_breaks_of_the_chain_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::open(folder.path()).unwrap();
        let one = digest("1.1.1");
        let kept = store.keep(&result(1, "a", None, "1.1.1")).await.unwrap();
        assert_eq!(kept, Kept::New(Continuity::First));
        let kept = store.keep(&result(2, "b", Some(&one), "2.2.2")).await.unwrap();
        assert_eq!(kept, Kept::New(Continuity::Continues));
        let kept = store.keep(&result(6, "f", Some("?"), "6.6.6")).await.unwrap();
        assert_eq!(kept, Kept::New(Continuity::Gap { from: 3, to: 5 }));
        let kept = store.keep(&result(3, "c", Some(&one), "3.3.3")).await.unwrap();
        assert_eq!(kept, Kept::New(Continuity::Broken));
    }

    #[tokio::test]
    async fn what_is_refused_is_bounded_and_apart() {
        let folder = tempfile::tempdir().unwrap();
        let store = FolderStore::open(folder.path()).unwrap();
        store.set_aside("d", "x.y.z", "why").await.unwrap();
        store.set_aside("d", "x.y.z", "why").await.unwrap();
        let aside = folder.path().join(".refused/d");
        assert_eq!(fs::read_dir(&aside).unwrap().count(), 2);
        assert!(!folder.path().join("d").exists());
    }
}
