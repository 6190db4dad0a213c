//! `vouch eye`: perception as a process of its own.

use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::common::Place;
use super::failure::Failure;
use crate::camera::Pace;
use crate::eye::process::serve;
use crate::eye::setup::set_up;

/// The perception process: camera and models, no keys, no network. Started by
/// `vouch run`, or by systemd.
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
    let config = args.place.load()?;
    // The terminal waits at the other end: it hears at once when this fails.
    let stream = UnixStream::connect(&args.socket)
        .map_err(|e| Failure::device(format!("{}: {e}; start `vouch run` first", args.socket.display())))?;
    let (eye, source) = set_up(&config, Pace::Real)?;
    serve(eye, source, stream)?;
    Ok(ExitCode::SUCCESS)
}
