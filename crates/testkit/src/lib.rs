//! What tests and the workshop need, but no product may contain: specimens of documents, a
//! certificate authority, a private broker, recordings, a counting allocator, and the message of
//! a test that could not run.

pub mod allocations;
pub mod authority;
pub mod broker;
pub mod media;
pub mod skipped;
pub mod specimen;
