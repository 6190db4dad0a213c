//! `vouch-lab eval quality`: which quality gates reject which kinds of stills?

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::quality::{QualityTally, look, read};
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch::cli::words::say;
use vouch::eye::load_perception;

/// Stills between two lines of progress.
const PROGRESS_EVERY: usize = 100;

/// Runs labelled stills through perception and the position rules.
///
/// The table has the columns file, kind, label. It reads the kinds face_quality,
/// face_still, face_still_condition and face_still_occlusion. The expected result of
/// each label is in docs/evaluation/quality.md.
///
/// Exit code: 0 measured, 2 wrong use, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval quality --manifest ../shared/data/MANIFEST.csv --root ../shared/data --json")]
pub struct QualityArgs {
    #[command(flatten)]
    place: Place,
    /// The table of stills
    #[arg(long, value_name = "CSV")]
    manifest: PathBuf,
    /// The folder the table's file names are in
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// Prints one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Writes each still's measures to this file (CSV)
    #[arg(long, value_name = "FILE")]
    measures: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &QualityArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let stills = read(&args.manifest).map_err(Failure::usage)?;
    if stills.is_empty() {
        let path = args.manifest.display();
        return Err(Failure::usage(format!(
            "{path}: no row is a still of a face (kinds `face_…`); nothing to measure"
        )));
    }
    let mut perception = load_perception(&config.runtime)?;
    let mut tally = QualityTally::default();
    for (at, still) in stills.iter().enumerate() {
        if at % PROGRESS_EVERY == 0 {
            say(&format!("{at}/{} {}", stills.len(), still.file));
        }
        match look(&mut perception, &config.session.policy.position, &args.root.join(&still.file)) {
            Ok(seen) => tally.add(still, &seen),
            Err(error) => tally.skip(still, error.to_string()),
        }
    }
    if let Some(path) = &args.measures {
        std::fs::write(path, tally.csv()).map_err(|e| Failure::device(format!("{}: {e}", path.display())))?;
    }
    let report = tally.report();
    super::print(&report, &report, args.json)?;
    Ok(ExitCode::SUCCESS)
}
