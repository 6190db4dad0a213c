//! `vouch models`: which models are installed, and whether they may run.

mod add;

use std::io::Write;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::common::Place;
use super::failure::{FAILED, Failure};
use crate::eye::run_options;
use vouch_perception::runtime::library::Runtime;
use vouch_perception::runtime::manifest::Manifest;
use vouch_perception::runtime::model::Model;

/// Lists the models of the manifest. Each is loaded, checked, and run on its golden vector on the
/// accelerator that it would really use.
///
/// Exit code: 0 all may run, 1 at least one may not, 2 wrong use, 3 no runtime or no manifest.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  vouch models --json
  vouch models add supplied.tflite"
)]
pub struct ModelsArgs {
    #[command(subcommand)]
    command: Option<ModelsCommand>,
    #[command(flatten)]
    place: Place,
    /// Prints one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// Installs models that the operator supplies
    Add(add::AddArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &ModelsArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        Some(ModelsCommand::Add(add)) => add::run(add),
        None => list(args),
    }
}

fn list(args: &ModelsArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let manifest = Manifest::read(&config.runtime.manifest_path()).map_err(Failure::device)?;
    let runtime = Runtime::open(&config.runtime.library_path()).map_err(Failure::device)?;
    let options = run_options(&config.runtime);
    let mut stdout = std::io::stdout().lock();
    let mut listed = Vec::new();
    let mut all_run = true;
    for entry in &manifest.models {
        let loaded = Model::load(runtime, &manifest, entry, &options);
        all_run &= loaded.is_ok();
        let (report, error) = match &loaded {
            Ok(model) => (Some(model.report().clone()), None),
            Err(error) => (None, Some(error.to_string())),
        };
        if args.json {
            listed.push(json!({
                "name": entry.name, "role": entry.role, "file": manifest.path_of(entry),
                "size": entry.size, "sha256": entry.sha256, "licence": entry.licence,
                "source": entry.source, "ok": error.is_none(), "error": error, "runs": report,
            }));
            continue;
        }
        match (report, error) {
            (Some(report), _) => writeln!(
                stdout,
                "ok    {:8} {:28} {:>8} bytes  {}, self-test off by {}",
                report.role, entry.name, entry.size, report.accelerator, report.self_test_error
            )?,
            (None, error) => writeln!(
                stdout,
                "FAIL  {:8} {:28} {}",
                entry.role.to_string(),
                entry.name,
                error.unwrap_or_default()
            )?,
        }
    }
    if args.json {
        let library = json!({ "runtime": runtime.name(), "sha256": runtime.sha256_hex() });
        writeln!(stdout, "{}", json!({ "ok": all_run, "library": library, "models": listed }))?;
    }
    Ok(if all_run { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}
