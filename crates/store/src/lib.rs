//! What must not be lost, on disk: signed results, documents presented before, pictures of
//! sessions, and the people enrolled.
//!
//! In: a signed result at the end of a session. Out: the oldest result that the hub
//! has not stored yet. The terminal appends; its link delivers and acknowledges.

pub mod gallery;
pub mod media;
pub mod outbox;
pub mod presented;
pub mod sealed;
