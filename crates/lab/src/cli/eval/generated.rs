//! What generated documents are measured with: networks, typefaces, a portrait.

use std::path::PathBuf;

use clap::Args;
use image::RgbImage;

use crate::outline::Subject;
use vouch::cli::common::Place;
use vouch::cli::failure::Failure;
use vouch::cli::words::say;
use vouch::eye::{load_perception, load_reader};
use vouch_perception::document::side::Reader;
use vouch_perception::face::perceive::Perception;
use vouch_testkit::specimen::Fonts;
use vouch_testkit::specimen::order::read_portrait;

/// Frames between two lines of progress.
const PROGRESS_EVERY: u64 = 100;

/// Options of every measurement on generated documents.
#[derive(Debug, Args)]
pub struct GeneratedArgs {
    /// The configuration file [default: /etc/vouch/vouch.toml; in a checkout, the defaults]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The seed of the generated documents
    #[arg(long, default_value_t = 1)]
    pub(super) seed: u64,
    /// The portrait on the documents [default: a silhouette, which no network takes for a face]
    #[arg(long, value_name = "FILE")]
    portrait: Option<PathBuf>,
    /// Prints one JSON object instead of the table
    #[arg(long)]
    pub(super) json: bool,
}

/// All that a measurement needs.
pub(super) struct Generated {
    reader: Reader,
    perception: Perception,
    fonts: Fonts,
    portrait: Option<RgbImage>,
}

impl Generated {
    /// Loads everything; `print` says whether the visual zone is read.
    ///
    /// # Errors
    /// [`Failure`] with its exit code.
    pub(super) fn load(args: &GeneratedArgs, print: bool) -> Result<Self, Failure> {
        let config = Place { config: args.config.clone(), ..Place::default() }.load()?;
        let fonts = Fonts::open().map_err(Failure::device)?;
        let portrait = args.portrait.as_deref().map(read_portrait).transpose().map_err(Failure::usage)?;
        let reader = load_reader(&config.runtime)?;
        let reader = if print { reader } else { reader.without_print() };
        Ok(Self { reader, perception: load_perception(&config.runtime)?, fonts, portrait })
    }

    pub(super) fn subject(&mut self) -> Subject<'_> {
        Subject {
            reader: &mut self.reader,
            perception: &mut self.perception,
            fonts: &self.fonts,
            portrait: self.portrait.as_ref(),
        }
    }
}

/// Tells now and then how many of `all` are done.
pub(super) fn progress(all: u64) -> impl FnMut() {
    let mut done = 0;
    move || {
        done += 1;
        if done % PROGRESS_EVERY == 0 {
            say(&format!("{done}/{all}"));
        }
    }
}
