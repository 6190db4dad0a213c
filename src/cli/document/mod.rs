//! `vouch document`: reads identity documents.

mod read;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;

/// Works with identity documents.
#[derive(Debug, Args)]
pub struct DocumentArgs {
    #[command(subcommand)]
    command: DocumentCommand,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum DocumentCommand {
    /// Reads a document from pictures of its sides, and checks it
    Read(read::ReadArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &DocumentArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        DocumentCommand::Read(args) => read::run(args),
    }
}
