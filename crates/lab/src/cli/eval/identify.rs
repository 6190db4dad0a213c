//! `vouch-lab eval identify`: a gallery and probes in, identification rates out.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::embedder::Embedder;
use crate::matching::identify::{IdentifyReport, RANK, Searches, enrol, gallery};
use crate::matching::pictures;
use crate::matching::report::MatchRate;
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch_contract::similarity::Calibration;
use vouch_session::fuse::least_similarity;
use vouch_store::gallery::index::Precision;

/// The default false match rate. In a gallery of N people a search has N chances of
/// a false match.
const DEFAULT_FMR: f32 = 1e-4;

/// Searches probes in a gallery of enrolled people (1:N) and reports rank, FPIR and
/// FNIR with 95 % confidence intervals (ISO/IEC 19795-1).
///
/// The pictures of one identity in the gallery, up to 5, are fused into one template.
/// A probe of an identity that is in the gallery is a mated search, any other a
/// non-mated one.
///
/// Exit code: 0 measured, 2 wrong use or table, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval identify --gallery enrolled.csv --probes visitors.csv --root pictures/ --json")]
pub struct IdentifyArgs {
    #[command(flatten)]
    place: Place,
    /// CSV of who is enrolled: the columns identity, file
    #[arg(long, value_name = "CSV")]
    gallery: PathBuf,
    /// CSV of who is searched for: the columns identity, file
    #[arg(long, value_name = "CSV")]
    probes: PathBuf,
    /// The folder that the CSVs' paths start from
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// The embedding model: a name in the manifest, or a known model's file [default: the one in use]
    #[arg(long, value_name = "NAME|FILE")]
    embed: Option<String>,
    /// Least similarity of a candidate, -1 to 1 [default: the model's for FMR 1e-4]
    #[arg(long, allow_negative_numbers = true)]
    threshold: Option<f32>,
    /// How the gallery keeps templates
    #[arg(long, value_enum, default_value_t = PrecisionName::Float32)]
    precision: PrecisionName,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

/// How templates are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PrecisionName {
    /// Four bytes a value
    Float32,
    /// One byte a value
    Int8,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &IdentifyArgs) -> Result<ExitCode, Failure> {
    if let Some(wrong) = args.threshold.filter(|threshold| !(-1.0..=1.0).contains(threshold)) {
        return Err(Failure::usage(format!("--threshold {wrong}: a similarity is -1 to 1")));
    }
    let config = args.place.load()?;
    let enrolled = pictures::read(std::slice::from_ref(&args.gallery), &[]).map_err(Failure::usage)?;
    let probes = pictures::read(std::slice::from_ref(&args.probes), &[]).map_err(Failure::usage)?;
    let mut embedder = Embedder::open(&config, args.embed.as_deref())?;
    let points = embedder.entry.calibration.clone().map(|c| c.points).unwrap_or_default();
    let calibration = Calibration { points };
    let default = || {
        calibration.threshold_for(DEFAULT_FMR).ok_or_else(|| {
            Failure::usage(format!("the model has no threshold for FMR {DEFAULT_FMR}; give --threshold"))
        })
    };
    let threshold = args.threshold.map_or_else(default, Ok)?;

    let files: Vec<&str> = pictures::files(&enrolled).into_iter().chain(pictures::files(&probes)).collect();
    let acquired = embedder.acquire(&files, &args.root);
    let least = least_similarity(&calibration);
    let identities = enrolled.iter().map(|picture| picture.identity.as_str());
    let people = enrol(identities, &pictures::with_template(&enrolled, &acquired), least);
    if people.people.is_empty() {
        return Err(Failure::usage(format!("{}: nobody could be enrolled", args.gallery.display())));
    }
    let searched = pictures::with_template(&probes, &acquired);
    let (precision, name) = match args.precision {
        PrecisionName::Float32 => (Precision::Float32, "float32"),
        PrecisionName::Int8 => (Precision::Int8, "int8"),
    };
    let gallery = gallery(&people.people, precision).map_err(Failure::usage)?;
    let searches = Searches::run(&gallery, &people.people, &searched).map_err(Failure::device)?;
    let report = IdentifyReport {
        model: embedder.entry.name.clone(),
        model_sha256: embedder.entry.sha256.clone(),
        precision: name.to_owned(),
        enrolled: people.people.len() as u64,
        failed_to_enrol: people.failed,
        failure_to_acquire: MatchRate::of((probes.len() - searched.len()) as u64, probes.len() as u64),
        rank_1: searches.rank(1),
        rank_10: searches.rank(RANK),
        at_threshold: searches.at(threshold),
        at_fpir: searches.at_fpirs(),
    };
    super::print(&report, &report.page(), args.json)?;
    Ok(ExitCode::SUCCESS)
}
