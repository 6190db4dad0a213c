//! From frames to tensors to numbers: the inference runtime, delegates, the model manifest and the
//! self-test.
//!
//! In: model files and raw input bytes. Out: raw output numbers. Called by `face/` and `eye/`, by
//! the commands that list or check models, and by `terminal/`, which reads only the manifest,
//! because thresholds belong to a model.
//!
//! `library` opens the shared object. `litert` and `tflite` are the two ways to run a network,
//! behind the one trait [`network::Network`]; `tflite` also loads an NPU's delegate. `manifest`
//! says which files may run at all; `model` joins the two and runs the self-test. `tesseract` is
//! separate: another library, called by `document/`.

mod elf;
mod error;
pub mod golden;
pub mod library;
pub mod litert;
pub mod manifest;
pub mod model;
pub mod network;
pub mod operator;
pub mod tesseract;
pub mod tflite;

pub use error::{ContractFault, InferenceFault, RuntimeError};
