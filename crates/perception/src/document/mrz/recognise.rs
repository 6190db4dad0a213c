//! The network that reads a line: a strip in, characters out.

use image::GrayImage;

use super::characters::CLASSES;
use super::decode::{STEP_CLASSES, STEPS, Seen, characters};
use super::hidden::doubt_covered;
use super::strip::{Band, STRIP_HEIGHT, STRIP_WIDTH, cut};
use crate::runtime::RuntimeError;
use crate::runtime::library::Runtime;
use crate::runtime::manifest::{Manifest, ManifestFault, Role};
use crate::runtime::model::{Model, RunOptions};

/// Values per pixel of the network's input: the runtime's pictures have three channels.
const COLOURS: usize = 3;

/// The recogniser and its buffers.
pub struct Recogniser {
    model: Model,
    strip: Vec<u8>,
    beliefs: Vec<[f32; STEP_CLASSES]>,
}

impl std::fmt::Debug for Recogniser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recogniser").field("model", self.model.report()).finish_non_exhaustive()
    }
}

impl Recogniser {
    /// Loads and tests the manifest's first model with the role `mrz`.
    ///
    /// # Errors
    /// [`RuntimeError::Manifest`] if there is none, [`RuntimeError::Contract`] if its shapes don't
    /// fit a line, and the errors of [`Model::load`].
    pub fn open(runtime: Runtime, manifest: &Manifest, options: &RunOptions) -> Result<Self, RuntimeError> {
        let entry = manifest.with_role(Role::Mrz).next().ok_or_else(|| RuntimeError::Manifest {
            path: manifest.folder.join("manifest.toml"),
            fault: ManifestFault::NoModel(Role::Mrz),
        })?;
        let model = Model::load(runtime, manifest, entry, options)?;
        let misfit = |need: String| RuntimeError::role_needs(entry, need);
        let (width, height) = (entry.input.width as usize, entry.input.height as usize);
        if (width, height) != (STRIP_WIDTH, STRIP_HEIGHT) {
            return Err(misfit(format!(
                "an input of {STRIP_WIDTH} x {STRIP_HEIGHT}, the size of a strip; it has {width} x {height}"
            )));
        }
        if model.output(0).len() != STEPS * STEP_CLASSES {
            return Err(misfit(format!(
                "a first output of {STEPS} x {STEP_CLASSES} values; it has {}",
                model.output(0).len()
            )));
        }
        Ok(Self {
            model,
            strip: vec![0; STRIP_WIDTH * STRIP_HEIGHT],
            beliefs: vec![[0.0; STEP_CLASSES]; STEPS],
        })
    }

    /// Cuts a band out of a picture and reads it.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn read(&mut self, picture: &GrayImage, band: &Band) -> Result<Vec<Seen>, RuntimeError> {
        cut(picture, band, &mut self.strip);
        for (pixel, &grey) in self.model.input_mut().chunks_exact_mut(COLOURS).zip(&self.strip) {
            pixel.fill(grey ^ 0x80);
        }
        self.model.run()?;
        let output = self.model.output(0);
        for (step, beliefs) in self.beliefs.iter_mut().enumerate() {
            for (class, belief) in beliefs.iter_mut().enumerate() {
                *belief = output.value(step * STEP_CLASSES + class);
            }
            softmax(beliefs);
        }
        let mut seen = characters(&self.beliefs);
        doubt_covered(&self.strip, &mut seen);
        Ok(seen)
    }

    /// The network in use, and what it runs on.
    pub fn report(&self) -> &vouch_contract::runtime::ModelReport {
        self.model.report()
    }
}

fn softmax(logits: &mut [f32; CLASSES + 1]) {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    logits.iter_mut().for_each(|logit| *logit = (*logit - most).exp());
    let all: f32 = logits.iter().sum();
    logits.iter_mut().for_each(|share| *share /= all);
}
