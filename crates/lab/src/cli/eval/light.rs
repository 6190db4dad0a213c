//! `vouch-lab eval light`: the light challenge on clips of people, simulated.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::light::LightReport;
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch::cli::words::say;
use vouch::eye::load_perception;

/// Adds a screen's light to clips of people, and says how often the cue `light-challenge` sees a
/// head follow the colours, a flat picture, and a recording of another session.
///
/// Exit code: 0 measured, 2 no clip could be used, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval light ../shared/data/videos/talking/*.mp4")]
pub struct LightArgs {
    #[command(flatten)]
    place: Place,
    /// Clips that show one face for three seconds
    #[arg(value_name = "CLIP", required = true)]
    clips: Vec<PathBuf>,
    /// Prints one JSON object instead of the table
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &LightArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let mut perception = load_perception(&config.runtime)?;
    let mut report = LightReport::default();
    for clip in &args.clips {
        match report.add(&mut perception, clip) {
            Ok(()) => say(&format!("{}: used", clip.display())),
            Err(error) => say(&format!("{}: {error}", clip.display())),
        }
    }
    if report.clips == 0 {
        return Err(Failure::usage("no clip could be used; each must show one face for three seconds"));
    }
    super::print(&report, &report, args.json)?;
    Ok(ExitCode::SUCCESS)
}
