//! `vouch run`: the terminal as a service.

use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;

use clap::Args;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::common::Place;
use super::failure::Failure;
use crate::config::Start;
use crate::fleet::link::{Link, LinkHandle};
use crate::terminal::run::{EyeCommand, Signals, Terminal, runs_unattended};
use crate::terminal::station::Station;

/// The terminal as a service: keeps an eye process alive, leads sessions and
/// delivers their results. What happens is told as JSON lines on standard output.
///
/// SIGUSR1 begins a session; SIGTERM and SIGINT end the terminal, a session
/// under way is cancelled and its result kept.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch run --config /etc/vouch/vouch.toml
  kill -USR1 $(pidof -s vouch)     # begin a session")]
pub struct RunArgs {
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &RunArgs, began: Instant) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    if config.session.start == Start::Presence && !runs_unattended(config.session.scheme) {
        return Err(Failure::usage(
            "session.start = \"presence\" can't bring a portrait: the scheme FVBioOnly needs `vouch session \
             --reference`; set session.scheme = \"LivenessOnly\" or session.start = \"command\"",
        ));
    }
    let station = Station::open(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let signals = Signals::default();
    listen(&runtime, &signals)?;
    let link = start_link(&runtime, &station)?;
    let mut arguments = vec!["eye".to_owned()];
    arguments.extend(args.place.arguments());
    let command = EyeCommand { program: std::env::current_exe()?, arguments };
    let mut stdout = std::io::stdout();
    let mut terminal = Terminal::new(station, link, signals, began, &mut stdout);
    let done = terminal.run(&command);
    if let Some(link) = terminal.into_link() {
        runtime.block_on(link.shutdown());
    }
    done?;
    Ok(ExitCode::SUCCESS)
}

fn listen(runtime: &Runtime, signals: &Signals) -> Result<(), Failure> {
    let _inside = runtime.enter();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut user = signal(SignalKind::user_defined1())?;
    let signals = signals.clone();
    runtime.spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => signals.stop.store(true, Ordering::Relaxed),
                _ = interrupt.recv() => signals.stop.store(true, Ordering::Relaxed),
                _ = user.recv() => signals.begin.store(true, Ordering::Relaxed),
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
    Link::spawn(options, outbox).map(Some).map_err(Failure::usage)
}
