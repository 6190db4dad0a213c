//! Where a one-shot session's pictures and result are stored.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::session::Done;
use super::words;
use crate::terminal::drive::Still;
use vouch_session::result::slot_name;

/// A folder for a session's pictures and result, accessible to this user only.
#[derive(Debug)]
pub struct Album {
    folder: PathBuf,
}

impl Album {
    /// Creates the folder before anybody is asked to do anything.
    ///
    /// # Errors
    /// [`Failure`] of use: the folder can't be written.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        use std::os::unix::fs::DirBuilderExt;
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|e| Failure::usage(format!("{}: {e}", folder.display())))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Writes the pictures and returns those that were written.
    pub(super) fn keep(&self, stills: &[Still]) -> Vec<Still> {
        let write = |still: &&Still| {
            let name = format!("{}.jpg", slot_name(still.slot));
            match self.write(&name, &still.jpeg) {
                Ok(()) => true,
                Err(error) => {
                    words::say(&format!("vouch: {}: {error}", self.folder.join(name).display()));
                    false
                }
            }
        };
        stills.iter().filter(write).cloned().collect()
    }

    /// Adds `result.jws` and `result.json`.
    ///
    /// # Errors
    /// [`Failure`] of the device, with the disk's message.
    pub fn add_result(&self, done: &Done) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(&done.claims).map_err(Failure::device)?;
        self.write("result.jws", format!("{}\n", done.stored.jws).as_bytes())
            .and_then(|()| self.write("result.json", format!("{json}\n").as_bytes()))
            .map_err(|e| {
                Failure::device(format!("{}: {e}; the result is in the outbox", self.folder.display()))
            })
    }

    fn write(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = private_file(&self.folder.join(name))?;
        file.write_all(bytes)?;
        file.sync_all()
    }
}

/// A new or emptied file that only this user can read, because it holds faces and templates.
pub(super) fn private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    if file.metadata()?.is_file() {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}
