//! The embedding network: from a face to its template.

use super::align::chip_to_frame;
use super::geometry::Affine;
use super::mesh::Landmarks;
use super::warp::warp;
use crate::camera::Frame;
use crate::runtime::RuntimeError;
use crate::runtime::manifest::{CalibrationEntry, Chip, Colour, Similarity};
use crate::runtime::model::Model;
use vouch_contract::face::Template;
use vouch_contract::similarity::LENGTHS;

/// Margin around dlib's square unless the manifest says otherwise: dlib's own value.
const DLIB_PADDING: f32 = 0.25;
/// ArcFace's template already includes a margin around the face.
const ARCFACE_PADDING: f32 = 0.0;

/// The embedding network.
pub struct EmbedNet {
    model: Model,
    chip: Chip,
    paddings: Vec<f32>,
    size: usize,
    // Sum of the outputs of all views.
    sum: Vec<f32>,
    // Typical length of an output, if lengths matter.
    typical: Option<f32>,
    digest: [u8; 8],
}

impl EmbedNet {
    /// Wraps a loaded model.
    ///
    /// # Errors
    /// [`RuntimeError::Contract`] if its entry doesn't describe an embedding.
    pub fn new(model: Model) -> Result<Self, RuntimeError> {
        let entry = model.entry();
        let fail = |need: &'static str| RuntimeError::role_needs(entry, need);
        let (Some(chip), Some(dimensions)) = (entry.chip, entry.dimensions) else {
            return Err(fail("`chip` and `dimensions`"));
        };
        if entry.input.width != entry.input.height || model.output(0).len() != dimensions {
            return Err(fail("a square input and a first output of `dimensions` numbers"));
        }
        let digest = digest_prefix(&entry.sha256).ok_or_else(|| fail("a hexadecimal sha256"))?;
        let first = entry.padding.unwrap_or(match chip {
            Chip::Dlib5 => DLIB_PADDING,
            Chip::Arcface5 => ARCFACE_PADDING,
        });
        let paddings = std::iter::once(first).chain(entry.extra_paddings.iter().copied()).collect();
        let size = entry.input.width as usize;
        let by_distance = |c: &&CalibrationEntry| c.similarity == Similarity::Euclidean;
        let typical = entry.calibration.as_ref().filter(by_distance).and_then(|c| c.length);
        Ok(Self { model, chip, paddings, size, sum: vec![0.0; dimensions], typical, digest })
    }

    /// The template of the face in `landmarks`: the mean over all its views (one per padding, plus
    /// the mirror images if the manifest says so), which reduces noise. None if the points don't
    /// form a face or the output is zero. Allocates nothing.
    ///
    /// # Errors
    /// [`RuntimeError::Inference`].
    pub fn embed(&mut self, frame: &Frame, landmarks: &Landmarks) -> Result<Option<Template>, RuntimeError> {
        self.sum.fill(0.0);
        for index in 0..self.paddings.len() {
            let Some(map) = chip_to_frame(landmarks, self.chip, self.paddings[index], self.size) else {
                return Ok(None);
            };
            self.add_view(frame, &map)?;
            if self.model.entry().mirror {
                self.add_view(frame, &map.mirrored(self.size as f32))?;
            }
        }
        let norm = self.sum.iter().map(|value| value * value).sum::<f32>().sqrt();
        if !norm.is_finite() || norm <= f32::EPSILON {
            return Ok(None);
        }
        let views = self.paddings.len() * if self.model.entry().mirror { 2 } else { 1 };
        let length = self
            .typical
            .map_or(1.0, |typical| (norm / views as f32 / typical).clamp(*LENGTHS.start(), *LENGTHS.end()));
        let values = self.sum.iter().map(|value| value / norm * length).collect();
        Ok(Some(Template { model: self.digest, values }))
    }

    fn add_view(&mut self, frame: &Frame, map: &Affine) -> Result<(), RuntimeError> {
        warp(frame, map, self.size, self.size, 0x80, self.model.input_mut());
        if self.model.entry().input.colour == Colour::Bgr {
            self.model.input_mut().chunks_exact_mut(3).for_each(|pixel| pixel.swap(0, 2));
        }
        self.model.run()?;
        let output = self.model.output(0);
        for (index, total) in self.sum.iter_mut().enumerate() {
            *total += output.value(index);
        }
        Ok(())
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
