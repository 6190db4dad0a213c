//! Writing a file so that after a crash or power cut it is there whole or not at all.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Mode of a private folder: its owner and nobody else.
const FOLDER_MODE: u32 = 0o700;
/// Ending of a file that is still being written. After a crash such a file holds
/// nothing that anybody was told of and may be removed.
pub const UNFINISHED: &str = ".new";

/// Makes `dir` and any missing folder above it, readable by the owner alone.
///
/// # Errors
/// The file system's own.
pub fn make_private_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(dir)
}

/// Writes `bytes` to `path` in one step. They go into a sibling file that ends in
/// [`UNFINISHED`] and is created exclusively with `mode` (less the umask). The
/// sibling is synced and renamed into place, then the folder is synced.
///
/// An existing file is replaced. The caller holds the folder's lock: two writers of
/// one path would remove each other's sibling.
///
/// # Errors
/// The file system's own.
pub fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let unfinished = unfinished(path);
    match std::fs::remove_file(&unfinished) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    std::fs::rename(&unfinished, path)?;
    sync_folder_of(path)
}

/// Makes the entry of `path` in its folder durable.
///
/// # Errors
/// The file system's own.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_no_sibling() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(unfinished(&path), "half").unwrap();
        for bytes in [&b"first"[..], b"second"] {
            write_whole(&path, bytes, 0o600).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_an_error_and_makes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("missing/file");
        assert_eq!(write_whole(&path, b"x", 0o600).unwrap_err().kind(), io::ErrorKind::NotFound);
        make_private_folder(path.parent().unwrap()).unwrap();
        write_whole(&path, b"x", 0o600).unwrap();
        assert_eq!(std::fs::metadata(folder.path().join("missing")).unwrap().mode() & 0o777, FOLDER_MODE);
    }
}
