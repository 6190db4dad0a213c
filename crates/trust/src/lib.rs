//! Who this terminal is: its key, its certificate, its signature, and how
//! anybody checks that signature.
//!
//! In: a folder (or a systemd credential) and the JSON of a result. Out: a
//! compact JWS; and from a JWS and a list of trusted roots, what it vouches for.
//! Used by the terminal, `store`, `hub` and the commands; knows no camera and no
//! network.

pub mod certificate;
pub mod chain;
mod constraints;
pub mod durable;
pub mod identity;
pub mod jws;
pub mod key;
pub mod path;
pub mod public_key;
pub mod regular;
pub mod text;
pub mod twin;
pub mod verify;
