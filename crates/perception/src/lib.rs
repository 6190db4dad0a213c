//! Light to numbers: everything that looks at pixels, and nothing that decides.
//!
//! In: cameras, recordings, model files. Out: what `vouch-contract` calls sightings, readings
//! and templates. No keys, no network, no database, no sessions.
//!
//! `camera → runtime → face → liveness → document → eye`, one room after the other.

pub mod camera;
pub mod document;
pub mod eye;
pub mod face;
pub mod liveness;
pub mod runtime;
