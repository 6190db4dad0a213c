//! The register: partners, scenes, tokens, sessions, webhooks and usage, in one SQLite file.
//!
//! In: calls from the APIs and from the operator's commands. Out: rows. One thread owns the
//! connection. It takes all calls that wait, runs them in one transaction and commits once, so
//! that fifty clients cost one commit. Expired rows are removed every minute.

mod checkpoint;
mod clock_change;
mod error;
mod open;
pub mod partners;
pub mod scenes;
pub mod sessions;
pub mod tokens;
pub mod usage;
pub mod webhooks;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;
use vouch_contract::clock::{Clock, SystemClock};

use checkpoint::Checkpoints;
use clock_change::SteadyTime;
pub use error::RegisterError;

/// Most calls waiting.
const MAX_WAITING: usize = 1024;
/// Most calls in one transaction.
const MAX_BATCH: usize = 128;
/// How often expired rows are removed.
const CLEAN_EVERY: Duration = Duration::from_secs(60);

/// Whether a call must be on the medium when it returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// A power cut may undo the last second: tokens, and reading.
    Quick,
    /// It survives a power cut: partners, results, deliveries.
    Durable,
}

/// Told after the commit: whether it failed.
type Reply = Box<dyn FnOnce(Option<RegisterError>) + Send>;
/// Given the connection inside a transaction and the time, or why there is no transaction.
type Run = Box<dyn FnOnce(Result<(&mut Connection, i64), RegisterError>) -> Reply + Send>;

struct Call {
    durability: Durability,
    run: Run,
}

/// The register. Cheap to clone; the thread ends with the last clone.
#[derive(Clone)]
pub struct Register {
    calls: SyncSender<Call>,
}

impl std::fmt::Debug for Register {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Register")
    }
}

impl Register {
    /// Opens the register at `path`, making it (mode 0600) when there is none.
    ///
    /// # Errors
    /// [`RegisterError`].
    pub fn open(path: &Path) -> Result<Self, RegisterError> {
        Self::open_with_clock(path, Arc::new(SystemClock::new()))
    }

    /// As [`Register::open`], with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Register::open`].
    pub fn open_with_clock(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, RegisterError> {
        let connection = open::open(path)?;
        let checkpoints = Checkpoints::start(path)?;
        let (calls, waiting) = sync_channel(MAX_WAITING);
        let keeper = Keeper { connection, checkpoints, waiting, time: SteadyTime::new(clock) };
        let thread = std::thread::Builder::new().name("register".into()).spawn(move || keeper.run());
        thread.map_err(|error| RegisterError::Disk(error.to_string()))?;
        Ok(Self { calls })
    }

    /// Runs `work` in a transaction and waits for its commit. `work` is given the time in seconds
    /// since 1970. If it fails, nothing it did remains.
    ///
    /// # Errors
    /// The work's own, or [`RegisterError::Crowded`].
    pub async fn run<T: Send + 'static>(
        &self,
        durability: Durability,
        work: impl FnOnce(&Connection, i64) -> Result<T, RegisterError> + Send + 'static,
    ) -> Result<T, RegisterError> {
        let (answer, answered) = oneshot::channel();
        self.send(Call {
            durability,
            run: wrap(work, move |outcome| {
                let _ = answer.send(outcome);
            }),
        })?;
        answered.await.unwrap_or(Err(RegisterError::Closed))
    }

    /// As [`Register::run`], for commands: blocks this thread.
    ///
    /// # Errors
    /// As [`Register::run`].
    pub fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection, i64) -> Result<T, RegisterError> + Send + 'static,
    ) -> Result<T, RegisterError> {
        let (answer, answered) = sync_channel(1);
        self.send(Call {
            durability: Durability::Durable,
            run: wrap(work, move |outcome| {
                let _ = answer.send(outcome);
            }),
        })?;
        answered.recv().unwrap_or(Err(RegisterError::Closed))
    }

    /// Hands `work` over without waiting for it. Calls made later see what it did. `failed` is told
    /// if it could not be done.
    pub(crate) fn post(
        &self,
        work: impl FnOnce(&Connection, i64) -> Result<(), RegisterError> + Send + 'static,
        failed: impl FnOnce(RegisterError) + Send + 'static,
    ) {
        let run = wrap(work, move |outcome| {
            if let Err(error) = outcome {
                failed(error);
            }
        });
        // A full queue empties within milliseconds, and this must not be dropped.
        if self.calls.send(Call { durability: Durability::Durable, run }).is_err() {
            tracing::error!("the register is closed: a session's end was not written");
        }
    }

    fn send(&self, call: Call) -> Result<(), RegisterError> {
        self.calls.try_send(call).map_err(|error| match error {
            TrySendError::Full(_) => RegisterError::Crowded,
            TrySendError::Disconnected(_) => RegisterError::Closed,
        })
    }
}

