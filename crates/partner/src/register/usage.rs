//! Usage: what reports and bills are made from. It outlives the sessions and names nobody.

use rusqlite::Connection;

use super::{Register, RegisterError};

/// Longest window of a report, seconds: 90 days.
pub const MAX_WINDOW_S: i64 = 90 * 86_400;
/// Most rows kept: a full window of 5,000 sessions a day. By number and not by age, so that a clock
/// that is set wrongly removes nothing.
const MAX_KEPT: i64 = 450_000;
const HOUR_S: i64 = 3600;
/// Most rows of a report.
const MAX_ROWS: i64 = 10_000;

/// A session that has ended, or a call that compared or enrolled.
pub(crate) struct Use<'a> {
    pub partner: &'a str,
    pub api: &'a str,
    pub scheme: &'a str,
    pub biz: Option<&'a str>,
    /// Whether a complete set of material was received.
    pub complete: bool,
    pub passed: bool,
    pub code: &'a str,
    pub billed: bool,
}

/// Calls of one partner with one scheme in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// The hour's beginning, seconds since 1970.
    pub hour: i64,
    /// The partner's code.
    pub partner: String,
    /// The API: `cid`, `tongdun`, `alibaba`, `gallery`.
    pub api: String,
    /// The scheme, or `CompareFaces`, or `enrol`.
    pub scheme: String,
    /// The scene.
    pub biz: Option<String>,
    /// Sessions that have ended, or calls that compared.
    pub sessions: u64,
    /// Of those, with a complete set of material.
    pub submissions: u64,
    /// Of the submissions, passed. The rest failed.
    pub passes: u64,
    /// Of the sessions, billed (TongDun's table).
    pub billed: u64,
}

impl Register {
    /// Usage by the hour, from `from` to before `to` (seconds since 1970), and not beyond this hour.
    /// A window over 90 days loses its beginning.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn usage(&self, from: i64, to: i64) -> Result<Vec<UsageRow>, RegisterError> {
        self.run_blocking(move |connection, now| {
            let to = to.min(now + HOUR_S);
            let from = from.max(to.saturating_sub(MAX_WINDOW_S));
            let mut statement = connection.prepare(
                "SELECT at - at % 3600 AS hour, partner, api, scheme, biz, count(*), sum(complete),
                        sum(passed), sum(billed)
                 FROM usage WHERE at >= ?1 AND at < ?2
                 GROUP BY hour, partner, api, scheme, biz
                 ORDER BY hour, partner, api, scheme, biz LIMIT ?3",
            )?;
            let rows = statement.query_map((from, to, MAX_ROWS), |row| {
                Ok(UsageRow {
                    hour: row.get(0)?,
                    partner: row.get(1)?,
                    api: row.get(2)?,
                    scheme: row.get(3)?,
                    biz: row.get(4)?,
                    sessions: row.get::<_, i64>(5)?.cast_unsigned(),
                    submissions: row.get::<_, i64>(6)?.cast_unsigned(),
                    passes: row.get::<_, i64>(7)?.cast_unsigned(),
                    billed: row.get::<_, i64>(8)?.cast_unsigned(),
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

pub(crate) fn note(connection: &Connection, now: i64, used: &Use<'_>) -> Result<(), RegisterError> {
    connection
        .prepare_cached(
            "INSERT INTO usage (at, partner, api, scheme, biz, complete, passed, code, billed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute((
            now,
            used.partner,
            used.api,
            used.scheme,
            used.biz,
            used.complete,
            used.passed,
            used.code,
            used.billed,
        ))?;
    Ok(())
}

pub(super) fn remove_oldest(connection: &Connection) -> Result<(), RegisterError> {
    connection.execute("DELETE FROM usage WHERE rowid <= (SELECT max(rowid) FROM usage) - ?1", [MAX_KEPT])?;
    Ok(())
}
