//! The machine readable zone: found in a picture, read, parsed, judged.
//!
//! In: a picture of a document, or its frames. Out: a [`MrzReading`] with the confidence of each
//! field and whether the whole is accepted. [`MrzReader`] (`picture`) does all steps. The parts are
//! `locate` (finds the lines), `strip` (cuts a line out level), `recognise` (the network and its
//! characters), `hidden` (fingers over a line), `reading` (pure: `layout`, `parse`, `repair` and
//! `judge` over characters) and `vote` (many frames). Called by the eye and by the commands.
//!
//! The pure half also takes lines of text, as a scanner gives them:
//!
//! ```
//! use vouch_contract::document::fields::FieldName;
//! use vouch_perception::document::mrz::MrzReading;
//!
//! let today = jiff::civil::date(2026, 11, 25);
//! let lines = ["P<UTOSUPARMAN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "A1234567<6UTO7408122<3204153<<<<<<<<<<<<<<04"];
//! let reading = MrzReading::of_text(&lines, today).expect("two lines of 44 that begin with P");
//! assert!(reading.accepted, "{:?}", reading.doubts);
//! assert_eq!(reading.value(FieldName::LastName), Some("SUPARMAN"));
//! assert_eq!(reading.value(FieldName::FirstName), Some(""), "one name alone");
//! assert_eq!(reading.value(FieldName::Gender), Some("X"), "not stated");
//! ```

pub mod characters;
mod date;
mod decode;
mod french_id;
mod hidden;
pub mod judge;
pub mod layout;
pub mod locate;
#[cfg(test)]
mod open_tests;
pub mod parse;
mod picture;
#[cfg(test)]
mod properties;
pub mod reading;
pub mod recognise;
mod repair;
mod strip;
mod vote;

pub use picture::{MrzError, MrzReader};
pub use reading::MrzReading;
pub use strip::{Band, STRIP_HEIGHT, STRIP_WIDTH};
pub use vote::Vote;
