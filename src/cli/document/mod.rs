//! `vouch document`: identity documents, made and read.

mod specimen;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;

/// Works with identity documents.
#[derive(Debug, Args)]
pub struct DocumentArgs {
    #[command(subcommand)]
    command: DocumentCommand,
}

/// What is done.
#[derive(Debug, Subcommand)]
pub enum DocumentCommand {
    /// Makes specimens with their truth: pages, photographs, clips
    Specimen(specimen::SpecimenArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &DocumentArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        DocumentCommand::Specimen(args) => specimen::run(args),
    }
}
