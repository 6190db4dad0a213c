//! A document as it was read: fields and where they came from, no pixels.
//!
//! What has one answer for everybody who deals with documents stands here too: the IIN and the
//! transliterations of ICAO 9303. Reading belongs to perception, deciding to the session.

pub mod agreement;
pub mod fields;
pub mod iin;
pub mod look;
pub mod original;
pub mod partial_date;
pub mod reading;
pub mod transliteration;
pub mod unstated;
