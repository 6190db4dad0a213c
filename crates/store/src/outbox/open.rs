//! Opening the database: make it, check it, set how it writes.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::{OutboxError, Trouble};
use vouch_trust::durable;

/// Version of `schema.sql` (`user_version`).
const VERSION: i64 = 1;
/// `application_id` of `schema.sql`.
const APPLICATION: i64 = 0x564F_5543;

pub(super) fn open(path: &Path, busy_timeout: Duration) -> Result<Connection, OutboxError> {
    // Two processes that both switch a new file to WAL get "busy" at once, without
    // the time-out. So only one opens at a time.
    let io_error = |error: io::Error| OutboxError::Io { path: path.to_owned(), detail: error.to_string() };
    let lock = private_file(&lock_path(path)).map_err(io_error)?;
    lock.lock().map_err(io_error)?;
    create(path).map_err(io_error)?;
    let connection = connect(path, busy_timeout).map_err(|trouble| trouble.at(path, 0));
    drop(lock);
    connection
}

/// Makes the file with mode 0600 before SQLite opens it: SQLite gives the -wal and
/// -shm files the same mode.
fn create(path: &Path) -> io::Result<()> {
    if path.try_exists()? {
        return Ok(());
    }
    private_file(path)?.sync_all()?;
    durable::sync_folder_of(path)
}

fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}

fn connect(path: &Path, busy_timeout: Duration) -> Result<Connection, Trouble> {
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(busy_timeout)?;
    check_kind(&connection, path)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(OutboxError::Io {
            path: path.to_owned(),
            detail: format!("the file system allows no write-ahead log, only `{mode}`"),
        }
        .into());
    }
    // FULL syncs each commit; without it a power cut loses the last ones.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // KiB. It reads its newest and its oldest rows; SQLite's own 2 MiB would fill up within a day.
    connection.pragma_update(None, "cache_size", -128)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // Overwrites pruned results in the file.
    connection.pragma_update(None, "secure_delete", true)?;
    check_integrity(&connection, path)?;

    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if number(&transaction, "user_version")? == 0 {
        transaction.execute_batch(include_str!("../schema.sql"))?;
        transaction.commit()?;
    } else {
        transaction.rollback()?;
    }
    Ok(connection)
}

/// Refuses another kind of database before anything is written to it.
fn check_kind(connection: &Connection, path: &Path) -> Result<(), Trouble> {
    let version = number(connection, "user_version")?;
    let application = number(connection, "application_id")?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let detail = match (application, version, tables) {
        (APPLICATION, VERSION, _) | (0, 0, 0) => return Ok(()),
        (APPLICATION, other, _) => format!("schema version {other}, this Vouch knows {VERSION}"),
        _ => "a database of another program".to_owned(),
    };
    Err(OutboxError::Version { path: path.to_owned(), detail }.into())
}

fn check_integrity(connection: &Connection, path: &Path) -> Result<(), Trouble> {
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    Err(OutboxError::Corrupt { path: path.to_owned(), detail: found }.into())
}

fn number(connection: &Connection, pragma: &str) -> Result<i64, Trouble> {
    Ok(connection.pragma_query_value(None, pragma, |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A test can't cut the power. SQLite promises a sync on each commit with these two
    /// settings.
    #[test]
    fn commits_are_synced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("outbox.db");
        for _ in 0..2 {
            let connection = open(&path, Duration::from_secs(1)).unwrap();
            let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
            assert_eq!(mode, "wal");
            let full: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();
            assert_eq!(full, 2, "FULL");
        }
    }
}
