//! `vouch outbox`: what is waiting for the hub, what the hub refused, and sending refused results
//! again. Shows numbers, ids and reasons, never who was in front of the camera.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::common::Place;
use super::failure::{FAILED, Failure};
use crate::config::Config;
use crate::terminal::station::{OUTBOX_FILE, open_outbox};
use vouch_link::reason::printable;
use vouch_store::outbox::{Outbox, Refused};

/// Most refused results listed; the outbox may hold more.
const MAX_LISTED: u32 = 1000;

/// Counts the results waiting for the hub, and lists those it refused, with reasons.
///
/// Exit code: 0 done, 1 `retry` found no such refused result, 2 wrong use or configuration, 3 the
/// outbox can't be read.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch outbox
  vouch outbox retry 01980b6e-7d6f-7c5a-9f5e-0f6c3a1d2b4c
  vouch outbox retry --all")]
pub struct OutboxArgs {
    /// The configuration file [default: /etc/vouch/vouch.toml; in a checkout, the defaults]
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// The state folder, instead of `device.state_dir`
    #[arg(long, value_name = "DIR", global = true)]
    state: Option<PathBuf>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<OutboxCommand>,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Queues refused results again, once the cause is fixed
    Retry(RetryArgs),
}

/// The results to retry.
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// The result's id, as listed by `vouch outbox`
    #[arg(value_name = "JTI", required_unless_present = "all", conflicts_with = "all")]
    jti: Option<String>,
    /// Every refused result
    #[arg(long)]
    all: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &OutboxArgs) -> Result<ExitCode, Failure> {
    let place = Place { config: args.config.clone(), state: args.state.clone(), source: None };
    let config = place.load()?;
    match &args.command {
        Some(OutboxCommand::Retry(retry)) => run_retry(&config, retry),
        None => list(&config, args.json),
    }
}

/// The outbox, if it exists: looking must not create one.
fn open(config: &Config) -> Result<Option<Outbox>, Failure> {
    if !config.device.state_dir.join(OUTBOX_FILE).exists() {
        return Ok(None);
    }
    open_outbox(config).map(Some).map_err(Failure::device)
}

fn list(config: &Config, json: bool) -> Result<ExitCode, Failure> {
    let outbox = open(config)?;
    let counts = outbox.as_ref().map(Outbox::counts).transpose().map_err(Failure::device)?;
    let counts = counts.unwrap_or_default();
    let refused = outbox.as_ref().map(|outbox| outbox.refused(MAX_LISTED)).transpose();
    let refused = refused.map_err(Failure::device)?.unwrap_or_default();
    let mut stdout = std::io::stdout().lock();
    if json {
        let listed: Vec<_> = refused.iter().map(in_json).collect();
        let line = json!({
            "waiting": counts.waiting,
            "delivered": counts.acknowledged,
            "refused": counts.refused,
            "lastSeq": counts.last_seq,
            "refusedResults": listed,
        });
        writeln!(stdout, "{line}")?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(
        stdout,
        "{} waiting, {} delivered, {} refused by the hub; last number {}",
        counts.waiting, counts.acknowledged, counts.refused, counts.last_seq
    )?;
    for one in &refused {
        writeln!(stdout, "refused  {:>8}  {}  {}", one.seq, one.jti, printable(&one.reason))?;
    }
    let listed = refused.len() as u64;
    if listed < counts.refused {
        writeln!(stdout, "and {} more", counts.refused - listed)?;
    }
    if counts.refused > 0 {
        writeln!(stdout, "once the cause is fixed: vouch outbox retry JTI, or --all")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn in_json(one: &Refused) -> serde_json::Value {
    json!({ "seq": one.seq, "jti": one.jti, "reason": one.reason, "at": one.at })
}

fn run_retry(config: &Config, args: &RetryArgs) -> Result<ExitCode, Failure> {
    let mut outbox = open(config)?;
    let mut put_back = 0_u64;
    if let Some(outbox) = &mut outbox {
        match &args.jti {
            Some(jti) => put_back = u64::from(outbox.retry(jti).map_err(Failure::usage)?),
            None => loop {
                let refused = outbox.refused(MAX_LISTED).map_err(Failure::device)?;
                let before = put_back;
                for one in &refused {
                    put_back += u64::from(outbox.retry(&one.jti).map_err(Failure::device)?);
                }
                if put_back == before {
                    break;
                }
            },
        }
    }
    let mut stdout = std::io::stdout().lock();
    match (put_back, &args.jti) {
        (0, Some(jti)) => {
            writeln!(stdout, "{} was not refused: nothing to do", printable(jti))?;
            return Ok(ExitCode::from(FAILED));
        }
        (0, None) => writeln!(stdout, "no refused result: nothing to do")?,
        (count, _) => writeln!(
            stdout,
            "{count} back in the queue; a running terminal sends them within a minute, the next `vouch \
             session` otherwise"
        )?,
    }
    Ok(ExitCode::SUCCESS)
}
