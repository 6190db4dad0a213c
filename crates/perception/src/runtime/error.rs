//! Inference errors. Each message names the thing that failed and what to do.

use std::borrow::Cow;
use std::path::PathBuf;

use super::golden::GoldenFault;
use super::library::LibraryFault;
use super::manifest::{ManifestFault, ModelEntry, Role};
use super::model::ModelFileFault;
use super::network::Element;

/// Why a model can't be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The shared library is missing or can't be opened.
    #[error(
        "{path}: the inference library can't be opened ({fault}); run `make demo` once, or set `runtime.library`"
    )]
    Library {
        /// The path that was tried.
        path: PathBuf,
        /// What is wrong with it.
        fault: LibraryFault,
    },
    /// The manifest is unreadable or wrong.
    #[error("{path}: {fault}")]
    Manifest {
        /// The manifest's path.
        path: PathBuf,
        /// What is wrong.
        fault: ManifestFault,
    },
    /// A golden file is unreadable or doesn't match its model.
    #[error("{path}: {fault}")]
    Golden {
        /// The golden file.
        path: PathBuf,
        /// What is wrong.
        fault: GoldenFault,
    },
    /// A model file is missing, truncated or not the one in the manifest.
    #[error("model {name} ({path}): {fault}; run `python3 models/build.py` to rebuild it")]
    ModelFile {
        /// Its name in the manifest.
        name: String,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: ModelFileFault,
    },
    /// The file is the one in the manifest, but its role needs something else.
    #[error("model {name}: {fault}; correct its entry in the manifest or remove the model")]
    Contract {
        /// Its name in the manifest.
        name: String,
        /// What differs from the contract.
        fault: ContractFault,
    },
    /// The runtime can't compile or run the model.
    #[error("model {name}: {call} failed ({fault})")]
    Inference {
        /// Its name in the manifest.
        name: String,
        /// The runtime's function that failed.
        call: &'static str,
        /// What it returned.
        fault: InferenceFault,
    },
    /// The accelerator computes other numbers than expected.
    #[error(
        "model {name} on {accelerator}: self-test differs by {error} steps (allowed: {tolerance}); this accelerator can't be trusted with it; set `runtime.delegate` to none"
    )]
    SelfTest {
        /// Its name in the manifest.
        name: String,
        /// What ran it.
        accelerator: String,
        /// Largest difference in quantisation steps.
        error: u32,
        /// Largest difference allowed.
        tolerance: u32,
    },
}

impl RuntimeError {
    /// The model of `entry` lacks what its role needs.
    pub fn role_needs(entry: &ModelEntry, need: impl Into<Cow<'static, str>>) -> Self {
        let fault = ContractFault::Role { role: entry.role, need: need.into() };
        Self::Contract { name: entry.name.clone(), fault }
    }
}

/// How a model differs from what its manifest or role requires.
#[derive(Debug, thiserror::Error)]
pub enum ContractFault {
    /// The model has no input, or several.
    #[error("it has {0} inputs; exactly one is needed")]
    InputCount(usize),
    /// Its input has another shape or type.
    #[error("its input is {found:?} {element:?}, the manifest says {promised}")]
    Input {
        /// Shape in the file.
        found: Vec<usize>,
        /// Element type in the file.
        element: Element,
        /// Shape and type in the manifest.
        promised: String,
    },
    /// An output in the manifest is not in the file.
    #[error("it has no output called {0}")]
    NoOutput(String),
    /// An output has another shape or type.
    #[error("output {name} is {found:?} {element:?}, the manifest says {promised}")]
    Output {
        /// The tensor.
        name: String,
        /// Shape in the file.
        found: Vec<usize>,
        /// Element type in the file.
        element: Element,
        /// Shape and type in the manifest.
        promised: String,
    },
    /// An unsupported element type.
    #[error("a tensor has element type {0}; int8, uint8 or float32 is needed")]
    ElementType(String),
    /// A dimension that is unknown or not positive.
    #[error("a tensor has the dimension {0}; fixed sizes are needed")]
    Dimension(i64),
    /// The size of a tensor's memory doesn't match its shape.
    #[error("tensor {tensor} has {bytes} bytes, its shape needs {needed}")]
    TensorLength {
        /// The tensor.
        tensor: String,
        /// Bytes in its memory.
        bytes: usize,
        /// Bytes that its shape needs.
        needed: usize,
    },
    /// Golden values are compared in int8 steps.
    #[error("output {0} is not int8; quantise the model to full integer")]
    NotInt8(String),
    /// The role needs something that the model or its entry lacks.
    #[error("role {role} needs {need}")]
    Role {
        /// The role in the manifest.
        role: Role,
        /// What the role needs.
        need: Cow<'static, str>,
    },
}

/// What the inference library returned.
#[derive(Debug, thiserror::Error)]
pub enum InferenceFault {
    /// A status other than OK.
    #[error("LiteRT status {0}")]
    Status(u32),
    /// The library has only the TFLite C API.
    #[error("the library has no LiteRt* functions")]
    NoLiteRt,
    /// A function is missing in the library.
    #[error("{0}")]
    Symbol(#[source] libloading::Error),
    /// The TFLite C API failed.
    #[error("{0}")]
    Tflite(#[source] edgefirst_tflite::Error),
    /// A tensor buffer is smaller than its tensor.
    #[error("the library's buffer has {bytes} bytes, the tensor needs {needed}")]
    SmallBuffer {
        /// Bytes that the library allocated.
        bytes: usize,
        /// Bytes that the tensor needs.
        needed: usize,
    },
    /// The caller's buffer doesn't match the tensor.
    #[error("the buffer for tensor {tensor} has {bytes} bytes, {needed} are needed")]
    CallerLength {
        /// The tensor.
        tensor: String,
        /// Bytes given.
        bytes: usize,
        /// Bytes that the tensor needs.
        needed: usize,
    },
}
