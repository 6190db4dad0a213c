//! `vouch-lab eval gesture`: are blinks, open mouths, turns and nods found?

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::gesture::report::{ClipFigures, GestureReport};
use crate::gesture::{clip, labels, score, trace};
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch::cli::words::say;
use vouch::eye::load_perception;
use vouch_session::policy::Policy;

/// Policies by name. They do not differ in what makes a gesture.
const NAMED: [&str; 3] = ["strict", "balanced", "lenient"];

/// Runs labelled clips through perception and the session's detectors.
///
/// The table has the columns file, event, start_s, end_s, tolerance_s;
/// docs/evaluation/gestures.md says how it is read.
///
/// Exit code: 0 measured, 2 wrong use, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval gesture --events tests/labels/gestures.csv --root ../shared/data --json")]
pub struct GestureArgs {
    #[command(flatten)]
    place: Place,
    /// The table of labels
    #[arg(long, value_name = "CSV")]
    events: PathBuf,
    /// The folder the table's file names are in
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// strict, balanced, lenient, or a TOML file like `[session.policy]` [default: the configuration's]
    #[arg(long, value_name = "NAME|FILE")]
    policy: Option<String>,
    /// Prints one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Writes each clip's measures as CSV and SVG into this folder
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &GestureArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let files = labels::read(&args.events).map_err(Failure::usage)?;
    let policy = policy(args.policy.as_deref(), &config.session.policy)?;
    let mut perception = load_perception(&config.runtime)?;
    let (mut clips, mut unread) = (Vec::new(), BTreeMap::new());
    for (at, (file, labels)) in files.iter().enumerate() {
        say(&format!("{}/{} {file}", at + 1, files.len()));
        match clip::watch(&mut perception, &policy, &args.root.join(file)) {
            Ok((found, samples)) => {
                let lines = score::lines(labels, &found);
                if let Some(folder) = &args.plots {
                    plot(folder, file, &samples, &lines)?;
                }
                let with_face = samples.iter().filter(|(_, face)| face.is_some()).count();
                let judged = labels.complete.clone();
                clips.push(ClipFigures {
                    file: file.clone(),
                    frames: samples.len(),
                    with_face,
                    judged,
                    lines,
                });
            }
            Err(error) => {
                unread.insert(file.clone(), error.to_string());
            }
        }
    }
    let report = GestureReport::of(clips, unread);
    super::print(&report, &report, args.json)?;
    Ok(ExitCode::SUCCESS)
}

fn policy(asked: Option<&str>, configured: &Policy) -> Result<Policy, Failure> {
    let Some(asked) = asked else { return Ok(configured.clone()) };
    if NAMED.contains(&asked) {
        return Ok(Policy::default());
    }
    let text = std::fs::read_to_string(asked).map_err(|e| {
        Failure::usage(format!("{asked}: {e}; give one of {}, or a TOML file", NAMED.join(", ")))
    })?;
    let policy: Policy = toml::from_str(&text).map_err(|e| Failure::usage(format!("{asked}: {e}")))?;
    policy.check().map_err(Failure::usage)?;
    Ok(policy)
}

fn plot(
    folder: &Path,
    file: &str,
    samples: &[trace::TraceSample],
    lines: &[score::ScoredGesture],
) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::device(format!("{}: {e}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let name = file.replace(['/', '\\'], "_");
    std::fs::write(folder.join(format!("{name}.csv")), trace::csv(samples)).map_err(failed)?;
    std::fs::write(folder.join(format!("{name}.svg")), trace::svg(samples, lines)).map_err(failed)
}
