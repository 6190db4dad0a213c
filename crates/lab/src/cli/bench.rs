//! `vouch-lab bench`: time and memory, compared with the peer.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::bench::{BenchPlan, measure, source_of};
use crate::peer::{Peer, PeerError};
use crate::picture;
use crate::processes::ProcessError;
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch::config::Config;
use vouch::eye::load_eye;
use vouch_perception::camera::Frame;

/// Outputs of scripts/demo_recording.py, from the checkout's root.
const STILL: &str = "target/demo-media/astronaut.png";
const RECORDING: &str = "target/demo-media/astronaut.mp4";
/// Most frames in a round: an hour of frames.
const MOST_FRAMES: u32 = 100_000;

/// Measures time, allocations and memory, and the peer in the same run.
///
/// docs/BENCH.md explains every figure. A missed target is no error: the machine may
/// be slow or busy.
///
/// Exit code: 0 measured, 2 wrong use, 3 no runtime, models or picture.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vouch-lab bench --peer target/bench/venv/bin/python
  vouch-lab bench --image face.jpg --json")]
pub struct BenchArgs {
    #[command(flatten)]
    place: Place,
    /// Prints one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Writes the JSON object to a file too
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Python with MediaPipe (benches/peer/setup.sh makes one)
    #[arg(long, value_name = "PYTHON")]
    peer: Option<PathBuf>,
    /// Tracked frames in each of the five rounds
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_FRAMES)))]
    frames: u32,
    /// A picture with one face, scaled to 640 x 480 [default: the demo's still, else its recording]
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &BenchArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let frame = read_picture(args.image.as_deref())?;
    let eye = load_eye(&config.runtime, source_of(&frame))?;
    let folder = Scratch::make()?;
    let frames = args.frames as usize;
    let plan = BenchPlan {
        frames,
        threads: config.runtime.threads.into(),
        peer: match &args.peer {
            Some(python) => Peer::prepare(python, &frame, frames, &folder.0),
            None => Err(PeerError::NotNamed),
        },
        processes: run_command(args, &config, &folder.0),
        frame,
    };
    let report = measure(eye, &plan).map_err(Failure::device)?;
    let json = serde_json::to_string(&report).map_err(Failure::device)?;
    if let Some(path) = &args.out {
        std::fs::write(path, format!("{json}\n"))
            .map_err(|e| Failure::device(format!("{}: {e}", path.display())))?;
    }
    let mut stdout = std::io::stdout().lock();
    if args.json {
        writeln!(stdout, "{json}")?;
    } else {
        write!(stdout, "{report}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn read_picture(image: Option<&Path>) -> Result<Frame, Failure> {
    let path = image
        .map(Path::to_owned)
        .or_else(|| [STILL, RECORDING].map(PathBuf::from).into_iter().find(|path| path.is_file()));
    let Some(path) = path else {
        return Err(Failure::device(format!(
            "no picture to measure on: neither {STILL} nor {RECORDING} is here; run `make demo` once in the \
             checkout, or give a picture by --image"
        )));
    };
    picture::read(&path).map_err(Failure::device)
}

/// `vouch run` on a recording, with a temporary state folder.
fn run_command(
    args: &BenchArgs,
    config: &Config,
    folder: &Path,
) -> Result<(PathBuf, Vec<String>), ProcessError> {
    // The terminal's program lies beside this one.
    let program = std::env::current_exe().map_err(ProcessError::OwnPath)?.with_file_name("vouch");
    let source = match &args.place.source {
        Some(source) => source.clone(),
        None if Path::new(RECORDING).is_file() => RECORDING.into(),
        None => return Err(ProcessError::NoRecording(RECORDING)),
    };
    if config.session.start == vouch::config::Start::Presence {
        return Err(ProcessError::Presence);
    }
    let place =
        Place { config: args.place.config.clone(), state: Some(folder.join("state")), source: Some(source) };
    Ok((program, place.arguments()))
}

/// A folder that is removed on drop.
struct Scratch(PathBuf);

impl Scratch {
    fn make() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("vouch-bench-{}", std::process::id()));
        std::fs::create_dir_all(path.join("state"))
            .map_err(|e| Failure::device(format!("{}: {e}", path.display())))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // If it stays, it is a few hundred kilobytes in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
