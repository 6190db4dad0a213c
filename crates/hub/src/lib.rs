//! The central side, so far: take results in and acknowledge them.
//!
//! In: result messages from the broker, the roots of the devices. Out: verified
//! results on disk, an acknowledgement for each, and every gap in a device's
//! numbers told. Called by `cli`. A database takes the folder's place as another
//! [`ingest::Ingest`]; several receivers may share one.

pub mod cli;
pub mod exit;
pub mod folder;
pub mod ingest;
pub mod intake;
pub mod receive;
