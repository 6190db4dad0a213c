//! Moves the write-ahead log into the database, on a thread of its own.
//!
//! A checkpoint syncs the medium, which takes tens of milliseconds on flash. SQLite would do it in
//! the middle of somebody's call, every thousand pages.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use rusqlite::Connection;

use super::error::RegisterError;
use super::open::open_beside;

/// Least time between two checkpoints.
const PAUSE: Duration = Duration::from_secs(1);

/// Told that there is something to move. The thread ends with it.
pub(super) struct Checkpoints(SyncSender<()>);

impl Checkpoints {
    /// Starts the thread for the register at `path`, which is open already.
    pub fn start(path: &Path) -> Result<Self, RegisterError> {
        let connection = open_beside(path)?;
        let (told, hears) = sync_channel(1);
        let thread = std::thread::Builder::new().name("checkpoints".into());
        let started = thread.spawn(move || run(&connection, &hears));
        started.map_err(|error| RegisterError::Disk(error.to_string()))?;
        Ok(Self(told))
    }

    /// Something was written.
    pub fn written(&self) {
        // One notice is enough.
        let _ = self.0.try_send(());
    }
}

fn run(connection: &Connection, hears: &Receiver<()>) {
    while hears.recv().is_ok() {
        // Waits for nobody: what a reader or writer still needs is moved the next time.
        let moved = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        if let Err(error) = moved {
            tracing::warn!(%error, "the log of the partners' register could not be moved into it");
        }
        std::thread::sleep(PAUSE);
    }
}
