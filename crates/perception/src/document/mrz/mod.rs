//! The machine readable zone: found in a picture, read, parsed, judged.
//!
//! In: a picture of a document, or frames of one. Out: a [`MrzReading`], which says of each field
//! how sure it is and whether the whole is accepted. [`MrzReader`] does all of it; the parts are
//! `locate` (where the lines are), `strip` (a line cut out level), `recognise` (the network and
//! its characters), `parse`, `repair` and `judge` (pure, over characters), `vote` (many frames).
//! Called by the eye and by the commands.

pub mod characters;
mod date;
mod decode;
mod french_id;
mod ground;
pub mod judge;
pub mod layout;
pub mod locate;
pub mod parse;
#[cfg(test)]
mod properties;
mod reader;
pub mod reading;
pub mod recognise;
mod repair;
mod strip;
mod vote;

pub use reader::{MrzError, MrzReader};
pub use reading::MrzReading;
pub use strip::{Band, STRIP_HEIGHT, STRIP_WIDTH};
pub use vote::Vote;
