//! Face to template.

use super::align::chip_to_frame;
use super::mesh::Landmarks;
use super::types::Template;
use super::warp::warp;
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use crate::runtime::manifest::{Chip, Colour};
use crate::runtime::model::Model;

/// dlib's chip has this share of its square around the face unless the manifest
/// says otherwise.
const DEFAULT_PADDING: f32 = 0.25;

/// The embedding network.
pub struct EmbedNet {
    model: Model,
    chip: Chip,
    padding: f32,
    size: usize,
    digest: [u8; 8],
}

impl EmbedNet {
    /// Wraps a loaded model.
    ///
    /// # Errors
    /// [`RuntimeError::Contract`] when its entry doesn't describe an embedding.
    pub fn new(model: Model) -> Result<Self, RuntimeError> {
        let entry = model.entry();
        let fail = |reason: &str| RuntimeError::Contract { name: entry.name.clone(), reason: reason.into() };
        let (Some(chip), Some(dimensions)) = (entry.chip, entry.dimensions) else {
            return Err(fail("role embed needs `chip` and `dimensions`"));
        };
        if entry.input.width != entry.input.height || model.output(0).len() != dimensions {
            return Err(fail("role embed needs a square input and a first output of `dimensions` numbers"));
        }
        let digest = digest_prefix(&entry.sha256).ok_or_else(|| fail("its sha256 is not hexadecimal"))?;
        let padding = entry.padding.unwrap_or(DEFAULT_PADDING);
        let size = entry.input.width as usize;
        Ok(Self { model, chip, padding, size, digest })
    }

    /// The template of the face in `landmarks`; none when its points make no
    /// face or the network gives no direction.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn embed(&mut self, frame: &Frame, landmarks: &Landmarks) -> Result<Option<Template>, RuntimeError> {
        let Some(map) = chip_to_frame(landmarks, self.chip, self.padding, self.size) else {
            return Ok(None);
        };
        let input = self.model.input_mut();
        warp(frame, &map, self.size, self.size, 0x80, input);
        if self.model.entry().input.colour == Colour::Bgr {
            self.model.input_mut().chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
        }
        self.model.run()?;
        let output = self.model.output(0);
        let norm = (0..output.len()).map(|i| output.value(i).powi(2)).sum::<f32>().sqrt();
        if !norm.is_finite() || norm <= f32::EPSILON {
            return Ok(None);
        }
        let values = (0..output.len()).map(|i| output.value(i) / norm).collect();
        Ok(Some(Template { model: self.digest, values }))
    }

    /// The model inside.
    pub fn model(&self) -> &Model {
        &self.model
    }
}

/// First eight bytes of a hexadecimal digest.
fn digest_prefix(hex: &str) -> Option<[u8; 8]> {
    let value = u64::from_str_radix(hex.get(..16)?, 16).ok()?;
    Some(value.to_be_bytes())
}
