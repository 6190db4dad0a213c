//! What both ends of each link say, as data.
//!
//! Every other crate may use this one; it uses none of them. No I/O except the system's clock, no
//! pixels, no decisions. It covers four links: between eye and terminal ([`eye`], [`face`],
//! [`liveness`], [`document`]), between terminal and the readers of a result ([`claims`],
//! [`codes`], [`scheme`]), between terminal and hub ([`topics`], [`messages`]), and between
//! terminal and authoritative source ([`record`]).

pub mod claims;
pub mod clock;
pub mod codes;
pub mod document;
pub mod eye;
pub mod face;
pub mod gesture;
pub mod json_name;
pub mod liveness;
pub mod messages;
pub mod record;
pub mod runtime;
pub mod scheme;
pub mod similarity;
pub mod source;
pub mod topics;
pub mod verdict;
