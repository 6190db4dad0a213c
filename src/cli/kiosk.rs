//! The page on the screen: opened by `vouch run`, its PIN set by `vouch kiosk pin`.

use std::io::{BufRead as _, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use tokio::runtime::Runtime;

use super::common::Place;
use super::failure::Failure;
use super::words::say;
use crate::config::Start as ConfigStart;
use crate::kiosk::flow::{Flow, SetUp};
use crate::kiosk::key::PageKey;
use crate::kiosk::operations::Operations;
use crate::kiosk::pin::{self, Pin};
use crate::kiosk::protocol::{Network, Start};
use crate::kiosk::screen::PageScreen;
use crate::kiosk::server::Server;
use crate::kiosk::shared::Shared;
use crate::kiosk::speech::Speech;
use crate::terminal::order::OrderSender;
use crate::terminal::run::Front;
use crate::terminal::station::Station;
use vouch_link::link::LinkHandle;

/// Works with the page on the screen. `vouch run` serves it if kiosk.enabled is set.
#[derive(Debug, Args)]
pub struct KioskArgs {
    #[command(subcommand)]
    command: KioskCommand,
}

#[derive(Debug, Subcommand)]
enum KioskCommand {
    /// Sets the service PIN, 4 to 12 digits, read from standard input
    Pin(PinArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "Example:
  echo 471147 | vouch kiosk pin --config /etc/vouch/vouch.toml")]
struct PinArgs {
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &KioskArgs) -> Result<ExitCode, Failure> {
    let KioskCommand::Pin(args) = &args.command;
    let config = args.place.load()?;
    if std::io::stdin().is_terminal() {
        say("New service PIN, 4 to 12 digits:");
    }
    let mut line = String::new();
    std::io::Read::take(std::io::stdin().lock(), 64).read_line(&mut line)?;
    pin::set(&config.device.state_dir, line.trim()).map_err(|error| match error {
        pin::PinError::Digits => Failure::usage(error),
        error => Failure::device(error),
    })?;
    say("The service PIN is set.");
    Ok(ExitCode::SUCCESS)
}

/// A page that is being served.
pub struct OpenPage {
    /// The address that opens it, with its key.
    pub url: String,
    /// For the terminal.
    pub front: Front,
    /// For the partners' desk.
    pub shared: Arc<Shared>,
}

/// Opens the page and serves it on `runtime`.
///
/// # Errors
/// [`Failure`] if the port or the state folder can't be used.
pub fn open_page(
    runtime: &Runtime,
    station: &Station,
    link: Option<&LinkHandle>,
    place: &Place,
    orders: OrderSender,
) -> Result<OpenPage, Failure> {
    let config = station.config();
    let state = &config.device.state_dir;
    let server = runtime
        .block_on(Server::bind(config.kiosk.port, PageKey::open_or_create(state)?))
        .map_err(Failure::device)?;
    let url = server.url();
    let pin = Pin::of(state);
    let set_up = SetUp {
        kiosk: config.kiosk.clone(),
        scheme: config.session.scheme,
        start: match config.session.start {
            ConfigStart::Command => Start::Touch,
            ConfigStart::Presence => Start::Presence,
        },
        operator: pin.is_set(),
    };
    let report = link.map(LinkHandle::report);
    let network = move || {
        let Some(report) = &report else { return Network { state: "off", ..Network::default() } };
        let report = report.borrow();
        Network {
            state: if report.state.is_connected() { "connected" } else { "disconnected" },
            waiting: report.waiting.unwrap_or_default(),
            refused: report.refused,
        }
    };
    let operations = Operations {
        program: std::env::current_exe()?,
        arguments: place.arguments(),
        device: station.identity().id.clone(),
        network: Box::new(network),
    };
    let handle = runtime.handle().clone();
    let shared = Arc::new(Shared::new(Flow::new(set_up), orders, pin, operations, handle));
    let (served, speech) = (Arc::clone(&shared), Speech::of(state));
    runtime.spawn(async move {
        if let Err(error) = server.serve(served, speech).await {
            tracing::error!(%error, "the page's server has ended");
        }
    });
    let pictures = Arc::clone(&shared);
    let front = Front {
        screen: Box::new(PageScreen(Arc::clone(&shared))),
        previews: Arc::new(move |preview| pictures.show(&preview)),
    };
    Ok(OpenPage { url, front, shared })
}
