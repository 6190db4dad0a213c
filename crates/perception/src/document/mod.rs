//! Identity documents: finding and reading them.
//!
//! In: pictures (a still, or the frames of a stream). Out: fields with CID's names, each with its
//! confidence and where it was read, or the reason why there are none. Nothing here knows of
//! sessions, keys or the network. Called by the eye and by the commands.

pub mod barcode;
pub mod capture;
pub mod mrz;
pub mod original;
pub mod outline;
pub mod rectify;
pub mod side;
pub mod watch;
pub mod zone;
