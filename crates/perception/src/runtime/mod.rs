//! Frames to tensors to numbers: the inference runtime, delegates, the model
//! manifest and the self-test.
//!
//! In: model files and raw input bytes. Out: raw output numbers. Called by
//! `face/` and `eye/`, by the commands that list or check models, and by
//! `terminal/`, which reads only the manifest: thresholds belong to a model.
//!
//! `library` opens the shared object; `litert` and `classic` are the two ways
//! to run a network behind the one trait [`network::Network`]; `manifest` says
//! which files may run at all; `model` joins the two and runs the self-test.
//! `tesseract` stands beside them: another library, called by `document/`.

pub mod allocations;
pub mod classic;
mod elf;
pub mod golden;
pub mod library;
pub mod litert;
pub mod manifest;
pub mod model;
pub mod network;
pub mod operator;
pub mod tesseract;

use std::path::PathBuf;

/// Why nothing can be inferred. Each message names the thing and the way out.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The shared library is not there or can't be opened.
    #[error(
        "{path}: the inference library can't be opened ({reason}); run `make demo` once, or set `runtime.library`"
    )]
    Library {
        /// Path tried.
        path: PathBuf,
        /// The loader's words.
        reason: String,
    },
    /// The manifest is unreadable or wrong.
    #[error("{path}: {reason}")]
    Manifest {
        /// The manifest's path.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A model file is missing, truncated or another one than promised.
    #[error("model {name} ({path}): {reason}; run `python3 models/build.py` to make it again")]
    ModelFile {
        /// The manifest's name.
        name: String,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file is what was promised, but not what its role needs.
    #[error("model {name}: {reason}; correct its entry in the manifest or take the model out")]
    Contract {
        /// The manifest's name.
        name: String,
        /// What differs from the contract.
        reason: String,
    },
    /// The runtime can't compile or run it.
    #[error("model {name}: {what} failed ({reason})")]
    Inference {
        /// The manifest's name.
        name: String,
        /// The call.
        what: &'static str,
        /// The runtime's words.
        reason: String,
    },
    /// The accelerator computes something else than it should.
    #[error(
        "model {name} on {accelerator}: self-test differs by {error} steps (allowed: {tolerance}); this accelerator can't be trusted with it, set `runtime.delegate` to none"
    )]
    SelfTest {
        /// The manifest's name.
        name: String,
        /// What ran it.
        accelerator: String,
        /// Largest difference in quantisation steps.
        error: u32,
        /// Largest difference allowed.
        tolerance: u32,
    },
}
