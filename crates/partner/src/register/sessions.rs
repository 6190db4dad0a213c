//! Sessions, from the token that opens the page to the result that is fetched.
//!
//! `open → beginning → running → ended`, and back from `beginning` to `open` if the desk refuses.
//! Each step is one UPDATE that names the state before, so a token can't begin two sessions.

use rusqlite::{Connection, OptionalExtension as _, Row};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vouch_contract::claims::{Comparison, ErrorInfo};
use vouch_contract::scheme::Scheme;

use super::usage::{self, Use};
use super::{RegisterError, scenes, webhooks};
use crate::desk::{Api, Claim};
use crate::secret::TokenHash;

/// How long the token that opens the page is valid, seconds.
pub const OPEN_S: i64 = 30 * 60;
/// Longest session, seconds. A desk that has not reported by then has lost it.
pub const RUNNING_S: i64 = 30 * 60;
/// How long an ended session can be fetched, seconds.
pub const KEEP_S: i64 = 24 * 3600;
/// How long a token that was never used is remembered as expired, seconds.
const KEEP_UNUSED_S: i64 = 3600;

/// What the page needs. Nothing of the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Parameters {
    /// The session's scheme.
    pub scheme: Scheme,
    /// The language asked for.
    pub language: Option<String>,
    pub audio: bool,
    /// Redirects, checked.
    pub success: Option<String>,
    pub failure: Option<String>,
    pub nonce: String,
    pub guide: bool,
    pub result: bool,
}

/// A session that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    pub id: String,
    pub partner: String,
    pub api: Api,
    pub token: Option<TokenHash>,
    pub ticket: Option<Ticket>,
    /// The scheme's name in reports.
    pub scheme: String,
    pub parameters: Parameters,
    /// Whether something of the person is in memory for it.
    pub bound: bool,
}

/// Alibaba Cloud: a scene and the business's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub biz: String,
    pub ticket: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Beginning,
    Running,
    Ended,
}

/// How a session ended. Nothing of the person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub passed: bool,
    /// TongDun's code of the liveness check.
    pub code: u32,
    /// Whether all material that the scheme needs was received.
    pub complete: bool,
    /// By TongDun's table.
    pub billed: bool,
    pub error: Option<ErrorInfo>,
    pub comparison: Option<Comparison>,
    /// The desk has lost the session, so that there is no result.
    pub lost: bool,
}

/// A session's end, to be written.
#[derive(Clone)]
pub(crate) struct Ending {
    pub outcome: Outcome,
    pub jws: Option<String>,
    pub typed: Option<Claim>,
}

/// A session as it is kept.
#[derive(Clone)]
pub(crate) struct Session {
    pub id: String,
    pub partner: String,
    pub api: Api,
    pub ticket: Option<Ticket>,
    pub scheme: String,
    pub parameters: Parameters,
    pub bound: bool,
    pub browser: Option<Vec<u8>>,
    pub state: State,
    pub created_at: i64,
    pub valid_until: i64,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub outcome: Option<Outcome>,
    pub jws: Option<String>,
    pub typed: Option<Claim>,
    pub fetched_until: Option<i64>,
}

pub(crate) fn create(connection: &Connection, now: i64, new: &NewSession) -> Result<(), RegisterError> {
    let valid_until = now + OPEN_S;
    connection
        .prepare_cached(
            "INSERT INTO session (id, partner, api, token, biz, ticket, scheme, request, bound, state,
                                  created_at, valid_until, keep_until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?10, ?11, ?12)",
        )?
        .execute((
            &new.id,
            &new.partner,
            new.api.name(),
            &new.token,
            new.ticket.as_ref().map(|ticket| &ticket.biz),
            new.ticket.as_ref().map(|ticket| &ticket.ticket),
            &new.scheme,
            json(&new.parameters)?,
            new.bound,
            now,
            valid_until,
            valid_until + KEEP_UNUSED_S,
        ))?;
    Ok(())
}

const SELECT: &str = "SELECT id, partner, api, biz, ticket, scheme, request, bound, browser, state,
    created_at, valid_until, started_at, ended_at, outcome, jws, typed, fetched_until FROM session";

