//! `vouch-lab eval calibrate`: pictures of known people in, thresholds for false match
//! rates out.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::embedder::Embedder;
use crate::matching::calibrate::{CalibrateError, CalibrationReport, MAX_PICTURES, every_pair, fused};
use crate::matching::pictures;
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;

/// Compares every picture with every other and gives the thresholds for false
/// match rates of 1e-2 to 1e-5: what `[model.calibration]` of an embedding
/// model is made of, for one reference picture and for three fused.
///
/// Exit code: 0 measured, 2 wrong use or table, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval calibrate --pictures ../shared/data/MANIFEST.csv --only faces/lfw/ --root ../shared/data")]
pub struct CalibrateArgs {
    #[command(flatten)]
    place: Place,
    /// CSV with the columns identity, file; several may be given
    #[arg(long, value_name = "CSV", required = true)]
    pictures: Vec<PathBuf>,
    /// The folder that the CSV's paths start from
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// Only rows whose file begins so; several may be given
    #[arg(long, value_name = "PREFIX")]
    only: Vec<String>,
    /// The embedding model: a name in the manifest, or a known model's file [default: the one in use]
    #[arg(long, value_name = "NAME|FILE")]
    embed: Option<String>,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &CalibrateArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let pictures = pictures::read(&args.pictures, &args.only).map_err(Failure::usage)?;
    if pictures.len() > MAX_PICTURES {
        return Err(Failure::usage(format!(
            "{}: {} pictures, at most {MAX_PICTURES} are compared with each other; take some out",
            tables(args),
            pictures.len()
        )));
    }
    let mut embedder = Embedder::open(&config, args.embed.as_deref())?;
    let acquired = embedder.acquire(&pictures::files(&pictures), &args.root);
    let known = pictures::with_template(&pictures, &acquired);
    let wrong = |error: CalibrateError| Failure::usage(format!("{}: {error}", tables(args)));
    let (one_reference, closest) = every_pair(&known).map_err(wrong)?;
    let report = CalibrationReport {
        model: embedder.entry.name.clone(),
        model_sha256: embedder.entry.sha256.clone(),
        pictures: (known.len() as u64, pictures.len() as u64),
        closest,
        one_reference,
        three_references: fused(&known).map_err(wrong)?,
    };
    super::print(&report, &report.page(), args.json)?;
    Ok(ExitCode::SUCCESS)
}

/// The tables, for messages.
fn tables(args: &CalibrateArgs) -> String {
    let names: Vec<String> = args.pictures.iter().map(|table| table.display().to_string()).collect();
    names.join(", ")
}
