//! The self-test: a fixed picture in, known numbers out.
//!
//! Some NPU drivers compute other numbers than the CPU, or fall back to it silently. So each model
//! runs this test once before its first frame, on the accelerator it will use. `models/golden.py`
//! makes the files from the same picture.

use std::path::Path;

use serde::{Deserialize, Serialize};

use vouch_contract::runtime::SELF_TEST_LIMIT;

use super::network::{Element, TensorSpec};
use super::{ContractFault, RuntimeError};

/// Largest golden file accepted, in bytes.
const MAX_GOLDEN_BYTES: u64 = 1 << 20;
/// Largest number of values recorded for an output, as in `models/golden.py`.
const MOST_INDICES: usize = 64;

/// Why a golden file can't be used.
#[derive(Debug, thiserror::Error)]
pub enum GoldenFault {
    /// The file can't be read.
    #[error("{0}")]
    Unreadable(#[from] std::io::Error),
    /// Larger than any golden file.
    #[error("{0} bytes is too large for a golden file")]
    TooLarge(u64),
    /// It is not a golden file.
    #[error("{0}")]
    Syntax(#[from] serde_json::Error),
    /// The tolerance is so large that nearly anything would pass.
    #[error(
        "a tolerance of {0} steps tests nothing, at most {SELF_TEST_LIMIT} are allowed; run `python3 models/golden.py`"
    )]
    Tolerance(u32),
    /// It was made from another model file or picture.
    #[error("it belongs to another model file; run `python3 models/golden.py`")]
    OtherModel,
    /// The model has no such output.
    #[error("no output is called {0}")]
    NoOutput(String),
    /// The output's length differs, or the file's own lists differ in length.
    #[error("the golden file doesn't match output {0}")]
    Misfit(String),
    /// An index is beyond the output's end.
    #[error("index {index} is outside output {output}")]
    Index {
        /// The tensor.
        output: String,
        /// The requested element.
        index: usize,
    },
    /// It lists no values.
    #[error("the golden file compares nothing")]
    Empty,
}

/// Expected numbers of one output.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GoldenOutput {
    /// Tensor name.
    pub name: String,
    /// Number of elements of the tensor.
    pub length: usize,
    /// Indices of the compared elements.
    pub indices: Vec<usize>,
    /// Their int8 values.
    pub values: Vec<i32>,
}

/// A golden file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Golden {
    /// Digest of the model to which the numbers belong.
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
    /// [`RuntimeError::Golden`] naming the file.
    pub fn read(path: &Path) -> Result<Self, RuntimeError> {
        Self::try_read(path).map_err(|fault| RuntimeError::Golden { path: path.into(), fault })
    }

    fn try_read(path: &Path) -> Result<Self, GoldenFault> {
        let size = std::fs::metadata(path)?.len();
        if size > MAX_GOLDEN_BYTES {
            return Err(GoldenFault::TooLarge(size));
        }
        let golden: Self = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        if golden.tolerance > SELF_TEST_LIMIT {
            return Err(GoldenFault::Tolerance(golden.tolerance));
        }
        Ok(golden)
    }

    /// Golden values from the outputs of a run: up to 64 values of each output, evenly spaced.
    ///
    /// # Errors
    /// [`ContractFault::NotInt8`]: other types have no quantisation steps.
    pub(super) fn record(
        sha256: &str,
        seed: u32,
        tolerance: u32,
        specs: &[TensorSpec],
        outputs: &[Vec<u8>],
    ) -> Result<Self, ContractFault> {
        let recorded = specs.iter().zip(outputs).map(|(spec, bytes)| {
            if spec.element != Element::Int8 {
                return Err(ContractFault::NotInt8(spec.name.clone()));
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
    /// [`GoldenFault`] if the file doesn't match the model.
    pub fn difference(&self, specs: &[TensorSpec], outputs: &[Vec<u8>]) -> Result<u32, GoldenFault> {
        let mut worst = 0;
        let mut compared = 0;
        for expected in &self.outputs {
            let index = specs
                .iter()
                .position(|spec| spec.name == expected.name)
                .ok_or_else(|| GoldenFault::NoOutput(expected.name.clone()))?;
            if specs[index].len() != expected.length || expected.indices.len() != expected.values.len() {
                return Err(GoldenFault::Misfit(expected.name.clone()));
            }
            for (&at, &value) in expected.indices.iter().zip(&expected.values) {
                let byte = *outputs[index]
                    .get(at)
                    .ok_or_else(|| GoldenFault::Index { output: expected.name.clone(), index: at })?;
                worst = worst.max(value.abs_diff(i32::from(byte as i8)));
                compared += 1;
            }
        }
        if compared == 0 {
            return Err(GoldenFault::Empty);
        }
        Ok(worst)
    }
}

/// Fills `input` (height x width x 3, int8 as pixel XOR 0x80) with the test
/// picture: three parts colour gradient, one part noise from a linear congruential
/// generator (constants of Numerical Recipes).
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
