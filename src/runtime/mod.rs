//! Frames to tensors to numbers: the inference runtime, delegates, the model
//! manifest and the self-test.
//!
//! In: model files and raw input bytes. Out: raw output numbers. Called by
//! `face/` and by the commands that list or check models.

pub mod report;
