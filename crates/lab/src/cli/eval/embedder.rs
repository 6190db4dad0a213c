//! The pipeline from picture to template, as the commands that compare faces set
//! it up.

use std::collections::HashMap;
use std::path::Path;

use crate::matching::templates;
use crate::matching::templates::Acquired;
use vouch::cli::failure::Failure;
use vouch::config::Config;
use vouch::eye::run_options;
use vouch_perception::face::embed::EmbedNet;
use vouch_perception::face::perceive::{Perception, Subject, Tuning};
use vouch_perception::runtime::library::Runtime;
use vouch_perception::runtime::manifest::{Manifest, ModelEntry, Role};
use vouch_perception::runtime::model::{Model, RunOptions};
use vouch_perception::runtime::operator;

/// Detector, mesh and one embedding model.
pub struct Embedder {
    /// The embedding model's entry in the manifest.
    pub entry: ModelEntry,
    embed: EmbedNet,
    perception: Perception,
}

impl Embedder {
    /// Loads the networks. `asked` names the embedding model or its file; by default it
    /// is the one in use.
    ///
    /// # Errors
    /// [`Failure`]: no runtime, no models, or none of that name.
    pub fn open(config: &Config, asked: Option<&str>) -> Result<Self, Failure> {
        let mut manifest = Manifest::read(&config.runtime.manifest_path()).map_err(Failure::device)?;
        let runtime = Runtime::open(&config.runtime.library_path()).map_err(Failure::device)?;
        let options = run_options(&config.runtime);
        let model = embedding(runtime, &manifest, &options, asked)?;
        let entry = model.entry().clone();
        let embed = EmbedNet::new(model).map_err(Failure::device)?;
        manifest.models.retain(|other| other.role != Role::Embed);
        // If a picture has several faces, the central one counts.
        let tuning = Tuning { subject: Subject::Central, ..Tuning::default() };
        let perception = Perception::load(runtime, &manifest, &options, tuning).map_err(Failure::device)?;
        Ok(Self { entry, embed, perception })
    }

    /// The templates of these pictures below `root`, with a progress bar.
    pub fn acquire(&mut self, names: &[&str], root: &Path) -> HashMap<String, Acquired> {
        let bar = indicatif::ProgressBar::new(names.len() as u64);
        let names = names.iter().copied();
        let acquired = templates::acquire(names, root, &mut self.perception, &mut self.embed, || bar.inc(1));
        bar.finish_and_clear();
        acquired
    }
}

/// The embedding model of this name, or in this file.
fn embedding(
    runtime: Runtime,
    manifest: &Manifest,
    options: &RunOptions,
    asked: Option<&str>,
) -> Result<Model, Failure> {
    let mut installed = manifest.with_role(Role::Embed);
    let entry = match asked {
        None => installed.next().ok_or_else(|| Failure::device("no model has the role `embed`"))?,
        Some(asked) => match installed.find(|entry| entry.name == asked) {
            Some(entry) => entry,
            None if Path::new(asked).exists() => {
                let model = operator::load_loose(runtime, Path::new(asked), options)?;
                return match model.entry().role {
                    Role::Embed => Ok(model),
                    role => Err(Failure::usage(format!("{asked}: its role is {role}, not embed"))),
                };
            }
            None => {
                let names: Vec<&str> = manifest.with_role(Role::Embed).map(|e| e.name.as_str()).collect();
                return Err(Failure::usage(format!(
                    "--embed {asked}: neither a file nor an installed model; there are: {}",
                    names.join(", ")
                )));
            }
        },
    };
    Model::load(runtime, manifest, entry, options).map_err(Failure::device)
}
