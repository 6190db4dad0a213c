//! `vouch-lab eval pad`: presentation-attack detection on a manifest of recordings
//! and stills.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

use crate::bench::source_of;
use crate::pad::cases;
use crate::pad::cases::Case;
use crate::pad::challenge;
use crate::pad::report::{PadCounts, PadReport, PadTally};
use crate::pad::tape::{Tape, TapeError};
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch::cli::words::say;
use vouch::eye::load_eye;
use vouch_contract::source::SourceCounts;
use vouch_contract::verdict::Level;
use vouch_perception::camera::Frame;
use vouch_perception::eye::core::Eye;
use vouch_perception::runtime::manifest::Role;
use vouch_session::liveness::fit::Fit;
use vouch_session::policy::Policy;

/// Longest showing in seconds: ten times the longest session.
const LONGEST_SHOWING: i64 = 600;
/// Files between two lines of progress.
const PROGRESS: usize = 20;

/// Error rates of presentation-attack detection (ISO/IEC 30107-3): each file of
/// the manifest is one presentation and goes through the whole pipeline.
///
/// Exit code: 0 measured, 2 wrong use, 3 no runtime or models.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  vouch-lab eval pad --manifest ../shared/data/MANIFEST.csv --root ../shared/data --json")]
pub struct PadArgs {
    #[command(flatten)]
    place: Place,
    /// CSV with the columns file, kind, label (`genuine`, `attack_…`)
    #[arg(long, value_name = "CSV")]
    manifest: PathBuf,
    /// The folder of the manifest's files
    #[arg(long, value_name = "DIR")]
    root: PathBuf,
    /// Kinds to measure [default: all that are presented to a camera]
    #[arg(long, value_delimiter = ',')]
    kinds: Vec<String>,
    /// How strict the verdict is [default: from the configuration]
    #[arg(long, value_enum)]
    policy: Option<Level>,
    /// Sessions with random challenges for each recording; 0 leaves them out
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    challenges: u32,
    /// How long a recording is shown to a session in a loop, in seconds: by default
    /// as long as a session may last; 0 shows it once
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=LONGEST_SHOWING))]
    showing: u32,
    /// Seed of the challenges, so that a run can be repeated
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints one JSON object instead of the table
    #[arg(long)]
    json: bool,
    /// Also presents each webcam still cut to so many face boxes, as classes of their own
    #[arg(long, value_name = "FACTOR", value_parser = cut_factor)]
    cut: Option<f32>,
    /// Folder for the report as Markdown
    #[arg(long, value_name = "DIR")]
    plots: Option<PathBuf>,
    /// Writes each presentation's cues as a line of JSON, the input of the fit
    #[arg(long, value_name = "FILE")]
    features: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: &PadArgs) -> Result<ExitCode, Failure> {
    let config = args.place.load()?;
    let mut policy = config.session.policy.clone();
    if let Some(level) = args.policy {
        policy.liveness.level = level;
    }
    let mut cases = cases::read(&args.manifest, &args.kinds).map_err(Failure::usage)?;
    if let Some(factor) = args.cut {
        let cut: Vec<Case> = cases.iter().filter_map(|case| case.cut(factor)).collect();
        cases.extend(cut);
    }
    let mut eye = load_eye(&config.runtime, source_of(&Frame::default()))?;
    let report = eye.report(SourceCounts::default());
    let networks: Vec<String> = report
        .runtime
        .models
        .iter()
        .filter(|model| model.role == Role::Pad.to_string())
        .map(|model| model.name.clone())
        .collect();
    let mut run = PadRun {
        args,
        policy,
        rng: StdRng::seed_from_u64(args.seed),
        counts: PadCounts::default(),
        unreadable: Vec::new(),
        features: args.features.as_deref().map(File::create).transpose()?.map(BufWriter::new),
    };
    for (number, case) in cases.iter().enumerate() {
        if number % PROGRESS == 0 {
            say(&format!("{number} of {} presentations", cases.len()));
        }
        run.take(&mut eye, case)?;
    }
    if let Some(features) = &mut run.features {
        features.flush()?;
    }
    let fit = Fit::built_in().source.clone();
    let level = run.policy.liveness.level;
    let report = PadReport::of(level, fit, networks, &run.counts, run.unreadable);
    if let Some(folder) = &args.plots {
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("pad.md"), report.markdown())?;
    }
    super::print(&report, &report.markdown(), args.json)?;
    Ok(ExitCode::SUCCESS)
}

/// A cut must show the whole face. Beyond eight faces nothing is cut from most pictures.
fn cut_factor(text: &str) -> Result<f32, String> {
    let factor: f32 = text.parse().map_err(|_| "a number is needed".to_owned())?;
    if (1.2..=8.0).contains(&factor) { Ok(factor) } else { Err("from 1.2 to 8".to_owned()) }
}

struct PadRun<'a> {
    args: &'a PadArgs,
    policy: Policy,
    rng: StdRng,
    counts: PadCounts,
    unreadable: Vec<String>,
    features: Option<BufWriter<File>>,
}

impl PadRun<'_> {
    fn take(&mut self, eye: &mut Eye, case: &Case) -> Result<(), Failure> {
        let path = self.args.root.join(&case.file);
        let embed = self.args.challenges > 0;
        let tape = match case.cut {
            Some(factor) => Tape::of_cut(eye, &path, factor, embed),
            None => Tape::of(eye, &path, embed),
        };
        let tape = match tape {
            Ok(tape) => tape,
            Err(TapeError::Camera(error)) => {
                self.unreadable.push(error.to_string());
                return Ok(());
            }
            Err(TapeError::Runtime(error)) => return Err(Failure::device(error)),
        };
        self.write_features(case, &tape)?;
        let verdict = tape.verdict(&self.policy.liveness);
        let mut tally = PadTally { presented: 1, ..PadTally::default() };
        match verdict {
            None => tally.silent = 1,
            Some(verdict) => tally.wrong = u64::from(verdict.is_bona_fide() == case.species.is_some()),
        }
        // A still makes no gesture, so all its sessions are alike: one is enough.
        let sessions = if tape.frames.len() == 1 { 1 } else { u32::MAX }.min(self.args.challenges);
        let tape = match self.args.showing {
            0 => tape,
            seconds => tape.shown_for(Duration::from_secs(seconds.into())),
        };
        for _ in 0..sessions {
            let outcome = challenge::play(&tape, &self.policy, &mut self.rng).map_err(Failure::usage)?;
            tally.sessions += 1;
            tally.passed += u64::from(outcome.is_some_and(|outcome| outcome.success));
        }
        self.counts.add(case, tally);
        Ok(())
    }

    fn write_features(&mut self, case: &Case, tape: &Tape) -> Result<(), Failure> {
        let Some(features) = &mut self.features else { return Ok(()) };
        let line = json!({
            "file": case.file, "kind": case.kind, "identity": case.identity, "species": case.species,
            "source": case.source, "cut": case.cut, "frames": tape.frames.len(), "cues": tape.measures(),
        });
        Ok(writeln!(features, "{line}")?)
    }
}
