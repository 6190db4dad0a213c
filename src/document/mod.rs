//! Identity documents: found, read, checked.
//!
//! In: pictures (a still, or the frames of a stream). Out: fields in CID's names, each with its
//! confidence and where it was read, or the reason why there are none. Nothing here knows of
//! sessions, keys or the network; the eye calls it, and so do the commands.

pub mod barcode;
pub mod capture;
pub mod checks;
pub mod cross_check;
pub mod iin;
pub mod merge;
pub mod mrz;
pub mod original;
pub mod outline;
pub mod read;
pub mod reading;
pub mod rectify;
pub mod specimen;
pub mod transliteration;
pub mod types;
pub mod watch;
pub mod zone;
