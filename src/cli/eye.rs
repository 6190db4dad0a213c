//! `vouch eye`: perception as a process of its own.

use std::io;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::common::Place;
use super::failure::Failure;
use crate::eye::set_up;
use vouch_perception::camera::Pace;
use vouch_perception::eye::process::serve;

/// The perception process: camera and models, no keys, no network. `vouch run` starts its own and
/// restarts it when it ends.
#[derive(Debug, Args)]
pub struct EyeArgs {
    #[command(flatten)]
    place: Place,
    /// The terminal's socket
    #[arg(long, value_name = "SOCKET")]
    socket: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &EyeArgs) -> Result<ExitCode, Failure> {
    ignore_usr1()?;
    let config = args.place.load()?;
    // The terminal waits at the other end: it notices at once if this fails.
    let stream = UnixStream::connect(&args.socket)
        .map_err(|e| Failure::device(format!("{}: {e}; start `vouch run` first", args.socket.display())))?;
    let (eye, source) = set_up(&config, Pace::Real)?;
    serve(eye, source, stream)?;
    Ok(ExitCode::SUCCESS)
}

/// Ignores SIGUSR1, which begins a session when sent to `vouch run`. The eye has the same name, and
/// `pidof vouch` may find it first.
fn ignore_usr1() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _inside = runtime.enter();
    // Tokio's handler stays for the life of the process, even without listeners.
    signal(SignalKind::user_defined1()).map(drop)
}