/// Runs `work` in a savepoint, and tells `answer` its outcome after the commit.
fn wrap<T: Send + 'static>(
    work: impl FnOnce(&Connection, i64) -> Result<T, RegisterError> + Send + 'static,
    answer: impl FnOnce(Result<T, RegisterError>) + Send + 'static,
) -> Run {
    Box::new(move |given| {
        let outcome = given.and_then(|(connection, now)| {
            let savepoint = connection.savepoint()?;
            let value = work(&savepoint, now)?;
            savepoint.commit()?;
            Ok(value)
        });
        Box::new(move |failed: Option<RegisterError>| answer(failed.map_or(outcome, Err)))
    })
}

/// The thread that owns the connection.
struct Keeper {
    connection: Connection,
    checkpoints: Checkpoints,
    waiting: Receiver<Call>,
    time: SteadyTime,
}

impl Keeper {
    fn run(mut self) {
        let mut clean_at = Instant::now();
        loop {
            // First, or a queue that never empties would put it off for ever.
            if Instant::now() >= clean_at {
                clean_at = Instant::now() + CLEAN_EVERY;
                self.batch(vec![clean()]);
            }
            let first = match self.waiting.recv_timeout(clean_at.saturating_duration_since(Instant::now())) {
                Ok(call) => call,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut calls = vec![first];
            while let Some(call) = (calls.len() < MAX_BATCH).then(|| self.waiting.try_recv().ok()).flatten() {
                calls.push(call);
            }
            self.batch(calls);
        }
    }

    fn batch(&mut self, calls: Vec<Call>) {
        let durable = calls.iter().any(|call| call.durability == Durability::Durable);
        let begun = self.begin(durable);
        let run = |call: Call| match &begun {
            Ok(now) => (call.run)(Ok((&mut self.connection, *now))),
            Err(error) => (call.run)(Err(error.clone())),
        };
        let replies: Vec<Reply> = calls.into_iter().map(run).collect();
        let failed = if begun.is_ok() { self.connection.execute_batch("COMMIT").err() } else { None };
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        self.checkpoints.written();
        let failed = failed.map(RegisterError::from);
        for reply in replies {
            reply(failed.clone());
        }
    }

    /// Begins a transaction, and returns the time.
    fn begin(&mut self, durable: bool) -> Result<i64, RegisterError> {
        // FULL syncs the commit to the medium; NORMAL leaves that to the next checkpoint.
        self.connection.pragma_update(None, "synchronous", if durable { "FULL" } else { "NORMAL" })?;
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let (now, change) = self.time.now();
        if change != 0 {
            clock_change::move_deadlines(&self.connection, change)?;
        }
        Ok(now)
    }
}

/// For the start of the server: what it led when it last ended is lost, and its deadlines hold
/// although the clock may have been set back meanwhile. Commands that only open the register don't
/// call it.
pub(crate) fn after_restart(connection: &Connection, now: i64) -> Result<(), RegisterError> {
    clock_change::after_restart(connection, now)?;
    sessions::end_lost(connection, now)
}

/// Removes what has expired.
fn clean() -> Call {
    let work = |connection: &Connection, now: i64| {
        tokens::remove_expired(connection, now)?;
        sessions::end_overdue(connection, now)?;
        sessions::remove_expired(connection, now)?;
        webhooks::remove_expired(connection, now)?;
        usage::remove_oldest(connection)
    };
    let run = wrap(work, |outcome| {
        if let Err(error) = outcome {
            tracing::error!(%error, "expired rows of the partners' register were not removed");
        }
    });
    Call { durability: Durability::Quick, run }
}