pub(crate) fn by_token(
    connection: &Connection,
    api: Api,
    hash: &TokenHash,
) -> Result<Option<Session>, RegisterError> {
    one(connection, "WHERE token = ?1 AND api = ?2", (hash, api.name()))
}

pub(crate) fn by_id(connection: &Connection, id: &str) -> Result<Option<Session>, RegisterError> {
    one(connection, "WHERE id = ?1", [id])
}

/// The session that tells how a ticket stands: the latest that began, else the latest.
pub(crate) fn by_ticket(connection: &Connection, ticket: &Ticket) -> Result<Option<Session>, RegisterError> {
    let condition =
        "WHERE biz = ?1 AND ticket = ?2 ORDER BY state = 'open', created_at DESC, rowid DESC LIMIT 1";
    one(connection, condition, (&ticket.biz, &ticket.ticket))
}

/// Whether a ticket has passed.
pub(crate) fn has_passed(connection: &Connection, ticket: &Ticket) -> Result<bool, RegisterError> {
    let passed = connection
        .prepare_cached(
            "SELECT 1 FROM session WHERE biz = ?1 AND ticket = ?2 AND state = 'ended'
             AND json_extract(outcome, '$.passed')",
        )?
        .exists((&ticket.biz, &ticket.ticket))?;
    Ok(passed)
}

/// Takes an open session for the browser that comes with its token. False if it was not open, or
/// no longer valid.
pub(crate) fn take(
    connection: &Connection,
    now: i64,
    id: &str,
    browser: Option<&TokenHash>,
) -> Result<bool, RegisterError> {
    let changed = connection
        .prepare_cached(
            "UPDATE session SET state = 'beginning', browser = ?3, keep_until = ?4
             WHERE id = ?1 AND state = 'open' AND valid_until > ?2",
        )?
        .execute((id, now, browser, now + RUNNING_S + KEEP_S))?;
    Ok(changed == 1)
}

/// The desk refused: the token can be used again.
pub(crate) fn put_back(connection: &Connection, id: &str) -> Result<(), RegisterError> {
    connection.execute(
        "UPDATE session SET state = 'open', browser = NULL WHERE id = ?1 AND state = 'beginning'",
        [id],
    )?;
    Ok(())
}

/// The desk has begun. It may already have ended, too.
pub(crate) fn begun(connection: &Connection, now: i64, id: &str) -> Result<(), RegisterError> {
    connection
        .prepare_cached(
            "UPDATE session SET started_at = ?2, valid_until = ?3,
                    state = CASE state WHEN 'beginning' THEN 'running' ELSE state END
             WHERE id = ?1 AND state IN ('beginning', 'ended')",
        )?
        .execute((id, now, now + RUNNING_S))?;
    if let Some(ticket) = by_id(connection, id)?.and_then(|session| session.ticket) {
        scenes::mark_used(connection, &ticket.biz)?;
    }
    Ok(())
}

/// Writes a session's end, its usage and its webhook. Does nothing if it has ended already.
/// `only_running`: also does nothing while it begins.
pub(crate) fn end(
    connection: &Connection,
    now: i64,
    id: &str,
    ending: &Ending,
    only_running: bool,
) -> Result<(), RegisterError> {
    let typed = ending.typed.as_ref().map(|claim| (&claim.name, &claim.number));
    let changed = connection
        .prepare_cached(
            "UPDATE session SET state = 'ended', ended_at = ?2, keep_until = ?3, outcome = ?4, jws = ?5,
                    typed = ?6
             WHERE id = ?1 AND (state = 'running' OR state = 'beginning' AND NOT ?7)",
        )?
        .execute((
            id,
            now,
            now + KEEP_S,
            json(&ending.outcome)?,
            &ending.jws,
            typed.as_ref().map(json).transpose()?,
            only_running,
        ))?;
    let Some(session) = by_id(connection, id)?.filter(|_| changed == 1) else { return Ok(()) };
    let outcome = &ending.outcome;
    let code = match &outcome.error {
        Some(error) => error.error.clone(),
        None => outcome.code.to_string(),
    };
    let used = Use {
        partner: &session.partner,
        api: session.api.name(),
        scheme: &session.scheme,
        biz: session.ticket.as_ref().map(|ticket| ticket.biz.as_str()),
        complete: outcome.complete,
        passed: outcome.passed,
        code: &code,
        billed: outcome.billed,
    };
    usage::note(connection, now, &used)?;
    webhooks::queue(connection, now, &session, outcome)
}

