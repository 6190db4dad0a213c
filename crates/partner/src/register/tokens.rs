//! CID's login tokens. Each starts one session and reads results until it expires.

use rusqlite::{Connection, OptionalExtension as _};

use super::RegisterError;
use crate::secret::TokenHash;

/// How long a login token is valid, seconds.
pub const VALID_S: i64 = 30 * 60;

/// A valid token.
pub(crate) struct LoginToken {
    pub partner: String,
    /// The session that it started.
    pub session: Option<String>,
}

pub(crate) fn issue(
    connection: &Connection,
    now: i64,
    hash: &TokenHash,
    partner: &str,
) -> Result<(), RegisterError> {
    connection
        .prepare_cached("INSERT INTO token (hash, partner, issued_at, valid_until) VALUES (?1, ?2, ?3, ?4)")?
        .execute((hash, partner, now, now + VALID_S))?;
    Ok(())
}

/// The token with that hash, unless it has expired.
pub(crate) fn find(
    connection: &Connection,
    now: i64,
    hash: &TokenHash,
) -> Result<Option<LoginToken>, RegisterError> {
    let found = connection
        .prepare_cached("SELECT partner, session FROM token WHERE hash = ?1 AND valid_until > ?2")?
        .query_row((hash, now), |row| Ok(LoginToken { partner: row.get(0)?, session: row.get(1)? }))
        .optional()?;
    Ok(found)
}

/// Binds a token to the session that it starts. False if it has started one already.
pub(crate) fn spend(connection: &Connection, hash: &TokenHash, session: &str) -> Result<bool, RegisterError> {
    let changed = connection
        .prepare_cached("UPDATE token SET session = ?2 WHERE hash = ?1 AND session IS NULL")?
        .execute((hash, session))?;
    Ok(changed == 1)
}

pub(super) fn remove_expired(connection: &Connection, now: i64) -> Result<(), RegisterError> {
    connection.execute("DELETE FROM token WHERE valid_until <= ?1", [now])?;
    Ok(())
}
