//! Identity documents: found, read, checked.
//!
//! In: pictures (a still, or the frames of a stream) as [`image`] buffers. Out: a
//! [`types::Document`] in CID's field names, each field with its confidence and where it was
//! read, or the reason why there is none. Nothing here knows of sessions, keys or the network;
//! the eye calls it, and so do the commands.

pub mod barcode;
pub mod cross_check;
pub mod iin;
pub mod specimen;
pub mod transliteration;
pub mod types;
pub mod zone;
