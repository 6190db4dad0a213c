//! What eye and terminal say to each other, and how it crosses the socket between them.

pub mod protocol;
pub mod sighting;
pub mod wire;
