//! `vouch-hub`: the commands of the central side.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use vouch_hub::cli;

/// The central side: takes the terminals' results in and acknowledges them.
#[derive(Debug, Parser)]
#[command(name = "vouch-hub", version, propagate_version = true)]
struct Hub {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Verifies, stores and acknowledges results
    Receive(cli::Args),
}

fn main() -> ExitCode {
    match Hub::parse().command {
        Command::Receive(args) => cli::run(&args).into(),
    }
}
