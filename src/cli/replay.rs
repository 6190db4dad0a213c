//! `vouch replay`: decides a recorded session again.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::failure::{FAILED, Failure};
use vouch_session::log::{ReplayError, replay};

/// Replays a session log (`vouch session --log FILE`) through the state machine and prints the
/// outcome: the same events give the same outcome.
///
/// Exit code: 0 success, 1 failure, 2 the log can't be replayed.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch replay session.jsonl")]
pub struct ReplayArgs {
    /// The session log (biometric data)
    #[arg(value_name = "FILE")]
    log: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &ReplayArgs) -> Result<ExitCode, Failure> {
    let fail = |error: ReplayError| Failure::usage(format!("{}: {error}", args.log.display()));
    let file = File::open(&args.log).map_err(|e| fail(e.into()))?;
    let outcome = replay(BufReader::new(file)).map_err(fail)?;
    let json = serde_json::to_string_pretty(&outcome).map_err(Failure::device)?;
    writeln!(std::io::stdout().lock(), "{json}")?;
    Ok(if outcome.success { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}
