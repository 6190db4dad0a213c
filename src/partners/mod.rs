//! Partners' systems at this terminal: what their APIs need of it.
//!
//! In: session requests and pictures from [`vouch_partner`]. Out: invitations for the page
//! ([`crate::kiosk`]), orders for the terminal, and sessions' ends back to the APIs.

pub mod desk;
pub mod gallery;
pub mod materials;

/// The register of partners, tokens and sessions, in the state folder.
pub const REGISTER_FILE: &str = "partners.db";
