//! `vouch eval match`: pairs of face pictures in, error rates out.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::cli::common::Place;
use crate::cli::failure::Failure;
use crate::eval::curves::Scores;
use crate::eval::matching::report::{AtPolicy, at, measure};
use crate::eval::matching::{MatchReport, page, templates};
use crate::eval::pairs;
use crate::eye::setup::run_options;
use crate::face::compare::Calibration;
use crate::face::embed::EmbedNet;
use crate::face::perceive::{Perception, Subject, Tuning};
use crate::runtime::library::Runtime;
use crate::runtime::manifest::{Manifest, Role};
use crate::runtime::model::{Model, RunOptions};
use crate::runtime::operator;

/// Compares pairs of face pictures by the whole pipeline (detector, mesh,
/// chip, embedding) and reports accuracy and error rates with 95 % confidence
/// intervals.
///
/// Of several faces in a picture, the central one is meant. A picture without a
/// usable face is a failure to acquire and counted apart.
///
/// Exit code: 0 measured, 2 wrong use or table, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch eval match --pairs faces/pairs.csv --root . --json")]
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
    /// FMR 1e-4
    Strict,
    /// FMR 1e-3
    Balanced,
    /// FMR 1e-2
    Lenient,
}

impl MatchPolicy {
    fn fmr(self) -> (&'static str, f32) {
        match self {
            Self::Strict => ("strict", 1e-4),
            Self::Balanced => ("balanced", 1e-3),
            Self::Lenient => ("lenient", 1e-2),
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
    let mut manifest = Manifest::read(&config.runtime.manifest_path()).map_err(Failure::device)?;
    let runtime = Runtime::open(&config.runtime.library_path()).map_err(Failure::device)?;
    let options = run_options(&config.runtime);
    let model = embedding(runtime, &manifest, &options, args.embed.as_deref())?;
    let entry = model.entry().clone();
    let mut embed = EmbedNet::new(model).map_err(Failure::device)?;
    manifest.models.retain(|other| other.role != Role::Embed);
    let tuning = Tuning { subject: Subject::Central, ..Tuning::default() };
    let mut perception = Perception::load(runtime, &manifest, &options, tuning).map_err(Failure::device)?;

    let bar = indicatif::ProgressBar::new(templates::names(&pairs).len() as u64);
    let acquired = templates::acquire(&pairs, &args.root, &mut perception, &mut embed, || bar.inc(1));
    bar.finish_and_clear();
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

/// The model that was asked for: by its name, else by its file.
fn embedding(
    runtime: Runtime,
    manifest: &Manifest,
    options: &RunOptions,
    asked: Option<&str>,
) -> Result<Model, Failure> {
    let mut installed = manifest.with_role(Role::Embed);
    let entry = match asked {
        None => installed.next().ok_or_else(|| Failure::device("no model has the role `embed`"))?,
        Some(asked) => match installed.find(|entry| entry.name == asked) {
            Some(entry) => entry,
            None if Path::new(asked).exists() => {
                let model = operator::load_loose(runtime, Path::new(asked), options)?;
                return match model.entry().role {
                    Role::Embed => Ok(model),
                    role => Err(Failure::usage(format!("{asked}: its role is {role}, not embed"))),
                };
            }
            None => {
                let names: Vec<&str> = manifest.with_role(Role::Embed).map(|e| e.name.as_str()).collect();
                return Err(Failure::usage(format!(
                    "--embed {asked}: neither a file nor an installed model; there are: {}",
                    names.join(", ")
                )));
            }
        },
    };
    Model::load(runtime, manifest, entry, options).map_err(Failure::device)
}

fn at_policy(policy: MatchPolicy, calibration: &Calibration, scores: &Scores) -> AtPolicy {
    let (name, fmr) = policy.fmr();
    let threshold = calibration.threshold_for(fmr);
    let measured =
        threshold.map(|threshold| at(scores, &scores.at(threshold), scores.supports(f64::from(fmr))));
    AtPolicy { name: name.into(), fmr, measured }
}

fn write_plots(folder: &Path, report: &MatchReport, scores: &Scores) -> Result<(), Failure> {
    let fail = |e: std::io::Error| Failure::device(format!("{}: {e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(fail)?;
    std::fs::write(folder.join("report.md"), page::markdown(report)).map_err(fail)?;
    crate::eval::det::write(folder, scores).map_err(Failure::device)
}
