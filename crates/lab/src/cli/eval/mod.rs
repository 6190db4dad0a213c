//! `vouch-lab eval`: error rates on data with known answers.

mod calibrate;
mod document;
mod embedder;
pub(super) mod generated;
mod gesture;
mod identify;
mod light;
mod matching;
mod mrz;
mod outline;
mod pad;
mod quality;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use vouch::cli::failure::Failure;

/// Measures Vouch on labelled data, with the figures of ISO/IEC 19795 and 30107-3.
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
    /// Thresholds of an embedding model for false match rates
    Calibrate(calibrate::CalibrateArgs),
    /// One among many: rank, FPIR and FNIR of searches in a gallery
    Identify(identify::IdentifyArgs),
    /// Presentation-attack detection: APCER for each species, BPCER
    Pad(pad::PadArgs),
    /// The light challenge on clips of people, simulated
    Light(light::LightArgs),
    /// Blinks, open mouths, turns and nods in clips, against hand labels
    Gesture(gesture::GestureArgs),
    /// Darkness, blur, covered faces in stills, against their labels
    Quality(quality::QualityArgs),
    /// Machine readable zones read from one still, against their lines
    Mrz(mrz::MrzArgs),
    /// Generated documents read whole, from photographs or clips
    Document(document::DocumentArgs),
    /// Outlines of documents in generated frames, with and without a document
    Outline(outline::OutlineArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &EvalArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        EvalCommand::Match(args) => matching::run(args),
        EvalCommand::Calibrate(args) => calibrate::run(args),
        EvalCommand::Identify(args) => identify::run(args),
        EvalCommand::Pad(args) => pad::run(args),
        EvalCommand::Light(args) => light::run(args),
        EvalCommand::Gesture(args) => gesture::run(args),
        EvalCommand::Quality(args) => quality::run(args),
        EvalCommand::Document(args) => document::run(args),
        EvalCommand::Outline(args) => outline::run(args),
        EvalCommand::Mrz(args) => mrz::run(args),
    }
}

/// Prints a report: one JSON object, or `text` for a person.
fn print(report: &impl Serialize, text: &impl Display, json: bool) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    if json {
        writeln!(stdout, "{}", serde_json::to_string(report).map_err(Failure::device)?)?;
    } else {
        write!(stdout, "{text}")?;
    }
    Ok(())
}
