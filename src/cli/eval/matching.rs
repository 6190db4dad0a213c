//! `vouch eval match`: pairs of face pictures in, error rates out.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::common::Place;
use crate::cli::failure::Failure;

/// Compares pairs of face pictures by the whole pipeline (detector, mesh,
/// chip, embedding) and reports accuracy and error rates with 95 % confidence
/// intervals.
#[derive(Debug, Args)]
pub struct MatchArgs {
    #[command(flatten)]
    place: Place,
    /// CSV with the columns same (1 or 0), file1, file2, and maybe fold
    #[arg(long, value_name = "CSV")]
    pairs: PathBuf,
    /// The folder that the CSV's paths start from
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// The embedding model: a name in the manifest, or a known model's file [default: the one in use]
    #[arg(long, value_name = "NAME|FILE")]
    embed: Option<String>,
    /// The policy whose threshold is measured too
    #[arg(long, value_name = "POLICY")]
    policy: Option<String>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    /// Writes a report in Markdown and the DET curve as SVG and PNG
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(_args: &MatchArgs) -> Result<ExitCode, Failure> {
    Err(Failure::usage("`vouch eval match` is not finished"))
}
