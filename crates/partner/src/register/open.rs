//! Opening the register: make it, check it, set how it writes.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::RegisterError;

/// Version of the newest migration (`user_version`).
const VERSION: i64 = 2;
/// `application_id`: 'VPAR'.
const APPLICATION: i64 = 0x5650_4152;
/// The steps from each version to the next; the first makes the file.
const MIGRATIONS: [&str; VERSION as usize] = [include_str!("schema.sql"), include_str!("version_2.sql")];
/// How long to wait for another process, such as a command of the operator.
const BUSY: Duration = Duration::from_secs(5);
/// Largest file, bytes. Reached only if rows come faster than they expire.
const MAX_BYTES: i64 = 1 << 30;

pub(super) fn open(path: &Path) -> Result<Connection, RegisterError> {
    let disk = |error: io::Error| RegisterError::Disk(format!("{}: {error}", path.display()));
    // SQLite gives the -wal and -shm files the same mode.
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map_err(disk)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    check_kind(&connection, path)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(RegisterError::Disk(format!("its file system allows no write-ahead log, only `{mode}`")));
    }
    // Checkpoints have a thread of their own (checkpoint.rs).
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // Overwrites removed rows in the file: results name people.
    connection.pragma_update(None, "secure_delete", true)?;
    let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    connection.query_row(
        &format!("PRAGMA max_page_count = {}", MAX_BYTES / page.max(512)),
        [],
        |_| Ok(()),
    )?;
    check_integrity(&connection, path)?;
    migrate(&mut connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A second connection to a register that is open, for checkpoints only.
pub(super) fn open_beside(path: &Path) -> Result<Connection, RegisterError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(Connection::open_with_flags(path, flags)?)
}

/// Another process may do the same at this moment: the version is read inside the transaction.
fn migrate(connection: &mut Connection) -> Result<(), RegisterError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = number(&transaction, "user_version")?;
    for step in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(0)) {
        transaction.execute_batch(step)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Refuses another kind of database before anything is written to it.
fn check_kind(connection: &Connection, path: &Path) -> Result<(), RegisterError> {
    let wrong = |detail: String| RegisterError::Version { path: path.to_owned(), detail };
    let read = |pragma| number(connection, pragma);
    let (Ok(application), Ok(version)) = (read("application_id"), read("user_version")) else {
        return Err(wrong("not a SQLite file".into()));
    };
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, version, tables) {
        (APPLICATION, 1..=VERSION, _) | (0, 0, 0) => Ok(()),
        (APPLICATION, other, _) => Err(wrong(format!("schema version {other}, this Vouch knows {VERSION}"))),
        _ => Err(wrong("a database of another program".into())),
    }
}

fn check_integrity(connection: &Connection, path: &Path) -> Result<(), RegisterError> {
    let detail: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if detail == "ok" { Ok(()) } else { Err(RegisterError::Corrupt { path: path.to_owned(), detail }) }
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_register_is_private_and_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("partners.db");
        for _ in 0..2 {
            let connection = open(&path).unwrap();
            assert_eq!(number(&connection, "user_version").unwrap(), VERSION);
        }
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn another_program_s_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
        assert!(matches!(open(&path), Err(RegisterError::Version { .. })));
        std::fs::write(&path, "this is not a database, and long enough to be read as one: ".repeat(20))
            .unwrap();
        assert!(matches!(open(&path), Err(RegisterError::Version { .. })));
    }
}
