//! `vouch eval`: how good it is, on data with known answers.

mod matching;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;

/// Measures Vouch on labelled data, in the figures of ISO/IEC 19795 and 30107-3.
#[derive(Debug, Args)]
pub struct EvalArgs {
    #[command(subcommand)]
    command: EvalCommand,
}

/// What is measured.
#[derive(Debug, Subcommand)]
pub enum EvalCommand {
    /// Comparison of faces: accuracy, EER, FNMR at FMR, DET curve
    Match(matching::MatchArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &EvalArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        EvalCommand::Match(args) => matching::run(args),
    }
}
