//! `vouch-lab eval document`: are documents read correctly, and is nothing wrong accepted?

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::generated::{Generated, GeneratedArgs};
use crate::documents::{Plan, Report, measure};
use vouch::cli::failure::Failure;
use vouch_testkit::specimen::Trouble;
use vouch_testkit::specimen::scene::Conditions;

/// Frames of the longest clip in which a page is still held.
const MOST_FRAMES: u32 = 80;
/// Most sides of one run: a week's work.
const MOST: u64 = 1_000_000;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShownName {
    /// The document
    Document,
    /// A black-and-white copy
    Copy,
    /// A phone with its picture
    Screen,
}

/// Generates documents held by hand, as `vouch-lab specimen` does, and reads them completely, as a
/// session does. docs/DOCUMENTS.md explains each figure.
///
/// Exit code: 0 measured, 2 wrong use, 3 no runtime, models or typefaces.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch-lab eval document --count 1000 --zones-only
  vouch-lab eval document --count 100 --frames 30 --zones-only
  vouch-lab eval document --count 200 --shown screen --portrait target/demo-media/astronaut.png")]
pub struct DocumentArgs {
    #[command(flatten)]
    generated: GeneratedArgs,
    /// Sides of documents
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=MOST))]
    count: u64,
    /// Frames of each side, guided as in a session [default: one photograph of each]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_FRAMES)))]
    frames: Option<u32>,
    /// What is shown
    #[arg(long, value_enum, default_value_t = ShownName::Document, conflicts_with = "frames")]
    shown: ShownName,
    /// Only sides with a machine readable zone
    #[arg(long)]
    zones_only: bool,
    /// Skips the visual zone, to read many sides in less time
    #[arg(long)]
    without_print: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &DocumentArgs) -> Result<ExitCode, Failure> {
    let mut generated = Generated::load(&args.generated, !args.without_print)?;
    let plan = Plan {
        count: args.count,
        seed: args.generated.seed,
        frames: args.frames,
        instead: match args.shown {
            ShownName::Document => None,
            ShownName::Copy => Some(Trouble::Copy),
            ShownName::Screen => Some(Trouble::Screen),
        },
        conditions: Conditions::typical(),
        zones_only: args.zones_only,
        today: jiff::Zoned::now().date(),
    };
    let mut progress = super::generated::progress(args.count);
    let report = measure(&mut generated.subject(), &plan, &mut progress);
    super::print(&report, &Table(&report, args.shown), args.generated.json)?;
    Ok(ExitCode::SUCCESS)
}

/// The report for a person.
struct Table<'a>(&'a Report, ShownName);

impl std::fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let report = self.0;
        let (low, high) = report.readable_right_ci95;
        writeln!(f, "sides shown: {}, with a machine readable zone {}", report.shown, report.zones)?;
        writeln!(
            f,
            "all fields of the zone right: {} of {}; of those seen whole {} of {} ({:.1} to {:.1} %); wrong and \
             accepted: {}",
            report.right,
            report.zones,
            report.readable_right,
            report.readable,
            low * 1e2,
            high * 1e2,
            report.wrong_but_passing
        )?;
        writeln!(
            f,
            "without a zone, with a portrait: {}; of them told whose they are: {}",
            report.portraits, report.identified
        )?;
        if self.1 != ShownName::Document {
            writeln!(f, "taken for the document: {} of {}", report.imitations_read, report.shown)?;
        }
        for (fault, count) in &report.faults {
            writeln!(f, "not read, {fault}: {count}")?;
        }
        let [median, most] = report.milliseconds;
        writeln!(f, "a reading: {median:.0} ms on the median, {most:.0} ms at the 95th of 100")
    }
}
