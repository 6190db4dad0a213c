//! Measures Vouch: time, allocations and memory, compared with the peer; error
//! rates on labelled data.
//!
//! In: a picture, a configuration, the peer's Python; or a table of labelled
//! files. Out: a report. Called by `vouch-lab bench`, `vouch-lab eval` and by tests.
//! docs/BENCH.md and docs/EVALUATION.md explain each figure.

pub mod bench;
pub mod cli;
pub mod curves;
pub mod det;
pub mod documents;
pub mod gesture;
pub mod interval;
pub mod light;
pub mod matching;
pub mod mrz;
pub mod outline;
pub mod pad;
pub mod pairs;
pub mod peer;
pub mod picture;
pub mod processes;
pub mod quality;
pub mod report;
pub mod series;
pub mod table;
