//! Comparison of faces with known answers (ISO/IEC 19795-1): on pairs, by every
//! picture with every other, and one among many.
//!
//! In: pairs or pictures, a folder of pictures, perception and an embedding network. Out: a
//! [`MatchReport`], its DET curve and its Markdown page. Each picture goes
//! through the whole pipeline once.

pub mod calibrate;
pub mod folds;
pub mod identify;
pub mod page;
pub mod pictures;
pub mod report;
pub mod templates;

pub use report::MatchReport;
