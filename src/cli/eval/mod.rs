//! `vouch eval`: how good it is, on data with known answers.

mod gesture;
mod quality;

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
    /// Blinks, open mouths, turns and nods in clips, against hand labels
    Gesture(gesture::GestureArgs),
    /// Darkness, blur, covered faces in stills, against their labels
    Quality(quality::QualityArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &EvalArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        EvalCommand::Gesture(args) => gesture::run(args),
        EvalCommand::Quality(args) => quality::run(args),
    }
}
