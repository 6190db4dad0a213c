//! `vouch run`: the terminal as a service.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::common::Place;
use super::failure::Failure;
use super::kiosk::open_page;
use crate::terminal::order::{Asker, Order, OrderSender, SessionOrder, queue};
use crate::terminal::pending_results::OutboxQueue;
use crate::terminal::run::{EyeCommand, Stop, Terminal};
use crate::terminal::station::Station;
use vouch_contract::scheme::{Against, Claim, Plan, Scheme};
use vouch_link::link::{Link, LinkHandle};

/// The terminal as a service: keeps an eye process alive, runs sessions and delivers their results.
/// Events are printed as JSON lines on standard output.
///
/// SIGUSR1 begins a session. SIGTERM and SIGINT stop the terminal; a running session is cancelled
/// and its result kept.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch run --config /etc/vouch/vouch.toml
  kill -USR1 PID     # begin a session; PID stands in the event first-sighting")]
pub struct RunArgs {
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &RunArgs, began: Instant) -> Result<ExitCode, Failure> {
    // First of all, because a signal may arrive as soon as the service has started.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let (stop, (sender, orders)) = (Stop::default(), queue());
    listen(&runtime, stop.clone(), sender.clone())?;
    let config = args.place.load()?;
    let scheme = config.session.scheme;
    if let Some(why) = why_unsupported(scheme, config.kiosk.enabled) {
        return Err(Failure::usage(format!(
            "`vouch run` can't run sessions of the scheme {scheme} yet: it {why}; or set session.scheme to \
             another one"
        )));
    }
    end_on_panic();
    let _only = lock_state_folder(&config.device.state_dir)?;
    let station = Station::open(config)?;
    let link = start_link(&runtime, &station)?;
    let mut stdout = std::io::stdout();
    let mut tell = |event: serde_json::Value| {
        let _ = writeln!(stdout, "{event}").and_then(|()| stdout.flush());
    };
    let (mut front, mut media, mut partners) = (None, None, None);
    if station.config().kiosk.enabled {
        let page = open_page(&runtime, &station, link.as_ref(), &args.place, sender.clone())?;
        tell(serde_json::json!({ "event": "kiosk", "url": page.url }));
        if station.config().partners.enabled {
            let (server, kept) = super::partners::serve(&runtime, &station, &page, sender)?;
            tell(serde_json::json!({ "event": "partners", "address": server.address() }));
            (media, partners) = (Some(kept), Some(server));
        }
        front = Some(page.front);
    }
    let mut arguments = vec!["eye".to_owned()];
    arguments.extend(args.place.arguments());
    let command = EyeCommand { program: std::env::current_exe()?, arguments };
    let mut terminal = Terminal::new(station, link, (stop, orders), front, began, &mut stdout);
    if let Some(media) = media {
        terminal = terminal.keeping(media);
    }
    let done = terminal.run(&command);
    if let Some(server) = partners {
        runtime.block_on(server.stop());
    }
    if let Some(link) = terminal.into_link() {
        runtime.block_on(link.shutdown());
    }
    done?;
    Ok(ExitCode::SUCCESS)
}

/// How long a signal waits for the camera's frames: longer than an eye takes to start.
const SIGNAL_PATIENCE: Duration = Duration::from_secs(5);

/// The lock that marks the state folder as in use.
pub const RUN_LOCK: &str = "run.lock";

/// Two terminals on one state folder would keep taking the broker's connection from each other.
fn lock_state_folder(state: &Path) -> Result<File, Failure> {
    let path = state.join(RUN_LOCK);
    let fail = |e: std::io::Error| Failure::device(format!("{}: {e}", path.display()));
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(state).map_err(fail)?;
    let file =
        File::options().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::device(format!(
            "{}: another `vouch run` uses this state folder; stop it, or name another folder",
            path.display()
        ))),
        Err(TryLockError::Error(e)) => Err(fail(e)),
    }
}

/// Ends the process if a thread panics. Otherwise the terminal would look alive but do nothing;
/// this way its supervisor restarts it.
fn end_on_panic() {
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tell(panic);
        std::process::abort();
    }));
}

/// Turns signals into orders. Installed before anything that takes time: until then the system's
/// default applies, and a signal would end the terminal.
fn listen(runtime: &Runtime, stop: Stop, orders: OrderSender) -> Result<(), Failure> {
    let _inside = runtime.enter();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut user = signal(SignalKind::user_defined1())?;
    runtime.spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => stop.stop(),
                _ = interrupt.recv() => stop.stop(),
                _ = user.recv() => {
                    let order = SessionOrder::plain(Asker::Signal, SIGNAL_PATIENCE);
                    if let Err(error) = orders.send(Order::Begin(Box::new(order))) {
                        tracing::warn!(%error, "a signal for a session was dropped");
                    }
                }
            }
        }
    });
    Ok(())
}

fn start_link(runtime: &Runtime, station: &Station) -> Result<Option<LinkHandle>, Failure> {
    if !station.config().fleet.enabled {
        return Ok(None);
    }
    let options = station.link_options()?;
    let outbox = station.open_outbox()?;
    let _inside = runtime.enter();
    Link::spawn(options, OutboxQueue(outbox)).map(Some).map_err(Failure::usage)
}

/// Why this terminal can't run sessions of `scheme`, which begin with a signal or a face and no
/// further input; `None` if it can.
fn why_unsupported(scheme: Scheme, has_page: bool) -> Option<&'static str> {
    match scheme.plan() {
        Plan { against: Against::Bound, .. } => {
            Some("needs a portrait with each session: `vouch session --reference`")
        }
        Plan { claim: Claim::Bound, .. } => Some(
            "needs name and number with each session: `vouch session --name … --number …`, or RPBasic, which \
             finds the record by the document shown",
        ),
        Plan { claim: Claim::Typed, .. } if !has_page => {
            Some("has the person type name and number, on a page: set kiosk.enabled, or use `vouch session`")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_nobody_runs_by_itself() {
        let runs = |has_page| -> Vec<Scheme> {
            Scheme::ALL.into_iter().filter(|s| why_unsupported(*s, has_page).is_none()).collect()
        };
        assert_eq!(runs(false), [Scheme::LivenessOnly, Scheme::CidDocument, Scheme::RpBasic]);
        assert_eq!(
            runs(true),
            [Scheme::LivenessOnly, Scheme::CidDocument, Scheme::RpBasic, Scheme::RpManual]
        );
    }
}
