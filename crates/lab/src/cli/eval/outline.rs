//! `vouch-lab eval outline`: is a document's outline found, and none where there is none?

use std::process::ExitCode;

use clap::Args;

use super::generated::{Generated, GeneratedArgs};
use crate::outline::{Report, measure};
use vouch::cli::failure::Failure;

/// Most frames of one run: a day's work.
const MOST_FRAMES: u64 = 100_000;

/// Generates frames with and without a document, as `vouch-lab specimen` does, and measures the
/// guidance on each one alone. docs/DOCUMENTS.md explains each figure.
///
/// Exit code: 0 measured, 2 wrong use, 3 no runtime, models or typefaces.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval outline --frames 1000 --portrait target/demo-media/astronaut.png --json")]
pub struct OutlineArgs {
    #[command(flatten)]
    generated: GeneratedArgs,
    /// Frames with a document, and as many without
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=MOST_FRAMES))]
    frames: u64,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &OutlineArgs) -> Result<ExitCode, Failure> {
    let mut generated = Generated::load(&args.generated, false)?;
    let today = jiff::Zoned::now().date();
    let mut progress = super::generated::progress(args.frames);
    let report = measure(&mut generated.subject(), args.frames, args.generated.seed, today, &mut progress);
    super::print(&report, &Table(&report), args.generated.json)?;
    Ok(ExitCode::SUCCESS)
}

/// The report for a person.
struct Table<'a>(&'a Report);

impl std::fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let report = self.0;
        let percent = |(low, high): (f64, f64)| format!("{:.1} to {:.1} %", low * 1e2, high * 1e2);
        writeln!(
            f,
            "corners within 1 % of the width: {} of {} ({}); nothing reported in {}",
            report.right,
            report.frames,
            percent(report.right_ci95),
            report.missed
        )?;
        if let Some(error) = report.median_error {
            writeln!(f, "their error on the median: {:.2} % of the width", error * 1e2)?;
        }
        writeln!(
            f,
            "a page reported without a document: {} of {} ({})",
            report.found_in_empty,
            report.empty_frames,
            percent(report.found_in_empty_ci95)
        )?;
        let ([median, most], [look, longest]) = (report.cpu_ms, report.look_cpu_ms);
        writeln!(
            f,
            "processor time of a frame: {median:.1} ms on the median, {most:.1} ms at the 95th of 100"
        )?;
        writeln!(f, "of a look into a page: {look:.1} ms, {longest:.1} ms")
    }
}
