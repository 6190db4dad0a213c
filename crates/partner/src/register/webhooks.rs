//! The queue of webhooks, and their log.

use rusqlite::{Connection, Row};
use serde_json::json;
use uuid::Uuid;

use super::sessions::{Outcome, Session};
use super::{Register, RegisterError, partners};

/// How long a settled delivery stays in the log, seconds: 30 days.
const KEEP_S: i64 = 30 * 86_400;
/// Most rows of the log told at once.
const MAX_ROWS: i64 = 1000;

/// A webhook that is due.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    pub id: String,
    pub partner: String,
    pub payload: String,
    pub attempts: u32,
    pub created_at: i64,
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id, the same in every attempt.
    pub id: String,
    /// The partner's code.
    pub partner: String,
    /// The session that ended.
    pub session: String,
    /// `waiting`, `delivered` or `abandoned`.
    pub state: String,
    /// Attempts so far.
    pub attempts: u32,
    /// When it was queued, seconds since 1970.
    pub created_at: i64,
    /// The last attempt, seconds since 1970.
    pub tried_at: Option<i64>,
    /// What the last attempt met: an HTTP status, or what went wrong.
    pub met: Option<String>,
}

impl Register {
    /// The log of deliveries, the latest first.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn deliveries(&self) -> Result<Vec<Delivery>, RegisterError> {
        self.run_blocking(|connection, _| {
            let mut statement = connection.prepare(
                "SELECT id, partner, session, state, attempts, created_at, tried_at, met FROM webhook
                 ORDER BY created_at DESC, rowid DESC LIMIT ?1",
            )?;
            let rows = statement.query_map([MAX_ROWS], |row| {
                Ok(Delivery {
                    id: row.get(0)?,
                    partner: row.get(1)?,
                    session: row.get(2)?,
                    state: row.get(3)?,
                    attempts: row.get(4)?,
                    created_at: row.get(5)?,
                    tried_at: row.get(6)?,
                    met: row.get(7)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

/// Queues the webhook of a session that has ended, if its partner has one. The payload names the
/// session, never the person.
pub(super) fn queue(
    connection: &Connection,
    now: i64,
    session: &Session,
    outcome: &Outcome,
) -> Result<(), RegisterError> {
    let partner = partners::find(connection, &session.partner)?;
    if partner.and_then(|known| known.partner.webhook).is_none() {
        return Ok(());
    }
    let id = Uuid::new_v4().to_string();
    let payload = json!({
        "v": 1,
        "jti": id,
        "iat": now,
        "event": "session.ended",
        "partner": session.partner,
        "api": session.api.name(),
        "sessionId": session.id,
        "biz": session.ticket.as_ref().map(|ticket| &ticket.biz),
        "ticketId": session.ticket.as_ref().map(|ticket| &ticket.ticket),
        "sessionStatus": if outcome.passed { "SUCCESS" } else { "FAILED" },
        "livenessCode": outcome.code,
    });
    connection.execute(
        "INSERT INTO webhook (id, partner, session, payload, state, attempts, created_at, next_at, keep_until)
         VALUES (?1, ?2, ?3, ?4, 'waiting', 0, ?5, ?5, ?6)",
        (&id, &session.partner, &session.id, payload.to_string(), now, now + KEEP_S),
    )?;
    Ok(())
}

/// Webhooks that are due, the oldest first.
pub(crate) fn due(connection: &Connection, now: i64, most: usize) -> Result<Vec<Due>, RegisterError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, partner, payload, attempts, created_at FROM webhook
         WHERE state = 'waiting' AND next_at <= ?1 ORDER BY next_at LIMIT ?2",
    )?;
    let read = |row: &Row<'_>| {
        Ok(Due {
            id: row.get(0)?,
            partner: row.get(1)?,
            payload: row.get(2)?,
            attempts: row.get(3)?,
            created_at: row.get(4)?,
        })
    };
    let most = i64::try_from(most).unwrap_or(1);
    Ok(statement.query_map((now, most), read)?.collect::<Result<_, _>>()?)
}

/// Seconds until the next webhook is due.
pub(crate) fn next_in(connection: &Connection, now: i64) -> Result<Option<i64>, RegisterError> {
    let next: Option<i64> = connection
        .prepare_cached("SELECT min(next_at) FROM webhook WHERE state = 'waiting'")?
        .query_row([], |row| row.get(0))?;
    Ok(next.map(|next| (next - now).max(0)))
}

/// Writes what an attempt met. `next_at`: when to try again; `None`: it is settled.
pub(crate) fn tried(
    connection: &Connection,
    now: i64,
    id: &str,
    state: &str,
    next_at: Option<i64>,
    met: &str,
) -> Result<(), RegisterError> {
    connection.execute(
        "UPDATE webhook SET attempts = attempts + 1, tried_at = ?2, state = ?3, next_at = ifnull(?4, next_at),
                met = ?5
         WHERE id = ?1 AND state = 'waiting'",
        (id, now, state, next_at, met),
    )?;
    Ok(())
}

pub(super) fn remove_expired(connection: &Connection, now: i64) -> Result<(), RegisterError> {
    connection.execute("DELETE FROM webhook WHERE keep_until <= ?1", [now])?;
    Ok(())
}