/// A result has been fetched; it can be fetched again until then.
pub(crate) fn fetched(connection: &Connection, id: &str, until: i64) -> Result<(), RegisterError> {
    connection.execute(
        "UPDATE session SET fetched_until = ?2 WHERE id = ?1 AND fetched_until IS NULL",
        (id, until),
    )?;
    Ok(())
}

/// Sessions that are under way, for a start after a crash: their desk has lost them.
pub(super) fn end_lost(connection: &Connection, now: i64) -> Result<(), RegisterError> {
    end_all(connection, now, i64::MAX)
}

/// Sessions that should have ended long ago.
pub(super) fn end_overdue(connection: &Connection, now: i64) -> Result<(), RegisterError> {
    end_all(connection, now, now)
}

fn end_all(connection: &Connection, now: i64, due: i64) -> Result<(), RegisterError> {
    // A session that begins has the deadline of its token; that it still begins then is overdue too.
    let mut statement = connection.prepare_cached(
        "SELECT id FROM session WHERE state IN ('beginning', 'running') AND valid_until < ?1",
    )?;
    let ids: Vec<String> = statement.query_map([due], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in ids {
        end(connection, now, &id, &Ending::lost(), false)?;
    }
    Ok(())
}

pub(super) fn remove_expired(connection: &Connection, now: i64) -> Result<(), RegisterError> {
    connection.execute("DELETE FROM session WHERE keep_until <= ?1", [now])?;
    Ok(())
}

impl Ending {
    /// The end of a session that the desk has lost.
    pub fn lost() -> Self {
        let error = ErrorInfo {
            event_type: "session".into(),
            error: "CID_11".into(),
            error_message: "the terminal lost the session; start again".into(),
        };
        let outcome = Outcome {
            passed: false,
            code: vouch_contract::codes::LivenessCode::INTERNAL.0,
            complete: false,
            billed: false,
            error: Some(error),
            comparison: None,
            lost: true,
        };
        Self { outcome, jws: None, typed: None }
    }
}

fn one(
    connection: &Connection,
    condition: &str,
    given: impl rusqlite::Params,
) -> Result<Option<Session>, RegisterError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} {condition}"))?;
    Ok(statement.query_row(given, read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Session> {
    let (biz, ticket): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
    let typed: Option<(String, String)> = read_json(row, 16)?;
    let api: String = row.get(2)?;
    let state: String = row.get(9)?;
    Ok(Session {
        id: row.get(0)?,
        partner: row.get(1)?,
        api: Api::named(&api).ok_or_else(|| unreadable(2))?,
        ticket: biz.zip(ticket).map(|(biz, ticket)| Ticket { biz, ticket }),
        scheme: row.get(5)?,
        parameters: read_json(row, 6)?.ok_or_else(|| unreadable(6))?,
        bound: row.get(7)?,
        browser: row.get(8)?,
        state: match state.as_str() {
            "open" => State::Open,
            "beginning" => State::Beginning,
            "running" => State::Running,
            _ => State::Ended,
        },
        created_at: row.get(10)?,
        valid_until: row.get(11)?,
        started_at: row.get(12)?,
        ended_at: row.get(13)?,
        outcome: read_json(row, 14)?,
        jws: row.get(15)?,
        typed: typed.map(|(name, number)| Claim { name, number }),
        fetched_until: row.get(17)?,
    })
}

fn read_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| unreadable(column))).transpose()
}

fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, "another form".into())
}

fn json(value: &impl Serialize) -> Result<String, RegisterError> {
    serde_json::to_string(value).map_err(|error| RegisterError::Disk(error.to_string()))
}
