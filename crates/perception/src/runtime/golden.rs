//! The self-test: a fixed picture in, known numbers out.
//!
//! NPU drivers have been seen to give other numbers than the CPU, or to fall
//! back without a word; so each model runs this once on the accelerator it will
//! really use before its first frame. `models/golden.py` makes the files from
//! the same picture.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RuntimeError;
use super::network::{Element, TensorSpec};

/// Largest golden file that is read.
const MAX_GOLDEN_BYTES: u64 = 1 << 20;
/// Largest tolerance that still tests something, in steps: an eighth of int8's
/// range. The widest in use is 29, the face detector's (`models/golden/`).
const MAX_TOLERANCE: u32 = 32;

/// Most values of an output that are recorded, as in `models/golden.py`.
const MOST_INDICES: usize = 64;

/// Expected numbers of one output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GoldenOutput {
    /// Tensor name.
    pub name: String,
    /// Number of elements of the tensor.
    pub length: usize,
    /// Which elements are compared.
    pub indices: Vec<usize>,
    /// Their int8 values.
    pub values: Vec<i32>,
}

/// A golden file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Golden {
    /// Digest of the model the numbers belong to.
    pub sha256: String,
    /// Seed of the picture.
    pub seed: u32,
    /// Largest difference allowed, in quantisation steps.
    pub tolerance: u32,
    /// Expected outputs.
    pub outputs: Vec<GoldenOutput>,
}

impl Golden {
    /// Reads a golden file.
    ///
    /// # Errors
    /// [`RuntimeError::Manifest`] naming the file.
    pub fn read(path: &Path) -> Result<Self, RuntimeError> {
        let fail = |reason: String| RuntimeError::Manifest { path: path.into(), reason };
        let size = std::fs::metadata(path).map_err(|e| fail(e.to_string()))?.len();
        if size > MAX_GOLDEN_BYTES {
            return Err(fail(format!("{size} bytes is too large for a golden file")));
        }
        let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
        let golden: Self = serde_json::from_str(&text).map_err(|e| fail(e.to_string()))?;
        if golden.tolerance > MAX_TOLERANCE {
            return Err(fail(format!(
                "a tolerance of {} steps tests nothing, at most {MAX_TOLERANCE} are taken; run `python3 \
                 models/golden.py`",
                golden.tolerance
            )));
        }
        Ok(golden)
    }

    /// Golden numbers from what a run gave: up to 64 values of each output,
    /// evenly spaced.
    ///
    /// # Errors
    /// Words when an output is not int8: steps of anything else mean nothing.
    pub(super) fn record(
        sha256: &str,
        seed: u32,
        tolerance: u32,
        specs: &[TensorSpec],
        outputs: &[Vec<u8>],
    ) -> Result<Self, String> {
        let recorded = specs.iter().zip(outputs).map(|(spec, bytes)| {
            if spec.element != Element::Int8 {
                return Err(format!("output {} is not int8; quantise the model to full integer", spec.name));
            }
            let length = spec.len().min(bytes.len());
            let count = length.min(MOST_INDICES);
            let indices: Vec<usize> = (0..count).map(|i| i * length / count).collect();
            let values = indices.iter().map(|&at| i32::from(bytes[at] as i8)).collect();
            Ok(GoldenOutput { name: spec.name.clone(), length: spec.len(), indices, values })
        });
        let outputs = recorded.collect::<Result<_, _>>()?;
        Ok(Self { sha256: sha256.to_owned(), seed, tolerance, outputs })
    }

    /// Largest difference between `outputs` and the expected numbers.
    ///
    /// # Errors
    /// Words when the file doesn't fit the model.
    pub fn difference(&self, specs: &[TensorSpec], outputs: &[Vec<u8>]) -> Result<u32, String> {
        let mut worst = 0;
        let mut compared = 0;
        for expected in &self.outputs {
            let index = specs
                .iter()
                .position(|spec| spec.name == expected.name)
                .ok_or_else(|| format!("no output is called {}", expected.name))?;
            if specs[index].len() != expected.length || expected.indices.len() != expected.values.len() {
                return Err(format!("the golden file doesn't fit output {}", expected.name));
            }
            for (&at, &value) in expected.indices.iter().zip(&expected.values) {
                let byte = *outputs[index]
                    .get(at)
                    .ok_or_else(|| format!("index {at} is outside output {}", expected.name))?;
                worst = worst.max(value.abs_diff(i32::from(byte as i8)));
                compared += 1;
            }
        }
        if compared == 0 {
            return Err("the golden file compares nothing".into());
        }
        Ok(worst)
    }
}

/// Fills `input` (height x width x 3, int8 as pixel XOR 0x80) with the test
/// picture: a colour gradient three parts, noise from a linear congruential
/// generator (Numerical Recipes' constants) one part.
pub fn test_picture(seed: u32, width: usize, height: usize, input: &mut [u8]) {
    let mut state = seed;
    let across = |at: usize, size: usize| (at * 255).checked_div(size).unwrap_or(0);
    let mut bytes = input.iter_mut();
    for y in 0..height {
        for x in 0..width {
            let gradient = [across(x, width - 1), across(y, height - 1), across(x + y, width + height - 2)];
            for base in gradient {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let pixel = (base * 3 + (state >> 24) as usize) / 4;
                if let Some(byte) = bytes.next() {
                    *byte = pixel as u8 ^ 0x80;
                }
            }
        }
    }
}
