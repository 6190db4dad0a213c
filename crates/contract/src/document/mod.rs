//! A document as it was read: fields and their sources, no pixels.
//!
//! Also holds what is the same for every crate that works with documents: the IIN and the
//! transliterations of ICAO 9303. Perception reads documents; the session decides on them.

pub mod agreement;
pub mod fields;
pub mod iin;
pub mod look;
pub mod original;
pub mod partial_date;
pub mod reading;
pub mod transliteration;
pub mod unstated;
