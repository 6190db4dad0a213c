//! The page in front of the person.
//!
//! In: what sessions show ([`crate::terminal::screen`]), pictures from the eye, and what the person
//! does on the page. Out: views for the page, and orders for the terminal. [`flow`] decides what is
//! shown; it does no I/O. [`shared`] shares it between the terminal's thread and the [`server`].
//! docs/KIOSK.md describes the protocol.

pub mod assets;
mod bounded_run;
pub mod flow;
pub mod key;
pub mod messages;
pub mod operations;
pub mod pin;
pub mod protocol;
pub mod screen;
pub mod server;
pub mod shared;
mod socket;
pub mod speech;
