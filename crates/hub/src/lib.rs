//! The central side, in its beginning: take results in and acknowledge them.
//!
//! In: result messages from the broker, the roots of the devices. Out: verified
//! results on disk, an acknowledgement for each, a word on every gap. Called by
//! `cli`. A database takes the folder's place by another [`ingest::Ingest`].

pub mod cli;
pub mod folder;
pub mod ingest;
pub mod intake;
pub mod receive;
