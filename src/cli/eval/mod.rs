//! `vouch eval`: how good the decisions are, on labelled data.

use std::process::ExitCode;

use clap::Subcommand;

use super::failure::Failure;

pub mod gesture;
pub mod quality;

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
pub fn run(command: &EvalCommand) -> Result<ExitCode, Failure> {
    match command {
        EvalCommand::Gesture(args) => gesture::run(args),
        EvalCommand::Quality(args) => quality::run(args),
    }
}
