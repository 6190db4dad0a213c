//! The deciding half of documents: sides put together, sources held against each other, checks.

pub mod checks;
pub mod cross_check;
mod french_id;
pub mod merge;
