//! `vouch-lab specimen`: documents of invented people, photographed, with their ground truth.

use std::process::ExitCode;

use vouch::cli::failure::Failure;
use vouch::cli::words::say;
use vouch_testkit::specimen::SpecimenError;
use vouch_testkit::specimen::order::{SpecimenOrder, fill};

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(order: &SpecimenOrder) -> Result<ExitCode, Failure> {
    let pictures = fill(order, say).map_err(|error| match error {
        SpecimenError::Portrait { .. } => Failure::usage(error),
        _ => Failure::device(error),
    })?;
    say(&format!("{pictures} pictures in {}", order.out.display()));
    Ok(ExitCode::SUCCESS)
}
