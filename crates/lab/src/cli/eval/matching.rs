//! `vouch-lab eval match`: pairs of face pictures in, error rates out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::embedder::Embedder;
use crate::curves::Scores;
use crate::matching::report::{PolicyPoint, at, measure};
use crate::matching::{MatchReport, page, templates};
use crate::pairs;
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch_contract::similarity::Calibration;

/// Compares pairs of face pictures by the whole pipeline (detector, mesh,
/// chip, embedding) and reports accuracy and error rates with 95 % confidence
/// intervals.
///
/// If a picture has several faces, the central one counts. A picture without a
/// usable face is a failure to acquire and is counted separately.
///
/// Exit code: 0 measured, 2 wrong use or table, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval match --pairs faces/pairs.csv --root . --json")]
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
    /// Measures the model's calibrated threshold for this policy's FMR too
    #[arg(long, value_enum, default_value_t = MatchPolicy::Balanced)]
    policy: MatchPolicy,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
    /// Writes a report in Markdown and the DET curve as SVG and PNG
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
}

/// The false match rate that a policy asks for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum MatchPolicy {
    /// FMR 1e-5
    Strict,
    /// FMR 1e-4
    Balanced,
    /// FMR 1e-3
    Lenient,
}

impl MatchPolicy {
    fn fmr(self) -> (&'static str, f32) {
        match self {
            Self::Strict => ("strict", 1e-5),
            Self::Balanced => ("balanced", 1e-4),
            Self::Lenient => ("lenient", 1e-3),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &MatchArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let pairs = pairs::read(&args.pairs).map_err(Failure::usage)?;
    let mut embedder = Embedder::open(&config, args.embed.as_deref())?;
    let acquired = embedder.acquire(&templates::names(&pairs), &args.root);
    let entry = embedder.entry;
    let (mut report, scores) =
        measure((&entry.name, &entry.sha256), &pairs, &acquired).map_err(Failure::usage)?;
    let calibration = Calibration { points: entry.calibration.map(|c| c.points).unwrap_or_default() };
    report.policy = Some(at_policy(args.policy, &calibration, &scores));
    if let Some(folder) = &args.plots {
        write_plots(folder, &report, &scores)?;
    }
    let mut stdout = std::io::stdout().lock();
    if args.json {
        writeln!(stdout, "{}", serde_json::to_string(&report).map_err(Failure::device)?)?;
    } else {
        write!(stdout, "{}", page::markdown(&report))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn at_policy(policy: MatchPolicy, calibration: &Calibration, scores: &Scores) -> PolicyPoint {
    let (name, fmr) = policy.fmr();
    let threshold = calibration.threshold_for(fmr);
    let measured =
        threshold.map(|threshold| at(scores, &scores.at(threshold), scores.supports(f64::from(fmr))));
    PolicyPoint { name: name.into(), fmr, measured }
}

fn write_plots(folder: &Path, report: &MatchReport, scores: &Scores) -> Result<(), Failure> {
    let fail = |e: std::io::Error| Failure::device(format!("{}: {e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(fail)?;
    std::fs::write(folder.join("report.md"), page::markdown(report)).map_err(fail)?;
    crate::det::write(folder, scores).map_err(Failure::device)
}
