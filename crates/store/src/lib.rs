//! What must not be lost, on disk.
//!
//! In: signed results. Out: the oldest one the hub has not stored yet. Called
//! by the session's end (append) and by `fleet/` (deliver, acknowledge).

pub mod gallery;
pub mod outbox;
pub mod presented;
pub mod sealed;
