//! What eye and terminal say to each other, and how it crosses the socket.

pub mod protocol;
pub mod sighting;
pub mod wire;
