//! `vouch models add`: installs models that the operator supplies.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cli::common::Place;
use crate::cli::failure::Failure;
use crate::eye::run_options;
use vouch_perception::runtime::library::Runtime;
use vouch_perception::runtime::manifest::Manifest;
use vouch_perception::runtime::operator;
use vouch_perception::runtime::operator::{Added, Contract, OperatorError};

/// Copies each file to `operator/` in the models folder and lists it in `operator/manifest.toml`
/// there, after running it once.
///
/// A known file is recognised by its SHA-256; for an unknown one, --contract describes inputs and
/// outputs. Adding the same file again changes nothing.
///
/// Exit code: 0 all are installed, 2 wrong use or an unknown file, 3 no runtime, or a file can't be
/// read, run or written.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch models add supplied/minifas_v2_27.tflite
  vouch models add net.tflite --contract net.toml --name front-door")]
pub struct AddArgs {
    #[command(flatten)]
    place: Place,
    /// The model files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Name to install a single file under [default: its contract's]
    #[arg(long)]
    name: Option<String>,
    /// Inputs and outputs of a single file: a [[model]] in the manifest's form
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
}

impl From<OperatorError> for Failure {
    fn from(error: OperatorError) -> Self {
        match error {
            OperatorError::Unknown { .. } | OperatorError::Contract { .. } | OperatorError::Name { .. } => {
                Self::usage(error)
            }
            OperatorError::File { .. } | OperatorError::Runtime(_) => Self::device(error),
        }
    }
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code; files before the faulty one stay installed.
pub fn run(args: &AddArgs) -> Result<ExitCode, Failure> {
    if args.files.len() > 1 && (args.name.is_some() || args.contract.is_some()) {
        return Err(Failure::usage("--name and --contract are for one file; add the files one by one"));
    }
    let config = args.place.load()?;
    let path = config.runtime.manifest_path();
    let contract = args.contract.as_deref().map(Contract::read).transpose()?;
    let runtime = Runtime::open(&config.runtime.library_path()).map_err(Failure::device)?;
    let options = run_options(&config.runtime);
    let mut stdout = std::io::stdout().lock();
    for file in &args.files {
        // Read it again each time: the previous file may have been added to it.
        let manifest = Manifest::read(&path).map_err(Failure::device)?;
        let name = args.name.as_deref();
        match operator::add(runtime, &manifest, &options, file, contract.clone(), name)? {
            Added::New(name) => writeln!(stdout, "added    {name}  from {}", file.display())?,
            Added::Before(name) => writeln!(stdout, "present  {name}  is {} already", file.display())?,
        }
    }
    Ok(ExitCode::SUCCESS)
}
