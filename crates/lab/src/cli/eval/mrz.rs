//! `vouch-lab eval mrz`: how many machine readable zones are read right from one still?

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::mrz::{Report, measure, open_grey, read_table};
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch::cli::words::say;
use vouch::eye::run_options;
use vouch_perception::document::mrz::MrzReader;
use vouch_perception::runtime::library::Runtime;
use vouch_perception::runtime::manifest::Manifest;

/// Pictures between two lines of progress.
const PROGRESS_EVERY: usize = 100;

/// Reads the machine readable zone of each picture and compares it with the truth.
///
/// The table has the columns file, type, mrz_lines(|), check_digits, note. docs/evaluation/mrz.md
/// explains each figure.
///
/// Exit code: 0 measured, 2 wrong use, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval mrz --truth ../shared/data/documents/mrz_groundtruth.csv --root ../shared/data --json")]
pub struct MrzArgs {
    #[command(flatten)]
    place: Place,
    /// The table of pictures with their zones' lines
    #[arg(long, value_name = "CSV")]
    truth: PathBuf,
    /// The folder the table's file names are in
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// Prints one JSON object instead of the table
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &MrzArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let labelled = read_table(&args.truth).map_err(Failure::usage)?;
    if labelled.is_empty() {
        let path = args.truth.display();
        return Err(Failure::usage(format!("{path}: no row below the header; nothing to measure")));
    }
    let manifest = Manifest::read(&config.runtime.manifest_path()).map_err(Failure::device)?;
    let runtime = Runtime::open(&config.runtime.library_path()).map_err(Failure::device)?;
    let today = jiff::Zoned::now().date();
    let options = run_options(&config.runtime);
    let mut reader = MrzReader::open(runtime, &manifest, &options, today).map_err(Failure::device)?;
    let mut measured = Vec::with_capacity(labelled.len());
    let mut unread = BTreeMap::new();
    for (at, row) in labelled.iter().enumerate() {
        if at % PROGRESS_EVERY == 0 {
            say(&format!("{at}/{} {}", labelled.len(), row.file));
        }
        match open_grey(&args.root.join(&row.file)) {
            Ok(picture) => {
                measured.push(measure(&mut reader, row, &picture, today).map_err(Failure::device)?)
            }
            Err(why) => drop(unread.insert(row.file.clone(), why)),
        }
    }
    let report = Report::of(measured, unread);
    super::print(&report, &report, args.json)?;
    Ok(ExitCode::SUCCESS)
}
