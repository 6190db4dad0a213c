//! The inference runtime and models in use, as every signed result and `vouch doctor` report them.

use serde::{Deserialize, Serialize};

/// Largest difference from a model's golden vector at which the model may be used, in int8
/// quantisation steps. No golden file may allow more, and no production result passes with a model
/// beyond it, whichever version of the eye loaded it. Builds of the runtime and accelerators round
/// differently; the widest tolerance measured is 29, for the face detector (`models/golden/`).
pub const SELF_TEST_LIMIT: u32 = 29;

/// The inference runtime and every model loaded in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeReport {
    /// `LiteRT` or `TFLite C API`.
    pub runtime: String,
    /// SHA-256 of the runtime library, hex.
    pub library_sha256: String,
    /// One entry per model.
    pub models: Vec<ModelReport>,
}

/// One loaded model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelReport {
    /// The model's name in the manifest.
    pub name: String,
    /// Its role.
    pub role: String,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// The accelerator that was asked for.
    pub accelerator_asked: String,
    /// The accelerator that actually runs it.
    pub accelerator: String,
    /// True if it runs elsewhere than asked; always reported.
    pub fell_back: bool,
    /// Largest difference from the golden vector, in quantisation steps.
    pub self_test_error: u32,
}
