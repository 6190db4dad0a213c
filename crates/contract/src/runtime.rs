//! What really runs: told in every signed result and by `vouch doctor`.

use serde::{Deserialize, Serialize};

/// The inference runtime and every model loaded in it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeReport {
    /// `LiteRT` or `TFLite C API`.
    pub runtime: String,
    /// SHA-256 of the runtime library, hex.
    pub library_sha256: String,
    /// One entry for each model.
    pub models: Vec<ModelReport>,
}

/// One loaded model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelReport {
    /// The manifest's name of the model.
    pub name: String,
    /// Its role.
    pub role: String,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// The accelerator that was asked for.
    pub accelerator_asked: String,
    /// The accelerator that really runs it.
    pub accelerator: String,
    /// True when it runs elsewhere than asked: never silent.
    pub fell_back: bool,
    /// Largest difference from the golden vector, in quantisation steps.
    pub self_test_error: u32,
}
