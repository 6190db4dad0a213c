//! Comparison of faces on pairs with known answers (ISO/IEC 19795-1).
//!
//! In: pairs, a folder of pictures, perception and an embedding network. Out: a
//! [`MatchReport`], its DET curve and its Markdown page. Each picture goes
//! through the whole pipeline once.

pub mod folds;
pub mod page;
pub mod report;
pub mod templates;

pub use report::MatchReport;
